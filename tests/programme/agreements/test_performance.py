"""No breach from too few cases or within the interval; no penalty unheard or above the cap."""

from datetime import date

import pytest

from nanoward.base.money import MoneyError
from nanoward.programme.agreements.performance import (
    Measure,
    PenaltyRefusedError,
    PenaltyScale,
    breaches,
    penalty,
    penalty_scale,
    performance,
    quarter_of,
)
from nanoward.programme.agreements.terms import read_terms

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


TERMS = (
    {"kind": "penalty", "to": "site", "on": ["late report"], "scale": ["100", "200"],
     "cap": "250"},
    {"kind": "penalty", "to": "site", "what": "lost sample; broken seal", "amount": "40",
     "cap": "80"},
    {"kind": "penalty", "to": "laboratory", "on": ["false claim"], "amount": "9", "cap": "9"},
    {"kind": "penalty", "to": "site", "on": ["dosing the held"], "amount": "900"},
    {"kind": "penalty", "to": "site", "on": ["unread mail"], "scale": "twice the fee",
     "cap": "9"},
)  # fmt: skip


def stated(breach: str) -> PenaltyScale:
    return penalty_scale(read_terms(TERMS, "EUR"), "site 7", "site", breach, "EUR")


@pytest.mark.hazard("H-298")
def test_a_breach_costs_what_is_stated_for_it_and_nothing_that_is_stated_for_others() -> None:
    late, seal = stated("Late report"), stated("broken seal")
    assert (late.steps, late.cap) == ((10_000, 20_000), 25_000)
    assert (seal.steps, seal.cap) == ((4_000,), 8_000)
    assert penalty(late, heard=True, earlier=[10_000], party="site") == 15_000


@pytest.mark.hazard("H-298")
@pytest.mark.parametrize(
    ("breach", "why"),
    [
        ("smiles", "no penalty is stated for 'smiles'; for broken seal"),
        ("false claim", "no penalty is stated"),  # it is somebody else's
        ("dosing the held", "states no cap"),
        ("unread mail", "no list of sums"),
    ],
)
def test_what_is_not_stated_as_a_sum_with_a_cap_costs_nothing(breach: str, why: str) -> None:
    with pytest.raises(PenaltyRefusedError, match=why):
        stated(breach)


def test_a_scale_is_no_float() -> None:
    with pytest.raises(MoneyError, match="float"):
        read_terms([{**TERMS[0], "scale": [0.1]}], "EUR")
