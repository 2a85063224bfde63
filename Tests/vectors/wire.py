"""Protocol Buffers (https://protobuf.dev/programming-guides/encoding/), by hand.

A proto3 field of its default value is left out, but the chosen alternative of a oneof is always
written.
"""


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def tagged(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(number, content):
    return tagged(number, content) if content else b""


def text(number, content):
    return blob(number, content.encode())


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def packed(field, values):
    return blob(field, b"".join(varint(value) for value in values))


def chosen_number(field, value):
    return varint(field << 3) + varint(value)


def zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def long_number(field, value):
    """The same as `chosen_number`, with a byte more than the number needs."""
    shortest = varint(value)
    return varint(field << 3) + shortest[:-1] + bytes([shortest[-1] | 0x80, 0])
