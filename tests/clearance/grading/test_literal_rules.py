"""Printed tables read from text: what is meant is read, what is not is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.grading.literal_rules import (
    BadTableError,
    BaselineCondition,
    Guard,
    LimitComparison,
    LiteralStep,
    LiteralTable,
    literal_rules_of,
)


def test_a_line_is_read_into_its_parts() -> None:
    (rule,) = literal_rules_of(
        "Anemia | low | si g/L | years >= 18, sex M | 3 < 80; need LLN; 1 < LLN"
    )
    assert (rule.term, rule.direction, rule.systems, rule.unit) == (
        "Anemia",
        "low",
        ("si",),
        "g/L",
    )
    assert rule.guards == (
        Guard(of="years", operator=">=", limit=18),
        Guard(of="sex", sex="M"),
    )
    assert [step.grade for step in rule.steps] == [3, None, 1]
    assert rule.steps[1] == LiteralStep(needed="LLN")


def test_conditions_are_joined_and_may_speak_of_the_baseline() -> None:
    (rule,) = literal_rules_of(
        "x | high | any | 2 baseline high & >= 1.5 BASE; 1 BASE > ULN & > BASE + 20"
    )
    assert rule.systems == ("si", "us")
    assert rule.steps[0].conditions == (
        BaselineCondition(state="high", holds=True),
        LimitComparison(left="VALUE", operator=">=", factor=1.5, of="BASE", plus=0.0),
    )
    assert rule.steps[1].conditions[1] == LimitComparison(
        left="VALUE", operator=">", factor=1.0, of="BASE", plus=20.0
    )


@pytest.mark.parametrize(
    "line",
    [
        "Anemia | low | 3 < 80",
        "Anemia | sideways | si g/L | 3 < 80",
        "Anemia | low | metric g/L | 3 < 80",
        "Anemia | low | si g/L | 7 < 80",
        "Anemia | low | si g/L | 3 below 80",
        "Anemia | low | si g/L | need LUCK",
        "Anemia | low | si g/L | weeks > 3 | 3 < 80",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(BadTableError) as fault:
        literal_rules_of(f"\n# a remark\n{line}")
    assert fault.value.line == 3


def test_rules_of_a_term_are_found_without_regard_to_case() -> None:
    rules = literal_rules_of("Anemia | low | si g/L | 3 < 80\nanemia | low | us g/dL | 3 < 8")
    table = LiteralTable(name="t", version="1", citation="by hand", rules=rules)
    assert len(table.by_term["anemia", "low"]) == 2


@given(st.text(alphabet="ABC<>=&;| need0123.", max_size=40))
def test_any_text_is_read_or_refused_but_never_half_read(text: str) -> None:
    try:
        rules = literal_rules_of(text)
    except BadTableError:
        return
    lines = [one for one in text.splitlines() if one.strip()]
    assert len(rules) == len(lines)
