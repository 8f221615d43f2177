"""Verdicts: six words, and what each needs."""

import math
from dataclasses import replace

import pytest
from tests.audit.evidence.test_type_evidence import IRON, TUBE, items

from nanoward.audit.evidence.type_evidence import TypeRecord
from nanoward.audit.evidence.verdicts import TypeVerdict, detectable_share, judge

TYPES = {"iron": IRON, "tube": TUBE}


def verdict(record: TypeRecord, **given: object) -> TypeVerdict:
    found = judge({"tube": record}, TYPES, planned=60, alpha=0.01, **given)  # type: ignore[arg-type]
    return next(one for one in found if one.type == "tube")


def test_each_verdict_has_its_cause() -> None:
    assert verdict(items(0)).verdict == "agrees"
    assert verdict(items(0, total=9)).verdict == "cannot tell"
    assert verdict(items(1)).verdict == "differs"
    assert verdict(items(9)).verdict == "pattern"
    assert verdict(items(0), contradictory=["tube"]).verdict == "contradiction"
    silent = replace(items(0), expected=[True] + [False] * 99)
    assert verdict(silent).verdict == "missing"
    assert verdict(TypeRecord()).verdict == "cannot tell"


def test_few_missing_claims_are_told_and_do_not_hide_the_verdict_by_values() -> None:
    silent = replace(items(0), expected=[True] * 2 + [False] * 98)
    told = verdict(silent, tolerated=0.02)
    assert told.verdict == "agrees"
    assert (told.missing, told.expected) == (2, 100)
    assert "2 of 100 expected claims are missing (2.0%" in told.told
    assert told.e_value == verdict(silent).e_value
    more = replace(items(0), expected=[True] * 3 + [False] * 97)
    assert verdict(more, tolerated=0.02).verdict == "missing"
    assert verdict(replace(silent, compared=items(1).compared), tolerated=0.02).verdict == (
        "differs"
    )


@pytest.mark.hazard("H-375")
def test_every_verdict_says_the_size_that_would_have_been_seen() -> None:
    told = verdict(items(0))
    assert 0.05 < told.seen_from < 0.15
    assert f"{told.seen_from:.0%} false items or more would have been seen" in told.told
    assert math.isnan(verdict(TypeRecord()).seen_from)
    assert "no share" in verdict(TypeRecord()).told


def test_more_items_see_smaller_shares() -> None:
    shares = [detectable_share(TUBE, items, 9, 0.01) for items in (20, 60, 300)]
    assert shares[0] > shares[1] > shares[2] > 0


def test_a_pattern_says_whom_it_favours_and_by_which_evidence() -> None:
    told = verdict(items(9))
    assert told.direction == "nobody"  # a mix-up of tubes has no direction
    directed = replace(TUBE, benefit="high")
    found = judge({"t": items(9)}, {"t": directed}, planned=60, alpha=0.01)
    assert found[0].direction == "partner"
    assert "in its favour" in found[0].told


@pytest.mark.parametrize(
    ("benefit", "direction"), [("none", "nobody"), ("low", "partner"), ("high", "partner")]
)
def test_a_pattern_of_what_helps_nobody_is_in_nobodys_favour(
    benefit: str, direction: str
) -> None:
    kind = replace(TUBE, benefit=benefit)
    (found,) = judge({"tube": items(9)}, {"tube": kind}, planned=60, alpha=0.01)
    assert (found.verdict, found.direction) == ("pattern", direction)
