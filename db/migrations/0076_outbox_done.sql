-- What came to its end and still has its address: found without reading what does not.
CREATE INDEX outbox_to_forget ON outbox (done_at) WHERE address IS NOT NULL AND done_at IS NOT NULL;
