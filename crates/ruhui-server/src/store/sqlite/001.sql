-- One table for each kind of record, all of the same shape. Ids of tokens and answers begin with their time,
-- so new rows go to the end of the tree and a commit touches few pages.

CREATE TABLE merchants (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE brands    (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE templates (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE users     (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE tokens    (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE answers   (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE TABLE internals (id TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;

-- Only these kinds expire.
CREATE INDEX tokens_by_expiry  ON tokens  (expires_at);
CREATE INDEX answers_by_expiry ON answers (expires_at);
