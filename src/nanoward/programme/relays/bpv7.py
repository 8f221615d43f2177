"""Bundles of the Bundle Protocol, version 7 (RFC 9171): read with every reason, and written.

For carriers that speak it (space and sea links): the payload is a sealed file of ours. Strict
where the standard says must, patient where it says ignore.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nanoward.programme.relays.cbor import (
    BREAK,
    INDEFINITE,
    BadCborError,
    Item,
    read_item,
    written_item,
)
from nanoward.programme.relays.checksums import crc16_x25, crc32c

VERSION = 7
PAYLOAD, PREVIOUS, AGE, HOPS, INTEGRITY = 1, 6, 7, 10, 11
KNOWN = (PAYLOAD, PREVIOUS, AGE, HOPS)
DELETE_IF_UNKNOWN = 0x04  # RFC 9171 4.2.4
MUST_NOT_FRAGMENT = 0x04  # RFC 9171 4.2.3
NULL_ENDPOINT = "dtn:none"
CRC_SIZE = {0: 0, 1: 2, 2: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bpv7Bundle:
    """A bundle as its blocks say it; endpoints as URIs, times in milliseconds.

    created  since 2000-01-01 UTC; 0: the source had no clock
    age_ms   None without an age block
    reasons  why it must not be taken, empty: it may
    """

    source: str
    destination: str
    created: int
    sequence: int
    lifetime_ms: int
    age_ms: int | None
    payload: bytes
    reasons: tuple[str, ...]


def read_bpv7(content: bytes) -> Bpv7Bundle:
    """The bundle with every reason against it; BadCborError where it is none at all."""
    blocks = list(_blocks(content))
    if not blocks:
        raise BadCborError("a bundle without blocks")
    primary, rest = _list(blocks[0]), [_list(one) for one in blocks[1:]]
    if not 8 <= len(primary) <= 11 or _int(primary[0]) != VERSION:
        raise BadCborError("no primary block of version 7")
    stamp = _list(primary[6])
    created, sequence = _int(stamp[0]), _int(stamp[1])
    ages = [one for one in rest if _int(one[0]) == AGE]
    payloads = [one for one in rest if _int(one[0]) == PAYLOAD]
    reasons = [
        *_primary_reasons(content, blocks[0], primary),
        *(["zero-time-without-age"] if created == 0 and len(ages) != 1 else []),
        *_block_reasons(content, blocks[1:], rest),
        *(["no-last-payload"] if len(payloads) != 1 or rest[-1] is not payloads[0] else []),
    ]
    return Bpv7Bundle(
        source=_endpoint(primary[4]),
        destination=_endpoint(primary[3]),
        created=created,
        sequence=sequence,
        lifetime_ms=_int(primary[7]),
        age_ms=_int(read_item(_bytes(ages[0][4]), 0)) if ages else None,
        payload=_bytes(payloads[0][4]) if payloads else b"",
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _blocks(content: bytes) -> Iterator[Item]:
    if content[:1] != bytes([INDEFINITE]):
        raise BadCborError("a bundle is an array of indefinite length")
    at = 1
    while content[at : at + 1] != bytes([BREAK]):
        item = read_item(content, at)
        yield item
        at = item.ends
    if at + 1 != len(content):
        raise BadCborError("bytes follow the bundle")


def _primary_reasons(content: bytes, block: Item, parts: Sequence[Item]) -> Iterator[str]:
    """RFC 9171 4.3.1: a checksum must be there; one of BPSec instead cannot be checked here."""
    kind = _int(parts[2])
    if kind not in CRC_SIZE:
        yield "unknown-crc-type"
    elif kind == 0:
        yield "no-primary-crc"
    elif not _crc_holds(content, block, parts[-1], kind):
        yield "wrong-primary-crc"


def _block_reasons(
    content: bytes, blocks: Sequence[Item], parts: Sequence[Sequence[Item]]
) -> Iterator[str]:
    numbers = [_int(one[1]) for one in parts]
    if len(set(numbers)) != len(numbers):
        yield "repeated-block-number"
    for block, one in zip(blocks, parts, strict=True):
        kind, flags, crc = _int(one[0]), _int(one[2]), _int(one[3])
        if kind not in KNOWN and flags & DELETE_IF_UNKNOWN:
            yield "unknown-block-must-delete"
        if crc not in CRC_SIZE:
            yield "unknown-crc-type"
        elif crc and not (len(one) == 6 and _crc_holds(content, block, one[-1], crc)):
            yield "wrong-block-crc"


def _crc_holds(content: bytes, block: Item, field: Item, kind: int) -> bool:
    """The checksum over the block with zeros in the place of the checksum (RFC 9171 4.2.1)."""
    size = CRC_SIZE[kind]
    if not isinstance(field.value, bytes) or len(field.value) != size:
        return False
    raw = bytearray(content[block.begins : block.ends])
    place = field.ends - block.begins - size
    raw[place : place + size] = bytes(size)
    found = crc16_x25(bytes(raw)) if kind == 1 else crc32c(bytes(raw))
    return found == int.from_bytes(field.value, "big")


def written_bpv7(
    payload: bytes, *, source: str, destination: str, sequence: int, lifetime_ms: int,
    created: int = 0, age_ms: int = 0,
) -> bytes:  # fmt: skip
    """A bundle with checksums on every block; created 0 is allowed, as it carries its age."""
    primary = [
        written_item(VERSION),
        written_item(MUST_NOT_FRAGMENT),
        written_item(2),
        _written_endpoint(destination),
        _written_endpoint(source),
        _written_endpoint(NULL_ENDPOINT),
        written_item([written_item(created), written_item(sequence)]),
        written_item(lifetime_ms),
    ]
    age = [AGE, 2, 0, 2, written_item(age_ms)]
    data = [PAYLOAD, 1, 0, 2, payload]
    blocks = [_with_crc(primary)]
    blocks += [_with_crc([written_item(part) for part in block]) for block in (age, data)]  # type: ignore[arg-type]
    return bytes([INDEFINITE]) + b"".join(blocks) + bytes([BREAK])


def _with_crc(parts: list[bytes]) -> bytes:
    zero = written_item([*parts, written_item(bytes(4))])
    return zero[:-4] + crc32c(zero).to_bytes(4, "big")


def _written_endpoint(uri: str) -> bytes:
    scheme, _, rest = uri.partition(":")
    if scheme == "ipn":
        node, _, service = rest.partition(".")
        where = [written_item(int(node)), written_item(int(service))]
        return written_item([written_item(2), written_item(where)])
    if scheme != "dtn":
        raise ValueError(f"{uri!r} is no endpoint of dtn or ipn")
    return written_item([written_item(1), written_item(0 if rest == "none" else rest)])


def _endpoint(item: Item) -> str:
    scheme, place = _list(item)
    if _int(scheme) == 2:
        node, service = _list(place)
        return f"ipn:{_int(node)}.{_int(service)}"
    if _int(scheme) != 1:
        raise BadCborError(f"endpoints of scheme {_int(scheme)} are not known")
    return NULL_ENDPOINT if place.value == 0 else f"dtn:{place.value!s}"


def _list(item: Item) -> list[Item]:
    if not isinstance(item.value, list):
        raise BadCborError("an array is missing")
    return item.value


def _int(item: Item) -> int:
    if not isinstance(item.value, int):
        raise BadCborError("a number is missing")
    return item.value


def _bytes(item: Item) -> bytes:
    if not isinstance(item.value, bytes):
        raise BadCborError("a byte string is missing")
    return item.value
