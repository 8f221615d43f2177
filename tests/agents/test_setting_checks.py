import math
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nanoward.agents.setting_checks import on_step, setting_faults
from nanoward.agents.spec import AgentSpec, Setting


def test_a_tenth_is_reached_by_steps_of_a_tenth_in_spite_of_rounding() -> None:
    one = Setting(
        name="x", unit="mg", low=0.0, high=1.0, step=0.1, default=0.3, on_loss=0.0,
        largest_change=0.1, longest_h=1.0, may_change="staff",
    )  # fmt: skip
    assert on_step(0.1 + 0.2, one)
    assert not on_step(0.35, one)


SOUND = Setting(
    name="x", unit="mg", low=0.0, high=1.0, step=0.1, default=0.3, on_loss=0.0,
    largest_change=0.1, longest_h=1.0, may_change="staff",
)  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({}, []),
        ({"unit": "furlong"}, ["AGT-141"]),
        ({"may_change": "anybody"}, ["AGT-148"]),
        ({"longest_h": 0.0}, ["AGT-146"]),
        ({"longest_h": math.nan}, ["AGT-146"]),
        ({"low": 1.0}, ["AGT-142"]),
        ({"low": math.nan}, ["AGT-142"]),
    ],
)
def test_each_fault_of_a_setting_is_told_alone(wrong: dict[str, Any], codes: list[str]) -> None:
    spec = AgentSpec(name="x", title="", version="1.0.0", kind="device",
                     expires=date(2027, 1, 1), settings=(replace(SOUND, **wrong),))  # fmt: skip
    assert [code for code, _, _ in setting_faults(spec)] == codes
