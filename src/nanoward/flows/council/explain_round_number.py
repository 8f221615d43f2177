"""Why a number of a round's table is what it is: what it was made from, the code, its proof."""

import json
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import RoundHeld
from nanoward.base.evidence import GUESSED
from nanoward.base.tables import EVIDENCE, FOUND
from nanoward.flows.council.council_state import round_record, round_tables_of
from nanoward.flows.council.explain_number import (
    ExplainedNumber,
    explain_number,
    ledger_proof,
)
from nanoward.flows.steps.stated_grades import plan_lineage
from nanoward.ports.messages import CouncilDesk
from nanoward.ports.ports import Ports
from nanoward.programme.council.charter import UnknownCouncilMatterError

LAST = "round"
SHOWN = 5  # rows that are named where none is the one that was asked for


def explain_any_number(desk: CouncilDesk, number: str) -> ExplainedNumber:
    """Of a round where it begins with a day or "round", else of a pack."""
    first, _, rest = number.partition("/")
    day = _day(first)
    if day is None and first != LAST:
        return explain_number(desk, number)
    return explain_round_number(desk, rest, day)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def explain_round_number(desk: CouncilDesk, number: str, day: date | None) -> ExplainedNumber:
    """TABLE/ROW/COLUMN of the round of a day, the last where none is named.

    ROW is what names a row of the table, its parts joined by ":" (`P001`, `P001:ALT:...`).
    UnknownCouncilMatterError names rows that there are.
    """
    ports = desk.ports
    name, row_name, column = _parts(number)
    record, held = round_record(ports, day)
    if day is not None and held.as_of != day:
        raise UnknownCouncilMatterError(f"no round of {day} was held")
    tables = round_tables_of(ports, held, (name, EVIDENCE.name))
    if name not in tables or column not in tables[name].columns:
        raise UnknownCouncilMatterError(
            f"the round of {held.round} has no table {name!r} with a column {column!r}"
        )
    value = _value(tables[name], name, row_name, column)
    lineage, full = plan_lineage(ports.folder.plan()), f"{name}.{column}"
    behind = lineage.rests_on(full)
    content = ports.folder.round_file(held.round, f"tables/{name}.parquet") or b""
    return ExplainedNumber(
        number=f"{held.round}/{number}", value=value,
        printed_grade=_printed(tables.get(EVIDENCE.name), name, column),
        grade=lineage.grade(full) if lineage.step(full).inputs else GUESSED,
        rests_on=tuple((one, lineage.grade(one)) for one in behind),
        guesses=lineage.guesses(full), software=_software(ports, held), pack=held.round,
        as_of=held.as_of.isoformat(), head=record.hash, head_size=record.seq,
        pack_sha256=sha256_of(content), proof=ledger_proof(desk, record.seq),
    )  # fmt: skip


def _parts(number: str) -> tuple[str, str, str]:
    name, _, rest = number.partition("/")
    row, _, column = rest.rpartition("/")
    if not name or not row or not column:
        raise UnknownCouncilMatterError(f"{number!r} is not TABLE/ROW/COLUMN")
    return name, row, column


def _value(table: pl.DataFrame, name: str, row: str, column: str) -> Any:
    key = next((one.key for one in FOUND if one.name == name), tuple(table.columns[:1]))
    known = [one for one in key if one in table.columns]
    names = [
        ":".join("" if part is None else str(part) for part in values)
        for values in table.select(known).iter_rows()
    ]
    found = [place for place, one in enumerate(names) if one == row]
    if len(found) != 1:
        near = [one for one in names if row in one] or names
        raise UnknownCouncilMatterError(
            f"{name} has {len(found)} rows {row!r} ({':'.join(known)}); "
            f"for example {', '.join(near[:SHOWN])}"
        )
    return table[column][found[0]]


def _printed(evidence: pl.DataFrame | None, table: str, column: str) -> str:
    """The grade that the round's report shows; "" of a round from before there were grades."""
    if evidence is None:
        return ""
    rows = evidence.filter(pl.col("table") == table, pl.col("column") == column)
    return str(rows["grade"][0]) if rows.height else ""


def _software(ports: Ports, held: RoundHeld) -> str:
    content = ports.folder.round_file(held.round, "round.json")
    said = json.loads(content) if content else {}
    return str(said.get("provenance", {}).get("nanoward", ""))
