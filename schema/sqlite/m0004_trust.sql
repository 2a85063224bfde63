-- Who may do what: the role in which each changeset was sealed, what was said of roles, and what
-- waits outside the log.

-- The role of the node when it sealed the changeset: 1 none, 2 reader, 3 contributor, 4 steward,
-- 5 founder. 0 until it is judged, which the first opening of an older file does. Below 3 its
-- changes have no effect: it is here because a statement about its node vouched for it.
ALTER TABLE changeset ADD COLUMN role INTEGER NOT NULL DEFAULT 0;

-- How many changesets of the node the log holds. More than its last sequence: two copies of one
-- key wrote.
ALTER TABLE node ADD COLUMN changesets INTEGER NOT NULL DEFAULT 0;

-- Every change of a node's role that its author had the right to make (part of the view).
CREATE TABLE role_statement(
    node INTEGER NOT NULL,              -- node.key: about whom
    changeset INTEGER NOT NULL,         -- changeset.arrival
    position INTEGER NOT NULL,          -- the change's place in its changeset
    timestamp INTEGER NOT NULL,
    role INTEGER NOT NULL,
    heads BLOB NOT NULL,                -- the ids it names, 32 bytes each
    PRIMARY KEY(node, changeset, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_statement_by_changeset ON role_statement(changeset);

-- Ids that the ancestry of a statement's heads needs next and that are not here.
CREATE TABLE chain_gap(
    node INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY(node, id)
) STRICT, WITHOUT ROWID;

-- Verified changesets outside the log, its check value and every sync: their node has no role, or
-- they lack a text that nothing erased as far as is known here.
CREATE TABLE held(
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    node INTEGER NOT NULL,              -- node.key
    came_from INTEGER,                  -- peer.key
    reason INTEGER NOT NULL,            -- 1 no role, 2 lacks a text
    header BLOB NOT NULL,
    payload BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE INDEX held_by_node ON held(node);
