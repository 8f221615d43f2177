"""Make a pack: open tables that reveal no arm, a closed part sealed for each member."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from nanoward import __version__
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.council import PackMade
from nanoward.base.evidence import (
    GUESSED,
    INFERRED,
    GradedNumber,
    Lineage,
    graded,
)
from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.flows.council.council_state import (
    charter_now,
    matters_now,
    round_record,
    round_tables_of,
)
from nanoward.flows.council.earlier_packs import (
    keep_people_tables,
    refuse_if_earlier_tell,
)
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import CouncilDesk
from nanoward.programme.council.charter import (
    CouncilRefusedError,
    UnknownCouncilMatterError,
)
from nanoward.programme.council.disclosure import (
    disclosures,
    without_disclosures,
    without_rows,
)
from nanoward.programme.council.matters import CouncilMatters, is_overdue
from nanoward.programme.council.pack_tables import (
    CLOSED,
    OPEN,
    PackTable,
    PeopleBits,
    arm_codes,
    pack_tables,
    people_bits,
)

CLOSES_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPack:
    """A pack as it was made. removed: rows that told too much and were left out.

    sealed  member to the closed part that only they can open
    """

    name: str
    open_part: bytes
    sealed: Mapping[str, bytes]
    removed: tuple[str, ...]
    numbers: tuple[GradedNumber, ...]
    made: PackMade


def make_pack(
    desk: CouncilDesk, *, by: str, as_of: date | None = None, leave_out: Collection[str] = ()
) -> CouncilPack:
    """The pack of the last round of a day; the same again for the same ledger, day and plan.

    CouncilRefusedError where the plan names no member, or an open table would reveal an arm,
    by itself or together with the open tables of any pack made before.

    leave_out  open rows that are not to be shown, TABLE/ROW
    """
    ports, charter = desk.ports, charter_now(desk.ports)
    if not charter.members:
        raise CouncilRefusedError("the plan names no member: nobody could open the closed part")
    record, held = round_record(ports, as_of)
    tables = round_tables_of(ports, held)
    if "standings" not in tables:
        raise CouncilRefusedError("the round has no standings: nobody is known")
    plan = ports.folder.plan()
    known = people_bits(tables["standings"])
    secret = desk.keys.sign(f"arm codes|{plan.name}".encode())
    whole = pack_tables(tables, known, arm_codes(known.arms, secret))
    kept, removed = _shown_tables(whole, known, leave_out)
    matters = matters_now(ports)
    head = {
        "programme": plan.name, "as_of": held.as_of.isoformat(), "head": record.hash,
        "head_size": record.seq, "plan": plan.sha256, "software": __version__,
    }  # fmt: skip
    numbers = graded_numbers(kept, lineage_of_tables(charter.grades))
    open_part = canonical_json(
        {**head, "part": OPEN, **_told(kept, numbers, OPEN),
         "actions": _actions(matters, held.as_of), "pauses": len(matters.open_pauses())}
    ).encode()  # fmt: skip
    closed = canonical_json({**head, "part": CLOSED, **_told(kept, numbers, CLOSED)}).encode()
    name = f"k-{sha256_of(open_part + closed)[:12]}"
    known_pack = matters.packs.get(name)
    checked = set(matters.packs)
    if known_pack is None:
        refuse_if_earlier_tell(ports, kept, known, matters.packs.values())
        keep_people_tables(ports, held)
    sealed = {
        one.name: desk.keys.seal(closed, sealing_key=one.sealing_key)
        for one in charter.members.values()
    }
    made = known_pack or PackMade(
        pack=name, as_of=held.as_of, head_size=record.seq, head_sha256=record.hash,
        plan_sha256=plan.sha256, open_sha256=ports.blobs.put(open_part),
        closed_sha256=sha256_of(closed),
        sealed=tuple(f"{who} {ports.blobs.put(one)}" for who, one in sealed.items()),
        closes=ports.clock.now() + timedelta(days=CLOSES_DAYS), by=by,
    )  # fmt: skip

    def decide() -> Sequence[Entry]:
        packs = matters_now(ports).packs
        if name in packs:
            return ()
        fresh = [one for one in packs.values() if one.pack not in checked]
        refuse_if_earlier_tell(ports, kept, known, fresh)
        return (made,)

    append_decided(ports, decide, by=by)
    return CouncilPack(
        name=name, open_part=open_part, sealed=sealed, removed=removed, numbers=numbers,
        made=made,
    )  # fmt: skip


def _shown_tables(
    whole: Sequence[PackTable], known: PeopleBits, leave_out: Collection[str]
) -> tuple[tuple[PackTable, ...], tuple[str, ...]]:
    """Tables that may be shown by themselves, and the rows that are left out."""
    rows = {f"{one.name}/{c.row}" for one in whole if one.part == OPEN for c in one.cells}
    if unknown := sorted(set(leave_out) - rows):
        raise UnknownCouncilMatterError(f"no open row {unknown[0]!r}, TABLE/ROW")
    kept, removed = without_disclosures(without_rows(whole, leave_out), known)
    if disclosures(kept, known):
        raise CouncilRefusedError("an open table reveals an arm, whatever is left out")
    return kept, (*sorted(set(leave_out)), *removed)


def graded_numbers(tables: Sequence[PackTable], lineage: Lineage) -> tuple[GradedNumber, ...]:
    """Every number of a pack, named TABLE/ROW/COLUMN, with the grade of its evidence."""
    values = {
        f"{table.name}/{cell.row}/{cell.column}": (cell.value, table.inputs)
        for table in tables
        for cell in table.cells
    }
    return graded(values, lineage)


def _told(
    tables: Sequence[PackTable], numbers: Sequence[GradedNumber], part: str
) -> dict[str, Any]:
    """The tables of a part as plain values, and how many numbers are not measured."""
    grades = {one.name: one.grade for one in numbers}
    own = [table for table in tables if table.part == part]
    rows = [
        {
            "table": table.name, "title": table.title, "row": cell.row, "column": cell.column,
            "value": cell.value, "inputs": list(table.inputs),
            "grade": grades[f"{table.name}/{cell.row}/{cell.column}"],
        }
        for table in own
        for cell in table.cells
    ]  # fmt: skip
    count = max(len(rows), 1)
    return {
        "numbers": rows,
        "guessed_share": sum(row["grade"] == GUESSED for row in rows) / count,
        "inferred_share": sum(row["grade"] == INFERRED for row in rows) / count,
    }


def _actions(matters: CouncilMatters, day: date) -> list[dict[str, Any]]:
    """Actions that are not done: the pack begins with them."""
    return [
        {"action": one.action, "what": one.what, "who": one.who, "due": one.due.isoformat(),
         "overdue": is_overdue(one, day)}
        for one in matters.open_actions()
    ]  # fmt: skip


def pack_json(pack: CouncilPack) -> dict[str, Any]:
    """A pack as a command prints it."""
    return {
        "pack": pack.name, "removed": list(pack.removed), "closes": pack.made.closes,
        "numbers": [asdict(one) for one in pack.numbers if not one.name.count("_by_arm")],
    }  # fmt: skip
