-- Letters that a server accepted, in the order of that: each is a `served` record of its recipient.
CREATE INDEX outbox_accepted ON outbox (done_at) WHERE state = 'accepted';
-- How far `served` records were made of them (done_at, UTC milliseconds).
CREATE TABLE served_until (one INTEGER PRIMARY KEY CHECK (one = 1), done_at INTEGER NOT NULL);
INSERT INTO served_until VALUES (1, 0);
