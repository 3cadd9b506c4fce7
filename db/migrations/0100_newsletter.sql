-- An issue of the newsletter is an occasion too: its recipients are the list's confirmed readers and nobody
-- else. The checks of a table cannot be changed, so it is written anew.
CREATE TABLE mail_occasion_with_newsletter (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN
    ('policy', 'policy_cancelled', 'ownership', 'breach', 'provider_added', 'provider_removed', 'newsletter')),
  policy TEXT,
  version TEXT,
  words TEXT, -- what a notice of another kind, or an issue, says: JSON, by language
  phase TEXT NOT NULL CHECK (phase IN ('members', 'subscribers', 'told', 'readers', 'done')),
  after TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  withdrawn_at INTEGER, -- nothing more is sent for it
  PRIMARY KEY (org, id),
  CHECK ((kind IN ('policy', 'policy_cancelled')) = (version IS NOT NULL)),
  CHECK ((version IS NULL) = (words IS NOT NULL)),
  CHECK (kind = 'newsletter' OR phase <> 'readers'),
  CHECK (kind <> 'newsletter' OR phase IN ('readers', 'done'))
) WITHOUT ROWID;
INSERT INTO mail_occasion_with_newsletter (org, id, kind, policy, version, words, phase, after, created_at, withdrawn_at)
  SELECT org, id, kind, policy, version, words, phase, after, created_at, withdrawn_at FROM mail_occasion;
DROP TABLE mail_occasion;
ALTER TABLE mail_occasion_with_newsletter RENAME TO mail_occasion;
CREATE INDEX mail_occasion_open ON mail_occasion (created_at) WHERE phase <> 'done' AND withdrawn_at IS NULL;
