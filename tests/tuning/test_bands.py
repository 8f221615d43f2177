"""The band of a new observation: what it holds, that it is honest, that chance is its own."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning import (
    Model,
    Parameter,
    Person,
    Residual,
    band,
    course,
    fit_person,
    own_seed,
    posterior_draws,
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
        true = course(oral, blank, eta, times)[0]
        seen = true * np.maximum(1 + np.sqrt(0.05) * chance.standard_normal(6), 0.02)
        known = replace(blank, times=times[:3], values=seen[:3], records=np.ones(3))
        draws = posterior_draws(fit_person(oral, known), 500, chance)
        found = band(oral, known, draws, times[3:], chance)
        within.append((seen[3:] >= found.low) & (seen[3:] <= found.high))
    assert 0.855 <= np.mean(within) <= 0.945


def test_draws_have_the_mean_and_covariance_of_the_fit(oral: Model, person_of: Made) -> None:
    fit = fit_person(oral, person_of(oral, [*DOSE, (2.0, 0, 0.0, 110.0), (24.0, 0, 0.0, 20.0)]))
    draws = posterior_draws(fit, 100_000, np.random.default_rng(3))
    np.testing.assert_allclose(draws.mean(axis=0), fit.eta, atol=0.006)
    np.testing.assert_allclose(np.cov(draws.T), fit.covariance, atol=0.002)


@given(st.integers(0, 2**31), st.text(min_size=1))
def test_chance_belongs_to_person_seed_and_purpose(seed: int, name: str) -> None:
    first = own_seed(seed, name, "band").random(3)
    np.testing.assert_array_equal(first, own_seed(seed, name, "band").random(3))
    for other in (own_seed(seed + 1, name, "band"), own_seed(seed, name + "x", "band"),
                  own_seed(seed, name, "posterior")):  # fmt: skip
        assert not np.array_equal(first, other.random(3))


def test_a_band_never_goes_below_nothing(oral: Model, person_of: Made) -> None:
    model = replace(oral, residual=Residual(additive=100.0))
    draws = np.zeros((500, 3))
    found = band(
        model, person_of(model, DOSE), draws, np.array([200.0]), np.random.default_rng(2)
    )
    assert found.low[0] == 0.0 < found.high[0]


def test_a_fit_without_covariance_gives_no_draws(oral: Model, person_of: Made) -> None:
    fit = fit_person(oral, person_of(oral, DOSE))
    broken = replace(fit, covariance=np.full((3, 3), np.nan))
    assert np.isnan(posterior_draws(broken, 5, np.random.default_rng(1))).all()
