"""Slots, changesets and ids, as docs/format.md has them."""

import hashlib
import hmac

from wire import blob, packed

SECRET = bytes(range(0x80, 0xA0))
ZERO = bytes(32)
PLAIN, SALTED, ERASED = 0, 1, 2

VOTE_BLOCK, REVISION, IDEA_FIELD, LABEL, COMMENT, SAME_AS, CARRY = range(1, 8)
MEMBER, STATUS, HIDDEN, BOARD, NODE, ERASE, IDEA_MADE, NODE_NAME = range(8, 16)
CLOSED = (VOTE_BLOCK, NODE, ERASE)


def sha256(data):
    return hashlib.sha256(data).digest()


def timestamp(milliseconds, counter=0):
    return milliseconds << 16 | counter


def slot(name, kind, state, stamp, contents, changes=1, salt=b""):
    """A slot; an erased one keeps only the digest of its salt and contents."""
    body = bytes([len(salt)]) + salt + contents
    content = sha256(body)
    leaf = sha256(
        b"communis slot 1\0"
        + kind.to_bytes(2, "big")
        + stamp.to_bytes(8, "big")
        + changes.to_bytes(4, "big")
        + content
    )
    kept = {PLAIN: contents, SALTED: contents, ERASED: content}[state]
    data = (
        kind.to_bytes(2, "big")
        + bytes([state])
        + stamp.to_bytes(8, "big")
        + changes.to_bytes(4, "big")
        + len(kept).to_bytes(4, "big")
        + (salt if state == SALTED else b"")
        + kept
    )
    return {
        "name": name,
        "kind": kind,
        "state": state,
        "milliseconds": stamp >> 16,
        "counter": stamp & 0xFFFF,
        "changes": changes,
        "salt": salt if state == SALTED else b"",
        "contents": contents if state != ERASED else b"",
        "content": content,
        "leaf": leaf,
        "bytes": data,
    }


def changeset(
    name, key, slots, board, sequence, previous, sealed=None, verdict="applied", version=1
):
    """A changeset; `sealed` is its payload before something was erased."""
    payload = b"".join(slot["bytes"] for slot in slots)
    stamps = [timestamp(slot["milliseconds"], slot["counter"]) for slot in slots]
    changes = sum(slot["changes"] for slot in slots)
    size = len(sealed if sealed is not None else payload)
    root = sha256(b"".join(slot["leaf"] for slot in slots))
    public = key.public_key().public_bytes_raw()
    header = (
        bytes([version])
        + board
        + public
        + sequence.to_bytes(8, "big")
        + previous
        + max(stamps).to_bytes(8, "big")
        + changes.to_bytes(4, "big")
        + size.to_bytes(4, "big")
        + root
    )
    assert len(header) == 153
    identifier = sha256(header)
    message = b"communis changeset 1\0" + identifier
    on = identifier if board == ZERO and sequence == 1 else board
    return {
        "name": name,
        "verdict": verdict,
        "board": board,
        "sequence": sequence,
        "previous": previous,
        "milliseconds": max(stamps) >> 16,
        "counter": max(stamps) & 0xFFFF,
        "changes": changes,
        "payloadSize": size,
        "root": root,
        "header": header,
        "id": identifier,
        "signedMessage": message,
        "signature": key.sign(message),
        "payload": payload,
        "slots": [one | {"makes": made(one, on)} for one in slots],
    }


def made(one, board):
    """The id of what a slot makes; none if it makes nothing, or is erased."""
    makes = one["kind"] in (IDEA_MADE, REVISION) or one["name"] == "comment"
    if one["state"] == ERASED or not makes:
        return b""
    return created(board, one["kind"], one["salt"], one["contents"])


def erased_slot(whole):
    return slot(
        whole["name"], whole["kind"], ERASED,
        timestamp(whole["milliseconds"], whole["counter"]), whole["contents"], whole["changes"],
        whole["salt"])


def refusal(name, reason, whole, **parts):
    """A changeset that a reader refuses, with parts of it changed after it was signed."""
    founds = whole["board"] == ZERO and whole["sequence"] == 1
    return {
        "name": name,
        "reason": reason,
        "board": whole["id"] if founds else whole["board"],
        "header": whole["header"],
        "payload": whole["payload"],
        "signature": whole["signature"],
    } | parts


def vote_fields(votes):
    """The fields of a block of votes, each as it is written.

    `votes`: (milliseconds, counter, idea, member, ballot).
    """
    votes = sorted(votes)
    ideas = sorted({vote[2] for vote in votes})
    members = sorted({vote[3] for vote in votes})
    moments = [vote[0] for vote in votes]
    counters = [
        value
        for place, vote in enumerate(votes)
        if vote[1]
        for value in (place, vote[1])
    ]
    return [
        blob(1, b"".join(ideas)),
        blob(2, b"".join(members)),
        packed(3, [ideas.index(vote[2]) for vote in votes]),
        packed(4, [members.index(vote[3]) for vote in votes]),
        packed(5, [now - before for before, now in zip([0] + moments, moments)]),
        packed(6, counters),
        blob(7, bytes(vote[4] for vote in votes)),
    ]


def vote_block(votes):
    return b"".join(vote_fields(votes))


def created(board, kind, salt, contents):
    """The id of the idea, revision or comment that a slot makes."""
    content = sha256(bytes([len(salt)]) + salt + contents)
    return sha256(b"communis id 1\0" + board + kind.to_bytes(2, "big") + content)[:10]


def creation_key(board, part, source):
    """What an importer takes as the salt of a slot that makes something."""
    return sha256(
        b"communis key 1\0" + board + part.encode() + b"\0" + source.encode())[:16]


def member_id(domain, name):
    message = domain.encode() + b"\0" + name.encode()
    return hmac.new(SECRET, message, hashlib.sha256).digest()[:12]


def base32(data):
    value = int.from_bytes(data, "big")
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    return "".join(digits[value >> shift & 31] for shift in range(len(data) * 8 - 5, -1, -5))


def check_value(identifiers):
    total = 0
    for identifier in identifiers:
        wide = b"".join(hashlib.sha512(bytes([part]) + identifier).digest() for part in range(4))
        total += int.from_bytes(wide, "big")
    total_bytes = (total % 2**2048).to_bytes(256, "big")
    digest = sha256(len(identifiers).to_bytes(8, "big") + total_bytes)
    return {"ids": identifiers, "sum": total_bytes, "digest": digest}
