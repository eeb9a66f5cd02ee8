-- One table for all kinds of records in place of one for each. The kinds are numbered:
-- 1 merchants, 2 brands, 3 catalogs, 4 templates, 5 users, 6 members, 7 claims, 8 feeds,
-- 9 activities, 10 redemptions, 11 deliveries, 12 media, 13 tokens, 14 answers, 15 internals.
-- Ids of tokens and answers begin with their time, so new rows of a kind go to one place of the tree and a commit touches
-- few pages. The value stands last: what comes before a long one is found without reading it.

CREATE TABLE records (
    kind       INTEGER NOT NULL,
    id         TEXT NOT NULL,
    version    INTEGER NOT NULL,
    expires_at INTEGER,
    value      TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- In the order of the new table, so that its pages are full. Each old table's pages are free for what follows.
INSERT INTO records (kind, id, version, expires_at, value) SELECT 1, id, version, NULL, value FROM merchants ORDER BY id;
DROP TABLE merchants;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 2, id, version, NULL, value FROM brands ORDER BY id;
DROP TABLE brands;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 3, id, version, NULL, value FROM catalogs ORDER BY id;
DROP TABLE catalogs;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 4, id, version, NULL, value FROM templates ORDER BY id;
DROP TABLE templates;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 5, id, version, NULL, value FROM users ORDER BY id;
DROP TABLE users;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 6, id, version, NULL, value FROM members ORDER BY id;
DROP TABLE members;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 7, id, version, NULL, value FROM claims ORDER BY id;
DROP TABLE claims;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 8, id, version, expires_at, value FROM feeds ORDER BY id;
DROP TABLE feeds;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 9, id, version, NULL, value FROM activities ORDER BY id;
DROP TABLE activities;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 10, id, version, expires_at, value FROM redemptions ORDER BY id;
DROP TABLE redemptions;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 11, id, version, NULL, value FROM deliveries ORDER BY id;
DROP TABLE deliveries;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 12, id, version, NULL, value FROM media ORDER BY id;
DROP TABLE media;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 13, id, version, expires_at, value FROM tokens ORDER BY id;
DROP TABLE tokens;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 14, id, version, expires_at, value FROM answers ORDER BY id;
DROP TABLE answers;
INSERT INTO records (kind, id, version, expires_at, value) SELECT 15, id, version, NULL, value FROM internals ORDER BY id;
DROP TABLE internals;

-- Only records of kinds that expire have a time.
CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;
