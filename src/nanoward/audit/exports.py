"""A ledger on paper: one JSON object per line; sealed boxes stay sealed.

First the format, the ledger's key and how many records follow; then the records; last the
signed checkpoint, with the cosignatures of witnesses. Leaves, tree and root can be recomputed
from the records alone.

Each line is canonical JSON of its own names and no others, and nothing stands behind the
checkpoint: what no hash covers could tell one reader this and another that.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nanoward.audit.leaves import Row
from nanoward.audit.notes import BadNoteError, Note, VerifierKey, read_note, unb64, verifier_key
from nanoward.base.canonical import canonical_json
from nanoward.base.errors import InputError

FORMAT = "nanoward-ledger/1"
HEADING = frozenset({"format", "key", "records"})
RECORD = frozenset({"at", "box", "commitment", "kind", "seq"})
CHECKPOINT = frozenset({"checkpoint"})
_AT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}\+00:00")
_KIND = re.compile(r"[a-z_]+\.[A-Za-z]+")
_HEX = re.compile(r"[0-9a-f]{64}")


class BadExportError(InputError):
    """The file is no exported ledger, or it was cut off."""

    code = "INP-030"
    next_step = "Ask for the file again; nothing was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportHeader:
    """The first line of an export."""

    key: VerifierKey
    records: int


def heading_line(heading: ExportHeader) -> str:
    """The first line."""
    said = {"format": FORMAT, "key": str(heading.key), "records": heading.records}
    return canonical_json(said)


def record_line(row: Row, proof: tuple[bytes, ...] | None = None) -> str:
    """One record, with its proof of inclusion under the checkpoint where one is given."""
    said: dict[str, Any] = {
        "at": row.at,
        "box": base64.b64encode(row.box).decode(),
        "commitment": row.commitment.hex(),
        "kind": row.kind,
        "seq": row.seq,
    }
    if proof is not None:
        said["proof"] = [base64.b64encode(one).decode() for one in proof]
    return canonical_json(said)


def checkpoint_line(note: Note) -> str:
    """The last line."""
    return canonical_json({"checkpoint": str(note)})


def read_heading(line: str) -> ExportHeader:
    """BadExportError where the line does not begin an export."""
    said = _object(line, 1, HEADING)
    if said["format"] != FORMAT:
        raise BadExportError(f"the file does not begin with the format {FORMAT}", line=1)
    if type(said["records"]) is not int or said["records"] < 0:
        raise BadExportError("the first line does not say how many records follow", line=1)
    try:
        key = verifier_key(str(said["key"]))
    except BadNoteError as fault:
        raise BadExportError(f"the first line is damaged: {fault}", line=1) from None
    if str(key) != said["key"]:
        raise BadExportError("the key is not written as the ledger writes it", line=1)
    return ExportHeader(key=key, records=said["records"])


def read_rows(lines: Iterator[str], heading: ExportHeader) -> Iterator[Row]:
    """As many records as were announced, without nodes: those are to be recomputed."""
    for seq in range(1, heading.records + 1):
        yield read_row(next(lines, ""), seq)[0]


def read_row(line: str, seq: int) -> tuple[Row, tuple[bytes, ...] | None]:
    """The record of this number, and its proof of inclusion where the line has one."""
    proven = ',"proof":[' in line  # a quotation mark within a text would be escaped
    said = _object(line, seq + 1, RECORD | {"proof"} if proven else RECORD)
    forms = (("at", _AT), ("kind", _KIND), ("commitment", _HEX))
    odd = [name for name, form in forms if form.fullmatch(str(said[name])) is None]
    if odd or type(said["seq"]) is not int or said["seq"] != seq:
        told = f"its {odd[0]} has another form" if odd else f"{said['seq']} stands there"
        raise BadExportError(f"record {seq} is damaged: {told}", line=seq + 1)
    try:
        box = unb64(said["box"])
        hashes = tuple(unb64(one) for one in said["proof"]) if proven else None
    except (TypeError, ValueError, AttributeError, BadNoteError) as fault:
        raise BadExportError(f"record {seq} is damaged: {fault}", line=seq + 1) from None
    row = Row(seq, said["at"], said["kind"], bytes.fromhex(said["commitment"]), box, b"")
    return row, hashes


def read_checkpoint(lines: Iterator[str], heading: ExportHeader) -> Note:
    """The last line; nothing may come after it."""
    number = heading.records + 2
    said = _object(next(lines, ""), number, CHECKPOINT)
    if next(lines, None) is not None:
        raise BadExportError("there are lines behind the checkpoint", line=number + 1)
    try:
        return read_note(said["checkpoint"])
    except (TypeError, AttributeError, BadNoteError) as fault:
        raise BadExportError(f"the checkpoint is damaged: {fault}", line=number) from None


def _object(line: str, number: int, names: frozenset[str]) -> dict[str, Any]:
    """The object of a line that is written in the one way, with these names and no others."""
    try:
        said = json.loads(line)
        again = canonical_json(said)
    except (ValueError, TypeError, RecursionError):
        raise BadExportError("the line is damaged or missing", line=number) from None
    if not isinstance(said, dict):
        raise BadExportError("the line is no JSON object", line=number)
    if again != line.removesuffix("\n"):
        raise BadExportError("the line is not written as the ledger writes", line=number)
    if set(said) != names:
        other = sorted(set(said) ^ names)[0]
        raise BadExportError(f"the line holds or lacks {other!r}", line=number)
    return said
