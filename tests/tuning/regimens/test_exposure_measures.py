"""Areas and peaks against formulas written out."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from nanoward.tuning import read_dynamics
from nanoward.tuning.data.event_history import History
from nanoward.tuning.regimens.exposure_measures import area, area_nodes, peak
from nanoward.tuning.regimens.regimen_history import Regimen

Array = NDArray[np.float64]
MODEL = read_dynamics(
    'name = "o"\n[parameters.CL]\ntypical = 3.0\nvariance = 0.1\n'
    "[parameters.V]\ntypical = 40.0\n"
    "[parameters.KA]\ntypical = 1.3\n"
    '[compartments.depot]\nderivative = "-KA * depot"\n'
    '[compartments.body]\nderivative = "KA * depot - CL / V * body"\n'
    '[outputs.level]\nvalue = "body / V"\nproportional = 0.01\n'
)
ONE = History(name="a", events=())
ETA = np.zeros((1, 1))


def level(t: float) -> float:
    k = 3 / 40
    return float(100 / 40 * 1.3 / (1.3 - k) * (np.exp(-k * t) - np.exp(-1.3 * t)))


def test_an_area_is_that_of_the_formula_also_to_infinity() -> None:
    plan = Regimen(dose=100.0)
    k = 3 / 40
    exact = 100 / 40 * 1.3 / (1.3 - k) * (-np.expm1(-k * 10) / k + np.expm1(-13.0) / 1.3)
    np.testing.assert_allclose(area(MODEL, ONE, plan, 0, (0.0, 10.0), ETA), exact, rtol=1e-8)
    np.testing.assert_allclose(
        area(MODEL, ONE, plan, 0, (0.0, np.inf), ETA), 100 / 3, rtol=1e-5
    )


def test_a_peak_is_the_top_of_the_course_and_not_of_a_grid() -> None:
    top = -minimize_scalar(lambda t: -level(t), bounds=(0, 12), method="bounded").fun
    found = peak(MODEL, ONE, Regimen(dose=100.0, interval=12.0), 0, 12.0, ETA)
    np.testing.assert_allclose(found, top, rtol=1e-5)
    infused = peak(MODEL, ONE, Regimen(dose=100.0, duration=2.0, into=2), 0, 24.0, ETA)
    k = 3 / 40
    np.testing.assert_allclose(infused, 100 / 2 / 3 * -np.expm1(-2 * k), rtol=1e-8)


def test_weights_of_an_area_sum_to_its_length() -> None:
    times, weights = area_nodes(1.0, 9.0, [2.0, 3.0, 50.0])
    assert abs(weights.sum() - 8.0) < 1e-12
    assert times.min() > 1.0
