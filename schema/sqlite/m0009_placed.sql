-- A vote that waits says in the view already in which changeset it will be.

-- 1 where the row of the table vote names, since the vote was written, the arrival number of the
-- changeset in which it will be sealed. 0 where sealing has to look: the vote is of one moment with
-- a sealed one of this node, so that ids decide which wins, or an older version wrote it.
ALTER TABLE pending ADD COLUMN placed INTEGER NOT NULL DEFAULT 0;
