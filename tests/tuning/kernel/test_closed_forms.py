"""Carried from event to event by compiled code: the sum over all doses, and its derivatives."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nanoward.maths.formulas.jets import Jet, exp, variables

from nanoward.tuning.models.compartments import (
    Doses,
    concentration,
    one_compartment,
    schedule,
    summed,
)

ONE = {"KA": 1.0, "CL": 3.0, "V": 60.0}
TWO = {"KA": 0.8, "CL": 4.0, "V1": 30.0, "Q": 6.0, "V2": 60.0, "F": 0.7}
hours = st.sampled_from([0.0, 0.5, 1.0, 12.0, 24.0, 24.0, 36.0, 200.0])


@st.composite
def histories(draw: Any) -> tuple[Doses, Any]:
    """Doses of all kinds, resets among them, and times in no particular order."""
    count = draw(st.integers(0, 6))
    time = np.cumsum([draw(hours) for _ in range(count)])
    kinds = [draw(st.sampled_from(["depot", "bolus", "infusion"])) for _ in range(count)]
    reset = draw(st.sampled_from([np.inf, 30.0]))
    doses = Doses(
        time=np.array(time, float),
        amount=np.array([draw(st.sampled_from([1.0, 50.0])) for _ in range(count)], float),
        duration=np.array([3.0 if one == "infusion" else 0.0 for one in kinds]),
        depot=np.array([one == "depot" for one in kinds], bool),
        until=np.where(np.array(time, float) < reset, reset, np.inf),
        record=np.arange(count, dtype=float),
    )
    asked = np.array(draw(st.lists(st.floats(0, 400), min_size=1, max_size=5)))
    return doses, asked


@settings(max_examples=60, deadline=None)
@given(told=histories(), two=st.booleans(), lag=st.sampled_from([None, 0.0, 0.7]))
def test_values_and_derivatives_are_those_of_the_sum_over_all_doses(
    told: Any, two: bool, lag: float | None
) -> None:
    plan = schedule(*told)
    typical = dict(TWO if two else ONE) | ({} if lag is None else {"LAG": lag})
    names = [name for name in typical if name != "LAG"]
    eta = variables(np.linspace(-0.4, 0.3, len(names)))
    values: dict[str, Any] = dict(typical)
    for name, one in zip(names, eta, strict=True):
        values[name] = exp(one) * values[name]
    slow, fast = summed(values, plan), concentration(values, plan)
    assert isinstance(fast, Jet)
    if not isinstance(slow, Jet):  # no dose at all
        assert not fast.value.any()
        return
    for name in ("value", "first", "second"):
        a, b = getattr(slow, name), getattr(fast, name)
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-11)
    plain = {name: np.float64(getattr(one, "value", one)) for name, one in values.items()}
    np.testing.assert_allclose(
        concentration(plain, plan), np.broadcast_to(slow.value, (plan.times,)),
        rtol=1e-10, atol=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("apart", [0.0, 1e-9, -1e-6, 0.3, -0.3])
def test_where_absorption_meets_elimination_nothing_breaks(apart: float) -> None:
    values = {"KA": 0.05 + apart * 0.05, "CL": 3.0, "V": 60.0}
    doses = Doses(
        time=np.array([0.0]),
        amount=np.array([100.0]),
        duration=np.zeros(1),
        depot=np.ones(1, bool),
        until=np.full(1, np.inf),
        record=np.zeros(1),
    )
    plan = schedule(doses, np.array([0.1, 5.0, 100.0]))
    jets: Any = {
        name: exp(one) * values[name]
        for name, one in zip(values, variables(np.zeros(3)), strict=True)
    }
    slow, fast = summed(jets, plan), concentration(jets, plan)
    assert isinstance(slow, Jet)
    assert isinstance(fast, Jet)
    np.testing.assert_allclose(fast.second, slow.second, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(fast.value, slow.value, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(told=histories(), lag=st.sampled_from([None, 0.7]), oral=st.booleans())
def test_one_compartment_needs_no_jets(told: Any, lag: float | None, oral: bool) -> None:
    plan = schedule(*told)
    typical = {"CL": 3.0, "V": 60.0} | ({"KA": 1.0, "F": 0.8} if oral else {})
    typical |= {} if lag is None else {"LAG": lag}
    random = ("V", "KA", "CL") if oral else ("CL", "V")
    eta = np.linspace(-0.4, 0.3, len(random))
    values: dict[str, Any] = dict(typical)
    for name, one in zip(random, variables(eta), strict=True):
        values[name] = exp(one) * values[name]
    plain = {name: float(getattr(one, "value", one)) for name, one in values.items()}
    quick, slow = one_compartment(plain, random, plan), concentration(values, plan)
    assert quick is not None
    assert isinstance(slow, Jet)
    for name in ("value", "first", "second"):
        np.testing.assert_allclose(
            getattr(quick, name), getattr(slow, name), rtol=1e-10, atol=1e-13
        )
    assert one_compartment(dict(TWO), ("CL",), plan) is None
    assert one_compartment(plain | {"LAG": 0.1}, ("CL", "LAG"), plan) is None
