-- What managing policies adds: cancellation, import, what a change declares, drafts, translations.

ALTER TABLE policy_version ADD COLUMN cancelled_at INTEGER;
ALTER TABLE policy_version ADD COLUMN cancel_reason TEXT;
-- Set where the dates are the importer's word, not our own witness.
ALTER TABLE policy_version ADD COLUMN imported_at INTEGER;
ALTER TABLE policy_version ADD COLUMN changes_purposes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policy_version ADD COLUMN changes_recipients INTEGER NOT NULL DEFAULT 0;
-- Why the notice was shorter than its class asks: the law or the court that ordered it.
ALTER TABLE policy_version ADD COLUMN court_order TEXT;

-- A cancellation is final, and comes 60 s before the instant at the latest: caches hold a page that long.
CREATE TRIGGER policy_version_record_stays BEFORE UPDATE ON policy_version
WHEN OLD.noticed_at IS NOT NULL AND (
  NEW.imported_at IS NOT OLD.imported_at OR NEW.court_order IS NOT OLD.court_order
  OR NEW.changes_purposes IS NOT OLD.changes_purposes OR NEW.changes_recipients IS NOT OLD.changes_recipients
  OR (NEW.cancelled_at IS NOT OLD.cancelled_at
      AND (OLD.cancelled_at IS NOT NULL OR NEW.cancelled_at > OLD.effective_at - 60000))
  OR (NEW.cancel_reason IS NOT OLD.cancel_reason AND OLD.cancelled_at IS NOT NULL)
)
BEGIN
  SELECT RAISE(ABORT, 'a policy version does not change after its notice');
END;

-- A text that is still being written. `etag` is a hash of language, text and translations; `translations`
-- is a JSON object of texts by language.
CREATE TABLE policy_draft (
  org TEXT NOT NULL,
  policy TEXT NOT NULL,
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  title TEXT,
  sha256 TEXT NOT NULL,
  etag TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  translations TEXT NOT NULL,
  markdown TEXT NOT NULL,
  PRIMARY KEY (org, policy, version)
);

-- A public version in another language than its authoritative one; public at the same moment.
CREATE TABLE policy_translation (
  org TEXT NOT NULL,
  policy TEXT NOT NULL,
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  title TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  noticed_at INTEGER NOT NULL,
  leaf_index INTEGER,
  markdown TEXT NOT NULL,
  PRIMARY KEY (org, policy, version, language)
);
CREATE INDEX policy_translation_without_leaf ON policy_translation (noticed_at) WHERE leaf_index IS NULL;

CREATE TRIGGER policy_translation_stays BEFORE UPDATE ON policy_translation
WHEN NEW.org IS NOT OLD.org OR NEW.policy IS NOT OLD.policy OR NEW.version IS NOT OLD.version
  OR NEW.language IS NOT OLD.language OR NEW.title IS NOT OLD.title OR NEW.sha256 IS NOT OLD.sha256
  OR NEW.noticed_at IS NOT OLD.noticed_at OR NEW.markdown IS NOT OLD.markdown
  OR (OLD.leaf_index IS NOT NULL AND NEW.leaf_index IS NOT OLD.leaf_index)
BEGIN
  SELECT RAISE(ABORT, 'a policy version does not change after its notice');
END;

CREATE TRIGGER policy_translation_remains BEFORE DELETE ON policy_translation
BEGIN
  SELECT RAISE(ABORT, 'a policy version is not deleted after its notice');
END;

-- INSERT OR REPLACE deletes without that trigger.
CREATE TRIGGER policy_translation_is_new BEFORE INSERT ON policy_translation
WHEN EXISTS (
  SELECT 1 FROM policy_translation
  WHERE org = NEW.org AND policy = NEW.policy AND version = NEW.version AND language = NEW.language
)
BEGIN
  SELECT RAISE(ABORT, 'a policy version is not replaced after its notice');
END;
