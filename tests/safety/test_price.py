"""Caution has a price: on sound data nobody is held by what is unread; faults are told once.

Simulated programmes with known truth and planted faults; the unmodified CDISC pilot. Whoever
is held solely by something that could not be read stands in LISTED with the reason.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

import polars as pl
import pytest
from safety_programme import ROOT, Base, Bench, Row, encoded

from nanoward.adapters.formats import FileFormats
from nanoward.base.findings import Finding
from nanoward.flows.clearance.decide_from_files import decide_standings
from nanoward.simulation import Study, simulated_world

UNREAD = (
    *("cannot be read", "not understood", "is not known here", "could not be read whole"),
    *("cannot be graded", "is no ending", "an unknown day", "unknown severity"),
)
# planted faults that hold by what they are: nobody knows what stands there
LISTED = ("unknown unit",)
NOTES = ("CLR-011",)  # of a planted fault that is told as a note: a partial date
PILOT_DAYS = (date(2013, 6, 1), date(2014, 2, 1), date(2015, 3, 5))


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a sound programme was charged.

    held      people whom only unread things hold
    false     people whom the truth clears and the round does not
    findings  errors and warnings of the clinical files, and notes of planted faults
    faults    planted in them
    """

    held: tuple[Row, ...]
    false: tuple[Row, ...]
    findings: tuple[Finding, ...]
    faults: tuple[Row, ...]


def solely_unread(row: Row) -> bool:
    reasons = row["reasons"] or []
    stopped = row["standing"] in ("held", "recalled")
    return stopped and all(any(word in why for word in UNREAD) for why in reasons)


def price_of(seed: int, *, faults: bool) -> Price:
    """A small programme of a seed, judged by its clinical files."""
    study = Study(participants=14, weeks=12, seed=seed, faults=faults, transmission=False)
    world = simulated_world(study, step=lambda _: None)
    files = {
        path: encoded(PurePath(path).stem.upper(), table.to_dicts(), "xpt")
        for path, table in world.tables.items()
        if path.endswith(".xpt")
    }
    base = Base(name="sim", person="", other="", as_of=study.as_of,
                rules={"grading": "5.0"}, tables={})  # fmt: skip
    bench = Bench(base=base, form="xpt", files=files)
    cleared, _, findings = bench.held(files)
    truth = dict(
        world.truth["truth/standings.csv"].select("participant", "standing").iter_rows()
    )
    rows = cleared.tables["standings"].to_dicts()
    planted = world.truth["truth/faults.csv"].to_dicts() if faults else []
    return Price(
        held=tuple(row for row in rows if solely_unread(row)),
        false=tuple(
            row
            for row in rows
            if truth.get(row["participant"]) == "cleared" and row["standing"] != "cleared"
        ),
        findings=tuple(one for one in findings if one.severity != "note" or one.code in NOTES),
        faults=tuple(row for row in planted if row["file"].startswith("data/sdtm/")),
    )


def of_faults(price: Price) -> set[str]:
    kinds = {row["subject"] for row in price.faults if row["kind"] in LISTED}
    return {name for subject in kinds for name in subject.split("|")}


@pytest.mark.hazard("H-156")
@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.soak] if n > 2 else []) for n in range(1, 21)]
)
def test_a_sound_programme_pays_nothing(seed: int) -> None:
    price = price_of(seed, faults=False)
    assert price.held == ()
    assert price.false == ()
    assert price.findings == ()


@pytest.mark.hazard("H-156")
@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=[pytest.mark.soak] if n > 1 else []) for n in range(1, 21)]
)
def test_a_fault_is_told_about_once_and_holds_nobody_else(seed: int) -> None:
    price = price_of(seed, faults=True)
    assert {row["participant"] for row in price.held} <= of_faults(price)
    whom = {name for row in price.faults for name in row["subject"].split("|")}
    assert {row["participant"] for row in price.false} <= whom
    assert len(price.faults) <= len(price.findings) <= 2 * len(price.faults)


def pilot(as_of: date) -> Iterator[Row]:
    folder = ROOT / "examples" / "xanomeline-pilot"
    rules = tomllib.loads((folder / "programme.toml").read_text())["clearance"]
    files = {
        path.name: path.read_bytes()
        for path in sorted((folder / "data/sdtm").glob("*.parquet"))
    }
    found = decide_standings(FileFormats(), files, rules, as_of)
    yield from found.tables["standings"].to_dicts()


@pytest.mark.hazard("H-156")
@pytest.mark.parametrize(
    "as_of", [pytest.param(one, marks=[pytest.mark.soak] if n else [])
              for n, one in enumerate(PILOT_DAYS)]
)  # fmt: skip
def test_nobody_of_the_pilot_is_held_solely_by_an_unread_value(as_of: date) -> None:
    rows = list(pilot(as_of))
    assert len(rows) > 100
    assert [row for row in rows if solely_unread(row)] == []


def test_the_price_is_seen() -> None:
    lost = {"standing": "held", "reasons": ["the day of the consent cannot be read (x)"]}
    both = {"standing": "held", "reasons": [*lost["reasons"], "severe adverse event: sepsis"]}
    assert solely_unread(lost)
    assert not solely_unread(both)
    assert isinstance(pl.DataFrame([lost]).to_dicts()[0], dict)
