-- The directory: accounts, organisations, keys, sites, logs, audit. No foreign key leads from here
-- into tenant data or back, so that an organisation can move to a database of its own.

-- Shapes of better-auth 1.7 with its organization plugin; times are Unix milliseconds.
CREATE TABLE user (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  email_verified INTEGER NOT NULL DEFAULT 0,
  image TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  active_organization_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at INTEGER,
  refresh_token_expires_at INTEGER,
  scope TEXT,
  password TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX account_by_user ON account (user_id);

CREATE TABLE verification (
  id TEXT PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX verification_by_identifier ON verification (identifier);

CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  logo TEXT,
  metadata TEXT,
  created_at INTEGER NOT NULL,
  time_zone TEXT NOT NULL DEFAULT 'Asia/Kolkata'
);

CREATE TABLE member (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member')),
  created_at INTEGER NOT NULL,
  UNIQUE (user_id, organization_id)
);

CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  role TEXT,
  status TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  inviter_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
);

-- A key is 32 random bytes, so a plain SHA-256 is enough; the key itself is never stored.
CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES organization (id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  key_sha256 BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
);

-- A log's origin is fixed when it is made, whatever address it is reached by later.
CREATE TABLE log (
  log TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES organization (id),
  origin TEXT NOT NULL UNIQUE,
  key_generation INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);

CREATE TABLE site (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL REFERENCES organization (id),
  log TEXT NOT NULL REFERENCES log (log),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

-- `source` tells what an admin registered from what the local start registers anew.
CREATE TABLE site_origin (
  site TEXT NOT NULL REFERENCES site (id),
  origin TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('registered', 'local')),
  PRIMARY KEY (site, origin)
) WITHOUT ROWID;

CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
  org TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (org, at);
