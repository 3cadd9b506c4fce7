-- Consent figures: how many choices of each kind a day (UTC) saw, counted with the record itself. No id of
-- anybody, and nothing that a record does not already say.
CREATE TABLE consent_tally (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  day INTEGER NOT NULL,
  action TEXT NOT NULL,
  preferences INTEGER NOT NULL,
  analytics INTEGER NOT NULL,
  marketing INTEGER NOT NULL,
  language TEXT NOT NULL,
  country TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  notice_hash TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (org, site, day, action, preferences, analytics, marketing, language, country, policy_version, notice_hash)
) WITHOUT ROWID;

CREATE TRIGGER consent_tally_counts AFTER INSERT ON consent_record
WHEN NEW.record IS NOT NULL AND json_valid(NEW.record) AND json_type(NEW.record, '$.categories') = 'object'
BEGIN
  INSERT INTO consent_tally VALUES (NEW.org, NEW.site, NEW.at / 86400000, NEW.record->>'action',
    NEW.record->>'$.categories.preferences', NEW.record->>'$.categories.analytics',
    NEW.record->>'$.categories.marketing', lower(NEW.record->>'language'), coalesce(NEW.record->>'country', ''),
    NEW.record->>'policy_version', NEW.record->>'notice_hash', 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

INSERT INTO consent_tally
SELECT org, site, at / 86400000, record->>'action', record->>'$.categories.preferences',
  record->>'$.categories.analytics', record->>'$.categories.marketing', lower(record->>'language'),
  coalesce(record->>'country', ''), record->>'policy_version', record->>'notice_hash', count(*)
FROM consent_record
WHERE record IS NOT NULL AND json_valid(record) AND json_type(record, '$.categories') = 'object'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;

-- What was told of the figures. Choices are told in batches of ten and more, and a batch is never told in
-- another way later: no two answers differ by fewer than ten people.
CREATE TABLE consent_told (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  to_day INTEGER NOT NULL,
  figures TEXT NOT NULL,
  PRIMARY KEY (org, site, from_day, to_day)
);

-- Up to where was told: everything before `day`, and of `day` the counts in `cells`. One row a site; `turn`
-- counts up, so that two who tell at the same moment cannot both.
CREATE TABLE consent_told_until (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  turn INTEGER NOT NULL,
  day INTEGER NOT NULL,
  cells TEXT NOT NULL,
  PRIMARY KEY (org, site, turn)
);
