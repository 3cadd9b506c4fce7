-- Organisations from before r_week: their weeks are cut by the last step of the job that cuts days and
-- weeks anew after a change of the zone; their days stand.
INSERT INTO call_job (org, job, kind, state, mode, ref, before, cursor, processed, total, created_at)
SELECT org, 'job_' || lower(hex(randomblob(9))), 'rebuild-zone', 'open', zone, NULL, NULL, 'weeks', 0, 0,
  CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
FROM org_head WHERE weeks_since = 8640000000000000;
