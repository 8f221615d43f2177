import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.direction.dates import (
    ContactHistory,
    Dose,
    contact_histories,
    date_odds,
    dated,
    doses_of,
)
from nanoward.bonds.direction.direction import ONLY_ONE_DOSED, PER_WEEK, odds_from_interval
from nanoward.maths.frames import frame_of

sys.path.insert(0, str(Path(__file__).parents[2] / "oracles"))
import slow_pairs

D = [date(2026, 1, day) for day in range(1, 32)]


def person(name: str, first: date | None, stratum: str = "x") -> ComparedParticipant:
    return ComparedParticipant(
        participant=name, stratum=stratum, sample=name, taken=first, first=first
    )


def test_doses_come_from_standings_then_from_the_samples() -> None:
    samples = pl.DataFrame(
        {"participant": ["a", "a", "b", "c"], "dosed": [D[4], None, None, D[2]],
         "lot": ["L", "L", None, "L"]}
    )  # fmt: skip
    assert doses_of(samples) == {
        "a": Dose(given=True, first=D[4]),
        "b": Dose(given=False),
        "c": Dose(given=True, first=D[2]),
    }
    board = pl.DataFrame(
        {"participant": ["b", "d"], "first_dose": [D[9], None]},
        schema={"participant": pl.String, "first_dose": pl.Date},
    )
    both = doses_of(samples, board)
    assert both["b"] == Dose(given=True, first=D[9])
    assert both["d"] == Dose(given=False)
    by_lot = doses_of(samples.drop("dosed"))
    assert (by_lot["a"].given, by_lot["b"].given, by_lot["a"].first) == (True, False, None)
    assert doses_of(samples.select("participant"))["a"].given is None


def test_one_who_carried_it_before_the_first_dose_was_not_dosed_then() -> None:
    dose = Dose(given=True, first=D[10])
    assert dose.before(D[10]) is True
    assert dose.before(D[5]) is False
    assert dose.before(None) is True
    assert Dose().before(D[5]) is None


def odds_of(
    people: list[ComparedParticipant], doses: dict[str, Dose], serial: Any = None
) -> float:
    """Log odds that a gave it to b."""
    return float(date_odds(people, doses, serial).of(pl.Series(["a"]), pl.Series(["b"]))[0])


@pytest.mark.hazard("H-219")
def test_days_of_onset_go_before_days_of_samples_and_are_judged_by_the_interval() -> None:
    ill = [replace(person("a", D[9]), onset=D[4]), replace(person("b", D[0]), onset=D[8])]
    by_onset = odds_of(ill, {}, (3.6, 1.6))
    assert by_onset == pytest.approx(odds_from_interval(4, 3.6, 1.6))
    assert by_onset > 1
    half = [ill[0], person("b", D[0])]  # of one only: the samples' days are compared
    assert odds_of(half, {}, (3.6, 1.6)) < -1


def test_dates_and_doses_give_the_odds_of_the_direction() -> None:
    people = [person("a", D[0]), person("b", D[7]), person("c", D[7], "y")]
    assert odds_of(people, {}) == PER_WEEK
    doses = {"a": Dose(given=True, first=D[0]), "b": Dose(given=True, first=D[20])}
    # b carried it on day 8 and was dosed on day 21: it came from somebody
    assert odds_of(people, doses) == pytest.approx(ONLY_ONE_DOSED + PER_WEEK)
    assert odds_of([person("a", None), person("b", None)], {}) == 0


@pytest.mark.parametrize("seed", range(4))
def test_days_and_doses_of_many_pairs_are_those_of_one_pair_after_another(seed: int) -> None:
    chance = np.random.default_rng(seed)

    def some(days: int = 30) -> date | None:
        return None if chance.random() < 0.3 else D[int(chance.integers(0, days))]

    names = [f"p{k:02d}" for k in range(12)]
    people = [replace(person(name, some()), onset=some()) for name in names]
    doses = {name: Dose(given=bool(day := some()), first=day) for name in names[:9] if some()}
    pairs = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
    a, b = (pl.Series(side) for side in zip(*pairs, strict=True))
    for serial in (None, (3.6, 1.6)):
        slow = slow_pairs.odds_by_pair(people, doses, serial)
        found = date_odds(people, doses, serial).of(a, b)
        assert found.tolist() == [slow.get(pair, 0.0) for pair in pairs]
    met = {
        pair: ContactHistory(hours=1.0, first=some(), last=some(), told=2.0)
        for pair in pairs[::5]
    }
    rows = [{"a": a, "b": b, "stratum": "x", "sample_a": a, "sample_b": b} for a, b in pairs]
    table = frame_of(BONDS, rows)
    assert dated(table, met, people, doses).equals(slow_pairs.dated(table, met, people, doses))


def test_contacts_add_up_and_one_without_hours_counts_as_one() -> None:
    table = pl.DataFrame(
        {"a": ["q", "p", "p"], "b": ["p", "q", "r"], "hours": [2.0, None, 0.5],
         "first": [D[3], D[1], None], "last": [D[8], None, None]}
    )  # fmt: skip
    found = contact_histories(table)
    assert found["p", "q"] == ContactHistory(hours=3.0, first=D[1], last=D[8], told=2.0)
    assert found["p", "r"] == ContactHistory(hours=0.5, first=None, last=None, told=0.5)
    untold = contact_histories(table.select("a", "b"))["p", "q"]
    assert (untold.hours, untold.told) == (2.0, None)
    assert contact_histories(None) == {}


def test_a_link_was_possible_from_the_first_dose_and_the_first_meeting_on() -> None:
    rows = [
        {"a": a, "b": b, "stratum": "x", "sample_a": a, "sample_b": b}
        for a, b in (("a", "b"), ("a", "c"), ("c", "d"))
    ]
    people = [person("a", D[14]), person("b", D[20]), person("c", D[9]), person("d", None)]
    met = {("a", "b"): ContactHistory(hours=1.0, first=D[6], last=D[7], told=1.0)}
    doses = {"a": Dose(given=True, first=D[2]), "b": Dose(given=True, first=D[1])}
    found = dated(frame_of(BONDS, rows), met, people, doses)
    assert found["first_possible"].to_list() == [D[6], D[2], None]
    assert found["last_seen"].to_list() == [D[20], D[14], None]
    assert found["contact_hours"].to_list() == [1.0, None, None]
    assert found["contact_last"].to_list() == [D[7], None, None]
    assert dated(frame_of(BONDS, ()), {}, [], {}).height == 0
