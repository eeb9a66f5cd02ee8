-- One table for each kind of record, all of the same shape. Ids are compared bytewise, so that pages are the same
-- on every server. Values are JSON, but TEXT: they are handed back to the byte, and no query looks into them.
-- Ids of tokens and answers begin with their time, so new rows go to the end of the index.

CREATE TABLE merchants   (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE brands      (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE catalogs    (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE templates   (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE users       (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE members     (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE claims      (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE feeds       (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE activities  (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE redemptions (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE deliveries  (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE media       (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE tokens      (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE answers     (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);
CREATE TABLE internals   (id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value text NOT NULL, expires_at bigint);

-- Only these kinds expire.
CREATE INDEX tokens_by_expiry      ON tokens      (expires_at);
CREATE INDEX answers_by_expiry     ON answers     (expires_at);
CREATE INDEX redemptions_by_expiry ON redemptions (expires_at);
CREATE INDEX feeds_by_expiry       ON feeds       (expires_at);

-- What is over is deleted within seconds, so a fifth of a large table would be long to wait for a vacuum.
ALTER TABLE tokens  SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE answers SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
