-- An organisation's call data may live in a database of its own. NULL is the directory's own database;
-- there is no token here: one setting holds the token of all of them.
ALTER TABLE organization ADD COLUMN database_url TEXT;

-- In the directory: a move under way, with its places as in `database_url`. While it is 'closed' nobody
-- writes; `heard_at` (UTC ms) is the mover's last word.
CREATE TABLE org_move (
  org TEXT PRIMARY KEY,
  move TEXT NOT NULL,
  source TEXT,
  target TEXT,
  state TEXT NOT NULL CHECK (state IN ('copying', 'closed', 'switched')),
  begun_at INTEGER NOT NULL,
  heard_at INTEGER NOT NULL
) WITHOUT ROWID;

-- In every database: organisations whose call data must not be written here. Every writer's fence asks.
-- A row stays for good where an organisation has moved away, for whoever still believes that it is here.
-- `runner` is the process that moves: one that was taken for dead cannot go on writing.
CREATE TABLE org_closed (
  org TEXT PRIMARY KEY,
  move TEXT NOT NULL,
  runner TEXT NOT NULL
) WITHOUT ROWID;

-- Where a move comes from: keys of rows that changed since it began, written by its own triggers.
CREATE TABLE org_change (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  org TEXT NOT NULL,
  tbl TEXT NOT NULL,
  key TEXT NOT NULL -- JSON array
);
CREATE INDEX org_change_by_org ON org_change (org, n);

-- Where a move goes to: how far each table is copied, and its changes, by JSON of the last key.
CREATE TABLE org_copy (
  org TEXT NOT NULL,
  tbl TEXT NOT NULL,
  cursor TEXT NOT NULL,
  PRIMARY KEY (org, tbl)
) WITHOUT ROWID;
