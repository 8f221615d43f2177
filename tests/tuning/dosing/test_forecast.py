"""The course to come: every output as by hand, exposure as an integral, drifts carried on."""

from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, SLOW, goal, person
from numpy.typing import NDArray

from nanoward.tuning import BadTargetError
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.dosing.forecast import append_future_doses, forecast

Array = NDArray[np.float64]
ETA = np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]])


def level_by_hand(eta: Array, dose: float, after: float) -> float:
    """200 mg at 0, seen until 10 h, then `dose` every 12 h from 10 h on; trough questions
    stand before the dose of their time."""
    cl, v = 5 * np.exp(eta[0]), 50 * np.exp(eta[1])
    time = 10.0 + after
    past = [(0.0, 200.0), *((10.0 + k * 12.0, dose) for k in range(4))]
    given = [(at, amount) for at, amount in past if at < time]
    return float(sum(a / v * np.exp(-cl / v * (time - at)) for at, a in given))


def test_every_output_is_that_of_the_formula() -> None:
    settings = np.array([0.0, 120.0])
    found = forecast(MODEL, person(), ETA, goal(), settings)
    benefit, harm = found.benefit, found.harm
    for s, dose in enumerate(settings):
        for d, eta in enumerate(ETA):
            for k, after in enumerate(np.arange(3.0, 48.1, 3.0)):
                level = level_by_hand(eta, dose, float(after))
                np.testing.assert_allclose(benefit[s, d, k], level / (level + 2), rtol=1e-8)
                wanted = 1 / (1 + np.exp(7 - 1.5 * level))
                np.testing.assert_allclose(harm[s, d, k], wanted, rtol=1e-8)


def test_a_model_that_is_integrated_gives_the_same() -> None:
    settings = np.array([0.0, 120.0, 300.0])
    exact = forecast(MODEL, person(), ETA, goal(), settings)
    stepped = forecast(SLOW, person(), ETA, goal(), settings)
    np.testing.assert_allclose(stepped.benefit, exact.benefit, rtol=2e-3)
    np.testing.assert_allclose(stepped.harm, exact.harm, rtol=2e-2)


def test_grades_and_limits_are_side_effects_too() -> None:
    settings = np.array([200.0])
    graded = goal(side_effect="grade", grade=2)
    grades = forecast(MODEL, person(), ETA, graded, settings).harm
    nausea = forecast(MODEL, person(), ETA, goal(), settings).harm
    np.testing.assert_allclose(grades, nausea, rtol=1e-8)  # the second logit is that of nausea
    limited = goal(side_effect="level_seen", limit=3.0)
    above = forecast(MODEL, person(), ETA, limited, settings).harm
    for d, eta in enumerate(ETA):
        assert above[0, d, 0] == float(level_by_hand(eta, 200.0, 3.0) > 3.0)


def test_exposure_is_the_integral_over_the_horizon() -> None:
    asked = goal(exposure="level_seen", most_exposure=1.0, every=0.25)
    found = forecast(MODEL, person(), ETA[:1], asked, np.array([0.0, 120.0]))
    times = np.arange(0.001, 48.0, 0.01)
    exact = np.mean([level_by_hand(ETA[0], 120.0, float(t)) for t in times]) * 48.0
    assert abs(found.exposure[1, 0] / exact - 1) < 0.02
    plain = forecast(MODEL, person(), ETA[:1], goal(), np.array([0.0]))
    assert (plain.exposure == 0).all()


def test_additional_doses_of_the_old_setting_end_where_the_new_one_begins() -> None:
    first = Event(time=0.0, evid=1, amount=100.0, interval=12.0, more=20)
    seen = Event(time=30.0, evid=0, output=0, value=1.0)
    ahead = append_future_doses(MODEL, History(name="a", events=(first, seen)), goal(), 50.0)
    assert ahead.events[0].more == 2  # at 0, 12 and 24 h; the next would come at 36
    assert [one.time for one in ahead.events if one.amount == 50.0] == [30.0, 42.0, 54.0, 66.0]


def test_draws_that_do_not_reach_the_horizon_of_a_drift_are_refused() -> None:
    drifting = replace(
        MODEL,
        period=10.0,
        parameters=tuple(
            replace(one, occasion_variance=0.1, occasion_correlation=0.5)
            for one in MODEL.parameters
        ),
    )
    with pytest.raises(BadTargetError, match="in_periods"):
        forecast(drifting, person(), ETA, goal(), np.array([10.0]))


@pytest.mark.hazard("H-445")
def test_a_course_that_breaks_down_is_certain_harm_without_benefit() -> None:
    asked = goal(exposure="level_seen", most_exposure=10.0)
    broken = np.array([[0.0, 0.0], [800.0, -800.0]])
    found = forecast(MODEL, person(), broken, asked, np.array([0.0, 120.0]))
    assert (found.harm[:, 1] == 1.0).all()
    assert (found.at_worst[:, 1] == 1.0).all()
    assert (found.benefit[:, 1] == 0.0).all()
    assert np.isinf(found.exposure[:, 1]).all()
    assert (found.harm[:, 0] < 1.0).all()
    measured = goal(side_effect="level_seen", limit=3.0)
    one = forecast(MODEL, person(), broken, measured, np.array([120.0]))
    assert one.side is not None
    assert np.isinf(one.side[:, 1]).all()


def test_moments_before_the_next_dose_are_worst_ones_only_where_they_count() -> None:
    settings, late = np.array([120.0]), 12.0
    every = forecast(MODEL, person(), ETA, goal(), settings)
    after = forecast(MODEL, person(), ETA, goal(), settings, since=late)
    assert every.at_worst.shape[2] == 16
    assert after.at_worst.shape[2] == 13  # at 12, 15 ... 48 h
    assert after.harm.shape == every.harm.shape


def test_a_setting_below_its_limit_harms_where_low_values_do() -> None:
    low = goal(side_effect="level_seen", limit=1.0, side_sign=-1.0)
    found = forecast(MODEL, person(), ETA[:1], low, np.array([0.0]))
    wanted = [level_by_hand(ETA[0], 0.0, t) < 1.0 for t in np.arange(3.0, 48.1, 3.0).tolist()]
    assert found.harm[0, 0].tolist() == [float(one) for one in wanted]
