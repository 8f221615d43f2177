"""Carried from event to event by compiled code: the sum over all doses, by the slow oracle."""

from typing import Any

import closed_form_oracle as slow
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.tuning.models.compartments import Doses, concentrations, laid_events

ONE = {"KA": 1.0, "CL": 3.0, "V": 60.0}
TWO = {"KA": 0.8, "CL": 4.0, "V1": 30.0, "Q": 6.0, "V2": 60.0, "F": 0.7}
hours = st.sampled_from([0.0, 0.5, 1.0, 12.0, 24.0, 24.0, 36.0, 200.0])


@st.composite
def schedules(draw: Any) -> tuple[Doses, Any, Any]:
    """Doses of all kinds, and times in no particular order, some of them those of doses."""
    count = draw(st.integers(0, 6))
    time = np.array(np.cumsum([draw(hours) for _ in range(count)]), float)
    kinds = [draw(st.sampled_from(["depot", "bolus", "infusion"])) for _ in range(count)]
    doses = Doses(
        time=time,
        amount=np.array([draw(st.sampled_from([1.0, 50.0])) for _ in range(count)], float),
        duration=np.array([3.0 if one == "infusion" else 0.0 for one in kinds]),
        depot=np.array([one == "depot" for one in kinds], bool),
        record=np.array(draw(st.permutations(range(count))), float),
    )
    asked = np.array([*draw(st.lists(st.floats(0, 400), min_size=1, max_size=5)), *time[:2]])
    return doses, asked, draw(st.sampled_from([-0.5, 2.5, 99.0])) * np.ones(len(asked))


def summed(values: dict[str, float], told: tuple[Doses, Any, Any]) -> Any:
    doses, asked, order = told
    endless = np.full(len(doses.time), np.inf)
    given = slow.Doses(
        time=doses.time, amount=doses.amount, duration=doses.duration, depot=doses.depot,
        until=endless, record=doses.record,
    )  # fmt: skip
    return slow.summed(values, slow.schedule(given, asked, order))


@settings(max_examples=80, deadline=None)
@given(told=schedules(), two=st.booleans(), lag=st.sampled_from([0.0, 0.7]))
def test_what_is_carried_is_the_sum_over_all_doses(
    told: tuple[Doses, Any, Any], two: bool, lag: float
) -> None:
    values = (TWO if two else ONE) | {"LAG": lag}
    spread = np.array([1.0, 1.3, 0.4])
    many = {name: np.full(3, value) for name, value in values.items()} | {
        "CL": values["CL"] * spread
    }
    doses, asked, order = told
    found = concentrations(many, laid_events(doses, asked, order, lag), len(asked))
    assert found.shape == (3, len(asked))
    for row, by in zip(found, spread, strict=True):
        apart = summed(values | {"CL": values["CL"] * by}, told)
        np.testing.assert_allclose(row, apart, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("apart", [0.0, 1e-9, -1e-6, 0.3, -0.3])
def test_where_absorption_meets_elimination_nothing_breaks(apart: float) -> None:
    values = {"KA": 0.05 + apart * 0.05, "CL": 3.0, "V": 60.0}
    doses = Doses(
        time=np.array([0.0]), amount=np.array([100.0]), duration=np.zeros(1),
        depot=np.ones(1, bool), record=np.zeros(1),
    )  # fmt: skip
    asked, order = np.array([0.1, 5.0, 100.0]), np.full(3, np.inf)
    wide = {name: np.array([value]) for name, value in values.items()}
    found = concentrations(wide, laid_events(doses, asked, order, 0.0), 3)[0]
    np.testing.assert_allclose(found, summed(values, (doses, asked, order)), rtol=1e-12)
