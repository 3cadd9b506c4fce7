-- A page of one occasion's letters, in one state or all of them, without reading the others.
CREATE INDEX outbox_by_occasion ON outbox (org, occasion, state, created_at, id);
