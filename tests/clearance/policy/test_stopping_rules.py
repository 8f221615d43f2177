"""Stopping rules of the plan: what they must tell, and what is refused by name."""

import pytest

from nanoward.clearance.policy.policy import BadClearanceRuleError, policy_of
from nanoward.clearance.policy.stopping_rules import (
    BadPlannedStopError,
    PlannedStop,
    planned_stop,
)

RULE = {"name": "severe", "event": "severe", "risk": 0.1, "people": 40}


def test_a_rule_has_usual_numbers_where_it_tells_none() -> None:
    assert planned_stop(RULE) == PlannedStop(name="severe", event="severe", risk=0.1, people=40)
    told = planned_stop(RULE | {"family": "beta-binomial", "prior": [2, 18]})
    assert told.prior == (2.0, 18.0)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"event": "odd"}, "event is none of"),
        ({"by": "moon"}, "by is none of"),
        ({"people": 0}, "people = 0"),
        ({"people": True}, "people = True"),
        ({"window_days": 1.5}, r"window_days = 1\.5"),
        ({"name": " "}, "name is empty"),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(
    change: dict[str, object], why: str
) -> None:
    with pytest.raises(BadPlannedStopError, match=why):
        planned_stop(RULE | change)
    with pytest.raises(BadClearanceRuleError, match=why):
        policy_of({"stopping": [RULE | change]})


def test_a_rule_without_an_event_and_two_of_one_name_are_refused() -> None:
    with pytest.raises(BadPlannedStopError, match="event is missing"):
        planned_stop({name: value for name, value in RULE.items() if name != "event"})
    with pytest.raises(BadClearanceRuleError, match="two rules are named 'severe'"):
        policy_of({"stopping": [RULE, RULE]})
    with pytest.raises(BadClearanceRuleError, match="no list of tables"):
        policy_of({"stopping": RULE})
    assert len(policy_of({"stopping": [RULE, RULE | {"name": "b"}]}).stopping) == 2
