import pytest

from nanoward.base.units import ANALYTES, Unit, unit_of
from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.rule_types import Rule, RuleTable

NO_UNIT = ("INR increased", "Acidosis", "Alkalosis")  # ratios


@pytest.mark.parametrize("table", [CTCAE_V4, CTCAE_V5], ids=lambda one: str(one.version))
def test_every_rule_is_cited_for_its_version_and_has_known_units(table: RuleTable) -> None:
    for rule in table.rules:
        assert f"v{table.version} (NCI" in rule.citation
        assert rule.analyte in {"", *ANALYTES}
        assert rule.tests
        for scale in rule.scales:
            if scale.unit:
                assert isinstance(unit_of(scale.unit), Unit)


@pytest.mark.parametrize("table", [CTCAE_V4, CTCAE_V5], ids=lambda one: str(one.version))
def test_a_term_stands_once_and_never_reaches_grade_5(table: RuleTable) -> None:
    terms = [rule.term for rule in table.rules]
    assert len(terms) == len(set(terms))
    assert {step.grade for rule in table.rules for step in steps(rule)} <= {1, 2, 3, 4}


@pytest.mark.parametrize("table", [CTCAE_V4, CTCAE_V5], ids=lambda one: str(one.version))
def test_steps_look_the_way_of_their_rule(table: RuleTable) -> None:
    for rule in table.rules:
        marks = {step.comparison for step in steps(rule)}
        assert marks <= ({">", ">="} if rule.direction == "high" else {"<", "<="})
        for scale in rule.scales:
            if any(step.of not in ("uln", "lln", "base") for step in scale.steps):
                assert bool(scale.unit) != (rule.term in NO_UNIT)


def test_limits_printed_in_two_units_agree_within_a_tenth() -> None:
    from nanoward.base.units import conversion

    for rule in CTCAE_V5.rules:
        if len(rule.scales) != 2:
            continue
        first, second = rule.scales
        factor = conversion(second.unit, first.unit, ANALYTES[rule.analyte])
        assert isinstance(factor, float)
        for one, other in zip(first.steps, second.steps, strict=True):
            if one.of == "number":
                assert other.factor * factor == pytest.approx(one.factor, rel=0.1)


def steps(rule: Rule) -> list:
    return [step for scale in rule.scales for step in scale.steps]
