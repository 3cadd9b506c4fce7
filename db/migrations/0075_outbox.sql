-- Mail that leaves the product: what it is about, one row per recipient, and whom we do not write to.

-- One thing that people are told of. Its recipients are written into the outbox in chunks: `phase` and
-- `after` say how far that is. The id says what it is, so that it is told once.
CREATE TABLE mail_occasion (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('policy', 'policy_cancelled', 'ownership', 'breach', 'provider_added', 'provider_removed')),
  policy TEXT,
  version TEXT,
  words TEXT, -- what a notice of another kind says: JSON, by language
  phase TEXT NOT NULL CHECK (phase IN ('members', 'subscribers', 'told', 'done')),
  after TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  withdrawn_at INTEGER, -- nothing more is sent for it
  PRIMARY KEY (org, id),
  CHECK ((kind IN ('policy', 'policy_cancelled')) = (version IS NOT NULL)),
  CHECK ((version IS NULL) = (words IS NOT NULL))
) WITHOUT ROWID;
CREATE INDEX mail_occasion_open ON mail_occasion (created_at) WHERE phase <> 'done' AND withdrawn_at IS NULL;

-- queued → claimed → accepted, or queued again; bounced: the address was refused for good; refused: the
-- letter was; dead: given up; suppressed and withdrawn: not sent, on purpose. `begun` is set before a
-- letter goes out over a line, so that after a crash it is known which ones may have arrived: `unsure`.
CREATE TABLE outbox (
  org TEXT NOT NULL,
  id TEXT NOT NULL, -- also the left part of the Message-ID, the same at every attempt
  occasion TEXT NOT NULL,
  person TEXT NOT NULL,
  address TEXT, -- lower case; NULL once it is no longer needed
  domain TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('queued', 'claimed', 'accepted', 'bounced', 'refused', 'dead', 'suppressed', 'withdrawn')),
  due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  unsure INTEGER NOT NULL DEFAULT 0,
  claim TEXT,
  lease_until INTEGER,
  begun INTEGER NOT NULL DEFAULT 0,
  done_at INTEGER,
  answer TEXT, -- the receiving server's last word
  letter BLOB, -- what is written, sealed; NULL where the occasion says it, and once it is sent
  PRIMARY KEY (org, id),
  CHECK ((state = 'claimed') = (claim IS NOT NULL))
) WITHOUT ROWID;
-- Never two mails to one address for one occasion.
CREATE UNIQUE INDEX outbox_once ON outbox (org, occasion, address);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'queued';
CREATE INDEX outbox_leased ON outbox (lease_until) WHERE state = 'claimed';
CREATE INDEX outbox_listed ON outbox (org, state, created_at, id);
CREATE INDEX outbox_by_person ON outbox (org, person);

-- Addresses that refused for good.
CREATE TABLE mail_suppression (
  org TEXT NOT NULL,
  address TEXT NOT NULL,
  since INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (org, address)
) WITHOUT ROWID;
