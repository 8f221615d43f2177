"""Closed forms by hand, against a slow integration, and by their laws."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from nanoward.tuning.models.compartments import (
    Doses,
    concentrations,
    disposition,
    laid_events,
)

Array = NDArray[np.float64]
TIMES = np.array([0.0, 0.3, 1.0, 2.5, 6.0, 11.9, 12.0, 13.0, 24.0, 40.0])
ONE = {"CL": 4.0, "V": 70.0, "KA": 1.0}
TWO = {"CL": 4.0, "V1": 30.0, "Q": 6.0, "V2": 60.0, "KA": 0.8}


def _doses(
    amounts: list[float],
    times: list[float],
    *,
    depot: bool = False,
    duration: float = 0.0,
) -> Doses:
    ones = np.ones(len(times))
    return Doses(
        time=np.array(times),
        amount=np.array(amounts),
        duration=duration * ones,
        depot=np.full(len(times), depot),
        record=-ones,
    )


@dataclass(frozen=True)
class Plan:
    """Doses, and the T times and records at which is asked."""

    doses: Doses
    asked: Array
    order: Array


def schedule(doses: Doses, times: Array, records: Array | None = None) -> Plan:
    return Plan(doses, times, np.full(len(times), np.inf) if records is None else records)


def concentration(values: Mapping[str, float | Array], plan: Plan) -> Array:
    """(T,), or (D, T) where a value is (D,)."""
    draws = max(np.size(one) for one in values.values())
    wide = {name: np.broadcast_to(np.asarray(one, float), (draws,)).copy()
            for name, one in values.items()}  # fmt: skip
    events = laid_events(plan.doses, plan.asked, plan.order, float(wide.get("LAG", [0.0])[0]))
    found = concentrations(wide, events, len(plan.asked))
    return found if any(np.ndim(one) for one in values.values()) else found[0]


def _integrated(values: dict[str, float], doses: Doses, times: Array) -> Array:
    """Oracle: the differential equations, integrated numerically between the events."""
    volume = values.get("V", values.get("V1"))
    assert volume is not None
    ka, lag = values.get("KA", 0.0), values.get("LAG", 0.0)
    out, over = values["CL"] / volume, values.get("Q", 0.0) / volume
    back = values.get("Q", 0.0) / values.get("V2", 1.0)
    starts = doses.time + np.where(doses.depot, lag, 0.0)
    ends = starts + doses.duration

    def slope(t: float, a: Array, rate: float) -> list[float]:
        return [-ka * a[0], ka * a[0] - (out + over) * a[1] + back * a[2] + rate,
                over * a[1] - back * a[2]]  # fmt: skip

    cuts = np.unique(np.concatenate([starts, ends, times, [0.0]]))
    state, seen = np.zeros(3), {}
    for place, at in enumerate(cuts):
        for start, amount, length, depot in zip(
            starts, doses.amount, doses.duration, doses.depot, strict=True
        ):
            if start == at and length == 0:
                state[0 if depot else 1] += amount * (values.get("F", 1.0) if depot else 1.0)
        seen[at] = state[1] / volume
        if place + 1 < len(cuts):
            running = (starts <= at) & (at < ends)
            rate = float(np.sum((doses.amount / np.maximum(doses.duration, 1e-9))[running]))
            span = (at, cuts[place + 1])
            found = solve_ivp(slope, span, state, args=(rate,), rtol=1e-10, atol=1e-12)
            state = found.y[:, -1]
    return np.array([seen[at] for at in times])


def test_a_bolus_by_hand() -> None:
    plan = schedule(_doses([140.0], [0.0]), np.array([0.0, 17.5 * np.log(2)]))
    np.testing.assert_allclose(concentration({"CL": 4.0, "V": 70.0}, plan), [2.0, 1.0])


def test_an_endless_infusion_reaches_rate_over_clearance() -> None:
    plan = schedule(_doses([4e5], [0.0], duration=1e4), np.array([5e3]))
    np.testing.assert_allclose(concentration({"CL": 4.0, "V": 70.0}, plan), [40.0 / 4.0])


@pytest.mark.parametrize(
    "values", [ONE, TWO, {**ONE, "LAG": 0.7, "F": 0.6}, {**ONE, "KA": 4 / 70}]
)
@pytest.mark.parametrize("kind", ["depot", "bolus", "infusion"])
def test_closed_forms_agree_with_integration(values: dict[str, float], kind: str) -> None:
    doses = _doses(
        [100.0, 50.0],
        [0.0, 12.0],
        depot=kind == "depot",
        duration=2.0 if kind == "infusion" else 0.0,
    )
    used = dict(values) if kind == "depot" else {k: v for k, v in values.items() if k != "LAG"}
    found = concentration(used, schedule(doses, TIMES))
    np.testing.assert_allclose(found, _integrated(used, doses, TIMES), rtol=1e-6, atol=1e-9)


@given(
    st.lists(st.floats(0.0, 30.0), min_size=1, max_size=4),
    st.floats(0.1, 3.0),
    st.sampled_from([ONE, TWO]),
)
def test_doses_superpose(starts: list[float], scale: float, values: dict[str, float]) -> None:
    starts = sorted(starts)
    apart = [
        np.asarray(concentration(values, schedule(_doses([10.0], [at], depot=True), TIMES)))
        for at in starts
    ]
    together = _doses([10.0 * scale] * len(starts), starts, depot=True)
    found = concentration(values, schedule(together, TIMES))
    np.testing.assert_allclose(found, scale * np.sum(apart, axis=0), rtol=1e-12, atol=1e-14)


def test_the_two_compartments_share_the_dose_between_them() -> None:
    modes = disposition(TWO)
    np.testing.assert_allclose(sum(weight for weight, _ in modes), 1 / TWO["V1"])
    area = sum(weight / rate for weight, rate in modes)
    np.testing.assert_allclose(area, 1 / TWO["CL"])  # area under the curve is dose over CL


def test_many_draws_at_once_equal_each_alone() -> None:
    plan = schedule(_doses([100.0], [0.0], depot=True), TIMES)
    cl = np.array([1.0, 2.0, 4.0])
    values = {"CL": cl, "V": 70.0, "KA": 1.0}
    together = np.asarray(concentration(values, plan))
    for row, one in zip(together, cl, strict=True):
        np.testing.assert_allclose(row, concentration({**ONE, "CL": one}, plan), rtol=1e-14)


def test_records_order_what_happens_at_one_time() -> None:
    second = Doses(
        time=np.array([0.0]),
        amount=np.array([7.0]),
        duration=np.zeros(1),
        depot=np.array([False]),
        record=np.array([1.0]),
    )
    plan = schedule(second, np.zeros(2), np.array([0.0, 2.0]))  # before and after the dose
    np.testing.assert_allclose(concentration({"CL": 4.0, "V": 70.0}, plan), [0.0, 0.1])
