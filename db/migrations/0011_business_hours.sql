-- When an organisation is open, for `hours=business`: JSON of worker/metrics/business-hours.ts.
CREATE TABLE business_hours (
  org TEXT PRIMARY KEY,
  hours TEXT NOT NULL
) WITHOUT ROWID;
