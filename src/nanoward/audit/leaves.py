"""What stands on the ledger for one record, so that a person can be erased and proofs remain.

The record is canonical JSON of actor, moment, body and kind. Its commitment is
HMAC-SHA-256(salt, record): with the salt it proves the record, without it, it tells nothing.
Salt and record are kept in a box: open where nobody is spoken of, else sealed under a key made
from the keys of all whom the record speaks of (AES-256-GCM). A key that is destroyed
takes the record with it. Where a record lists many people, it must outlive any one of them: it
holds the ids of their keys, and the names stand with the keys alone.

The leaf binds moment, kind, commitment and the box's hash.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from nanoward.audit.tree import leaf_hash
from nanoward.base.canonical import canonical_json
from nanoward.base.errors import IntegrityError

SALT, NONCE, KEY_ID = 32, 12, 16  # bytes
ABOUT = ("participant", "a", "b", "subject")  # fields of an entry that name whom it speaks of
LISTS = ("participants", "failed", "harmed", "returned")  # fields that list people
_LISTING = frozenset(LISTS)
ID = "person"  # a listed person on the ledger: {"person": id of the key, in hexadecimal}


class SealBrokenError(IntegrityError):
    """A record's box cannot be opened with its key, or does not hold what was promised."""

    code = "INT-023"
    next_step = "Restore .nanoward/keys from its copy, and verify the ledger again."


class Cipher(Protocol):
    """Authenticated encryption, such as AESGCM."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a stored ledger. All that is needed for the leaf; nothing of whom it is.

    seq         1-based, without gaps
    at          ISO 8601, UTC, microseconds
    commitment  32 bytes
    box         salt and record, sealed or open
    nodes       the leaf's hash and those of the full subtrees that end with it
    """

    seq: int
    at: str
    kind: str
    commitment: bytes
    box: bytes
    nodes: bytes


def people_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an entry's body speaks of."""
    return tuple(
        [body[name] for name in ABOUT if isinstance(body.get(name), str) and body[name]]
    )


def everybody_in(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Whom an entry's body speaks of or lists: all whose keys it needs."""
    if _LISTING.isdisjoint(body):
        return people_in(body)
    return (*people_in(body), *(one for name in LISTS for one in body.get(name) or ()))


def with_ids(
    body: Mapping[str, Any], ids_of: Callable[[Sequence[str]], Sequence[bytes]]
) -> Mapping[str, Any]:
    """The body with the ids of people's keys in the place of names that it lists."""
    found = () if _LISTING.isdisjoint(body) else [name for name in LISTS if body.get(name)]
    if not found:
        return body
    listed = {name: [{ID: one.hex()} for one in ids_of(body[name])] for name in found}
    return {**body, **listed}


def with_names(
    body: Mapping[str, Any], name_of: Callable[[bytes], str | None]
) -> Mapping[str, Any]:
    """What `with_ids` was given; somebody who was erased is called "erased" and an id."""
    found = [name for name in LISTS if isinstance(body.get(name), list)]
    return {**body, **{name: [_named(one, name_of) for one in body[name]] for name in found}}


def _named(one: Any, name_of: Callable[[bytes], str | None]) -> Any:
    if not isinstance(one, dict):
        return one  # written before names were kept apart
    return name_of(bytes.fromhex(one[ID])) or f"erased-{one[ID][:8]}"


def record_bytes(*, actor: str, at: str, body: Mapping[str, Any], kind: str) -> bytes:
    """The record in canonical JSON."""
    text = canonical_json({"actor": actor, "at": at, "body": body, "kind": kind})
    return text.encode()


def commitment_of(salt: bytes, record: bytes) -> bytes:
    """HMAC-SHA-256 of the record under its salt."""
    return hmac.digest(salt, record, "sha256")


def opened_envelope(salt: bytes, record: bytes) -> bytes:
    """A box that anybody may read."""
    return b"\x00" + salt + record


def encrypted_envelope(
    owners: Sequence[bytes], cipher: Cipher, nonce: bytes, salt: bytes, record: bytes
) -> bytes:
    """A box that opens only while the keys of all owners exist."""
    header = bytes([len(owners)]) + b"".join(owners)
    return header + nonce + cipher.encrypt(nonce, salt + record, header)


def key_ids_of(box: bytes) -> tuple[bytes, ...]:
    """Ids of the keys that a box is sealed with; none where it is open."""
    count = box[0]
    if count < 2:  # nearly all
        return (box[1 : 1 + KEY_ID],) if count else ()
    return tuple(box[1 + KEY_ID * n : 1 + KEY_ID * (n + 1)] for n in range(count))


def unsealed(row: Row, cipher_of: Callable[[tuple[bytes, ...]], Cipher | None]) -> bytes | None:
    """The record in a row's box, held against its commitment; None if a key was destroyed."""
    owners = key_ids_of(row.box)
    if not owners:
        content = row.box[1:]
    else:
        cipher = cipher_of(owners)
        if cipher is None:
            return None
        start = 1 + KEY_ID * len(owners)
        header, nonce = row.box[:start], row.box[start : start + NONCE]
        try:
            content = cipher.decrypt(nonce, row.box[start + NONCE :], header)
        except Exception as fault:
            raise SealBrokenError(f"record {row.seq} does not open with its key") from fault
    salt, record = content[:SALT], content[SALT:]
    if commitment_of(salt, record) != row.commitment:
        raise SealBrokenError(f"record {row.seq} is not what it was promised to be")
    return record


def leaf_content(at: str, kind: str, commitment: bytes, box: bytes) -> bytes:
    """What is hashed to the leaf: canonical JSON of hashes, moment and kind."""
    return (
        f'{{"at":"{at}","box":"{sha256(box).hexdigest()}",'
        f'"commitment":"{commitment.hex()}","kind":"{kind}"}}'
    ).encode()


def leaf_of(row: Row) -> bytes:
    """The leaf's hash, from what stands in the row."""
    return leaf_hash(leaf_content(row.at, row.kind, row.commitment, row.box))
