"""No breach from too few cases or within the interval; no penalty unheard or above the cap."""

from datetime import date

import pytest

from nanoward.programme.agreements.performance import (
    Measure,
    PenaltyRefusedError,
    PenaltyScale,
    breaches,
    penalty,
    performance,
    quarter_of,
)

MEASURE = Measure(name="reports in time", party="site 7", target=0.9)
SCALE = PenaltyScale(party="site 7", breach="late report", steps=(100, 200), cap=250)


def cases(met: int, n: int) -> dict[str, bool]:
    return {f"P{one}": one < met for one in range(n)}


@pytest.mark.parametrize(
    ("met", "n", "verdict"),
    [(0, 19, "too few"), (20, 20, "met"), (16, 20, "not settled"), (10, 20, "breach")],
)
def test_verdicts(met: int, n: int, verdict: str) -> None:
    assert performance(MEASURE, cases(met, n), frozenset()).verdict == verdict


def test_the_interval_is_exact() -> None:
    """Clopper and Pearson 1934: 10 of 20 is .272 to .728."""
    found = performance(MEASURE, cases(10, 20), frozenset())
    assert (round(found.low, 3), round(found.high, 3)) == (0.272, 0.728)
    assert performance(MEASURE, {}, frozenset()).high == 1.0


@pytest.mark.hazard("H-304")
def test_who_left_is_counted_against_nobody() -> None:
    some = cases(20, 40)
    left = frozenset(who for who, met in some.items() if not met)
    assert performance(MEASURE, some, left).verdict == "met"
    found = [performance(MEASURE, some, frozenset()), performance(MEASURE, some, left)]
    assert len(breaches(found)) == 1


@pytest.mark.hazard("H-304")
def test_penalties_follow_the_scale_up_to_the_cap() -> None:
    assert penalty(SCALE, heard=True, earlier=[], party="site") == 100
    assert penalty(SCALE, heard=True, earlier=[100], party="site") == 150
    assert penalty(SCALE, heard=True, earlier=[100, 150], party="site") == 0
    with pytest.raises(PenaltyRefusedError, match="not been heard"):
        penalty(SCALE, heard=False, earlier=[], party="site")
    with pytest.raises(PenaltyRefusedError, match="participant"):
        penalty(SCALE, heard=True, earlier=[], party="participant")
    bare = PenaltyScale(party="s", breach="b", steps=(), cap=1)
    with pytest.raises(PenaltyRefusedError, match="no scale"):
        penalty(bare, heard=True, earlier=[], party="site")


def test_quarters() -> None:
    assert quarter_of(date(2026, 12, 31)) == "2026-Q4"
