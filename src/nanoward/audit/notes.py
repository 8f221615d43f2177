"""Signed notes and their keys: C2SP signed-note and tlog-cosignature (Ed25519 kinds)."""

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nanoward.base.errors import IntegrityError

LOG, WITNESS = 1, 4  # signature types: Ed25519 over the text; timestamped cosignature
DASH = "\u2014 "
MOST = 64  # signatures on one note


class BadNoteError(IntegrityError):
    """Text that is no signed note, or a key that is none."""

    code = "INT-040"
    next_step = "Ask for the file again; it was changed or cut off on its way."


class BadSignatureError(IntegrityError):
    """A note is not signed by the key that it must be signed by."""

    code = "INT-041"
    next_step = "Do not trust the note. Keep it, and ask its sender on another channel."


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with its name, as a vkey says it.

    kind    1: signs notes; 4: cosigns checkpoints, with the time
    public  32 bytes
    """

    name: str
    kind: int
    public: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(c.isspace() for c in self.name):
            raise BadNoteError(f"{self.name!r} cannot name a key")
        if self.kind not in (LOG, WITNESS) or len(self.public) != 32:
            raise BadNoteError(f"the key of {self.name} is of an unknown kind")
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        object.__setattr__(self, "key_id", hashlib.sha256(named).digest()[:4])

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_b64(bytes([self.kind]) + self.public)}"

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Whether an Ed25519 signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: who says to have signed, and the bytes after the key's id."""

    name: str
    key_id: bytes
    signed: bytes

    def line(self) -> str:
        return f"{DASH}{self.name} {_b64(self.key_id + self.signed)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Text that ends in a newline, and who signed it. Nothing is verified by reading it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


def verifier_key(text: str) -> VerifierKey:
    """Read a vkey; BadNoteError where it is none."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise BadNoteError("a key reads name+id+base64")
    raw = unb64(parts[2])
    if len(raw) != 33:
        raise BadNoteError(f"the key of {parts[0]} has {len(raw)} bytes, not 33")
    key = VerifierKey(name=parts[0], kind=raw[0], public=raw[1:])
    if key.key_id.hex() != parts[1]:
        raise BadNoteError(f"the key of {parts[0]} does not fit its id {parts[1]}")
    return key


def read_note(content: str) -> Note:
    """Read a signed note; BadNoteError where it is none."""
    if any(ord(letter) < 32 and letter != "\n" for letter in content):
        raise BadNoteError("a note holds no control characters")
    text, gap, lines = content.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise BadNoteError("a note ends in an empty line and its signatures")
    return Note(text=text + "\n", signatures=read_signatures(lines))


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """Read signature lines, each ending in a newline."""
    found = lines.split("\n")[:-1]
    if not lines.endswith("\n") or not 0 < len(found) <= MOST:
        raise BadNoteError(f"a note has 1 to {MOST} signature lines")
    return tuple(_signature(line) for line in found)


def _signature(line: str) -> Signature:
    name, gap, rest = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not name or not gap:
        raise BadNoteError("a signature line reads: dash, name, base64")
    raw = unb64(rest)
    if len(raw) < 5:
        raise BadNoteError(f"the signature of {name} is too short")
    return Signature(name=name, key_id=raw[:4], signed=raw[4:])


def is_signed(note: Note, key: VerifierKey) -> bool:
    """Whether the key signed the note; False too where one line in its name is false."""
    mine = [s for s in note.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    return bool(mine) and all(_is_good(note.text, one, key) for one in mine)


def require_signed(note: Note, key: VerifierKey) -> None:
    """BadSignatureError unless the key signed the note."""
    if not is_signed(note, key):
        raise BadSignatureError(f"the note is not signed by {key.name}")


def _is_good(text: str, one: Signature, key: VerifierKey) -> bool:
    if key.kind == LOG:
        return key.holds(text.encode(), one.signed)
    if len(one.signed) != 72:
        return False
    (moment,) = struct.unpack(">Q", one.signed[:8])
    return 0 < moment < 2**63 and key.holds(cosigned_message(text, moment), one.signed[8:])


def cosigned_message(text: str, moment: int) -> bytes:
    """What a witness signs: the checkpoint and when (seconds since 1970)."""
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def cosigned_at(note: Note, key: VerifierKey) -> int | None:
    """When the witness last cosigned the note (seconds since 1970); None if it did not."""
    if key.kind != WITNESS or not is_signed(note, key):
        return None
    mine = [s for s in note.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    return max(int.from_bytes(one.signed[:8], "big") for one in mine)


def with_signatures(note: Note, more: Sequence[Signature]) -> Note:
    """The note with further signatures, each once."""
    fresh = [one for one in more if one not in note.signatures]
    return Note(text=note.text, signatures=(*note.signatures, *fresh))


def unb64(text: str) -> bytes:
    """Standard base64 in its one true spelling; BadNoteError for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNoteError(f"{text[:40]!r} is not base64") from None
    if _b64(raw) != text:
        raise BadNoteError(f"{text[:40]!r} is not base64 as it is written")
    return raw


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
