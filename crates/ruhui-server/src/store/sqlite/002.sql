-- Members, what they do, and what brands offer them. Same shape as before.

CREATE TABLE catalogs    (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE members     (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE claims      (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE feeds       (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE activities  (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE redemptions (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE deliveries  (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;

-- A picture is too large to be kept inside the tree of ids.
CREATE TABLE media       (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER);

-- These kinds expire too.
CREATE INDEX redemptions_by_expiry ON redemptions (expires_at);
CREATE INDEX feeds_by_expiry       ON feeds       (expires_at);
