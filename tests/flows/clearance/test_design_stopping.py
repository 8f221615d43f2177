"""The staircase of a design, its power, and its state."""

from nanoward.clearance.monitoring.stopping import StoppingRule
from nanoward.flows.clearance.design_stopping import design_stopping

RULE = StoppingRule(risk=0.1, alpha=0.05, most=30)


def test_the_staircase_names_each_step_once() -> None:
    found = design_stopping(RULE)
    assert found.tables["boundary"].rows() == [
        (2, 2),
        (3, 3),
        (7, 4),
        (11, 5),
        (17, 6),
        (22, 7),
        (29, 8),
    ]
    assert "state" not in found.facts


def test_counts_give_a_state_and_risks_a_curve() -> None:
    found = design_stopping(RULE, people=14, events=3, risks=[0.2])
    assert found.facts["state"] == "3 of 14; stops at 5 of 16"
    assert found.facts["stop"] is False
    assert found.tables["power"].height == 1
