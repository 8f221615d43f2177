"""Occasions by the clock: which etas hold when, and their correlation."""

import numpy as np
import pytest

from nanoward.tuning import BadModelError, History, fit_histories, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.occasions import MOST_PERIODS, in_periods
from nanoward.tuning.estimation.map_estimates import predictions_at, whitening

TEXT = """
name = "drifting"
time_unit = "d"
period = 7.0
[parameters.BASE]
typical = 10.0
variance = 0.04
occasion_variance = 0.09
occasion_correlation = 0.8
[outputs.seen]
value = "BASE"
proportional = 0.0025
"""
MODEL = read_dynamics(TEXT)


def at(*times: float) -> History:
    events = tuple(Event(time=time, evid=0, output=0, value=10.0) for time in times)
    return History(name="a", events=events)


def test_periods_are_counted_from_the_first_record_and_end_with_their_last_moment() -> None:
    found = in_periods(MODEL, at(3.0, 5.0, 10.0, 10.1, 24.0))
    numbers = [one.occasion for one in found.events if one.evid == 0]
    assert numbers == [0, 0, 0, 1, 2]
    assert found.occasions == 3
    ends = [one.time for one in found.events if one.evid == 2]
    assert ends == [17.0]  # 10.0 is a record already; 24.0 too
    assert in_periods(MODEL, found) == found


def test_time_ahead_has_periods_of_its_own_and_old_ones_share_one() -> None:
    assert in_periods(MODEL, at(0.0, 1.0), ahead=14.0).occasions == 3
    long = in_periods(MODEL, at(*np.arange(0.0, 200.0, 7.0)))
    assert long.occasions == MOST_PERIODS
    assert max(one.occasion for one in long.events) == MOST_PERIODS - 1
    assert [one.occasion for one in long.events][:3] == [0, 0, 0]


def test_neighbouring_periods_are_correlated_and_distant_ones_less() -> None:
    omega = MODEL.omega(3)
    expected = 0.09 * np.array([[1, 0.8, 0.64], [0.8, 1, 0.8], [0.64, 0.8, 1]])
    np.testing.assert_allclose(omega[1:, 1:], expected)
    np.testing.assert_allclose(omega[0], [0.04, 0, 0, 0])


def test_a_drift_is_followed_and_what_is_to_come_is_less_sure_than_what_was_seen() -> None:
    """By hand: the etas are normal and seen with a nearly normal error, so the fit must agree
    with the regression of a multivariate normal."""
    values = np.log([12.0, 13.0, 15.0])
    events = tuple(
        Event(time=7.0 * k + 3.5, evid=0, output=0, value=float(np.exp(y)))
        for k, y in enumerate(values)
    )
    start = Event(time=0.0, evid=2)
    one = in_periods(MODEL, History(name="a", events=(start, *events)), ahead=10.0)
    assert one.occasions == 4
    fit = fit_histories(MODEL, [one])[0]
    assert fit.converged
    omega = MODEL.omega(4)
    design = np.array([[1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 0, 1, 0]], float)
    noise = 0.0025 * np.eye(3)
    gain = omega @ design.T @ np.linalg.inv(design @ omega @ design.T + noise)
    mean = gain @ (values - np.log(10.0))
    np.testing.assert_allclose(fit.eta, mean, atol=0.004)
    left = omega - gain @ design @ omega
    np.testing.assert_allclose(fit.covariance, left, atol=0.003)
    total = fit.covariance[0, 0] + np.diag(fit.covariance)[1:] + 2 * fit.covariance[0, 1:]
    assert total[3] > 5 * total[2]  # the period to come against the last one seen


def test_a_drifting_agent_s_parameters_are_recovered_with_honest_errors() -> None:
    """200 simulated people, 8 periods: standardised errors have mean 0 and deviation 1."""
    chance = np.random.default_rng(5)
    model = read_dynamics(TEXT.replace("period = 7.0", 'period = 7.0\nsolver = "auto"'))
    factor = whitening(model, 8)
    truth = chance.standard_normal((200, 9)) @ factor.T
    blank = History(name="", events=(Event(time=0.0, evid=2),))
    people = []
    for k, eta in enumerate(truth):
        asked = [Event(time=7.0 * p + at, evid=0, output=0) for p in range(8) for at in (2, 5)]
        whole = in_periods(model, History(name=str(k), events=(*blank.events, *asked)))
        level = predictions_at(model, whole, eta[None, :]).value[0]
        told = iter(level * (1 + 0.05 * chance.standard_normal(len(level))))
        events = tuple(
            Event(time=e.time, evid=e.evid, output=e.output, occasion=e.occasion,
                  value=float(next(told)) if e.output >= 0 else float("nan"))
            for e in whole.events
        )  # fmt: skip
        people.append(History(name=str(k), events=events, occasions=whole.occasions))
    fits = fit_histories(model, people)
    assert all(fit.converged for fit in fits)
    off = np.array(
        [
            (fit.eta - eta) / np.sqrt(np.diag(fit.covariance))
            for fit, eta in zip(fits, truth, strict=True)
        ]
    )
    assert abs(off.mean()) < 0.1
    assert 0.9 < off.std() < 1.1


@pytest.mark.parametrize("wrong", ["occasion_correlation = 1.0", "occasion_correlation = -0.1"])
def test_a_correlation_outside_its_range_is_refused(wrong: str) -> None:
    with pytest.raises(BadModelError, match="occasion_correlation"):
        read_dynamics(TEXT.replace("occasion_correlation = 0.8", wrong))
    with pytest.raises(BadModelError, match="period"):
        read_dynamics(TEXT.replace("period = 7.0", "period = -1.0"))
