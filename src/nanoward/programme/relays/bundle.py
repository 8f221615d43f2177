"""A bundle: what one file for another site says, as canonical JSON, padded.

Layout before sealing: four bytes of length, a signature of 64 bytes, the JSON, zeros. Sealed,
a file is a multiple of 256 bytes and tells a carrier nothing else: not from whom, to whom, how
many, of what kind.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import body_of
from nanoward.base.entries.codec import BadEntryError, entry_of
from nanoward.base.entries.messages import MessageWritten
from nanoward.base.errors import InputError

VERSION = 1
STEP = 256  # bytes of a sealed file are a multiple of it
OVERHEAD = 32 + 16  # encapsulated key and authentication tag (RFC 9180)
SIGNATURE = 64
LENGTH = 4
DOMAIN = b"nanoward bundle v1\n"
WRITTEN = "messages.MessageWritten"


class BadBundleError(InputError):
    """A file is no bundle for this site: nothing of it was taken, all of it is kept."""

    code = "INP-191"
    next_step = "Ask the site to export again; the file is kept for whoever looks into it."


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedMessage:
    """A message on its way: its place among those for the destination, and its age when sent.

    age_s       seconds since it was written, by the clock that it was written by
    attachment  content of the file that goes with it
    """

    number: int
    age_s: float
    written: MessageWritten
    attachment: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One file for one site.

    number       place among the bundles from source to destination
    made         by the source's clock
    seen         ranges of the destination's messages that the source holds
    seen_bundle  the last bundle of the destination that the source read; 0: none
    seen_made    when that was made, by the destination's own clock
    written      messages that the source has written for the destination by now
    """

    source: str
    destination: str
    number: int
    made: datetime
    seen: tuple[str, ...]
    seen_bundle: int
    written: int
    seen_made: datetime | None = None
    messages: tuple[CarriedMessage, ...] = field(default=())


def bundle_bytes(bundle: Bundle) -> bytes:
    """The bundle as canonical JSON in UTF-8."""
    told: dict[str, Any] = {
        "v": VERSION,
        "source": bundle.source,
        "destination": bundle.destination,
        "number": bundle.number,
        "made": bundle.made.isoformat(),
        "seen": list(bundle.seen),
        "seen_bundle": bundle.seen_bundle,
        "seen_made": bundle.seen_made.isoformat() if bundle.seen_made else None,
        "written": bundle.written,
        "list": list_hash(bundle.messages),
        "messages": [
            {
                "number": one.number,
                "age_s": one.age_s,
                "message": body_of(one.written),
                "attachment": base64.b64encode(one.attachment).decode(),
            }
            for one in bundle.messages
        ],
    }
    return canonical_json(told).encode()


def list_hash(messages: tuple[CarriedMessage, ...]) -> str:
    """Over the list of messages: number and identifier of each."""
    lines = "\n".join(f"{one.number} {one.written.message}" for one in messages)
    return str(sha256_of(lines.encode()))


def bundle_of(content: bytes) -> Bundle:
    """The bundle that `bundle_bytes` wrote; BadBundleError for anything else."""
    try:
        told = json.loads(content)
        if not isinstance(told, Mapping) or told.get("v") != VERSION:
            raise BadBundleError("the file's version is not known")
        messages = tuple(_carried(one) for one in told["messages"])
        bundle = Bundle(
            source=_text(told["source"]),
            destination=_text(told["destination"]),
            number=_count(told["number"]),
            made=_moment(told["made"]),
            seen=tuple(_text(one) for one in told["seen"]),
            seen_bundle=_count(told["seen_bundle"]),
            seen_made=_moment(told["seen_made"]) if told["seen_made"] else None,
            written=_count(told["written"]),
            messages=messages,
        )
    except (KeyError, TypeError, ValueError, BadEntryError) as fault:
        raise BadBundleError(f"the file cannot be understood: {fault!r}") from None
    if told["list"] != list_hash(messages):
        raise BadBundleError("the list of messages is not the one that its header promises")
    return bundle


def _carried(told: Any) -> CarriedMessage:
    entry = entry_of(WRITTEN, told["message"], {WRITTEN: MessageWritten})
    assert isinstance(entry, MessageWritten)
    if type(told["age_s"]) not in (int, float):
        raise TypeError("an age is a number")
    for moment in (entry.made, entry.act_by, entry.expires):
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a moment has no time zone")
    content = base64.b64decode(_text(told["attachment"]), validate=True)
    if entry.attachment and sha256_of(content) != entry.attachment:
        raise ValueError("an attachment is not the one that its message names")
    return CarriedMessage(
        number=_count(told["number"]),
        age_s=float(told["age_s"]),
        written=entry,
        attachment=content,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return found


def signed_bytes(content: bytes, destination_key: bytes) -> bytes:
    """What the source signs: the bundle and for whom it is sealed: it cannot be passed on."""
    return DOMAIN + destination_key + content


def padded(content: bytes, signature: bytes) -> bytes:
    """The plain text to be sealed: its sealed size is a multiple of STEP."""
    if len(signature) != SIGNATURE:
        raise ValueError("an Ed25519 signature has 64 bytes")
    body = len(content).to_bytes(LENGTH, "big") + signature + content
    return body + bytes(-(len(body) + OVERHEAD) % STEP)


def unpadded(plain: bytes) -> tuple[bytes, bytes]:
    """Content and signature; BadBundleError where the layout is another."""
    length = int.from_bytes(plain[:LENGTH], "big")
    start = LENGTH + SIGNATURE
    rest = plain[start + length :]
    if len(plain) < start or len(plain[start : start + length]) != length or any(rest):
        raise BadBundleError("the sealed part is not laid out as a bundle")
    if len(rest) >= STEP:
        raise BadBundleError("the sealed part is padded beyond a step")
    return plain[start : start + length], plain[LENGTH:start]
