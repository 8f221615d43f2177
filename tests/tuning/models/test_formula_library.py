"""Classical models of formulas: three compartments as their closed form gives them."""

import numpy as np
import pytest

from nanoward.tuning import History, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.formula_library import TEXTS


def test_three_compartments_are_sums_of_three_exponentials() -> None:
    """Against the matrix exponential of Marsh's rate constants: 140 mg at once into 70 kg."""
    k10, k12, k21, k13, k31 = 0.119, 0.112, 0.055, 0.042, 0.0033
    rates = np.array([[-(k10 + k12 + k13), k21, k31], [k12, -k21, 0.0], [k13, 0.0, -k31]])
    roots, modes = np.linalg.eig(rates)
    start = np.linalg.solve(modes, [140.0, 0.0, 0.0])
    model = read_dynamics(TEXTS["propofol-3cpt"])
    times = [1.0, 5.0, 30.0, 120.0]
    events = [
        Event(time=0.0, evid=1, amount=140.0, covariates=(70.0,)),
        *(Event(time=t, evid=0, output=0, covariates=(70.0,)) for t in times),
    ]
    found = predictions_at(
        model, History(name="", events=tuple(events)), np.zeros((1, 2))
    ).value[0]
    for t, value in zip(times, found, strict=True):
        exact = float((modes @ (start * np.exp(roots * t)))[0].real) / 15.96
        assert value == pytest.approx(exact, rel=1e-6)


def test_the_library_holds_one_two_and_three_compartments_and_every_agent() -> None:
    assert {
        "propofol-3cpt", "vancomycin-2cpt", "saturable-elimination", "warfarin-pca",
        "car-t-kinetics", "kill-switch", "gut-microbe", "live-vaccine",
        "live-vaccine-shedding", "car-t-switch", "stimulator", "pump-drug",
    } <= set(TEXTS)  # fmt: skip
