-- Erasing what is kept of an e-mail address: an order, gone on with until nothing is left. The address goes
-- with the last step.
CREATE TABLE address_erasure (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  address TEXT,
  after TEXT NOT NULL DEFAULT '', -- the outbox was looked through up to here
  processed INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  PRIMARY KEY (org, id),
  CHECK ((address IS NULL) = (finished_at IS NOT NULL))
) WITHOUT ROWID;
CREATE INDEX address_erasure_open ON address_erasure (created_at) WHERE address IS NOT NULL;

-- That an address refused for good outlives the address: HMAC-SHA-256 under the worker's secret. It becomes
-- a suppression again when the address itself comes back.
CREATE TABLE mail_suppression_digest (
  org TEXT NOT NULL,
  digest BLOB NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (org, digest)
) WITHOUT ROWID;

-- What retention looks for.
CREATE INDEX subscription_withdrawn ON subscription (withdrawn_at) WHERE state = 'withdrawn';
CREATE INDEX personal_record_by_age ON personal_record (at) WHERE record IS NOT NULL;
