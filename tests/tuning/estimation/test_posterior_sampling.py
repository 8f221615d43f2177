"""Draws from the posterior against integration on a grid; chance belongs to the person."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from families import FAMILIES
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from written import fit_person, predicted_concentrations, seen_at

from nanoward.tuning import (
    History,
    Model,
    fit_histories,
    formulas_of,
    log_posterior,
    own_seed,
    posterior_draws,
    read_dynamics,
)
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at

Made = Callable[..., History]
FLIP_FLOP = """
name = "flip-flop"
[parameters.CL]
typical = 50.0
variance = 0.3
[parameters.V]
typical = 100.0
variance = 0.3
[parameters.KA]
typical = 0.5
variance = 0.3
[compartments.depot]
derivative = "-KA * depot"
[compartments.central]
derivative = "KA * depot - CL / V * central"
[outputs.cp]
value = "central / V"
proportional = 0.05
"""
SEEN = [(0.0, 1, 10000.0, None), (2.0, 0, 0.0, 110.0), (24.0, 0, 0.0, 20.0)]


def test_draws_agree_with_the_posterior_integrated_on_a_grid(
    oral: Model, person_of: Made
) -> None:
    """Oracle: two etas, a million points of a grid, each weighted with the exact posterior."""
    fixed = tuple(
        replace(one, variance=0.0) if one.name == "KA" else one for one in oral.parameters
    )
    model = replace(oral, parameters=fixed)
    person = person_of(model, SEEN)
    side = np.linspace(-2.0, 2.0, 600)
    grid = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    weight = np.exp(log_posterior(formulas_of(model), person, grid))
    weight /= weight.sum()
    mean = weight @ grid
    spread = np.sqrt(weight @ (grid - mean) ** 2)
    fit = fit_person(model, person)
    draws = posterior_draws(formulas_of(model), person, fit, 20_000, np.random.default_rng(3))
    np.testing.assert_allclose(draws.eta.mean(axis=0), mean, atol=0.03 * spread.min())
    np.testing.assert_allclose(draws.eta.std(axis=0), spread, rtol=0.03)
    assert draws.effective > 0.3


def test_the_log_posterior_by_hand(oral: Model, person_of: Made) -> None:
    person, eta = person_of(oral, SEEN), np.array([[0.1, -0.2, 0.3], [0.0, 0.0, 0.0]])
    f = predicted_concentrations(oral, person, eta[:1], np.array([2.0, 24.0]))[0]
    by_hand = (
        -0.5
        * sum(
            (y - one) ** 2 / (0.05 * one**2) + np.log(0.05 * one**2)
            for y, one in zip((110.0, 20.0), f, strict=True)
        )
        - 0.5 * (0.01 + 0.04 + 0.09) / 0.2
    )
    assert log_posterior(formulas_of(oral), person, eta)[0] == pytest.approx(by_hand)


def test_ranks_of_the_truth_among_the_draws_are_uniform(oral: Model, person_of: Made) -> None:
    """Calibration by simulation (Talts et al. 2018, arXiv:1804.06788), 150 people.

    Kolmogorov-Smirnov distance of 150 uniform ranks exceeds 0.133 in 1 % of cases.
    """
    chance, blank = np.random.default_rng(11), person_of(oral, SEEN[:1])
    times, ranks = np.array([1.0, 4.0, 24.0]), []
    for _ in range(150):
        eta = chance.standard_normal((1, 3)) * np.sqrt(0.2)
        true = predicted_concentrations(oral, blank, eta, times)[0]
        seen = true + np.sqrt(0.05) * true * chance.standard_normal(3)
        if (seen <= 0).any():
            continue  # 4 sd off: 1 in 200,000
        known = seen_at(blank, times, seen)
        draws = posterior_draws(formulas_of(oral), known, fit_person(oral, known), 200, chance)
        ranks.append((draws.eta < eta[0]).mean(axis=0))
    for column in np.sort(np.array(ranks), axis=0).T:
        expected = (np.arange(len(column)) + 0.5) / len(column)
        assert np.abs(column - expected).max() < 0.133 + 1 / 200


def test_ranks_are_uniform_where_elimination_saturates_and_next_to_nothing_is_left() -> None:
    """Calibration as above of a model that is integrated: 80 people of the saturable family,
    of some of whom as little as 1e-9 of the peak is left at 24 h: thin, bent posteriors, every
    fifth with two tops. 300 people of each of three seeds: benchmarks/README.md, Tuning.

    Kolmogorov-Smirnov distance of 80 uniform ranks exceeds 0.182 in 1 % of cases, and of one
    of four columns 0.203 (Bonferroni). Proposals around one top alone gave 0.136 of 300. How
    many numbers a draw takes hangs on the search: with the one engine the people of seed 17 are
    others, and 0.234 was seen; 400 people of each of two further seeds gave at most 0.074
    (0.089 before; 0.082 in 1 % of cases for a column).
    """
    family = FAMILIES["saturable elimination"]
    model, chance, ranks = read_dynamics(family.text), np.random.default_rng(18), []
    while len(ranks) < 80:
        known, eta = _saturable(chance)
        fit = fit_histories(model, [known])[0]
        if not fit.converged:
            continue  # and it says so: about 1 in 100
        draws = posterior_draws(model, known, fit, 100, chance)
        ranks.append((draws.eta < eta).mean(axis=0))
    for column in np.sort(np.array(ranks), axis=0).T:
        expected = (np.arange(len(column)) + 0.5) / len(column)
        assert np.abs(column - expected).max() < 0.203 + 1 / 100


def _saturable(chance: np.random.Generator) -> tuple[History, NDArray[np.float64]]:
    """A person of the saturable family, seen at 1.5, 5 and 24 h, and the true etas."""
    family = FAMILIES["saturable elimination"]
    model, times = read_dynamics(family.text), (1.5, 5.0, 24.0)
    dose = Event(time=0.0, evid=1, amount=5000.0)
    asked = tuple(Event(time=one, evid=0, output=0) for one in times)
    while True:
        eta = chance.standard_normal(4) * np.sqrt(family.variance)
        true = predictions_at(model, History(name="a", events=(dose, *asked)), eta[None]).value[
            0
        ]
        seen = true * (1.0 + np.sqrt(0.05) * chance.standard_normal(3))
        if (seen > 0).all():
            told = (replace(e, value=float(y)) for e, y in zip(asked, seen, strict=True))
            return History(name="a", events=(dose, *told)), eta


def test_of_two_ways_to_explain_the_samples_both_are_drawn() -> None:
    """Oracle: 3 etas, half a million points of a grid, each weighted with the exact posterior.

    Absorption slower than elimination, or the other way round: two tops, neither of which the
    normal approximation at the other reaches.
    """
    model = read_dynamics(FLIP_FLOP)
    events = (
        Event(time=0.0, evid=1, amount=10000.0),
        Event(time=0.5, evid=0, output=0, value=41.0),
        Event(time=6.0, evid=0, output=0, value=17.0),
        Event(time=12.0, evid=0, output=0, value=2.0),
        Event(time=18.0, evid=0, output=0, value=0.22),
    )
    one = History(name="a", events=events)
    deviation = np.sqrt(np.diag(model.omega()))
    side = np.linspace(-4.0, 4.0, 80)
    grid = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3)
    weight = np.exp(log_posterior(model, one, grid * deviation))
    weight /= weight.sum()
    mean = weight @ grid
    spread = np.sqrt(weight @ (grid - mean) ** 2)
    fit = fit_histories(model, [one])[0]
    draws = posterior_draws(model, one, fit, 4000, np.random.default_rng(3))
    told = draws.eta / deviation
    np.testing.assert_allclose(told.mean(axis=0), mean, atol=0.1 * spread.min())
    np.testing.assert_allclose(told.std(axis=0), spread, rtol=0.1)
    first = (told[:, 2] < 0).mean()
    assert first == pytest.approx(weight[grid[:, 2] < 0].sum(), abs=0.05)
    assert 0.1 < first < 0.9


@given(st.integers(0, 2**31), st.text(min_size=1, max_size=20))
def test_chance_belongs_to_person_seed_and_purpose(seed: int, name: str) -> None:
    first = own_seed(seed, name, "band").random(3)
    np.testing.assert_array_equal(first, own_seed(seed, name, "band").random(3))
    others = ((seed + 1, name, "band"), (seed, name + "x", "band"), (seed, name, "posterior"))
    for other in others:
        assert not np.array_equal(first, own_seed(*other).random(3))


def test_nobody_observed_is_drawn_from_the_population(oral: Model, person_of: Made) -> None:
    person = person_of(oral, SEEN[:1])
    draws = posterior_draws(
        formulas_of(oral), person, fit_person(oral, person), 50_000, np.random.default_rng(1)
    )
    np.testing.assert_allclose(np.cov(draws.eta.T), oral.omega, atol=0.005)


def test_a_fit_without_covariance_gives_no_draws(oral: Model, person_of: Made) -> None:
    person = person_of(oral, SEEN)
    broken = replace(fit_person(oral, person), covariance=np.full((3, 3), np.nan))
    draws = posterior_draws(formulas_of(oral), person, broken, 5, np.random.default_rng(1))
    assert np.isnan(draws.eta).all()
    assert draws.effective == 0.0
