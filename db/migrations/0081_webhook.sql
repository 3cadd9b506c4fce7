-- Webhooks: where an organisation's own programs hear of notices. Signing secrets are in no table: they
-- are derived from the worker's secret with organisation, id and generation.
CREATE TABLE webhook (
  org TEXT NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'dead')),
  generation INTEGER NOT NULL DEFAULT 1,
  rotated_at INTEGER, -- the secret before signs along for a day
  created_at INTEGER NOT NULL,
  verified_at INTEGER, -- the receiver has proved itself
  failing_since INTEGER,
  last_fault TEXT,
  PRIMARY KEY (org, id),
  UNIQUE (org, url)
) WITHOUT ROWID;

-- One event for one webhook. A claim moves `due_at` to the end of its lease: what dies in between comes again.
CREATE TABLE webhook_delivery (
  org TEXT NOT NULL,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'delivered', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  last_fault TEXT,
  PRIMARY KEY (org, webhook, event)
) WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at) WHERE state = 'due';
CREATE INDEX webhook_delivery_by_event ON webhook_delivery (org, event);
