-- Invitations that this copy gave, and who used them. Local to this copy: an invitation works only
-- where it was given, by the key that gave it.
CREATE TABLE invitation(
    key INTEGER PRIMARY KEY,
    node BLOB NOT NULL,                 -- the node that gave it
    digest BLOB NOT NULL UNIQUE,        -- SHA-256 of its secret, 32 bytes
    role INTEGER NOT NULL,              -- what it makes of who uses it: 2 reader, 3 contributor, 4 steward
    uses INTEGER NOT NULL,              -- how many nodes may use it
    created INTEGER NOT NULL,           -- milliseconds since 1970
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation_use(
    invitation INTEGER NOT NULL,        -- invitation.key
    node BLOB NOT NULL,                 -- who used it
    at INTEGER NOT NULL,
    PRIMARY KEY(invitation, node)
) STRICT, WITHOUT ROWID;
