-- What each caller does at this moment, by the newest word about them. Tenant data. Who is on a call
-- whose event has come is not on it any more: that is known from `calls` and not stored twice.
CREATE TABLE caller_state (
  org TEXT NOT NULL,
  caller TEXT NOT NULL,
  team TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL, -- UTC ms; a word about an earlier time changes nothing
  reason TEXT,
  call_id TEXT, -- the call in progress
  direction TEXT,
  call_started_at INTEGER,
  heard_at INTEGER NOT NULL, -- UTC ms of the last word: without another one the state times out
  PRIMARY KEY (org, caller)
) WITHOUT ROWID;
CREATE INDEX caller_state_by_heard ON caller_state (heard_at);
