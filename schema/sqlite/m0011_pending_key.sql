-- What waits gets keys from 1 again once all of it is sealed: a key says only what was written first.
-- Keys that are never given twice, as m0001 had it, are a page of their own in every vote.
CREATE TABLE pending_next(
    key INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    salt BLOB,
    bytes BLOB NOT NULL,
    clock INTEGER,                      -- see m0007
    placed INTEGER NOT NULL DEFAULT 0   -- see m0009
) STRICT;
INSERT INTO pending_next(key, kind, timestamp, salt, bytes, clock, placed)
    SELECT key, kind, timestamp, salt, bytes, clock, placed FROM pending;
DROP TABLE pending;
ALTER TABLE pending_next RENAME TO pending;
