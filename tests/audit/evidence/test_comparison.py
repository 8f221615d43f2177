"""Claims beside our measurements, kind by kind."""

import math
from typing import Any

import numpy as np
import pytest
from tests.tools.contradiction_forgeries import claim

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.comparison import Comparison, Measured, compare, standard_error

IRON = ClaimType(name="iron", kind="continuous", unit="mg/L", sd=1.0, benefit="low")


def held(kind: str, claimed: object, ours: object, **given: Any) -> Comparison:
    extra = {key: given.pop(key) for key in ("limit", "uncertainty", "unit") if key in given}
    level = given.pop("level", math.nan)
    told = ClaimType(name="t", kind=kind, sd=given.pop("sd", 1.0), **given)
    extra.setdefault("unit", told.unit)
    made = claim(claimed, type="t", **extra)
    mine = Measured(type="t", item="S1", period="2026", value=ours, level=level)  # type: ignore[arg-type]
    return compare(made, mine, told)


@pytest.mark.parametrize(
    ("kind", "claimed", "ours", "given", "differs", "favours"),
    [
        ("continuous", 10.0, 10.5, {"benefit": "low"}, False, 0),
        ("continuous", 5.0, 10.0, {"benefit": "low"}, True, 1),
        ("continuous", 15.0, 10.0, {"benefit": "low"}, True, -1),
        ("continuous", 5.0, 10.0, {}, True, 0),
        ("count", 2.0, 3.0, {"benefit": "low", "sd": 0.0}, True, 1),
        ("count", 3.0, 3.0, {"benefit": "low", "sd": 0.0}, False, 0),
        ("count", 100.0, 110.0, {"benefit": "low"}, False, 0),
        ("count", 10.0, 110.0, {"benefit": "low"}, True, 1),
        ("proportion", (50.0, 100.0), (52.0, 100.0), {"benefit": "high"}, False, 0),
        ("proportion", (95.0, 100.0), (50.0, 100.0), {"benefit": "high"}, True, 1),
        ("time", 10.0, 10.5, {"benefit": "high"}, False, 0),
        ("time", 20.0, 10.0, {"benefit": "high"}, True, 1),
        ("balance", (10.0, 5.0, 3.0, 2.0), (10.0, 5.0, 3.0, 2.0), {"sd": 0.0}, False, 0),
        ("balance", (10.0, 5.0, 3.0, 1.0), None, {"sd": 0.0}, None, 0),
        ("balance", (10.0, 5.0, 4.0, 1.0), (10.0, 5.0, 3.0, 1.0), {"sd": 0.0}, True, 1),
        ("date", "2026-01-05", "2026-01-06", {"benefit": "low"}, False, 0),
        ("date", "2026-01-02", "2026-01-06", {"benefit": "low"}, True, 1),
        ("date", "2027-01-02", "2027-01-02", {}, True, 1),
        ("identity", "P1", "P1", {}, False, 0),
        ("identity", "P1", "P2", {}, True, 1),
        ("sequence", "ACGN", "ACGT", {}, False, 0),
        ("sequence", "ACGA", "ACGT", {}, True, 1),
        ("sequence", "ACG", "ACGT", {}, True, 1),
        ("sequence", "NN", "AC", {}, None, 0),
        ("presence", True, True, {}, False, 0),
        ("presence", True, False, {"benefit": "high"}, True, 1),
    ],
)
def test_by_hand(
    kind: str, claimed: object, ours: object, given: dict[str, Any], differs: bool | None,
    favours: int,
) -> None:  # fmt: skip
    found = held(kind, claimed, ours, **given)
    assert found.differs is differs
    assert found.favours == favours
    assert found.told


@pytest.mark.hazard("H-372")
def test_absent_below_the_claimed_limit_is_not_compared_and_above_it_differs() -> None:
    low = {"limit": 1.0, "benefit": "low", "unit": ""}
    assert held("presence", False, True, level=0.5, **low).differs is None
    assert held("presence", False, True, **low).differs is None
    found = held("presence", False, True, level=2.0, **low)
    assert found.differs
    assert found.favours == 1


@pytest.mark.hazard("H-373")
def test_a_wide_uncertainty_hides_no_lie() -> None:
    mine = Measured(type="iron", item="S1", period="2026", value=10.0, replicates=2)
    narrow = standard_error(claim(5.0), mine, IRON)
    assert narrow == pytest.approx(math.sqrt(1.5))
    wide = standard_error(claim(5.0, uncertainty=50.0), mine, IRON)
    assert wide == pytest.approx(math.sqrt(1.5**2 + 0.5))
    assert compare(claim(1.0, uncertainty=50.0), mine, IRON).differs


def test_what_cannot_be_produced_counts_against_its_holder_and_silence_says_why() -> None:
    gone = Measured(type="iron", item="S1", period="2026", value=None, produced=False)
    assert compare(claim(1.0), gone, IRON).favours == 1
    nothing = Measured(type="iron", item="S1", period="2026", value=None)
    assert "not compared" in compare(claim(1.0), nothing, IRON).told
    panel = Measured(type="iron", item="S1", period="2026", value=(1.0, 2.0))
    assert compare(claim(1.0), panel, IRON).differs is None


def test_a_relative_error_of_nothing_is_not_compared() -> None:
    found = held("continuous", 1.0, 0.0, sd=0.1, relative=True)
    assert found.differs is None
    assert held("continuous", 100.0, 101.0, sd=0.1, relative=True).differs is False


def test_another_unit_is_converted_before_it_is_compared() -> None:
    mine = Measured(type="iron", item="S1", period="2026", value=1000.0)
    assert compare(claim(1.0, unit="g/L"), mine, IRON).differs is False


def test_honest_pairs_differ_once_in_a_thousand() -> None:
    chance = np.random.default_rng(2)
    hits = 0
    for _ in range(6000):
        truth = chance.normal(20, 4, 4)
        theirs = tuple((truth + chance.normal(0, 1, 4)).tolist())
        ours = tuple((truth + chance.normal(0, math.sqrt(0.5), 4)).tolist())
        mine = Measured(type="iron", item="S1", period="2026", value=ours, replicates=2)
        hits += compare(claim(theirs), mine, IRON).differs is True
    assert 0 < hits < 16


@pytest.mark.parametrize(
    ("claimed", "ours", "side"),
    [(None, 1.0, "the claim"), (1.0, None, "our measurement"), (None, None, "the claim")],
)
def test_who_has_no_value_is_named(
    claimed: float | None, ours: float | None, side: str
) -> None:
    found = held("continuous", claimed, ours)
    assert found.differs is None
    assert found.told.endswith(f"{side} has no value")
