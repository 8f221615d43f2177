import pytest

from nanoward.clearance import BadClearanceRuleError, Policy, policy_of


def test_a_plan_without_rules_gets_the_defaults() -> None:
    assert policy_of({}) == Policy()
    assert (Policy().hold_grade, Policy().recall_grade, Policy().consent) == (3, 4, "recorded")


def test_rules_of_the_plan_are_followed() -> None:
    policy = policy_of(
        {"hold_grade": 2, "medical_weeks": 0, "critical_tests": ["K"], "hold_scores": {"X": 5}}
    )
    assert policy.hold_grade == 2
    assert policy.medical_weeks == 0
    assert policy.critical_tests == ("K",)
    assert policy.hold_scores == {"X": 5.0}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hold_grade", 0),
        ("hold_grade", True),
        ("recall_grade", "4"),
        ("window_days", 0),
        ("medical_weeks", -1),
        ("psychological_weeks", 1.5),
        ("grading", 5.0),
        ("consent", "yes"),
        ("hold_event", "bad"),
        ("critical_tests", "ALT"),
        ("urgent_items", [9]),
        ("hold_scores", [20]),
        ("hold_scores", {"X": "20"}),
        ("hold_grdae", 3),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(BadClearanceRuleError) as told:
        policy_of({key: value})
    assert key in told.value.message
    assert told.value.file == "programme.toml"
    assert told.value.exit_code == 3


def test_recalling_must_not_come_before_holding() -> None:
    with pytest.raises(BadClearanceRuleError, match="recall_grade"):
        policy_of({"hold_grade": 4, "recall_grade": 3})
    with pytest.raises(BadClearanceRuleError, match="recall_event"):
        policy_of({"hold_event": "severe", "recall_event": "mild"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("weekly", ["monthly"]),
        ("scales", "PHQ9TOT"),
        ("goals", ["GOAL"]),
        ("load", 7),
        ("powers", ["p"]),
        ("powers", {"p": "employer"}),
        ("lodging", "house"),
        ("vital_signs", "hide"),
        ("stopping", [7]),
    ],
)
def test_rules_of_the_watch_are_checked_too(key: str, value: object) -> None:
    with pytest.raises(BadClearanceRuleError, match=key):
        policy_of({key: value})


def test_rules_of_the_watch_are_read() -> None:
    policy = policy_of(
        {
            "weekly": ["medical"],
            "scales": ["A", "B"],
            "goals": "GOAL",
            "powers": {"p": ["employer"]},
            "lodging": {"p": "house 1"},
        }
    )
    assert (policy.weekly, policy.scales, policy.goals) == (("medical",), ("A", "B"), "GOAL")
    assert (policy.powers, policy.lodging) == ({"p": ("employer",)}, {"p": "house 1"})


@pytest.mark.hazard("H-67")
@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ({}, 14),
        ({"medical_weeks": 1, "psychological_weeks": 3}, 7),
        ({"medical_weeks": 0, "psychological_weeks": 3}, 21),
        ({"medical_weeks": 0, "psychological_weeks": 0}, 28),
        ({"medical_weeks": 0, "psychological_weeks": 0, "window_days": 5}, 5),
    ],
)
def test_a_standing_lasts_as_long_as_the_shortest_assessment_interval(
    rules: dict[str, int], days: int
) -> None:
    assert policy_of(rules).standing_lasts.days == days


def test_two_stopping_rules_of_one_name_are_refused() -> None:
    rule = {"name": "severe", "event": "severe", "risk": 0.1, "people": 40}
    with pytest.raises(BadClearanceRuleError, match="two rules are named 'severe'"):
        policy_of({"stopping": [rule, rule]})
    assert len(policy_of({"stopping": [rule, rule | {"name": "other"}]}).stopping) == 2
