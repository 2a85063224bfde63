-- What sync needs: the log in ranges, and whether this copy was restored.

-- The log in ranges of its order by (timestamp, id), so that two copies find where they differ
-- without reading all of it. Kept in the transaction that changes the log; filled at the next
-- opening of an older file. The first range begins at zero; each ends where the next begins.
CREATE TABLE log_range(
    timestamp INTEGER NOT NULL,         -- where it begins
    id BLOB NOT NULL,
    count INTEGER NOT NULL,             -- of the changesets in it
    sum BLOB NOT NULL,                  -- of their ids, mod 2^256, 32 bytes, least significant first
    PRIMARY KEY(timestamp, id)
) STRICT, WITHOUT ROWID;

-- 1 from when a restored copy is opened until it has all that a peer has: what it sealed after the
-- backup may be elsewhere only, and it must not seal in its place.
ALTER TABLE state ADD COLUMN restored INTEGER NOT NULL DEFAULT 0;
