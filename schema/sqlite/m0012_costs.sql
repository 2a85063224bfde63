-- What one node says costs others what it is, and not what it is times what was there before.

-- The pairs to which a member objects: whoever counts the votes of one member need not look through
-- the objections of all.
CREATE INDEX carry_by_objector ON carry(member, first, second) WHERE consent = 2;

-- A revision says itself where it stands and whether others of its text name it, so that the heads of
-- a text are found without reading all its revisions. Both are the view's, which is computed anew.
ALTER TABLE revision ADD COLUMN standing BLOB NOT NULL DEFAULT x'';
ALTER TABLE revision ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
DROP INDEX revision_by_idea;
-- timestamp (8 bytes), node (32), changeset (32) and index (8), each with its first byte first.
CREATE INDEX revision_by_standing ON revision(idea, field, named, standing);

-- The ids that revisions of a text name, whether they are here or not.
CREATE TABLE revision_naming(
    idea INTEGER NOT NULL,
    field INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY(idea, field, id)
) STRICT, WITHOUT ROWID;

-- In the order in which the comments on an idea are read, so that a comment more does not sort all.
DROP INDEX comment_by_idea;
CREATE INDEX comment_by_time ON comment(idea, created, id);

-- The vocabulary has two orders, not three: a term is found by its length first. Its end is a table of
-- its own, so that both can be filled in order.
DROP TABLE search_term;
CREATE TABLE search_term(
    key INTEGER PRIMARY KEY,
    length INTEGER NOT NULL,            -- in scalars
    term TEXT NOT NULL,
    UNIQUE(length, term)
) STRICT;
CREATE TABLE search_end(
    length INTEGER NOT NULL,
    reversed TEXT NOT NULL,             -- the term, the last scalar first
    PRIMARY KEY(length, reversed)
) STRICT, WITHOUT ROWID;
INSERT INTO search_part(search_part) VALUES('delete-all');

-- What is parked is let in in the order of changes, a page at a time.
DROP INDEX changeset_parked;
CREATE INDEX changeset_parked ON changeset(timestamp, id) WHERE verdict = 1;
