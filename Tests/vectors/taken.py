"""Changesets that a reader takes, each with its verdict."""

from frame import (
    CLOSED, COMMENT, SALTED, STATUS, ZERO, changeset, erased_slot, slot, timestamp)
from values import (
    ACTING, COMMENT_ID, IDEA, NAMED, NOW, UNKNOWN_KIND, named_slot, run, votes_slot)
from wire import blob, number, tagged, text


def changesets(key):
    founding = changeset(
        "founding", key,
        [named_slot("board name", timestamp(NOW), run(0xC0, 16)),
         named_slot("node name", timestamp(NOW, 1), run(0xD0, 16)),
         named_slot("idea", timestamp(NOW, 2), run(0xE0, 16)),
         named_slot("node role", timestamp(NOW, 3), b"")],
        ZERO, 1, ZERO)
    board = founding["id"]

    def later(name, slots, sealed=None, verdict="applied", version=1):
        return changeset(name, key, slots, board, 2, board, sealed, verdict, version)

    def with_erased(name, slots, verdict="applied", after=None):
        """The changeset as it was sealed, and with every slot erased that can be."""
        whole = later(name, slots, verdict=verdict)
        erased = later(
            f"{name}, erased",
            [one if one["kind"] in CLOSED else erased_slot(one) for one in slots],
            sealed=whole["payload"], verdict=after or verdict)
        assert whole["id"] == erased["id"]
        return [whole, erased]

    def foreign(name, contents, changes=1):
        return slot(name, UNKNOWN_KIND, SALTED, timestamp(NOW), contents, changes, run(0x99, 16))

    every = [
        named_slot(name, timestamp(NOW + 100 + place), run(place, 16))
        for place, name in enumerate(NAMED)
    ]
    both = slot(
        "comment with a text and an id", COMMENT, SALTED, timestamp(NOW),
        blob(1, ACTING) + blob(2, COMMENT_ID) + tagged(3, blob(1, IDEA) + text(2, "a")),
        salt=run(0xF0, 16))
    newer = slot(
        "status of a newer version", STATUS, SALTED, timestamp(NOW),
        blob(2, IDEA) + number(3, 7), salt=run(0xF1, 16))
    return [
        founding,
        *with_erased("all kinds", every + [votes_slot()]),
        # An id is a commitment to what is said, so to say the same twice makes one thing.
        later("an idea twice", [
            named_slot("idea", timestamp(NOW + moment), run(0xE0, 16)) for moment in (1, 2)]),
        *with_erased("a kind unknown", [foreign("unknown kind", b"\xff", 3)], "unknown"),
        *with_erased("void", [both], "void", after="applied"),
        *with_erased("a value unknown", [newer], "unknown", after="applied"),
        later("a newer format",
              [foreign("unknown kind", b""), both, votes_slot()], verdict="unknown", version=2),
    ]
