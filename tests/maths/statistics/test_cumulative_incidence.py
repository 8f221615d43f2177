"""Cumulative incidence: by hand, a law, and R's etm on real pregnancies."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.statistics.cumulative_incidence import (
    cumulative_incidence,
    postponed,
    without_early,
)

SHARED = Path(__file__).parents[4] / "shared" / "data" / "pregnancies"


def arrays(rows: list[tuple[float, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    entry, exit_, cause = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(entry, float), np.array(exit_, float), np.array(cause, int)


def test_by_hand() -> None:
    rows = [(0.0, 1.0, 1), (0.0, 2.0, 2), (1.0, 2.0, 1), (0.0, 3.0, 0), (2.0, 2.0, 1)]
    found = cumulative_incidence(*arrays(rows), 2)
    assert found.times.tolist() == [1.0, 2.0]
    assert found.at_risk.tolist() == [3, 3]  # who enters at 1 counts at 2; at 2 and 2 never
    np.testing.assert_allclose(found.share[:, -1], [1 / 3 + 2 / 3 / 3, 2 / 3 / 3])


@pytest.mark.hazard("H-346")
def test_whoever_enters_and_leaves_in_one_week_is_not_at_risk() -> None:
    one = cumulative_incidence(*arrays([(6.0, 6.0, 1), (5.0, 40.0, 2)]), 2)
    assert one.share[:, -1].tolist() == [0.0, 1.0]
    nobody = cumulative_incidence(*arrays([]), 2)
    assert np.isnan(nobody.last(0))
    assert np.isnan(nobody.limits(0)[0])


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(0, 2)), min_size=1)
)
def test_shares_and_what_is_left_add_up_and_without_late_entry_it_is_the_share(
    rows: list[tuple[int, int, int]],
) -> None:
    found = cumulative_incidence(*arrays([(float(a), float(b), c) for a, b, c in rows]), 2)
    assert (found.share.sum(axis=0) <= 1 + 1e-12).all()
    assert (np.diff(found.share, axis=1) >= -1e-15).all()
    assert (found.variance >= -1e-15).all()
    whole = [(-1.0, float(b), c or 1) for _, b, c in rows]  # all seen from the start, all ended
    crude = cumulative_incidence(*arrays(whole), 2)
    shares = [sum(c == k for _, _, c in whole) / len(whole) for k in (1, 2)]
    np.testing.assert_allclose(crude.share[:, -1], shares, atol=1e-12)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside the checkout")
@pytest.mark.hazard("H-346")
@pytest.mark.parametrize(
    ("group", "ends", "crude"),
    [(0, (0.04016, 0.79906, 0.16078), 0.0681), (1, (0.28511, 0.35257, 0.36232), 0.2486)],
)
def test_real_pregnancies_equal_r_etm_at_every_week(
    group: int, ends: tuple[float, ...], crude: float
) -> None:
    with (SHARED / "coumarin.csv").open() as file:
        rows = [one for one in csv.DictReader(file) if int(one["group"]) == group]
    entry = np.array([float(one["entry_week"]) for one in rows])
    exit_ = np.array([float(one["exit_week"]) for one in rows])
    cause = np.array([int(one["cause"]) for one in rows])
    found = cumulative_incidence(entry, exit_, cause, 3)
    np.testing.assert_allclose(found.share[:, -1], ends, atol=5e-6)
    assert abs((cause == 3).mean() - crude) < 5e-5  # the simple rate, by far too low
    with (SHARED / f"truth_etm_group{group}.csv").open() as file:
        truth = list(csv.DictReader(file))
    compared = 0
    for row in truth:
        at = np.flatnonzero(found.times == float(row["time"]))
        if at.size:
            k, t = int(row["cause"]) - 1, int(at[0])
            assert abs(found.share[k, t] - float(row["P"])) < 1e-9
            assert abs(found.variance[k, t] - float(row["var"])) < 1e-9
            assert found.at_risk[t] == int(row["n.risk"])
            compared += 1
    assert compared >= 80


@pytest.mark.hazard("H-346")
def test_early_events_in_tiny_risk_sets_are_postponed() -> None:
    """One loss while two are looked at is a half; among the 30 seen later it is one in 31."""
    rows = [(0.0, 2.0, 1), (0.0, 40.0, 2), *[(10.0, 40.0, 2)] * 30, (10.0, 12.0, 1)]
    entry, exit_, cause = arrays(rows)
    naive = cumulative_incidence(entry, exit_, cause, 2)
    later = cumulative_incidence(entry, postponed(entry, exit_, cause), cause, 2)
    ignored = cumulative_incidence(entry, exit_, without_early(entry, exit_, cause), 2)
    assert naive.last(0) > 0.5
    assert later.last(0) == pytest.approx(2 / 33)
    assert ignored.last(0) == pytest.approx(1 / 32)
    few = arrays([(0.0, 2.0, 1), (0.0, 3.0, 2)])
    np.testing.assert_array_equal(postponed(*few), few[1])
