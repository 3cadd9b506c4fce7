-- Of the calls that a row counts: by keyword how many, and the customers' sentiment in them, as packed text
-- (worker/metrics/packed-keywords.ts); NULL for none. Words are a customer's own, so that they go with the calls.
ALTER TABLE r_slot ADD COLUMN keywords TEXT;
ALTER TABLE r_team_day ADD COLUMN keywords TEXT;

-- UTC ms, the start of a local day: keywords from then on are in the rollups, earlier ones are counted from calls.
-- `keywords_cut`: while they are filled backwards, from when on calls count in them; NULL is there.
ALTER TABLE org_head ADD COLUMN keywords_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE org_head ADD COLUMN keywords_cut INTEGER;

-- Organisations that were here before are filled by the last step of the job that cuts days and weeks anew.
UPDATE org_head SET keywords_since = 8640000000000000;
INSERT INTO call_job (org, job, kind, state, mode, ref, before, cursor, processed, total, created_at)
SELECT org, 'job_' || lower(hex(randomblob(9))), 'rebuild-zone', 'open', zone, NULL, NULL, 'keywords', 0, 0,
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
FROM org_head WHERE keywords_since = 8640000000000000;
