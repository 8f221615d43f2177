"""The audit of one type: strata from claims alone, and what a record holds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.tools.contradiction_forgeries import claim

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.comparison import Measured
from nanoward.audit.evidence.partner_audit import (
    TypeClaims,
    audited_record,
    draw_items,
    is_worse,
    strata_of,
)

IRON = ClaimType(name="iron", kind="continuous", unit="mg/L", sd=1.0, benefit="low")


def told(count: int = 60) -> TypeClaims:
    chance = np.random.default_rng(1)
    rows = chance.normal(20, 4, (count, 4)).round(2)
    rows[1] = rows[0]
    first = {f"S{at}": claim(tuple(row.tolist()), item=f"S{at}") for at, row in enumerate(rows)}
    owed = (*first, "S98", "S99")
    return TypeClaims(first=first, expected=owed)


def test_copied_rows_are_pointed_at_and_the_largest_stand_apart() -> None:
    strata = strata_of(told(), IRON, frozenset({"S5"}))
    assert {"S0", "S1", "S5"} <= set(strata["pointed"])
    assert 4 <= len(strata["high"]) <= 6
    assert sorted(x for some in strata.values() for x in some) == sorted(told().first)


def test_what_is_owed_and_not_claimed_is_drawn_beside() -> None:
    found = draw_items("ab" * 32, told(), IRON, 20)
    assert set(found["unclaimed"]) == {"S98", "S99"}
    assert sum(len(one) for place, one in found.items() if place != "unclaimed") == 20
    assert found == draw_items("ab" * 32, told(), IRON, 20)


def test_a_claim_after_the_reveal_counts_as_missing_and_is_not_compared() -> None:
    late = replace(told(), revealed=frozenset({"S3"}))
    assert "S3" in draw_items("ab" * 32, late, IRON, 60)["unclaimed"]
    ours = {
        item: Measured(type="iron", item=item, period="2026", value=one.value)
        for item, one in late.first.items()
    }
    record = audited_record(late, {"rest": tuple(late.first)}, ours, IRON)
    assert sum(record.expected) == 3
    assert "S3" not in {one.item for one in record.compared}
    assert record.values == 4
    assert not any(one.differs for one in record.compared)


def test_an_item_that_we_did_not_measure_counts_against_nobody() -> None:
    record = audited_record(told(), {"rest": ("S1", "S2")}, {}, IRON)
    assert record.compared == []


@pytest.mark.parametrize(
    ("kind", "benefit", "value", "worse"),
    [
        ("presence", "low", True, True),
        ("presence", "low", False, False),
        ("presence", "high", False, True),
        ("presence", "high", True, False),
        ("presence", "none", True, False),
        ("presence", "low", None, False),
        ("count", "low", 9.0, False),
    ],
)
def test_a_presence_call_alone_is_bad_news(
    kind: str, benefit: str, value: Any, *, worse: bool
) -> None:
    ours = Measured(type="t", item="S1", period="2026", value=value)
    assert is_worse(ours, ClaimType(name="t", kind=kind, benefit=benefit)) == worse
