"""The little of CBOR (RFC 8949) that bundles of the Bundle Protocol use, in both directions.

Whole numbers from 0, byte strings, text and arrays; a length that is not the shortest is read.
"""

from dataclasses import dataclass

BREAK = 0xFF
INDEFINITE = 0x9F
DEEPEST = 8  # arrays within arrays
Value = int | bytes | str | list["Item"]


class BadCborError(ValueError):
    """Bytes that are not the CBOR that is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A value, and where its bytes begin and end."""

    value: Value
    begins: int
    ends: int


def read_item(content: bytes, at: int, depth: int = 0) -> Item:
    """The item that begins at a byte; BadCborError."""
    if depth > DEEPEST:
        raise BadCborError("arrays are nested too deeply")
    major, count, after = _head(content, at)
    if major == 0:
        return Item(value=count, begins=at, ends=after)
    if major in (2, 3):
        raw = content[after : after + count]
        if len(raw) != count:
            raise BadCborError("a string is cut off")
        value: Value = raw if major == 2 else _text(raw)
        return Item(value=value, begins=at, ends=after + count)
    if major != 4:
        raise BadCborError(f"items of major type {major} have no place here")
    items: list[Item] = []
    for _ in range(count):
        items.append(read_item(content, after, depth + 1))
        after = items[-1].ends
    return Item(value=items, begins=at, ends=after)


def _head(content: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where what follows begins."""
    if at >= len(content):
        raise BadCborError("the bytes end too soon")
    major, short = content[at] >> 5, content[at] & 31
    if short < 24:
        return major, short, at + 1
    if short > 27:
        raise BadCborError("a length is not definite")
    size = 1 << (short - 24)
    raw = content[at + 1 : at + 1 + size]
    if len(raw) != size:
        raise BadCborError("a number is cut off")
    return major, int.from_bytes(raw, "big"), at + 1 + size


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise BadCborError("a text is not UTF-8") from None


def written_item(value: int | bytes | str | list[bytes]) -> bytes:
    """A value as CBOR; a list holds items that are written already."""
    if isinstance(value, int):
        return _written_head(0, value)
    if isinstance(value, bytes):
        return _written_head(2, len(value)) + value
    if isinstance(value, str):
        return _written_head(3, len(value.encode())) + value.encode()
    return _written_head(4, len(value)) + b"".join(value)


def _written_head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if count < 1 << (8 * size):
            return bytes([major << 5 | short]) + count.to_bytes(size, "big")
    raise BadCborError(f"{count} has more than 64 bits")
