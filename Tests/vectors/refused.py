"""Changesets that a reader refuses for a slot that is not as its kind demands."""

from frame import (
    BOARD, ERASE, ERASED, IDEA_MADE, NODE, PLAIN, SALTED, changeset, refusal, slot, timestamp,
    vote_fields)
from values import (
    ACTING, FIRST_HEAD, LAST_VOTE, NAMED, NODE_ID, NOW, UNKNOWN_KIND, VOTES, named_slot, run,
    votes_slot)
from wire import blob, chosen_number, long_number, number, packed, tagged, text, varint


def refused(key, board):
    acting, node = blob(1, ACTING), blob(2, NODE_ID)
    fields = vote_fields(VOTES)
    plainer = vote_fields(VOTES[:1])
    block = b"".join(fields)
    count = len(VOTES)
    loose = b"".join(chosen_number(3, place) for place in (0, 0, 1, 0, 1))
    assert packed(3, [0, 0, 1, 0, 1]) == fields[2]

    def sealed(name, slots, version=1):
        return changeset(name, key, slots, board, 2, board, version=version)

    def refuse(name, *slots, version=1):
        return refusal(name, "malformed", sealed(name, list(slots), version))

    def votes(name, contents):
        return refuse(f"votes {name}", votes_slot(contents=contents))

    def single(name, kind, contents, state=PLAIN, changes=1):
        salt = run(0x10, 16) if state == SALTED else b""
        return refuse(name, slot(name, kind, state, timestamp(NOW), contents, changes, salt))

    role = NAMED["node role"][1]
    erase = NAMED["erase"][1]
    setting = NAMED["board name"][1]
    plain_setting = slot("plain", BOARD, PLAIN, timestamp(NOW), setting)
    newer_role = slot(
        "role 6", NODE, PLAIN, timestamp(NOW), node + tagged(4, number(1, 6)))
    one_bit = bytearray(sealed("", [newer_role])["signature"])
    one_bit[0] ^= 1
    return [
        votes("with an unknown field", block + text(99, "x")),
        votes("with an unknown field that is zero", block + chosen_number(8, 0)),
        votes("in another order", fields[1] + fields[0] + b"".join(fields[2:])),
        votes("not packed", fields[0] + fields[1] + loose + b"".join(fields[3:])),
        votes("packed in two parts",
              fields[0] + fields[1] + packed(3, [0, 0, 1]) + packed(3, [0, 1])
              + b"".join(fields[3:])),
        votes("with a longer length",
              varint(1 << 3 | 2) + bytes([len(fields[0]) - 2 | 0x80, 0]) + block[2:]),
        votes("with a field twice", fields[0] + block),
        refuse("votes with a written default", votes_slot(
            contents=b"".join(plainer[:5]) + tagged(6, b"") + plainer[6],
            stamp=timestamp(VOTES[0][0]), changes=1)),
        votes("with a ballot of 4", block[:-1] + b"\x04"),
        votes("cut short", block[:-1]),
        votes("empty", b""),
        refuse("votes, one too many changes", votes_slot(changes=count + 1)),
        refuse("votes, a later time", votes_slot(stamp=LAST_VOTE + 1)),
        refuse("votes salted", votes_slot(state=SALTED)),
        refuse("votes erased", votes_slot(state=ERASED)),
        single("node with an unknown field", NODE, role + text(99, "x")),
        single("node in another order", NODE, tagged(4, number(1, 3)) + node),
        single("node with a longer number", NODE, node + tagged(4, long_number(1, 3))),
        single("node with an unknown field in its role", NODE,
               node + tagged(4, number(1, 3) + text(99, "x"))),
        single("node with a written default", NODE,
               tagged(1, b"") + node + tagged(4, number(1, 3))),
        single("node with two alternatives", NODE,
               node + tagged(4, number(1, 3)) + chosen_number(5, 1)),
        single("node that is proven twice as much", NODE, node + chosen_number(5, 2)),
        single("node without an alternative", NODE, node),
        single("node with a newer alternative", NODE, node + chosen_number(8, 1)),
        single("node with a name", NODE, node + tagged(3, b"kiosk")),
        single("node with role 0", NODE, node + tagged(4, b"")),
        single("node with role 5", NODE, node + tagged(4, number(1, 5))),
        single("node with role 6", NODE, node + tagged(4, number(1, 6))),
        single("node with a head twice", NODE,
               node + tagged(4, number(1, 3) + 2 * tagged(2, FIRST_HEAD))),
        single("node of 31 bytes", NODE, blob(2, NODE_ID[:31]) + chosen_number(5, 1)),
        single("node, two changes", NODE, role, changes=2),
        single("node salted", NODE, role, SALTED),
        single("node erased", NODE, role, ERASED),
        single("erase with an unknown field", ERASE, erase + text(99, "x")),
        single("erase with a longer number", ERASE, blob(2, FIRST_HEAD) + long_number(3, 7)),
        single("erase with a written default", ERASE,
               acting + blob(2, FIRST_HEAD) + chosen_number(3, 0)),
        single("erase of slot 1,000", ERASE, blob(2, FIRST_HEAD) + number(3, 1_000)),
        single("erase, no changes", ERASE, erase, changes=0),
        single("erase salted", ERASE, erase, SALTED),
        single("erase erased", ERASE, erase, ERASED),
        refuse("a setting plain", plain_setting),
        refuse("an idea plain", slot("idea", IDEA_MADE, PLAIN, timestamp(NOW), acting)),
        single("an unknown kind plain", UNKNOWN_KIND, b""),
        refuse("role 6 beside what is right", named_slot("idea", timestamp(NOW), run(1, 16)),
               newer_role),
        refuse("role 6 in a newer format", newer_role, version=2),
        refuse("an unknown kind plain in a newer format",
               slot("unknown", UNKNOWN_KIND, PLAIN, timestamp(NOW), b"x"), version=2),
        # Which reason comes first.
        refusal("a setting plain, of another root", "malformed", sealed("", [votes_slot()]),
                payload=plain_setting["bytes"]),
        refusal("role 6 of another root", "wrongRoot", sealed("", [votes_slot()]),
                payload=newer_role["bytes"]),
        refusal("role 6, not signed", "badSignature", sealed("", [newer_role]),
                signature=bytes(one_bit)),
    ]
