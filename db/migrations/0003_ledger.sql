-- The consent ledger: one append-only Merkle log per organisation (its name and origin are in `log`).

-- What the newest signed checkpoint says.
CREATE TABLE log_head (
  log TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  checkpoint TEXT NOT NULL
) WITHOUT ROWID;

-- The fence: each commit's first statement inserts its row here, with the size before it plus 1 as
-- `seq`, or fails the whole transaction because the head it read is no longer the head.
CREATE TABLE log_commit (
  log TEXT NOT NULL,
  seq INTEGER NOT NULL,
  commit_id TEXT NOT NULL,
  PRIMARY KEY (log, seq)
) WITHOUT ROWID;

-- The public entries, byte for byte as they were hashed.
CREATE TABLE leaf (
  log TEXT NOT NULL,
  idx INTEGER NOT NULL,
  kind TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (log, idx)
) WITHOUT ROWID;
-- What is public anyway is in a log once.
CREATE UNIQUE INDEX leaf_open ON leaf (log, bytes) WHERE kind IN ('policy', 'notice');

-- Tile n of a level: up to 256 hashes of 32 bytes. A growing tile is a prefix of what it will be, so
-- every narrower width that was ever signed is a substr of it. Rows of 8 KB are better off with a rowid.
CREATE TABLE tile (
  log TEXT NOT NULL,
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 256),
  hashes BLOB NOT NULL CHECK (length(hashes) = 32 * width),
  PRIMARY KEY (log, level, n)
);
