"""The power that a plan states is that of the plan, whatever made it."""

from math import comb

import pytest

from nanoward.audit.evidence.power import AuditDesign, lies_of, power_of, power_table
from nanoward.simulation.worlds.deceit import TYPES


def test_false_items_agree_with_the_exact_hypergeometric_chance() -> None:
    design = AuditDesign(kind=TYPES["identity"])
    exact = sum(comb(30, k) * comb(270, 60 - k) for k in range(3, 31)) / comb(300, 60)
    assert power_of(design, "false items", 0.10, seed=1, runs=1500) == pytest.approx(
        exact, abs=0.03
    )
    small = AuditDesign(kind=TYPES["identity"], items=10)
    assert power_of(small, "false items", 0.10, seed=1, runs=100) < 0.3


def test_every_kind_has_lies_and_a_larger_one_is_found_more_often() -> None:
    for kind in TYPES.values():
        assert lies_of(kind)
    rows = power_table(AuditDesign(kind=TYPES["spikes"]), seed=1, runs=60)
    powers = [one.power for one in rows if one.lie == "limit too low"]
    assert powers == sorted(powers)
    assert powers[2] == 1.0


def test_a_panel_that_is_shifted_clipped_copied_or_made_up_is_found() -> None:
    design = AuditDesign(kind=TYPES["biomarker"])
    for lie, size in (("shifted", 1.0), ("clipped", 0.25), ("copied", 0.1), ("made up", 0.25)):
        assert power_of(design, lie, size, seed=2, runs=25) > 0.85, lie
    assert power_of(design, "shifted", 0.0, seed=2, runs=25) == 0.0
    assert design.cost == 60 * 2 * 80


def test_no_more_bad_news_is_late_than_there_is() -> None:
    """A fifth of all items is bad news: a liar who holds back half holds back that fifth."""
    design = AuditDesign(kind=next(one for one in TYPES.values() if one.kind == "count"))
    lie = "late bad news"
    some, fifth, half = (
        power_of(design, lie, one, seed=3, runs=60) for one in (0.05, 0.2, 0.5)
    )
    assert some < 0.7 < fifth == half
