"""The ids, messages and votes of which the vectors are made; the tests repeat their values."""

from frame import (
    BOARD, CARRY, CLOSED, COMMENT, ERASE, HIDDEN, IDEA_FIELD, IDEA_MADE, LABEL, MEMBER, NODE,
    NODE_NAME, PLAIN, REVISION, SALTED, SAME_AS, STATUS, VOTE_BLOCK, slot, timestamp, vote_block)
from wire import blob, chosen_number, number, tagged, text, zigzag


def run(first, count):
    """An identifier of `count` bytes that is easy to recognise: first, first + 1, …"""
    return bytes((first + step) % 256 for step in range(count))


UNKNOWN_KIND = 99

ACTING = run(0x20, 12)
IDEA, OTHER = run(0x01, 10), run(0x41, 10)
COMMENT_ID = run(0x61, 10)
HEADS = [run(0x71, 10), run(0x70, 10)]
SUBJECT = run(0x30, 12)
NODE_ID, FIRST_HEAD = run(0xA0, 32), run(0xC0, 32)
LONGER = "Grüße, 世界, 🌍"


def messages():
    """One message of every kind and alternative but votes."""
    acting = blob(1, ACTING)
    pair = blob(2, IDEA) + blob(3, OTHER)
    heads = b"".join(tagged(6, head) for head in HEADS)
    role = number(1, 3) + tagged(2, FIRST_HEAD)
    return [
        ("title, first revision", REVISION,
         acting + blob(3, IDEA) + number(4, 1) + text(5, LONGER)),
        ("need, two heads", REVISION,
         acting + blob(3, IDEA) + number(4, 2) + text(5, "why") + heads),
        ("empty body, of the node itself", REVISION,
         blob(3, IDEA) + number(4, 3)),
        ("builds on", IDEA_FIELD, acting + blob(2, IDEA) + tagged(3, OTHER)),
        ("builds on nothing", IDEA_FIELD, acting + blob(2, IDEA) + tagged(3, b"")),
        ("source", IDEA_FIELD, acting + blob(2, IDEA) + tagged(4, b"polis:name:48")),
        ("withdrawn", IDEA_FIELD, acting + blob(2, IDEA) + chosen_number(5, 1)),
        ("not withdrawn", IDEA_FIELD, acting + blob(2, IDEA) + chosen_number(5, 0)),
        ("facet on", LABEL,
         acting + blob(2, IDEA) + number(3, 1) + text(4, "commerce") + number(5, 1)),
        ("tag off", LABEL, acting + blob(2, IDEA) + number(3, 2) + text(4, "größer")),
        ("comment", COMMENT,
         acting + tagged(3, blob(1, IDEA) + text(2, LONGER))),
        ("comment withdrawn", COMMENT, acting + blob(2, COMMENT_ID) + chosen_number(4, 1)),
        ("same as", SAME_AS, acting + pair + number(4, 1)),
        ("not same as", SAME_AS, acting + pair),
        ("consents", CARRY, acting + pair + number(4, 1)),
        ("objects", CARRY, acting + pair + number(4, 2)),
        ("member name", MEMBER, acting + blob(2, SUBJECT) + tagged(3, "Zoë".encode())),
        ("member rights", MEMBER, acting + blob(2, SUBJECT) + tagged(4, number(1, 1))),
        ("member without rights", MEMBER, acting + blob(2, SUBJECT) + tagged(4, b"")),
        ("status", STATUS, acting + blob(2, IDEA) + number(3, 5) + text(4, "out")),
        ("idea hidden", HIDDEN, acting + tagged(2, IDEA) + number(4, 1) + text(5, "spam")),
        ("comment shown", HIDDEN, acting + tagged(3, COMMENT_ID)),
        ("board name", BOARD, text(2, "name") + text(3, "Ideas")),
        ("node role", NODE, blob(2, NODE_ID) + tagged(4, role)),
        ("node proves", NODE, blob(2, NODE_ID) + chosen_number(5, 1)),
        ("node clock", NODE, blob(2, NODE_ID) + chosen_number(6, zigzag(-86_400_000))),
        ("node disavowed", NODE, blob(2, NODE_ID) + chosen_number(7, 1)),
        ("node role none", NODE, acting + blob(2, NODE_ID) + tagged(4, number(1, 1))),
        ("node does not prove", NODE, blob(2, NODE_ID) + chosen_number(5, 0)),
        ("erase", ERASE, blob(2, FIRST_HEAD) + number(3, 7)),
        ("erase slot 0", ERASE, acting + blob(2, FIRST_HEAD)),
        ("idea", IDEA_MADE, acting),
        ("idea of the node itself", IDEA_MADE, b""),
        ("node name", NODE_NAME, acting + blob(2, NODE_ID) + text(3, "kiosk")),
        ("node without a name", NODE_NAME, blob(2, NODE_ID)),
    ]


NAMED = {name: (kind, contents) for name, kind, contents in messages()}
NOW = 1_767_225_600_000
VOTES = [
    (NOW + 1_000, 0, IDEA, ACTING, 0x01),
    (NOW + 1_000, 0, IDEA, SUBJECT, 0x12),
    (NOW + 1_000, 0, OTHER, ACTING, 0x03),
    (NOW + 1_000, 7, IDEA, ACTING, 0x00),
    (NOW + 90_061_000, 65_535, OTHER, SUBJECT, 0x11),
]
LAST_VOTE = timestamp(NOW + 90_061_000, 65_535)


def named_slot(name, stamp, salt):
    """The slot of a message by its name: plain where its kind is closed, else salted."""
    kind, contents = NAMED[name]
    if kind in CLOSED:
        return slot(name, kind, PLAIN, stamp, contents)
    return slot(name, kind, SALTED, stamp, contents, salt=salt)


def votes_slot(name="votes", contents=None, state=PLAIN, stamp=LAST_VOTE, changes=len(VOTES)):
    contents = vote_block(VOTES) if contents is None else contents
    return slot(name, VOTE_BLOCK, state, stamp, contents, changes,
                run(0x10, 16) if state == SALTED else b"")
