-- Who asked by e-mail to be told, and the ledger records about single persons that notices leave.

-- An address is here only while it is needed to send: a withdrawal sets it to NULL at once, and an
-- unconfirmed row goes when its link has expired. Confirmation tokens are kept as SHA-256; the link that
-- leaves carries an HMAC of the id, which is not kept at all.
CREATE TABLE subscription (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  list TEXT NOT NULL CHECK (list IN ('policy', 'newsletter')),
  email TEXT,
  language TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'withdrawn')),
  token_sha256 BLOB,
  token_until INTEGER,
  asked_at INTEGER NOT NULL, -- the newest confirmation mail
  asked INTEGER NOT NULL, -- how many of them
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  withdrawn_at INTEGER,
  confirmed_idx INTEGER, -- places of the two records in the organisation's log, once they are there
  withdrawn_idx INTEGER,
  PRIMARY KEY (org, id),
  CHECK ((email IS NULL) = (state = 'withdrawn'))
) WITHOUT ROWID;
CREATE UNIQUE INDEX subscription_by_email ON subscription (org, list, email) WHERE email IS NOT NULL;
CREATE INDEX subscription_to_send ON subscription (org, list, id) WHERE state = 'confirmed';
CREATE INDEX subscription_pending ON subscription (token_until) WHERE state = 'pending';
CREATE INDEX subscription_without_record ON subscription (org, id)
  WHERE (state <> 'pending' AND confirmed_idx IS NULL) OR (state = 'withdrawn' AND withdrawn_idx IS NULL);

-- Private records behind commitments of kind `subscription` and `acknowledgement`. `key` says what happened
-- to whom, so that it is recorded once. Erasure sets record and salt to NULL.
CREATE TABLE personal_record (
  org TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('subscription', 'acknowledgement')),
  key TEXT NOT NULL,
  subject TEXT NOT NULL, -- usr_… or sub_…
  log TEXT NOT NULL,
  idx INTEGER NOT NULL,
  record TEXT, -- RFC 8785
  salt BLOB,
  at INTEGER NOT NULL,
  PRIMARY KEY (org, kind, key)
);
CREATE INDEX personal_record_by_subject ON personal_record (org, subject);
