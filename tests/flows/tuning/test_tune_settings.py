"""The round's step: recalled when nothing is new, gated by standing, alike for any workers."""

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nanoward.base.entries import (
    RecommendationRefused,
    SettingAdjusted,
    SettingRecommended,
)
from nanoward.base.entries.council import CouncilDecided
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.flows.tuning.tune_settings import tune_settings
from nanoward.ports.progress import NoMeter
from nanoward.testing.fakes import MemoryBlobs, MemoryLedger
from nanoward.wiring import open_bench

sys.path.insert(0, str(Path(__file__).parents[2] / "tuning"))

from exposures import TEXT, table_of

EVENTS = Path(__file__).parents[3] / "examples" / "warfarin" / "data" / "events.csv"
TARGET = {
    "measure": "average",
    "value": 1.5,
    "low": 1.0,
    "high": 2.25,
    "unit": "mg/L",
    "interval": 24,
    "lowest": 0.5,
    "highest": 15,
    "step": 0.5,
}
PLAN = Plan(
    name="w",
    title="",
    sha256="0" * 64,
    sections={"tuning": {"model": "warfarin-1cpt", "draws": 200, "target": TARGET}},
)
AT = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass
class Part:
    """What the step uses of a site."""

    blobs: MemoryBlobs
    formats: Any
    runner: Any
    progress: Any
    ledger: MemoryLedger
    meter: NoMeter = field(default_factory=NoMeter)


@contextmanager
def _silent(label: str, total: int) -> Iterator[Any]:
    yield lambda number: None


def _site(blobs: MemoryBlobs | None = None, workers: int = 1) -> Any:
    bench = open_bench(quiet=True, workers=workers)
    return Part(blobs or MemoryBlobs(), bench.formats, bench.runner, _silent, MemoryLedger())


def _materials(lines: int = 60, more: bytes = b"") -> Materials:
    text = b"".join(EVENTS.read_bytes().splitlines(keepends=True)[:lines]) + more
    reading = open_bench(quiet=True).formats.read("events", "data/events.csv", text)
    return Materials(
        tables={"events": reading.table},
        sources={"events": sha256(text).hexdigest()},
        findings=reading.findings,
    )


def _same(one: Outcome, other: Outcome) -> bool:
    return one.entries == other.entries and all(
        table.equals(other.tables[name]) for name, table in one.tables.items()
    )


def test_each_person_gets_a_setting_and_an_entry() -> None:
    found = tune_settings(_site(), PLAN, _materials(), None, 7)
    people = found.tables["recommendations"]["participant"].to_list()
    assert [one.participant for one in found.entries] == people  # type: ignore[attr-defined]
    assert all(isinstance(one, SettingRecommended) for one in found.entries)
    assert found.facts["people"] == len(people) == found.computed
    assert set(found.tables) == {
        "fits",
        "covariances",
        "bands",
        "observed",
        "outlook",
        "recommendations",
    }


def test_a_round_with_nothing_new_is_recalled_to_the_letter() -> None:
    blobs = MemoryBlobs()
    first = tune_settings(_site(blobs), PLAN, _materials(), None, 7)
    again = tune_settings(_site(blobs), PLAN, _materials(), None, 7)
    assert again.computed == 0
    assert again.recalled == first.computed
    assert _same(first, again)
    assert (first.findings, first.undecided) == (again.findings, again.undecided)
    assert first.facts == again.facts


def test_one_new_person_recomputes_only_that_person() -> None:
    blobs = MemoryBlobs()
    first = tune_settings(_site(blobs), PLAN, _materials(), None, 7)
    more = b"x,0,1,100,,,70,40,male\nx,24,0,0,8.1,cp,70,40,male\nx,48,0,0,5,cp,70,40,male\n"
    found = tune_settings(_site(blobs), PLAN, _materials(more=more), None, 7)
    assert (found.computed, found.recalled) == (1, first.computed)
    old = found.tables["bands"].filter(pl.col("participant") != "x")
    assert old.equals(first.tables["bands"])


def test_another_seed_or_plan_is_another_computation() -> None:
    blobs = MemoryBlobs()
    first = tune_settings(_site(blobs), PLAN, _materials(), None, 7)
    assert tune_settings(_site(blobs), PLAN, _materials(), None, 8).computed == first.computed
    other = replace(PLAN, sections={"tuning": {**PLAN.section("tuning"), "draws": 300}})
    assert tune_settings(_site(blobs), other, _materials(), None, 7).computed == first.computed


def test_nobody_who_is_not_cleared_is_given_a_start() -> None:
    names = tune_settings(_site(), PLAN, _materials(), None, 7).tables["recommendations"]
    who = names["participant"].to_list()
    standings = pl.DataFrame(
        {"participant": who[:2], "standing": ["cleared", "recalled"]}
    )  # whoever is third has no standing at all
    blobs = MemoryBlobs()
    tune_settings(_site(blobs), PLAN, _materials(), None, 7)
    found = tune_settings(_site(blobs), PLAN, _materials(), standings, 7)
    assert found.computed == 0  # fits do not depend on standings
    kinds = {one.participant: type(one) for one in found.entries}  # type: ignore[attr-defined]
    assert kinds[who[0]] is SettingRecommended
    assert all(kinds[one] is RecommendationRefused for one in who[1:])
    reasons = dict(found.tables["recommendations"].select("participant", "reason").iter_rows())
    assert "recalled" in reasons[who[1]]
    assert "no standing" in reasons[who[2]]


@pytest.mark.hazard("H-229")
def test_who_is_pregnant_is_given_no_setting() -> None:
    given = _materials()
    (one, *_) = given.tables["events"]["ID"].unique(maintain_order=True).to_list()
    told = pl.DataFrame({"USUBJID": [str(one)], "AETERM": ["Pregnancy"]})
    with_it = replace(given, tables={**given.tables, "sdtm.AE": told})
    found = {
        row.participant: row for row in tune_settings(_site(), PLAN, with_it, None, 7).entries
    }
    assert isinstance(found[str(one)], RecommendationRefused)
    assert "is pregnant" in found[str(one)].reason
    assert any(isinstance(row, SettingRecommended) for row in found.values())


def test_a_dose_lost_in_reading_refuses_the_person() -> None:
    materials = _materials()
    lost = Finding(
        code="FMT-001",
        severity="error",
        message="",
        next_step="",
        file="data/events.csv",
        line=2,
        column="AMT",
        subject="1",
    )
    found = tune_settings(_site(), PLAN, replace(materials, findings=(lost,)), None, 7)
    entry = next(one for one in found.entries if one.participant == "1")  # type: ignore[attr-defined]
    assert isinstance(entry, RecommendationRefused)
    assert "FMT-001" in entry.reason
    assert [one.subject for one in found.undecided] == ["1"]


def test_two_processes_and_smaller_pieces_find_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = tune_settings(_site(workers=1), PLAN, _materials(200), None, 7)
    monkeypatch.setattr("nanoward.flows.tuning.tune_settings.BATCH", 1)
    monkeypatch.setattr("nanoward.adapters.runners.local.SOON_S", 0.0)
    assert one.computed >= 8  # processes are started for all but the first two
    assert _same(one, tune_settings(_site(workers=2), PLAN, _materials(200), None, 7))


def test_a_programme_without_tuning_or_events_says_so() -> None:
    nothing = replace(PLAN, sections={})
    assert tune_settings(_site(), nothing, _materials(), None, 7) == Outcome()
    empty = Materials(tables={}, sources={})
    (undecided,) = tune_settings(_site(), PLAN, empty, None, 7).undecided
    assert "no event table" in undecided.reason


@pytest.mark.hazard("H-224")
def test_a_plan_that_cannot_be_understood_gives_nobody_a_setting_and_other_rooms_go_on() -> (
    None
):
    plan = replace(PLAN, sections={"tuning": {"model": "warfarin-9cpt"}})
    found = tune_settings(_site(), plan, _materials(), None, 7)
    assert [one.severity for one in found.findings] == ["error"]
    assert "warfarin-9cpt" in found.findings[0].message
    assert [one.subject for one in found.undecided] == [""]
    assert not found.entries


GOAL = {
    "setting": "dose", "unit": "mg", "interval": 12, "lowest": 0, "highest": 300, "step": 25,
    "benefit": "benefit", "side_effect": "nausea", "epsilon": 0.1, "horizon": 48, "every": 3,
}  # fmt: skip
AIMED = Plan(
    name="g",
    title="",
    sha256="0" * 64,
    sections={
        "tuning": {
            "model": tomllib.loads(TEXT),
            "draws": 200,
            "goal": GOAL,
            "compare": {"benefit": "level", "at": 5.0},
        }
    },
)
MOVES = pl.DataFrame(
    {
        "participant": ["a"], "time": [6.0], "value": [50.0], "before": [200.0],
        "day": [date(2026, 11, 20)],
    }
)  # fmt: skip


def _aimed(moves: pl.DataFrame | None = None) -> Materials:
    tables = {"events": table_of()} | ({} if moves is None else {"adjustments": moves})
    return Materials(
        tables=tables,
        sources={name: str(one.to_dict(as_series=False)) for name, one in tables.items()},
    )


def test_under_a_goal_there_is_a_frontier_with_neighbours_words_and_changes() -> None:
    found = tune_settings(_site(), AIMED, _aimed(), None, 7)
    frontier = found.tables["frontier"]
    assert frontier.height == 13
    assert set(frontier["place"]) >= {"chosen", "lower", "higher"}
    chosen = frontier.filter(pl.col("place") == "chosen")["setting"].item()
    advice = found.tables["recommendations"].row(0, named=True)
    assert advice["value"] == chosen
    assert advice["words"].startswith(f"{chosen:g} mg every 12 h: benefit")
    assert found.tables["comparisons"]["participant"].to_list() == ["", "a"]
    assert isinstance(found.entries[0], SettingRecommended)
    blobs = MemoryBlobs()
    first = tune_settings(_site(blobs), AIMED, _aimed(), None, 7)
    assert _same(first, tune_settings(_site(blobs), AIMED, _aimed(), None, 7))


@pytest.mark.hazard("H-41")
def test_what_somebody_moved_alone_is_an_entry_and_changes_the_next_answer() -> None:
    blobs = MemoryBlobs()
    plain = tune_settings(_site(blobs), AIMED, _aimed(), None, 7)
    found = tune_settings(_site(blobs), AIMED, _aimed(MOVES), None, 7)
    assert found.computed == 1  # a new fit, with the dose that was moved to
    assert not _same(plain, found)
    moved = [one for one in found.entries if isinstance(one, SettingAdjusted)]
    assert [(one.participant, one.value) for one in moved] == [("a", 50.0)]
    outside = MOVES.with_columns(value=pl.lit(900.0))
    told = tune_settings(_site(blobs), AIMED, _aimed(outside), None, 7)
    assert "TUN-122" in [one.code for one in told.findings]


@pytest.mark.hazard("H-247")
def test_a_guessed_input_takes_back_what_starts_and_a_signature_gives_it() -> None:
    grades = {"council": {"grades": {"events": "guessed"}}}
    guessed = replace(PLAN, sections={**PLAN.sections, "programme": grades})
    site = _site()
    plain = tune_settings(site, PLAN, _materials(), None, 7).tables["recommendations"]
    told = tune_settings(site, guessed, _materials(), None, 7)
    taken = told.tables["recommendations"]
    assert plain["value"].null_count() == 0
    assert taken["value"].null_count() == taken.height
    assert set(taken["reason"]) == {"rests on a guess (events): nothing is started or raised"}
    assert all(isinstance(one, RecommendationRefused) for one in told.entries)
    signed = CouncilDecided(pack="k", decision="raise", positions=(), minority=(), rests_on=(),
                            at=AT, by="anna", accepts=("events",))  # fmt: skip
    site.ledger.append([signed], actor="anna", at=AT)
    again = tune_settings(site, guessed, _materials(), None, 7).tables["recommendations"]
    assert again["value"].to_list() == plain["value"].to_list()
