-- Calls and the rollups that answer questions about them. Tenant data: every primary key starts with
-- the organisation, no foreign key leads out. Every writer passes the fence in org_commit.

-- `seq` counts the committed batches that changed something. `zone` is the time zone in which the
-- local days of the rollups were cut; another zone needs them rebuilt. Calls that started before
-- `calls_since` (UTC ms) may be gone.
CREATE TABLE org_head (
  org TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  zone TEXT NOT NULL,
  calls_since INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- The fence: a writer inserts (its head + 1, its own id); a stale one meets the key or a NULL and all
-- of its batch rolls back. The newest rows also tell who committed after a lost answer.
CREATE TABLE org_commit (
  org TEXT NOT NULL,
  seq INTEGER NOT NULL,
  commit_id TEXT NOT NULL,
  PRIMARY KEY (org, seq)
) WITHOUT ROWID;

-- Times are UTC ms, scores are hundredths, keywords a JSON array.
CREATE TABLE calls (
  org TEXT NOT NULL,
  call_id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  team TEXT NOT NULL,
  caller TEXT NOT NULL,
  customer_ref TEXT,
  direction TEXT NOT NULL,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  duration_s INTEGER NOT NULL,
  clarity INTEGER,
  proficiency INTEGER,
  volume INTEGER,
  sentiment TEXT,
  keywords TEXT,
  PRIMARY KEY (org, call_id)
) WITHOUT ROWID;
CREATE INDEX calls_by_time ON calls (org, started_at DESC, call_id);
CREATE INDEX calls_by_team ON calls (org, team, started_at DESC, call_id);
CREATE INDEX calls_by_caller ON calls (org, caller, started_at DESC, call_id);

-- Rollups: sums over calls, sums of scores in hundredths, and the packed histogram of connected
-- durations (worker/metrics/histogram.ts), NULL where nothing connected. Team '*', which no team can
-- be called, is the whole organisation. A row without calls does not exist.
CREATE TABLE r_slot (
  org TEXT NOT NULL,
  team TEXT NOT NULL,
  slot INTEGER NOT NULL, -- floor(started_at / 30 min)
  connected INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  declined INTEGER NOT NULL,
  talk_s INTEGER NOT NULL,
  clarity_sum INTEGER NOT NULL,
  clarity_n INTEGER NOT NULL,
  proficiency_sum INTEGER NOT NULL,
  proficiency_n INTEGER NOT NULL,
  volume_sum INTEGER NOT NULL,
  volume_n INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  neutral INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  hist BLOB,
  PRIMARY KEY (org, team, slot)
) WITHOUT ROWID;

CREATE TABLE r_team_day (
  org TEXT NOT NULL,
  team TEXT NOT NULL,
  day INTEGER NOT NULL, -- local days since 1970-01-01
  connected INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  declined INTEGER NOT NULL,
  talk_s INTEGER NOT NULL,
  clarity_sum INTEGER NOT NULL,
  clarity_n INTEGER NOT NULL,
  proficiency_sum INTEGER NOT NULL,
  proficiency_n INTEGER NOT NULL,
  volume_sum INTEGER NOT NULL,
  volume_n INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  neutral INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  hist BLOB,
  PRIMARY KEY (org, team, day)
) WITHOUT ROWID;

CREATE TABLE r_day (
  org TEXT NOT NULL,
  caller TEXT NOT NULL,
  day INTEGER NOT NULL,
  team TEXT NOT NULL,
  connected INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  declined INTEGER NOT NULL,
  talk_s INTEGER NOT NULL,
  clarity_sum INTEGER NOT NULL,
  clarity_n INTEGER NOT NULL,
  proficiency_sum INTEGER NOT NULL,
  proficiency_n INTEGER NOT NULL,
  volume_sum INTEGER NOT NULL,
  volume_n INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  neutral INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  hist BLOB,
  PRIMARY KEY (org, caller, day, team)
) WITHOUT ROWID;
