"""The worst moment lies where calculus puts it, however coarse the means are taken."""

from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, goal, person

from nanoward.tuning import Draws, recommend
from nanoward.tuning.dosing.worst_times import (
    first_moments,
    settling,
    unavoidable,
    worst_moments,
)

ETA = np.tile(np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]]), (40, 1))


@pytest.mark.hazard("H-225")
def test_the_peak_of_an_infusion_is_its_end_and_that_of_a_bolus_just_behind_it() -> None:
    asked = goal(duration=1.7, horizon=24.0)
    settings = np.array([200.0])
    found = worst_moments(MODEL, person(), ETA, asked, settings)
    assert min(abs(one.after % 12.0 - 1.7) for one in found) < 1e-9
    bolus = worst_moments(MODEL, person(), ETA, goal(horizon=24.0), settings)
    assert any(one.behind and one.after == 12.0 for one in bolus)


@pytest.mark.hazard("H-225")
def test_how_finely_means_are_taken_does_not_move_the_harm() -> None:
    draws = Draws(eta=ETA, effective=0.9)
    coarse, fine, unsaid = (
        recommend(MODEL, person(), draws, goal(every=every)) for every in (11.0, 0.25, 0.0)
    )
    np.testing.assert_allclose(coarse.harm, fine.harm, rtol=2e-3)
    np.testing.assert_allclose(unsaid.harm, fine.harm, rtol=2e-3)
    np.testing.assert_array_equal(coarse.allowed, fine.allowed)


def test_many_intervals_are_looked_at_sparsely_but_the_first_and_last_always() -> None:
    long = replace(goal(), horizon=12.0 * 200)
    moments = first_moments(long)
    assert len(moments) < 200
    assert moments[0].after == 0.0
    assert any(one.behind and one.after == 12.0 * 199 for one in moments)


def nausea(level: float) -> float:
    return float(1 / (1 + np.exp(7 - 1.5 * level)))


@pytest.mark.hazard("H-276")
def test_what_no_setting_could_avoid_is_what_is_in_the_body_now() -> None:
    """200 mg at 0 h in 50 L with 5 L/h, and the last record at 10 h: by hand."""
    typical = np.zeros((50, 2))
    found = unavoidable(MODEL, person(), typical, goal(), 1e12)
    assert found == pytest.approx(nausea(200 / 50 * np.exp(-1.0)), rel=1e-3)
    infused = goal(duration=12.0)
    told = settling(MODEL, person(), typical, infused, np.array([0.0, 120.0]), (found, 1e12))
    fading = np.exp(-0.1 * np.linspace(0, 12, 4001))
    level = 200 / 50 * np.exp(-1.0) * fading
    steady = 120 / 12 / 5 * (1 - fading)
    for k, course in enumerate((level, level + steady)):
        harm = 1 / (1 + np.exp(7 - 1.5 * course))
        assert told.mean[k] == pytest.approx(harm.mean(), rel=5e-3)
        assert told.highest[k] == pytest.approx(harm.max(), rel=1e-3)
