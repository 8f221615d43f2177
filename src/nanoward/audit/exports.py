"""A ledger on paper: one JSON object per line; sealed boxes stay sealed.

First the format, the ledger's key and how many records follow; then the records; last the
signed checkpoint, with the cosignatures of witnesses. Leaves, tree and root can be recomputed
from the records alone.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nanoward.audit.leaves import Row
from nanoward.audit.notes import BadNoteError, Note, VerifierKey, read_note, verifier_key
from nanoward.base.canonical import canonical_json
from nanoward.base.errors import InputError

FORMAT = "nanoward-ledger/1"


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
    said = _object(line, 1)
    if said.get("format") != FORMAT:
        raise BadExportError(f"the file does not begin with the format {FORMAT}", line=1)
    try:
        return ExportHeader(key=verifier_key(str(said["key"])), records=int(said["records"]))
    except (KeyError, ValueError, BadNoteError) as fault:
        raise BadExportError(f"the first line is damaged: {fault}", line=1) from None


def read_rows(lines: Iterator[str], heading: ExportHeader) -> Iterator[Row]:
    """As many records as were announced, without nodes: those are to be recomputed."""
    for seq in range(1, heading.records + 1):
        said = _object(next(lines, ""), seq + 1)
        try:
            yield Row(
                seq=int(said["seq"]),
                at=str(said["at"]),
                kind=str(said["kind"]),
                commitment=bytes.fromhex(said["commitment"]),
                box=base64.b64decode(said["box"], validate=True),
                nodes=b"",
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as fault:
            raise BadExportError(f"record {seq} is damaged: {fault}", line=seq + 1) from None


def read_checkpoint(lines: Iterator[str], heading: ExportHeader) -> Note:
    """The last line; nothing may come after it."""
    number = heading.records + 2
    said = _object(next(lines, ""), number)
    if next(lines, None) is not None:
        raise BadExportError("there are lines behind the checkpoint", line=number + 1)
    try:
        return read_note(said["checkpoint"])
    except (KeyError, TypeError, BadNoteError) as fault:
        raise BadExportError(f"the checkpoint is damaged: {fault}", line=number) from None


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        raise BadExportError("the line is damaged or missing", line=number) from None
    if not isinstance(said, dict):
        raise BadExportError("the line is no JSON object", line=number)
    return said
