-- Retention, erasure and the change of a zone. Each setting and boundary stands with the head, so that
-- whoever reads the head knows them without another question.

-- `days_since`: rollups by local day begin there (UTC ms, the start of a local day); earlier ones would
-- have been cut in another zone. `callers_since`: rollups of single callers begin there. Months are for
-- how long a call, and a caller's rollups, are kept. `late_refused` counts events of removed calls.
ALTER TABLE org_head ADD COLUMN days_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org_head ADD COLUMN callers_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org_head ADD COLUMN call_months INTEGER NOT NULL DEFAULT 36;
ALTER TABLE org_head ADD COLUMN caller_months INTEGER NOT NULL DEFAULT 13;
ALTER TABLE org_head ADD COLUMN tombstone_key BLOB;
ALTER TABLE org_head ADD COLUMN late_refused INTEGER NOT NULL DEFAULT 0;
-- The UTC day (since 1970-01-01) whose nightly work was begun last.
ALTER TABLE org_head ADD COLUMN night INTEGER NOT NULL DEFAULT 0;

-- What was removed on purpose and must not come back with a late event. The id is kept only as
-- HMAC-SHA-256 under org_head.tombstone_key, cut to 16 bytes.
-- kind 'call': refuse; 'stripped': a call whose customer was erased; 'customer', 'caller': a person's
-- calls that started before `before` (UTC ms). `alias` is the anonymous id that stands for a caller,
-- NULL where the caller's calls were removed. The MAC's input says whether it is a call or a person.
CREATE TABLE tombstone (
  org TEXT NOT NULL,
  mac BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'stripped', 'customer', 'caller')),
  before INTEGER,
  alias TEXT,
  PRIMARY KEY (org, mac)
) WITHOUT ROWID;

-- Work in chunks. Every chunk moves its row in the same fenced transaction as what it does, so that it
-- can be broken off anywhere. `ref` is whom it is about and goes when it is finished.
CREATE TABLE call_job (
  org TEXT NOT NULL,
  job TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('retention', 'erase-customer', 'erase-caller', 'rebuild-zone')),
  state TEXT NOT NULL CHECK (state IN ('open', 'done')),
  mode TEXT,
  ref TEXT,
  before INTEGER, -- UTC ms
  cursor TEXT NOT NULL,
  processed INTEGER NOT NULL,
  total INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (org, job)
) WITHOUT ROWID;
CREATE INDEX call_job_open ON call_job (org, created_at) WHERE state = 'open';

-- What the nightly self-check found. `detail` is JSON without personal data.
CREATE TABLE alarm (
  org TEXT NOT NULL,
  alarm TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (org, alarm)
) WITHOUT ROWID;
CREATE INDEX alarm_by_time ON alarm (org, at DESC);
