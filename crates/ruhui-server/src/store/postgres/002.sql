-- One table for all kinds of records in place of one for each. Ids are compared bytewise, so that pages are the same on
-- every server. Values are JSON, but text: they are handed back to the byte, and no query looks into them.
-- Ids of tokens and answers begin with their time, so new rows of a kind go to one place of the index.

CREATE TABLE records (
    kind       smallint NOT NULL,
    id         text COLLATE "C" NOT NULL,
    version    bigint NOT NULL,
    expires_at bigint,
    value      text NOT NULL
);

COMMENT ON COLUMN records.kind IS
    '1 merchants, 2 brands, 3 catalogs, 4 templates, 5 users, 6 members, 7 claims, 8 feeds, '
    '9 activities, 10 redemptions, 11 deliveries, 12 media, 13 tokens, 14 answers, 15 internals';

INSERT INTO records (kind, id, version, expires_at, value) SELECT 1, id, version, NULL, value FROM merchants;
DROP TABLE merchants;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 2, id, version, NULL, value FROM brands;
DROP TABLE brands;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 3, id, version, NULL, value FROM catalogs;
DROP TABLE catalogs;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 4, id, version, NULL, value FROM templates;
DROP TABLE templates;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 5, id, version, NULL, value FROM users;
DROP TABLE users;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 6, id, version, NULL, value FROM members;
DROP TABLE members;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 7, id, version, NULL, value FROM claims;
DROP TABLE claims;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 8, id, version, expires_at, value FROM feeds;
DROP TABLE feeds;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 9, id, version, NULL, value FROM activities;
DROP TABLE activities;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 10, id, version, expires_at, value FROM redemptions;
DROP TABLE redemptions;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 11, id, version, NULL, value FROM deliveries;
DROP TABLE deliveries;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 12, id, version, NULL, value FROM media;
DROP TABLE media;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 13, id, version, expires_at, value FROM tokens;
DROP TABLE tokens;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 14, id, version, expires_at, value FROM answers;
DROP TABLE answers;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 15, id, version, NULL, value FROM internals;
DROP TABLE internals;

ALTER TABLE records ADD PRIMARY KEY (kind, id);

-- Only records of kinds that expire have a time.
CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;

-- What has expired is deleted within seconds, so a fifth of a large table would be long to wait for a vacuum.
ALTER TABLE records SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
