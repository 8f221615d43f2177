"""Evidence of one type: stakes that sum to one, and what each test sees."""

import math

import numpy as np
import pytest

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.comparison import Comparison
from nanoward.audit.evidence.type_evidence import (
    TypeRecord,
    bias_allowance,
    planned_levels,
    type_evidence,
    weights_of,
)

IRON = ClaimType(name="iron", kind="continuous", unit="mg/L", sd=1.0, benefit="low",
                 mistakes=0.004, absent=0.03)  # fmt: skip
TUBE = ClaimType(name="tube", kind="identity", mistakes=0.002, absent=0.03)


def items(wrong: int, total: int = 60, favours: int = 1, score: float = 0.0) -> TypeRecord:
    compared = [
        Comparison(type="t", item=str(at), differs=at >= total - wrong,
                   favours=favours * (at >= total - wrong),
                   score=score, told="")
        for at in range(total)
    ]  # fmt: skip
    return TypeRecord(compared=compared, strata=["rest"] * total)


def value(record: TypeRecord, kind: ClaimType = TUBE) -> float:
    return type_evidence(record, kind, planned=60, types=9, alpha=0.01).e_value


@pytest.mark.parametrize("kind", [IRON, TUBE, ClaimType(kind="count", benefit="high")])
def test_the_stakes_of_a_type_sum_to_one(kind: ClaimType) -> None:
    assert sum(weights_of(kind).values()) == pytest.approx(1.0)
    levels = planned_levels(kind, 9, 0.01)
    assert all(0 < one < 0.01 / 9 for one in levels.values())


@pytest.mark.hazard("H-374")
def test_two_false_items_of_sixty_accuse_nobody_and_three_do() -> None:
    assert value(items(2)) < 900
    assert value(items(3)) >= 900
    assert value(TypeRecord()) == 1.0


def test_what_cannot_be_compared_is_no_evidence() -> None:
    none = [
        Comparison(type="t", item=str(at), differs=None, favours=0, score=math.nan, told="")
        for at in range(60)
    ]
    assert value(TypeRecord(compared=none, strata=["rest"] * 60)) == pytest.approx(1.0)


def test_a_shift_in_either_direction_is_seen_and_two_laboratories_apart_are_not() -> None:
    chance = np.random.default_rng(1)
    for shift, seen in ((1.5, True), (-2.0, True), (0.1, False)):
        compared = [
            Comparison(type="iron", item=str(at), differs=False, favours=0,
                       score=float(chance.normal(shift, 1)), told="")
            for at in range(60)
        ]  # fmt: skip
        found = type_evidence(
            TypeRecord(compared=compared, strata=["rest"] * 60), IRON,
            planned=60, types=9, alpha=0.01,
        )  # fmt: skip
        assert (found.e_value >= 900) is seen
        if seen:
            assert found.strongest == ("shift" if shift > 0 else "against")


def test_silence_about_bad_news_is_seen() -> None:
    many = TypeRecord(expected=[True] * 40 + [False] * 260)
    assert value(many) >= 900
    assert value(TypeRecord(expected=[True] * 6 + [False] * 294)) < 2
    worse = TypeRecord(absent_worse=[True] * 25, worse_share=0.5)
    assert value(worse) > 900
    assert value(TypeRecord(absent_worse=[True, False] * 12, worse_share=0.5)) < 10
    assert value(TypeRecord(late_bad=[True] * 20, bad_share=0.2)) > 900


def test_what_honest_laboratories_may_differ_by_grows_with_values_and_replicates() -> None:
    for replicates, values, wanted in ((1, 1, 0.3 / 2**0.5), (2, 4, 0.6 / 1.5**0.5)):
        kind = ClaimType(kind="continuous", sd=1.0, bias=0.3, replicates=replicates)
        assert bias_allowance(kind, values) == pytest.approx(wanted)
