from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from nanoward.bonds.direction.before_after import (
    _gaps,
    _SparseGaps,
    before_and_after,
    closeness_of,
)
from nanoward.bonds.direction.dates import Dose

DAY = date(2026, 2, 1)


def both_ways(upper: np.ndarray) -> np.ndarray:
    half = np.triu(upper, 1)
    return half + half.T


def groups(rng: np.random.Generator, people: int) -> np.ndarray:
    """The first half were dosed; of their pairs a fifth are linked, the others are left out."""
    dosed = np.arange(people) < people // 2
    both = dosed[:, None] & dosed[None]
    linked = both_ways(rng.random((people, people)) < 0.2)
    return np.where(both, np.where(linked > 0, 1.0, np.nan), 0.0)


@pytest.mark.parametrize(
    ("earlier", "later", "answer"),
    [(0, 0, "cannot tell"), (3, 0, "before"), (0, 3, "with the agent"), (3, 3, "both")],
)
def test_what_came_first_is_told_or_cannot_be(earlier: int, later: int, answer: str) -> None:
    rng = np.random.default_rng(11)
    group = groups(rng, 30)
    linked = group == 1
    before = both_ways(rng.normal(5, 1, (30, 30))) + earlier * linked
    after = before + both_ways(rng.normal(0, 1, (30, 30))) + later * linked
    found = before_and_after(group, before, after, permutations=199)
    assert found.answer == answer
    assert (found.linked, found.without) == (int(linked.sum() / 2), 30 * 29 // 2 - 15 * 14 // 2)
    if later:
        assert found.low < later < found.high
        assert found.p_rise == 1 / 200  # above all 199 permutations
    if answer == "cannot tell":
        assert "is excluded" in found.reason


def test_the_level_is_kept_when_people_differ_in_how_close_they_are() -> None:
    """Closeness and its rise hang on persons: pairs of one person are not independent."""
    low = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        group = groups(rng, 16)
        own, rise = rng.normal(0, 1, 16), rng.normal(0, 1, 16)
        before = own[:, None] + own + both_ways(rng.normal(0, 0.5, (16, 16)))
        after = before + rise[:, None] + rise
        found = before_and_after(group, before, after, permutations=39, seed=seed)
        low += [found.p_before <= 0.05, found.p_rise <= 0.05]
    assert 0.03 <= np.mean(low) <= 0.07  # 600 tests, standard error 0.009


def test_few_pairs_get_no_answer() -> None:
    flat = np.zeros((6, 6))
    found = before_and_after(np.zeros((6, 6)), flat, flat)
    assert found.answer == "cannot tell"
    assert "0 linked pairs and 15 pairs without" in found.reason


def contacts(*rows: tuple[Any, ...]) -> pl.DataFrame:
    names = ("a", "b", "first", "last", "hours", "closeness")
    kinds = {
        "a": pl.String, "b": pl.String, "first": pl.Date, "last": pl.Date,
        "hours": pl.Float64, "closeness": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema=kinds)


def test_hours_a_week_on_either_side_of_the_doses_by_hand() -> None:
    """Dosed on day 14 and 21; the diary runs from day 0 to day 27."""
    start = DAY - timedelta(days=14)
    doses = {
        "a": Dose(given=True, first=DAY),
        "b": Dose(given=True, first=DAY + timedelta(days=7)),
        "c": Dose(given=False),
    }
    rows = contacts(
        ("b", "a", start, start + timedelta(days=1), 4.0, None),
        # ten days from day 10: four of them before day 14, none from day 21 on
        ("a", "b", start + timedelta(days=10), start + timedelta(days=19), 10.0, None),
        ("a", "b", start + timedelta(days=27), None, None, None),
    )
    found = closeness_of(rows, ["c", "a", "b"], doses, None)
    assert found.people == ("a", "b", "c")
    assert found.with_agent[0, 1]
    assert not found.with_agent[0, 2]
    assert found.before[0, 1] == found.before[1, 0] == (4 + 4) / 2  # two weeks
    assert found.after[0, 1] == 1.0  # one hour in the one week from day 21
    assert found.before[0, 2] == found.after[0, 2] == 0.0


def test_scores_of_closeness_are_means_and_what_was_not_asked_is_not_measured() -> None:
    doses = {who: Dose(given=True, first=DAY) for who in "ab"} | {"c": Dose(given=None)}
    rows = contacts(
        ("a", "b", DAY - timedelta(days=3), None, None, 2.0),
        ("a", "b", DAY - timedelta(days=2), None, None, 4.0),
        ("a", "b", DAY, None, None, 9.0),
        ("a", "c", DAY, None, None, 9.0),
    )
    found = closeness_of(rows, ["a", "b", "c"], doses, None)
    assert (found.before[0, 1], found.after[0, 1]) == (3.0, 9.0)
    assert np.isnan(found.after[0, 2])  # nobody knows whether c was dosed


def test_without_days_of_contacts_or_doses_the_reason_is_told() -> None:
    known = {"a": Dose(given=True, first=DAY)}
    bare = pl.DataFrame({"a": ["a"], "b": ["b"], "kind": ["room"]})
    assert closeness_of(None, ["a"], known, None).reason == "no contact has a day"
    assert closeness_of(bare, ["a"], known, None).reason == "no contact has a day"
    dated = contacts(("a", "b", DAY, None, 1.0, None))
    assert closeness_of(dated, ["a", "b"], {}, None).reason == "no day of dosing is known"


def test_the_limits_are_those_of_leaving_out_each_person() -> None:
    rng = np.random.default_rng(6)
    group = groups(rng, 14)
    before = both_ways(rng.normal(5, 1, (14, 14)))
    after = before + both_ways(rng.normal(0, 1, (14, 14)))
    before[3, 8] = before[8, 3] = np.nan
    found = before_and_after(group, before, after, permutations=9)
    rises = []
    for one in range(14):
        kept = [k for k in range(14) if k != one]
        kind, rise = group[np.ix_(kept, kept)], (after - before)[np.ix_(kept, kept)]
        upper = np.triu(np.ones(kind.shape, bool), 1) & ~np.isnan(rise)
        near, far = (rise[upper & (kind == which)] for which in (1, 0))
        rises.append(near.mean() - far.mean() if len(near) and len(far) else 0.0)
    spread = np.sqrt(12 / 14 * ((np.array(rises) - np.mean(rises)) ** 2).sum())
    assert found.high - found.rise == pytest.approx(1.96 * spread, rel=1e-9)


@pytest.mark.parametrize("measured", [0.2, 0.9])
def test_only_pairs_with_a_value_are_added_up(measured: float) -> None:
    """The slow form is `_gaps` of all pairs, in each order of people."""
    chance = np.random.default_rng(3)
    people = 30
    group = np.triu(chance.choice([1.0, 0.0, np.nan], (people, people)), 1)
    group = group + group.T
    i, j = np.triu_indices(people, 1)
    told = chance.random(len(i)) < measured
    pairs = i[told], j[told]
    values = np.where(chance.random((2, told.sum())) < 0.2, chance.random((2, told.sum())), 0.0)
    kinds = np.where(np.isnan(group), 0, np.where(group == 1, 1, 2)).astype(np.int8)
    gaps = _SparseGaps(kinds, values, pairs)
    for _ in range(20):
        order = chance.permutation(people)
        slow = _gaps(group[order[pairs[0]], order[pairs[1]]], values)
        np.testing.assert_allclose(gaps.of(order), slow, atol=1e-12)
