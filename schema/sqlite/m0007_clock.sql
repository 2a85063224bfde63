-- A computer whose clock is wrong learns the time from a steward's node.

-- What this computer's clock said when the change was written, in milliseconds since 1970; NULL for
-- a change that brought its own time, as an import does, and for those of older versions. Where
-- the clock turns out to be wrong, what waits here is dated anew by it.
ALTER TABLE pending ADD COLUMN clock INTEGER;

-- What a steward's node last said the time is, and what this computer's clock said then; NULL as
-- long as both agree. Milliseconds since 1970.
ALTER TABLE state ADD COLUMN told_time INTEGER;
ALTER TABLE state ADD COLUMN told_at INTEGER;
