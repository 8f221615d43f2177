"""Why a number is what it is: its inputs, their grades, the code, its proof."""

import json
from dataclasses import dataclass
from typing import Any

from nanoward.base.canonical import sha256_of
from nanoward.base.evidence import worst
from nanoward.base.ids import Sha256
from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.flows.council.council_state import charter_now, matters_now
from nanoward.flows.ledger.prove_record import prove_record
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.messages import CouncilDesk
from nanoward.programme.council.charter import UnknownCouncilMatterError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedNumber:
    """A number with everything behind it, of a pack or of a round's table.

    rests_on  (name, grade) of all inputs, the nearest first
    guesses   those that are guessed
    software  version of the code that made it
    pack      the pack, or the day of the round
    pack_sha256  of what holds the number: the pack's open part, or the table's file
    proof     that the record stands under the ledger's checkpoint; "" for a ledger without
    """

    number: str
    value: Any
    grade: str
    printed_grade: str
    rests_on: tuple[tuple[str, str], ...]
    guesses: tuple[str, ...]
    software: str
    pack: str
    as_of: str
    head: str
    head_size: int
    pack_sha256: str
    proof: str


def explain_number(desk: CouncilDesk, number: str) -> ExplainedNumber:
    """Of the open part: PACK/TABLE/ROW/COLUMN, or TABLE/ROW/COLUMN of the last pack."""
    ports = desk.ports
    first, _, rest = number.partition("/")
    named = first if first.startswith("k-") else ""
    wanted = rest if named else number
    made = matters_now(ports).pack(named)
    content = ports.blobs.get(Sha256(made.open_sha256))
    said: dict[str, Any] = json.loads(content)
    rows = {f"{one['table']}/{one['row']}/{one['column']}": one for one in said["numbers"]}
    if wanted not in rows:
        raise UnknownCouncilMatterError(f"no number {wanted!r} in the open part of {made.pack}")
    row = rows[wanted]
    lineage = lineage_of_tables(charter_now(ports).grades)
    behind = dict.fromkeys(x for one in row["inputs"] for x in lineage.rests_on(one))
    return ExplainedNumber(
        number=wanted, value=row["value"], printed_grade=row["grade"],
        grade=worst(lineage.grade(one) for one in row["inputs"]),
        rests_on=tuple((one, lineage.grade(one)) for one in behind),
        guesses=tuple(dict.fromkeys(x for one in row["inputs"] for x in lineage.guesses(one))),
        software=said["software"],
        pack=made.pack, as_of=said["as_of"], head=said["head"], head_size=said["head_size"],
        pack_sha256=sha256_of(content), proof=ledger_proof(desk, made.head_size),
    )  # fmt: skip


def ledger_proof(desk: CouncilDesk, seq: int) -> str:
    """Proof that a record stands under the ledger's checkpoint; "" for a ledger without."""
    ledger = desk.ports.ledger
    if not isinstance(ledger, ProvenLedger):
        return ""
    return str(prove_record(ledger, seq))


def grade_of_number(desk: CouncilDesk, pack: str, number: str) -> str:
    """The grade of a number of a pack, computed from what it was made from."""
    return explain_number(desk, f"{pack}/{number}").grade
