"""The plan's [watch]."""

from datetime import timedelta

import pytest

from nanoward.watch.incidents.rota import BadWatchPlanError, watch_plan


def test_a_rota_of_two_levels_and_a_partner() -> None:
    plan = watch_plan(
        {
            "acknowledge_minutes": 10,
            "rota": [{"people": ["Ann Lee"], "role": "nurse"}, ["B"]],
            "partners": {"harbour": "ab" * 32},
        }
    )
    assert plan.levels == (("Ann Lee",), ("B",))
    assert [plan.role(level) for level in (0, 1, 5)] == ["nurse", "", ""]
    assert plan.acknowledge == timedelta(minutes=10)
    assert plan.is_on_rota(" Ann Lee ")
    assert plan.is_on_rota("Ann Lee")
    assert not plan.is_on_rota("C")


def test_a_plan_without_watch_has_nobody_on_duty() -> None:
    assert watch_plan({}).levels == ()


@pytest.mark.hazard("H-336")
@pytest.mark.parametrize(
    "section",
    [
        {"rotta": []},
        {"acknowledge_minutes": 0},
        {"acknowledge_minutes": True},
        {"run_length": "500"},
        {"run_length": float("nan")},
        {"rota": [{"people": []}]},
        {"rota": "A"},
        {"rota": [{"people": ["A"], "rol": "nurse"}]},
        {"rota": [{"people": ["A"], "role": 3}]},
        {"partners": {"p": "abc"}},
        {"partners": {"p": "zz" * 32}},
    ],
)
def test_what_is_not_understood_is_refused(section: dict) -> None:
    with pytest.raises(BadWatchPlanError):
        watch_plan(section)
