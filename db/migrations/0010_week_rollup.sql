-- A team's local week in one row, for questions that would otherwise read thousands: the hours of the
-- week, and its callers. Both are packed text (worker/metrics/packed-week.ts). Team '*' is the whole
-- organisation and has hours only. A row without calls does not exist.
CREATE TABLE r_week (
  org TEXT NOT NULL,
  week INTEGER NOT NULL, -- local weeks from Monday, counted from the one of 1970-01-01
  team TEXT NOT NULL,
  hours TEXT NOT NULL,
  callers TEXT NOT NULL,
  PRIMARY KEY (org, week, team)
) WITHOUT ROWID;

-- UTC ms, the start of a local week: weeks from then on are in r_week, earlier ones are read from days
-- and slots. An organisation that was here before is filled backwards, some weeks in each fenced batch.
ALTER TABLE org_head ADD COLUMN weeks_since INTEGER NOT NULL DEFAULT 0;
UPDATE org_head SET weeks_since = 8640000000000000;
