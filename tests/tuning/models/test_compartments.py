"""Closed forms by hand, against a slow integration, and by their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nanoward.maths.formulas.jets import Jet, exp, variables
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from nanoward.tuning.models.compartments import Doses, concentration, disposition, schedule

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
    until: float = np.inf,
) -> Doses:
    ones = np.ones(len(times))
    return Doses(
        time=np.array(times),
        amount=np.array(amounts),
        duration=duration * ones,
        depot=np.full(len(times), depot),
        until=until * ones,
        record=-ones,
    )


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


@given(st.floats(0.05, 3.0), st.floats(0.02, 3.0), st.booleans())
def test_derivatives_agree_with_differences(ka: float, cl: float, two: bool) -> None:
    base = TWO if two else ONE
    plan = schedule(_doses([100.0, 80.0], [0.0, 12.0], depot=True), TIMES[1:])

    def at(log_cl: float, log_ka: float) -> Jet:
        x, y = variables(np.array([log_cl, log_ka]))
        found = concentration({**base, "CL": exp(x), "KA": exp(y)}, plan)
        assert isinstance(found, Jet)
        return found

    x, y, h = np.log(cl), np.log(ka), 1e-5
    slope = np.stack(
        [
            (at(x + h, y).value - at(x - h, y).value) / (2 * h),
            (at(x, y + h).value - at(x, y - h).value) / (2 * h),
        ],
        axis=-1,
    )
    np.testing.assert_allclose(at(x, y).first, slope, rtol=1e-5, atol=1e-6)
    bend = (at(x + h, y).first - at(x - h, y).first) / (2 * h)
    np.testing.assert_allclose(at(x, y).second[:, 0, :], bend, rtol=1e-5, atol=1e-6)


def test_the_two_compartments_share_the_dose_between_them() -> None:
    modes = disposition(TWO)
    np.testing.assert_allclose(sum(weight for weight, _ in modes), 1 / TWO["V1"])
    area = sum(weight / rate for weight, rate in modes)
    np.testing.assert_allclose(area, 1 / TWO["CL"])  # area under the curve is dose over CL


def test_many_draws_at_once_equal_each_alone() -> None:
    plan = schedule(_doses([100.0], [0.0], depot=True), TIMES)
    cl = np.array([1.0, 2.0, 4.0])
    values = {"CL": cl[:, None, None], "V": np.asarray(70.0), "KA": np.asarray(1.0)}
    together = np.asarray(concentration(values, plan))
    for row, one in zip(together, cl, strict=True):
        np.testing.assert_allclose(row, concentration({**ONE, "CL": one}, plan), rtol=1e-14)


def test_a_reset_washes_out_and_records_order_one_time() -> None:
    doses = _doses([100.0], [0.0], until=12.0)
    found = np.asarray(concentration({"CL": 4.0, "V": 70.0}, schedule(doses, TIMES)))
    assert (found[TIMES >= 12.0] == 0).all()
    assert (found[TIMES < 12.0] > 0).all()
    second = Doses(
        time=np.array([0.0]),
        amount=np.array([7.0]),
        duration=np.zeros(1),
        depot=np.array([False]),
        until=np.array([np.inf]),
        record=np.array([1.0]),
    )
    plan = schedule(second, np.zeros(2), np.array([0.0, 2.0]))  # before and after the dose
    np.testing.assert_allclose(concentration({"CL": 4.0, "V": 70.0}, plan), [0.0, 0.1])


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Doses, Array, Array]:
    """Doses of all sorts with resets among them; times, some of them those of doses."""
    count = draw(st.integers(1, 8))
    hours = st.integers(0, 30).map(float)
    time = np.array(draw(st.lists(hours, min_size=count, max_size=count)))
    resets = sorted(draw(st.lists(hours, max_size=2)))
    until = [min((at for at in resets if at > one), default=np.inf) for one in time]
    kinds = draw(st.lists(st.sampled_from("dbi"), min_size=count, max_size=count))
    doses = Doses(
        time=time,
        amount=np.array(draw(st.lists(st.floats(1.0, 9.0), min_size=count, max_size=count))),
        duration=np.array([2.5 if kind == "i" else 0.0 for kind in kinds]),
        depot=np.array([kind == "d" for kind in kinds]),
        until=np.array(until),
        record=np.array(draw(st.permutations(range(count))), dtype=float),
    )
    times = np.array(draw(st.lists(hours, min_size=1, max_size=6)))
    return doses, times, draw(st.sampled_from([-0.5, 3.5, 99.0])) * np.ones(len(times))


@given(drawn=schedules(), lag=st.sampled_from([0.0, 1.0]), two=st.booleans())
def test_what_is_carried_from_event_to_event_is_the_sum_over_all_doses(
    drawn: tuple[Doses, Array, Array], lag: float, two: bool
) -> None:
    """Jets are summed over all doses, plain numbers and draws are carried."""
    doses, times, records = drawn
    plan = schedule(doses, times, records)
    values: dict[str, object] = {**(TWO if two else ONE), "F": 0.7, "LAG": lag}
    (eta,) = variables(np.zeros(1))
    summed = concentration(values | {"CL": exp(eta) * values["CL"]}, plan)  # type: ignore[operator]
    value = summed.value if isinstance(summed, Jet) else summed
    np.testing.assert_allclose(concentration(values, plan), value, rtol=1e-11, atol=1e-14)
    spread = np.array([1.0, 1.3])[:, None, None]
    many = np.asarray(concentration(values | {"CL": 4.0 * spread}, plan))
    assert many.shape == (2, len(times))
    np.testing.assert_allclose(many[0], value, rtol=1e-11, atol=1e-14)


def test_draws_with_their_own_lags_are_summed_over_all_doses() -> None:
    plan = schedule(_doses([5.0, 5.0], [0.0, 12.0], depot=True), TIMES)
    lags = np.array([0.2, 1.5])
    many = np.asarray(concentration(ONE | {"LAG": lags[:, None, None]}, plan))
    for row, lag in zip(many, lags, strict=True):
        np.testing.assert_allclose(row, concentration(ONE | {"LAG": lag}, plan), rtol=1e-11)
