"""Checkpoints (C2SP tlog-checkpoint), proofs on paper (tlog-proof), and witness requests."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from nanoward.audit.notes import BadNoteError, Note, read_note, unb64
from nanoward.audit.tree import WIDTH

PROOF = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How long a ledger is and the root of its tree (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text, before signatures."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """That a leaf stands at an index (from 0) under a checkpoint.

    extra  what the leaf is made of, unauthenticated until it is hashed
    """

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __str__(self) -> str:
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        return f"{PROOF}\n{extra}index {self.index}\n{_lines(self.hashes)}\n{self.note}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRequest:
    """A checkpoint to cosign, and that it continues the tree of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        return f"old {self.old}\n{_lines(self.proof)}\n{self.note}"


def checkpoint_of(note: Note) -> Checkpoint:
    """The checkpoint that a note's text says; BadNoteError where it says none."""
    lines = note.text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]):
        raise BadNoteError("a checkpoint has an origin, a size and a root")
    root = unb64(lines[2])
    if len(root) != WIDTH:
        raise BadNoteError("a checkpoint's root has 32 bytes")
    return Checkpoint(origin=lines[0], size=whole(lines[1]), root=root)


def read_proof(content: str) -> InclusionProof:
    """Read a proof of inclusion; BadNoteError where it is none."""
    head, gap, note = content.partition("\n\n")
    lines = head.split("\n")
    if not gap or lines[0] != PROOF or len(lines) < 2:
        raise BadNoteError(f"a proof begins with {PROOF}")
    extra = b""
    if lines[1].startswith("extra "):
        extra = unb64(lines.pop(1).removeprefix("extra "))
    if len(lines) < 2 or not lines[1].startswith("index "):
        raise BadNoteError("a proof names an index")
    return InclusionProof(
        index=whole(lines[1].removeprefix("index ")),
        hashes=_hashes(lines[2:]),
        note=read_note(note),
        extra=extra,
    )


def read_request(content: str) -> WitnessRequest:
    """Read the body of add-checkpoint; BadNoteError where it is none."""
    head, gap, note = content.partition("\n\n")
    first, *rest = head.split("\n")
    if not gap or not first.startswith("old "):
        raise BadNoteError("a request begins with the old size")
    return WitnessRequest(
        old=whole(first.removeprefix("old ")), proof=_hashes(rest), note=read_note(note)
    )


def whole(text: str) -> int:
    """A whole number in ASCII digits without leading zeros."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or str(int(text)) != text:
        raise BadNoteError(f"{text[:40]!r} is no size")
    return int(text)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    found = tuple(unb64(line) for line in lines)
    if len(found) > 63 or any(len(one) != WIDTH for one in found):
        raise BadNoteError("a proof has at most 63 hashes of 32 bytes")
    return found


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(base64.b64encode(one).decode() + "\n" for one in hashes)
