-- The keys of a log by generation, once it was rotated; a log without rows has its first key only. A key
-- signs from `signs_from` until `signs_until` (NULL: the present one), and what it signed is valid for ever.
CREATE TABLE log_key (
  log TEXT NOT NULL REFERENCES log (log),
  generation INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,
  signs_until INTEGER,
  PRIMARY KEY (log, generation)
) WITHOUT ROWID;
