-- Policy versions. `noticed_at` is when a version became public: NULL for a draft. Text comes last, so
-- that a list of versions does not read it.
CREATE TABLE policy_version (
  org TEXT NOT NULL,
  policy TEXT NOT NULL,
  version TEXT NOT NULL,
  title TEXT NOT NULL,
  language TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  effective_at INTEGER NOT NULL,
  noticed_at INTEGER,
  class TEXT NOT NULL CHECK (class IN ('material', 'clarification', 'typo')),
  reason TEXT NOT NULL,
  leaf_index INTEGER,
  created_at INTEGER NOT NULL,
  markdown TEXT NOT NULL,
  PRIMARY KEY (org, policy, version)
);
CREATE INDEX policy_version_by_instant ON policy_version (org, policy, effective_at);
CREATE INDEX policy_version_without_leaf ON policy_version (noticed_at) WHERE leaf_index IS NULL;

-- From its notice on nobody can make a version read otherwise, not even by a statement of our own.
-- Only its place in the log is added, once.
CREATE TRIGGER policy_version_stays BEFORE UPDATE ON policy_version
WHEN OLD.noticed_at IS NOT NULL AND (
  NEW.org IS NOT OLD.org OR NEW.policy IS NOT OLD.policy OR NEW.version IS NOT OLD.version
  OR NEW.title IS NOT OLD.title OR NEW.language IS NOT OLD.language
  OR NEW.sha256 IS NOT OLD.sha256 OR NEW.markdown IS NOT OLD.markdown
  OR NEW.effective_at IS NOT OLD.effective_at OR NEW.noticed_at IS NOT OLD.noticed_at
  OR NEW.class IS NOT OLD.class OR NEW.reason IS NOT OLD.reason OR NEW.created_at IS NOT OLD.created_at
  OR (OLD.leaf_index IS NOT NULL AND NEW.leaf_index IS NOT OLD.leaf_index)
)
BEGIN
  SELECT RAISE(ABORT, 'a policy version does not change after its notice');
END;

CREATE TRIGGER policy_version_remains BEFORE DELETE ON policy_version
WHEN OLD.noticed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a policy version is not deleted after its notice');
END;

-- INSERT OR REPLACE deletes without that trigger.
CREATE TRIGGER policy_version_is_new BEFORE INSERT ON policy_version
WHEN EXISTS (
  SELECT 1 FROM policy_version
  WHERE org = NEW.org AND policy = NEW.policy AND version = NEW.version AND noticed_at IS NOT NULL
)
BEGIN
  SELECT RAISE(ABORT, 'a policy version is not replaced after its notice');
END;
