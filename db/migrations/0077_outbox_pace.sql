-- 1: `due_at` is a place that was kept for this letter among those to its domain.
ALTER TABLE outbox ADD COLUMN paced INTEGER NOT NULL DEFAULT 0;
