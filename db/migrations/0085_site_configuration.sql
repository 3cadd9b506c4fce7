-- A site's configuration: one draft that people edit, and every version that was published, for ever.

CREATE TABLE site_draft (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  etag TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (org, site)
);

-- `n` counts up from 1: who publishes names the next one, so two at the same moment cannot both be it.
-- `document` is what was edited; the notice that visitors saw has a row of its own in `notice`.
-- `accepted` names who accepted texts that nobody had reviewed, as JSON { languages, name }.
CREATE TABLE site_version (
  org TEXT NOT NULL,
  site TEXT NOT NULL,
  n INTEGER NOT NULL CHECK (n >= 1),
  notice_hash TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  restores INTEGER,
  warnings INTEGER NOT NULL DEFAULT 0,
  accepted TEXT,
  document TEXT NOT NULL,
  PRIMARY KEY (org, site, n)
);

-- What was published before there were versions.
INSERT INTO site_version (org, site, n, notice_hash, policy_version, published_at, published_by, document)
SELECT org, site, row_number() OVER (PARTITION BY org, site ORDER BY superseded_at IS NULL, superseded_at, published_at),
  notice_hash, policy_version, published_at, 'start',
  json_object('origins', (SELECT json_group_array(origin) FROM site_origin o WHERE o.site = notice.site AND o.source = 'registered'),
    'policy_version', policy_version, 'notice', json(document))
FROM notice;

-- Compressed once, by whoever needed it first, for every isolate. `sha256` names the bytes it is made of.
CREATE TABLE compressed (
  site TEXT NOT NULL,
  form TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  brotli BLOB NOT NULL,
  PRIMARY KEY (site, form)
);
