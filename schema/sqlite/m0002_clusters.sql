-- Version 2: joined ideas are counted as one.

-- Every idea that is joined with others, and the one that stands for them all, itself included:
-- the connected components of `same_as`. The tally of that one counts each member once.
CREATE TABLE cluster(
    idea INTEGER PRIMARY KEY,
    canonical INTEGER NOT NULL
) STRICT;
CREATE INDEX cluster_by_canonical ON cluster(canonical);
CREATE INDEX same_as_by_second ON same_as(second);

-- The vote's place in its changeset decides between votes of one moment on joined ideas.
ALTER TABLE vote ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

CREATE INDEX idea_by_base ON idea(builds_on) WHERE builds_on IS NOT NULL;

-- What a member wrote.
CREATE INDEX idea_by_author ON idea(author) WHERE author IS NOT NULL;
CREATE INDEX comment_by_member ON comment(member) WHERE member IS NOT NULL;
