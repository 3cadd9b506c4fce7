-- Erasure of consent records, and the order between it and the log's commits.

-- Part of what the log's fence compares: raised by whoever changes what a commit may have read (an
-- erasure, a key rotation), so that a commit planned before it is planned anew.
ALTER TABLE log_head ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- What is left of a visitor: nothing that was recorded, only enough to answer 410 to who holds the id and
-- its secret. The id is 16 random bytes, so its hash leads back to nobody.
CREATE TABLE consent_erasure (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  consent_sha256 BLOB NOT NULL,
  secret_sha256 BLOB NOT NULL,
  erased_at INTEGER NOT NULL,
  PRIMARY KEY (org, site, consent_sha256)
) WITHOUT ROWID;

-- Closed, and not all deleted yet.
CREATE INDEX consent_state_closed ON consent_state (org, site, consent_id) WHERE erased_at IS NOT NULL;

-- A record by its place in the log, for who was handed a receipt. Erased rows keep their place.
CREATE UNIQUE INDEX consent_record_by_index ON consent_record (log, idx);
