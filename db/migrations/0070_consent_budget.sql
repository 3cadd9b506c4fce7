-- How many consents that grant something a site's log took on a day (UTC days since 1970): what a flood is
-- measured against. Written in the commit itself.
CREATE TABLE consent_budget (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  day INTEGER NOT NULL,
  granted INTEGER NOT NULL,
  PRIMARY KEY (org, site, day)
) WITHOUT ROWID;
