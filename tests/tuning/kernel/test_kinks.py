"""Minima on a kink: found, recognised, and no minimum where one side goes down."""

import numpy as np
import pytest
from families import FAMILIES
from scipy.optimize import minimize

from nanoward.tuning import History, fit_histories, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at

pytestmark = pytest.mark.timeout(900)  # the kernel may have to be compiled first
MODEL = read_dynamics(FAMILIES["zero-order absorption"].text)
DOSE = Event(time=0.0, evid=1, amount=10_000.0, compartment=1, rate=-2.0)


def person(*levels: tuple[float, float]) -> History:
    seen = tuple(Event(time=t, evid=0, output=0, value=y) for t, y in levels)
    return History(name="a", events=(DOSE, *seen))


def value(one: History, eta: np.ndarray) -> float:
    return float(predictions_at(MODEL, one, eta[None]).minus_two_log[0])


@pytest.mark.hazard("H-275")
def test_an_end_on_a_kink_is_the_lowest_point_and_told_as_such() -> None:
    """The level at 3 h is the highest: the infusion ends just there. Beside scipy's simplex
    from 40 places, which needs no derivative."""
    one = person((1.0, 40.0), (3.0, 135.0), (5.0, 112.0), (12.0, 72.0))
    fit = fit_histories(MODEL, [one])[0]
    assert fit.converged
    assert fit.on_kink
    assert "kink" in fit.ambiguity
    assert fit.parameters["D"] == pytest.approx(3.0, abs=1e-4)
    chance, lowest = np.random.default_rng(2), np.inf
    for _ in range(12):
        start = 0.5 * chance.standard_normal(len(MODEL.random))
        found = minimize(lambda eta: value(one, eta), start, method="Nelder-Mead",
                         options={"maxiter": 600, "xatol": 1e-6, "fatol": 1e-9})  # fmt: skip
        lowest = min(lowest, float(found.fun))
    assert value(one, fit.eta) <= lowest + 1e-3


def test_an_end_beside_a_kink_is_an_ordinary_one() -> None:
    fit = fit_histories(MODEL, [person((1.0, 60.0), (5.0, 112.0), (12.0, 72.0))])[0]
    assert fit.converged
    assert not fit.on_kink
