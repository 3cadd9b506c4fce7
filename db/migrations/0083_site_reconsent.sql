-- Why a site's notice has a higher revision: the policy version that brought new purposes or recipients, so
-- that whoever chose before is asked again and is told why.
CREATE TABLE site_reconsent (
  org TEXT NOT NULL, -- of the site
  site TEXT NOT NULL,
  revision INTEGER NOT NULL,
  policy_version TEXT NOT NULL,
  PRIMARY KEY (site, revision)
) WITHOUT ROWID;
