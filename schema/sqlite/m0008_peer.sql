-- A file of certificates, as an absolute path, that are trusted at a peer instead of the system's.
ALTER TABLE peer ADD COLUMN authority TEXT;
