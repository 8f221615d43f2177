"""Stopping boundaries: by hand, by laws, by simulation, and against stoppingrule (R)."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.statistics.stopping import (
    Statistic,
    beta_binomial,
    boundary,
    calibrated,
    crossing,
    max_sprt,
    operating_characteristics,
    pocock,
    sprt,
    wang_tsiatis,
)

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)


def test_two_of_two_by_hand() -> None:
    told = operating_characteristics(np.array([2, 2]), 0.5)
    assert told.stops == 0.25
    assert told.events == 1.0  # nobody is spared: the boundary is at the end
    assert told.people == 2.0


def test_one_event_stops_at_once_by_hand() -> None:
    told = operating_characteristics(np.array([1, 1, 1]), 0.2)
    assert told.stops == pytest.approx(1 - 0.8**3)
    assert told.people == pytest.approx(0.2 + 2 * 0.16 + 3 * 0.64)
    assert told.stopped_by == pytest.approx([0.2, 0.36, 0.488])


def test_published_design_of_thirty_people() -> None:
    found = calibrated(pocock(0.1), 30, 0.1, 0.05)
    assert (
        found.stop_at[1:].tolist()
        == [2] + [3] * 4 + [4] * 4 + [5] * 6 + [6] * 5 + [7] * 7 + [8] * 2
    )
    powers = [round(crossing(found.stop_at, p), 4) for p in (0.1, 0.2, 0.3)]
    assert powers == [0.0490, 0.4077, 0.8273]


def test_clinfun_boundary_crossing_values() -> None:
    """Looks at 4, 8, 12 and 20 people, at most 2, 3, 4 and 6 events accepted."""
    stop_at = np.full(20, 21)
    for people, accepted in ((4, 2), (8, 3), (12, 4), (20, 6)):
        stop_at[people - 1] = accepted + 1
    told = [operating_characteristics(stop_at, p) for p in (0.1, 0.2, 0.3)]
    assert [one.stops for one in told] == pytest.approx([0.01078, 0.13850, 0.46269], abs=4e-5)
    assert [one.people for one in told] == pytest.approx([19.88, 18.82, 16.25], abs=0.005)


def test_a_risk_that_no_outcome_can_show_never_stops() -> None:
    found = calibrated(pocock(0.5), 3, 0.5, 0.01)
    assert found.critical == np.inf
    assert crossing(found.stop_at, 1.0) == 0.0


@given(
    st.sampled_from(["pocock", "wt", "bb", "sprt", "maxsprt"]),
    st.integers(3, 25),
    st.floats(0.05, 0.4),
    st.floats(0.02, 0.2),
)
def test_a_calibrated_boundary_keeps_alpha_and_never_falls(
    family: str, most: int, p0: float, alpha: float
) -> None:
    found = calibrated(family_of(family, p0, most), most, p0, alpha)
    assert crossing(found.stop_at, p0) <= alpha + 1e-12
    assert (np.diff(found.stop_at) >= 0).all()
    chances = [crossing(found.stop_at, p) for p in (0.1, 0.3, 0.6)]
    assert chances == sorted(chances)


def family_of(family: str, p0: float, most: int) -> Statistic:
    return {
        "pocock": pocock(p0),
        "wt": wang_tsiatis(p0, 0.25, most),
        "bb": beta_binomial(p0, p0 * 2, (1 - p0) * 2),
        "sprt": sprt(p0, min(3 * p0, 0.9)),
        "maxsprt": max_sprt(p0),
    }[family]


def test_the_recursion_agrees_with_counting_every_path() -> None:
    stop_at = np.array([2, 2, 3, 3, 4, 4, 4, 5])
    stops = events = 0.0
    for path in range(2**8):
        bits = [path >> place & 1 for place in range(8)]
        count, stopped = 0, False
        for n, bit in enumerate(bits, 1):
            count += bit
            if count >= stop_at[n - 1]:
                stopped = True
                break
        chance = 0.3 ** sum(bits) * 0.7 ** (8 - sum(bits))
        stops += chance * stopped
        events += chance * count
    told = operating_characteristics(stop_at, 0.3)
    assert told.stops == pytest.approx(stops, abs=1e-12)
    assert told.events == pytest.approx(events, abs=1e-12)


def test_twenty_thousand_simulated_programmes_stop_as_often_as_told() -> None:
    found = calibrated(wang_tsiatis(0.1, 0.25, 60), 60, 0.1, 0.1)
    draws = np.random.default_rng(7).random((20_000, 60)) < 0.1
    crossed = (draws.cumsum(axis=1) >= found.stop_at).any(axis=1)
    assert abs(crossed.mean() - crossing(found.stop_at, 0.1)) < 0.005


@needs_pilot
@pytest.mark.shared
def test_every_reference_boundary_is_equal_and_every_operating_point_within_1e_9() -> None:
    names = pl.Schema({"param": pl.String})
    rows = pl.read_csv(PILOT / "reference" / "stopping_boundaries.csv", schema_overrides=names)
    points = pl.read_csv(
        PILOT / "reference" / "stopping_operating_characteristics.csv", schema_overrides=names
    )
    worst, compared = 0.0, 0
    for key, group in rows.group_by("N", "p0", "alpha", "method", "param"):
        most, p0, alpha, method, param = key
        numbers = [float(one) for one in str(param or "").split(";") if one]
        makers = {
            "Pocock": lambda p, _n, _x: pocock(p),
            "WT": lambda p, n, x: wang_tsiatis(p, x[0], n),
            "BB": lambda p, _n, x: beta_binomial(p, x[0], x[1]),
            "SPRT": lambda p, _n, x: sprt(p, x[0]),
            "MaxSPRT": lambda p, _n, _x: max_sprt(p),
        }
        statistic = makers[str(method)](float(p0), int(most), numbers)  # type: ignore[arg-type]
        found = calibrated(statistic, int(most), float(p0), float(alpha))  # type: ignore[arg-type]
        expected = group.sort("n")["reject_at"].to_numpy()
        np.testing.assert_array_equal(found.stop_at, expected)
        compared += expected.size
        here = points.join(group.head(1), on=["N", "p0", "alpha", "method"], how="inner")
        for p, stops, events, mark in here.select(
            "p", "reject_prob", "e_events", "param"
        ).iter_rows():
            if mark != param:
                continue
            told = operating_characteristics(found.stop_at, p)
            worst = max(worst, abs(told.stops - stops), abs(told.events - events))
    assert compared == 1000
    assert worst < 1e-9


def test_a_boundary_reaches_its_critical_value_and_not_one_event_earlier() -> None:
    statistic = max_sprt(0.2)
    found = boundary(statistic, 40, 2.0)
    n = np.arange(1, 41, dtype=float)
    y = found.stop_at.astype(float)
    inside = y <= n
    assert (statistic(n[inside], y[inside]) >= 2.0 - 1e-8).all()
    assert (statistic(n[inside], y[inside] - 1) < 2.0).all()
