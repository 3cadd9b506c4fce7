-- Consent: published notices, records, the one state row per visitor, and what the gate let through.

-- A notice is published together with the policy version it stands under; the pair is what visitors name.
-- `document` is the RFC 8785 form whose SHA-256 is `notice_hash`.
CREATE TABLE notice (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  notice_hash TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  document TEXT NOT NULL,
  consent_days INTEGER NOT NULL CHECK (consent_days BETWEEN 1 AND 395),
  published_at INTEGER NOT NULL,
  superseded_at INTEGER,
  leaf_index INTEGER,
  PRIMARY KEY (org, site, notice_hash, policy_version)
);
CREATE UNIQUE INDEX notice_in_force ON notice (site) WHERE superseded_at IS NULL;
CREATE INDEX notice_without_leaf ON notice (published_at) WHERE leaf_index IS NULL;

-- Each row is also the answer to its Idempotency-Key. `record` is RFC 8785 text; erasure sets record
-- and salt to NULL, and the log's commitment then says nothing about anybody.
CREATE TABLE consent_record (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  log TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_sha256 BLOB NOT NULL,
  record TEXT,
  salt BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (org, site, consent_id, idx),
  UNIQUE (org, site, consent_id, idempotency_key)
);
CREATE INDEX consent_record_by_time ON consent_record (org, at, log, idx);

-- What holds for a visitor now. `newest_idx` is the newest record, `state_idx` the one that moved the
-- state. `granted_until` is NULL where nothing is granted; `visitor_key` is set while analytics is.
CREATE TABLE consent_state (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  secret_sha256 BLOB NOT NULL,
  newest_idx INTEGER NOT NULL,
  state_idx INTEGER NOT NULL,
  choice INTEGER NOT NULL,
  preferences INTEGER NOT NULL,
  analytics INTEGER NOT NULL,
  marketing INTEGER NOT NULL,
  gpc INTEGER NOT NULL,
  granted_until INTEGER,
  visitor_key TEXT,
  erased_at INTEGER,
  PRIMARY KEY (org, site, consent_id)
) WITHOUT ROWID;

-- Every analytics grant of a visitor has a random key of its own. At `ends_at` (withdrawal, expiry) what
-- was kept under it has to go; a new grant before that carries the older keys with it.
CREATE TABLE analytics_grant (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  consent_id TEXT NOT NULL,
  visitor_key TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  PRIMARY KEY (org, site, consent_id, visitor_key)
) WITHOUT ROWID;
CREATE INDEX analytics_grant_by_end ON analytics_grant (ends_at);

CREATE TABLE analytics_event (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  visitor_key TEXT NOT NULL,
  event_id TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  path TEXT,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (org, site, visitor_key, event_id)
);
CREATE INDEX analytics_event_by_age ON analytics_event (received_at);

-- Banner code that was ever served by its hash: pages pin it, so it is served for ever. The product's, not
-- an organisation's.
CREATE TABLE banner_build (
  name TEXT PRIMARY KEY,
  brotli BLOB NOT NULL
);
