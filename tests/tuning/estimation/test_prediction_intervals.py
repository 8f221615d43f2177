"""The band of a new observation: what it holds, that it is honest, that chance is its own."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nanoward.tuning import (
    Model,
    Parameter,
    Person,
    Residual,
    band,
    fit_person,
    posterior_draws,
    predicted_concentrations,
)

Made = Callable[..., Person]
DOSE = [(0.0, 1, 10000.0, None)]


def test_without_doubt_about_the_person_the_band_is_the_error_alone(person_of: Made) -> None:
    """By hand: 10 mg/L +- 1.645 x 0.5."""
    model = Model(
        name="iv",
        quantity="",
        unit="mg/L",
        compartments=1,
        absorption="none",
        parameters=(
            Parameter(name="CL", typical=1.0, unit="L/h"),
            Parameter(name="V", typical=10.0, unit="L", variance=0.1),
        ),
        residual=Residual(additive=0.25),
    )
    person = person_of(model, [(0.0, 1, 100.0, None)])
    found = band(model, person, np.zeros((40_000, 1)), np.zeros(1), np.random.default_rng(1))
    np.testing.assert_allclose(found.median, 10.0)
    np.testing.assert_allclose(found.typical, 10.0)
    np.testing.assert_allclose(found.low, 10.0 - 1.645 * 0.5, atol=0.02)
    np.testing.assert_allclose(found.high, 10.0 + 1.645 * 0.5, atol=0.02)


def test_new_observations_lie_in_the_band_as_often_as_it_says(
    oral: Model, person_of: Made
) -> None:
    """250 simulated people, 3 new observations each: 750 trials, binomial sd 1.1 %.

    Those of a person hang together (sd about 1.5 %): three of those either way.
    """
    chance = np.random.default_rng(7)
    blank = person_of(oral, DOSE)
    times = np.array([1.0, 4.0, 12.0, 2.0, 24.0, 48.0])
    within = []
    for _ in range(250):
        eta = chance.standard_normal((1, 3)) * np.sqrt(0.2)
        true = predicted_concentrations(oral, blank, eta, times)[0]
        seen = true * np.maximum(1 + np.sqrt(0.05) * chance.standard_normal(6), 0.02)
        known = replace(blank, times=times[:3], values=seen[:3], records=np.ones(3))
        draws = posterior_draws(oral, known, fit_person(oral, known), 500, chance)
        found = band(oral, known, draws.eta, times[3:], chance)
        within.append((seen[3:] >= found.low) & (seen[3:] <= found.high))
    assert 0.855 <= np.mean(within) <= 0.945


def test_a_band_never_goes_below_nothing(oral: Model, person_of: Made) -> None:
    model = replace(oral, residual=Residual(additive=100.0))
    draws = np.zeros((500, 3))
    found = band(
        model, person_of(model, DOSE), draws, np.array([200.0]), np.random.default_rng(2)
    )
    assert found.low[0] == 0.0 < found.high[0]
