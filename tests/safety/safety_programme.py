"""A programme in which everybody is rightly cleared, in several formats, judged in process.

The people come from the simulation with its truth, and from the CDISC pilot. One of them is
the person whom each mutation concerns.
"""

import io
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from nanoward.adapters.formats.text.plan_file import plan_of
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.clearance.clear_participants import clear_participants
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.round.compare_rounds import compare_rounds
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports
from nanoward.simulation import Study, simulated_world
from nanoward.simulation.files.xpt import transport_bytes
from nanoward.testing.fakes import MemoryFolder
from nanoward.testing.ports import memory_site

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]
Tables = dict[str, list[Row]]  # domain to rows; edit them in place
Files = dict[str, bytes]
FORMATS = ("csv", "xpt", "parquet")


@dataclass(frozen=True, kw_only=True)
class Base:
    """A programme by its tables; `person` is cleared, and so is everybody else who is on it."""

    name: str
    person: str
    other: str
    as_of: date
    rules: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]

    def copy(self) -> Tables:
        return {name: table.to_dicts() for name, table in self.tables.items()}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a round said of the person after a change.

    standing  None: the person is not among the standings
    told      errors and warnings that the unchanged programme does not have, and open questions
    """

    standing: str | None
    reasons: tuple[str, ...] = ()
    told: tuple[Finding, ...] = ()
    asked: int = 0

    @property
    def is_silent(self) -> bool:
        """The person may go on, or is not asked after, and nobody hears of the change."""
        return self.standing in ("cleared", None) and not self.told and not self.asked


@dataclass(kw_only=True)
class Bench:
    """A base in one format, held once; each judgement is a round on changed files after it."""

    base: Base
    form: str
    files: Files = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files = self.files or written(self.base.copy(), self.form)
        noon = datetime.combine(self.base.as_of, time(12), tzinfo=UTC)
        self.ports = memory_site(self.plan(), {}, now=noon)
        held = self.held(self.files)
        self.ports.ledger.append(list(held[1].entries), actor="ward round", at=noon)
        self.before = frozenset(_key(one) for one in held[2])
        self.asked = len(held[0].undecided)

    def plan(self, rules: Mapping[str, Any] | None = None) -> Plan:
        sections = {"clearance": dict(self.base.rules if rules is None else rules)}
        return Plan(name=self.base.name, title="", sha256="", sections=sections)

    def held(
        self, files: Files, rules: Mapping[str, Any] | None = None
    ) -> tuple[Outcome, Outcome, tuple[Finding, ...]]:
        """The steps of a round that decide standings, on these files."""
        plan = self.plan(rules)
        ports: Ports = replace(self.ports, folder=MemoryFolder(plan, files))
        materials, collected = collect_materials(ports, self.base.as_of)
        cleared = clear_participants(ports, plan, materials, self.base.as_of)
        steps = {"programme": collected, "catalogue": Outcome(), "clearance": cleared}
        compared = compare_rounds(ports, plan, materials, steps, self.base.as_of)
        told = (*collected.findings, *cleared.findings, *compared.outcome.findings)
        return compared.cleared, compared.outcome, told

    def judged(
        self, files: Files, who: str = "", rules: Mapping[str, Any] | None = None
    ) -> Verdict:
        """The person's standing after a change, and what is told of it."""
        cleared, _, findings = self.held(files, rules)
        table = cleared.tables.get("standings")
        rows = [] if table is None else table.to_dicts()
        named = who or self.base.person
        row = next((one for one in rows if one["participant"] == named), None)
        new = [
            one for one in findings if one.severity != "note" and _key(one) not in self.before
        ]
        return Verdict(
            standing=None if row is None else row["standing"],
            reasons=() if row is None else tuple(row["reasons"]),
            told=tuple(new),
            asked=max(len(cleared.undecided) - self.asked, 0),
        )


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.column, finding.subject, finding.message


def written(tables: Tables, form: str) -> Files:
    """The tables as files of a format: csv, xpt or parquet."""
    kept = _unchanged(form)
    return {
        f"data/sdtm/{name.lower()}.{form}": (
            kept[name][1]
            if name in kept and kept[name][0] == rows
            else encoded(name, rows, form)
        )
        for name, rows in tables.items()
        if rows
    }


@cache
def _unchanged(form: str) -> dict[str, tuple[list[Row], bytes]]:
    """Tables of the simulated base, written once: a change touches one or two of them."""
    rows = simulated_base().copy()
    return {name: (some, encoded(name, some, form)) for name, some in rows.items() if some}


def encoded(name: str, rows: list[Row], form: str) -> bytes:
    table = frame(rows)
    if form == "xpt":
        return transport_bytes(name, table)
    buffer = io.BytesIO()
    table.write_parquet(buffer) if form == "parquet" else table.write_csv(buffer)
    return buffer.getvalue()


def frame(rows: list[Row]) -> pl.DataFrame:
    """Columns of numbers alone as numbers, all others as text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pl.DataFrame(
        [
            pl.Series(name, cells, dtype=pl.Float64, strict=False)
            if all(one is None or isinstance(one, int | float) for one in cells)
            else pl.Series(name, [_text(one) for one in cells], dtype=pl.String)
            for name, cells in columns.items()
        ]
    )


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


@cache
def simulated_base() -> Base:
    """Two people whom the simulation's own truth clears, and one who finished."""
    study = Study(participants=12, weeks=12, seed=11, faults=False, transmission=False)
    world = simulated_world(study, step=lambda _: None)
    truth = world.truth["truth/standings.csv"]
    cleared = truth.filter(pl.col("standing") == "cleared")["participant"].to_list()
    done = truth.filter(pl.col("standing") == "completed")["participant"].to_list()[:1]
    tables = {}
    for path, table in world.tables.items():
        if path.endswith(".xpt"):
            kept = table.filter(pl.col("USUBJID").is_in([*cleared[:2], *done]))
            tables[Path(path).stem.upper()] = kept
    tables["AE"] = _mild_events(world.tables["data/sdtm/ae.xpt"], cleared[1])
    return Base(
        name="simulated",
        person=cleared[0],
        other=cleared[1],
        as_of=study.as_of,
        rules={"grading": "5.0"},
        tables=tables,
    )


def _mild_events(events: pl.DataFrame, who: str) -> pl.DataFrame:
    """Two mild events of somebody else that ended: nobody is held for them."""
    words = {"AESEV": "MILD", "AESER": "N", "AESDTH": "N", "AESHOSP": "N", "AESLIFE": "N"}
    days = {"AESTDTC": "2026-04-20", "AEENDTC": "2026-04-23", "AEOUT": "RECOVERED/RESOLVED"}
    changed = {name: pl.lit(one) for name, one in (words | days | {"USUBJID": who}).items()}
    one = events.head(1).with_columns(**changed)
    later = {"AESEQ": pl.col("AESEQ") + 1, "AESTDTC": pl.lit("2026-04-29")}
    return pl.concat([one, one.with_columns(**later, AEENDTC=pl.lit("2026-05-02"))])


@cache
def pilot_base() -> Base | None:
    """Some people of the CDISC pilot in the middle of their course; None without the files."""
    folder = ROOT / "examples" / "xanomeline-pilot"
    plan = plan_of(tomllib.loads((folder / "programme.toml").read_text()), sha256="")
    tables: dict[str, pl.DataFrame] = {}
    for path in sorted((folder / "data" / "sdtm").glob("*.parquet")):
        tables[path.stem.upper()] = pl.read_parquet(path)
    day = date(2014, 2, 1)
    rules = dict(plan.section("clearance")) | {"medical_weeks": 3}
    return _cleared_part(tables, rules, day)


def _cleared_part(
    tables: Mapping[str, pl.DataFrame], rules: dict[str, Any], day: date
) -> Base | None:
    from nanoward.clearance import policy_of
    from nanoward.clearance.analysis import ClearanceQuestion, analyse

    parts: dict[str, list[pl.DataFrame]] = {}
    for name, table in tables.items():
        parts.setdefault(name[:2], []).append(table)
    joined = {name: pl.concat(some, how="diagonal_relaxed") for name, some in parts.items()}
    question = ClearanceQuestion(policy=policy_of(rules), as_of=day)
    told = analyse(joined, question).tables["standings"]
    people = told.filter(pl.col("standing") == "cleared", pl.col("arm") != "Placebo")
    chosen = people["participant"].to_list()[:3]
    if len(chosen) < 2:
        return None
    few = {name: one.filter(pl.col("USUBJID").is_in(chosen)) for name, one in tables.items()}
    return Base(
        name="pilot", person=chosen[0], other=chosen[1], as_of=day, rules=rules, tables=few
    )


Edit = Callable[[Tables, Base], None]
