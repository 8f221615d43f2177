"""For every family the limits are those of a dense search, and nothing is left out."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from families import FAMILIES
from numpy.typing import NDArray

from nanoward.tuning import Dynamics, History, histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import whitening
from nanoward.tuning.regimens.dose_search import Whole, falling, quantiles, solve
from nanoward.tuning.regimens.single_dose import SingleDoseTarget, dose_for, exposure_of

Array = NDArray[np.float64]
DENSE = 160


def person_of(name: str) -> tuple[Dynamics, History]:
    family = FAMILIES[name]
    model = read_dynamics(family.text)
    rate = -2.0 if name == "zero-order absorption" else 0.0
    into = 2 if name == "zero-order absorption" else 1
    row = {
        "ID": "a",
        "TIME": 0.0,
        "EVID": 1,
        "AMT": 1000.0,
        "DV": None,
        "CMT": into,
        "RATE": rate,
    }
    rows = [{**row, **(family.covariates or {})}]
    return model, histories(pl.DataFrame(rows, infer_schema_length=None), model)[0][0]


def dense_doses(
    model: Dynamics, one: History, wanted: SingleDoseTarget, eta: Array, about: Array
) -> Array:
    """For each draw the smallest of many doses that reaches it, between two of them by a line
    in logarithms."""
    fine = about[np.isfinite(about) & (about > 0)]
    tried = np.geomspace(fine.min() / 1.5, fine.max() * 1.5, DENSE)
    table = np.array([exposure_of(model, one, _asked(wanted, dose), eta) for dose in tried])
    found = np.full(len(eta), np.inf)
    for draw, column in enumerate(table.T):
        places = np.flatnonzero(column >= wanted.value)
        if len(places):
            at = max(int(places[0]), 1)
            share = np.log(wanted.value / column[at - 1]) / np.log(column[at] / column[at - 1])
            found[draw] = tried[at - 1] * (tried[at] / tried[at - 1]) ** max(share, 0.0)
    return found


def _asked(wanted: SingleDoseTarget, dose: float) -> SingleDoseTarget:
    from dataclasses import replace

    return replace(wanted, dose=dose, find="exposure")


@pytest.mark.hazard("H-231")
@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_limits_are_those_of_a_dense_search(name: str) -> None:
    model, one = person_of(name)
    factor = whitening(model, 1)
    eta = np.random.default_rng(5).standard_normal((12, len(factor))) @ factor.T
    questions = [
        SingleDoseTarget(measure="trough", value=20.0, basis="now", at=12.0, interval=12.0),
        SingleDoseTarget(
            measure="peak", value=40.0, basis="now", at=12.0, interval=12.0, end=24.0
        ),
    ]
    for wanted in questions:
        found = dose_for(model, one, wanted, eta)
        slow = dense_doses(model, one, wanted, eta, found)
        cuts = np.array([0.05, 0.5, 0.95])
        positive = found > 0
        assert positive.sum() > 8
        np.testing.assert_allclose(
            quantiles(found[positive], cuts), quantiles(slow[positive], cuts), rtol=0.01
        )


def test_a_straight_line_is_solved_exactly_and_a_curve_closely() -> None:
    slopes = np.array([1.0, 2.0, 5.0])

    def line(x: Array, draws: Whole) -> Array:
        return np.asarray(1.0 + slopes[draws] * x)

    np.testing.assert_allclose(solve(line, 7.0, 3, 1.0), 6.0 / slopes, rtol=1e-12)
    np.testing.assert_array_equal(solve(line, 0.5, 3, 1.0), 0.0)  # reached without any

    def curve(x: Array, draws: Whole) -> Array:
        return np.asarray(slopes[draws] * x**3 / (1 + x**2))

    found = solve(curve, 2.0, 3, 1.0)
    np.testing.assert_allclose(curve(found, np.arange(3)), 2.0, rtol=1e-4)


def test_what_never_suffices_is_infinite_and_moves_the_limits() -> None:
    tops = np.array([1.0, 3.0, 9.0])

    def capped(x: Array, draws: Whole) -> Array:
        return np.asarray(tops[draws] * x / (1 + x))

    found = solve(capped, 2.0, 3, 1.0)
    assert np.isinf(found[0])
    assert np.isfinite(found[1:]).all()
    assert np.isinf(quantiles(found, np.array([0.95]))[0])
    assert np.isfinite(quantiles(found, np.array([0.5]))[0])


def test_what_falls_is_found_too() -> None:
    def level(x: Array, draws: Whole) -> Array:
        return np.asarray((draws + 1.0) / x)

    np.testing.assert_allclose(falling(level, 0.5, 3, 1.0), [2.0, 4.0, 6.0], rtol=1e-4)
