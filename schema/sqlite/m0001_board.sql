-- A board file, version 1.
--
-- Three parts: the log, which is the board; the view, a pure function of the log and the horizon;
-- and what is local to this copy and never leaves it. Rows refer to ideas, members, nodes and
-- changesets by integers that mean something in this file only. Timestamps are 64-bit hybrid
-- timestamps. No foreign keys: a child may arrive before its parent.

-- THE LOG ---------------------------------------------------------------------------------------

CREATE TABLE node(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,            -- Ed25519 public key, 32 bytes
    sequence INTEGER NOT NULL DEFAULT 0,-- of its last changeset in this log
    head BLOB                           -- the id of that changeset
) STRICT;

-- AUTOINCREMENT: an arrival number is a peer's cursor and must never be given twice.
CREATE TABLE changeset(
    arrival INTEGER PRIMARY KEY AUTOINCREMENT,
    timestamp INTEGER NOT NULL,
    id BLOB NOT NULL,
    node INTEGER NOT NULL,              -- node.key
    came_from INTEGER,                  -- peer.key; NULL: made here
    verdict INTEGER NOT NULL,           -- 0 applied, 1 parked, 2 void, 3 unknown
    header BLOB NOT NULL,
    payload BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
-- Led by time and not by the hash, so that a merge appends to it.
CREATE UNIQUE INDEX changeset_by_time ON changeset(timestamp, id);
CREATE INDEX changeset_parked ON changeset(timestamp) WHERE verdict = 1;

-- Durable and in the view, not yet sealed: seen by nobody.
CREATE TABLE pending(
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    salt BLOB,
    bytes BLOB NOT NULL
) STRICT;

-- THE VIEW --------------------------------------------------------------------------------------

-- The winner of every register but the votes': where it stands in the order of changes.
CREATE TABLE register(
    kind INTEGER NOT NULL,
    key BLOB NOT NULL,
    timestamp INTEGER NOT NULL,
    changeset INTEGER NOT NULL,         -- changeset.arrival; 0: pending
    position INTEGER NOT NULL,          -- the change's place in its changeset
    PRIMARY KEY(kind, key)
) STRICT, WITHOUT ROWID;

-- An idea has a row as soon as anything is said of it; `created` comes with its first title.
CREATE TABLE idea(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    created INTEGER,
    author INTEGER,                     -- member.key
    title TEXT,
    need TEXT,
    body TEXT,
    concurrent INTEGER NOT NULL DEFAULT 0, -- fields with several heads: 1 title, 2 need, 4 body
    builds_on BLOB,
    source TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    hidden_reason TEXT,
    status INTEGER NOT NULL DEFAULT 1,
    status_note TEXT
) STRICT;

CREATE TABLE revision(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    idea INTEGER NOT NULL,
    field INTEGER NOT NULL,             -- 1 title, 2 need, 3 body
    member INTEGER,                     -- who wrote it
    text TEXT NOT NULL,
    heads BLOB NOT NULL                 -- the ids it names, 10 bytes each
) STRICT;
CREATE INDEX revision_by_idea ON revision(idea, field);

CREATE TABLE member(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    name TEXT,
    manages INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The winning votes, withdrawn ones included. One row a (idea, member): about 24 bytes.
CREATE TABLE vote(
    idea INTEGER NOT NULL,
    member INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    vote INTEGER NOT NULL,              -- the ballot; 16 more if proven
    changeset INTEGER NOT NULL,         -- changeset.arrival; 0: pending
    PRIMARY KEY(idea, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_by_member ON vote(member);

-- The winning votes of each idea, counted, and what ranks it.
CREATE TABLE tally(
    idea INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    created INTEGER,
    listed INTEGER NOT NULL DEFAULT 0,  -- has a title, is neither hidden nor withdrawn
    score INTEGER NOT NULL DEFAULT 0,
    agree INTEGER NOT NULL DEFAULT 0,
    disagree INTEGER NOT NULL DEFAULT 0,
    pass INTEGER NOT NULL DEFAULT 0,
    proven INTEGER NOT NULL DEFAULT 0,
    comments INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tally_by_rank ON tally(score DESC, agree DESC, created, id) WHERE listed = 1;
CREATE INDEX tally_by_age ON tally(created DESC, id) WHERE listed = 1;

-- A comment has a row as soon as anything is said of it; `idea` comes with its text.
CREATE TABLE comment(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    idea INTEGER,
    member INTEGER,
    created INTEGER,
    text TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    hidden_reason TEXT
) STRICT;
CREATE INDEX comment_by_idea ON comment(idea);

CREATE TABLE label(
    idea INTEGER NOT NULL,
    axis INTEGER NOT NULL,              -- 1 facet, 2 tag
    name TEXT NOT NULL,
    PRIMARY KEY(idea, axis, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX label_by_name ON label(axis, name);

CREATE TABLE same_as(
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    PRIMARY KEY(first, second)
) STRICT, WITHOUT ROWID;

CREATE TABLE carry(
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    member INTEGER NOT NULL,
    consent INTEGER NOT NULL,           -- 1 consents, 2 objects
    PRIMARY KEY(first, second, member)
) STRICT, WITHOUT ROWID;

-- What has been said of nodes. The founder needs no row.
CREATE TABLE node_standing(
    node INTEGER PRIMARY KEY,           -- node.key
    name TEXT,
    role INTEGER,                       -- 1 none, 2 reader, 3 contributor, 4 steward
    role_heads BLOB,
    proves INTEGER,
    clock_offset INTEGER,
    disavowed INTEGER
) STRICT;

CREATE TABLE board_setting(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE erased(
    changeset BLOB NOT NULL,
    slot INTEGER NOT NULL,
    PRIMARY KEY(changeset, slot)
) STRICT, WITHOUT ROWID;

-- LOCAL -----------------------------------------------------------------------------------------

-- One row: who this copy is and where it stands.
CREATE TABLE state(
    singleton INTEGER PRIMARY KEY CHECK(singleton = 1),
    board BLOB NOT NULL,
    founder BLOB NOT NULL,              -- the node that founded the board
    node BLOB NOT NULL,                 -- this copy's node
    store BLOB,                         -- 16 random bytes; NULL: minted at the next opening
    clock INTEGER NOT NULL,             -- the greatest timestamp given or seen
    horizon INTEGER NOT NULL,           -- milliseconds
    view_version INTEGER NOT NULL,
    check_count INTEGER NOT NULL,
    check_sum BLOB NOT NULL             -- 256 bytes
) STRICT;

CREATE TABLE setting(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A copy of the board that this one calls has an address; one that only called here has none.
CREATE TABLE peer(
    key INTEGER PRIMARY KEY,
    address TEXT UNIQUE,
    node BLOB,                          -- the node it was at the last sync
    store BLOB,                         -- the copy it was at the last sync
    received INTEGER NOT NULL DEFAULT 0,-- the peer's arrival up to which we have everything
    sent INTEGER NOT NULL DEFAULT 0,    -- our arrival up to which the peer has everything
    last_sync INTEGER                   -- milliseconds
) STRICT;
CREATE INDEX peer_by_node ON peer(node);

CREATE TABLE contact(
    address TEXT PRIMARY KEY,
    member BLOB NOT NULL
) STRICT, WITHOUT ROWID;
