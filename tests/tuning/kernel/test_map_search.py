"""Searches: restarts find the lower of two ends; a kink is no end."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from families import FAMILIES
from numpy.typing import NDArray

from nanoward.tuning import Dynamics, fit_histories, histories, read_dynamics
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.estimation import map_estimates
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.kernel.descent import ENDED, NO_START, SADDLE

TWO_ENDS = """
name = "two ends"
[parameters.X]
typical = 0.0
variance = 1.0
distribution = "normal"
[outputs.y]
value = "((X - 2.2) ^ 2 - 1) ^ 2 + 0.3 * X"
additive = 0.01
"""


def objective(x: NDArray[np.float64]) -> NDArray[np.float64]:
    f = ((x - 2.2) ** 2 - 1) ** 2 + 0.3 * x
    return (0.6 - f) ** 2 / 0.01 + np.log(0.01) + x**2


def test_of_several_ends_the_lowest_is_taken() -> None:
    table = pl.DataFrame({"ID": ["a"], "TIME": [0.0], "EVID": [0], "DV": [0.6]})
    model = read_dynamics(TWO_ENDS)
    fit = fit_histories(model, histories(table, model)[0])[0]
    grid = np.linspace(-4, 6, 200_001)
    best = float(grid[np.argmin(objective(grid))])
    assert fit.converged
    np.testing.assert_allclose(fit.eta, [best], atol=2e-4)
    assert len({ENDED, SADDLE, NO_START}) == 3


DOSE = Event(time=0.0, evid=1, amount=5000.0)
HOURS = (1.5, 6.0, 24.0)  # as little as 1e-9 of the peak is left at the last: often two valleys


def seen_people(model: Dynamics, count: int, chance: np.random.Generator) -> list[History]:
    """People of the saturable family with three noisy values each, all above 0."""
    asked = [Event(time=hour, evid=0, output=0) for hour in HOURS]
    blank = History(name="a", events=(DOSE, *asked))
    found: list[History] = []
    while len(found) < count:
        eta = np.sqrt(np.diag(model.omega())) * chance.standard_normal((1, len(model.random)))
        value = predictions_at(model, blank, eta).value[0]
        value = value * (1 + np.sqrt(0.05) * chance.standard_normal(len(HOURS)))
        if (value > 0).all():
            seen = [replace(one, value=float(y)) for one, y in zip(asked, value, strict=True)]
            found.append(History(name="a", events=(DOSE, *seen)))
    return found


def test_the_lower_of_two_valleys_is_found_where_little_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beside searches from 16 further places for each person: without a second look a tenth of
    these people ended in the higher valley, all of them said to have converged."""
    model = read_dynamics(FAMILIES["saturable elimination"].text)
    chance = np.random.default_rng(41)
    people = seen_people(model, 100, chance)

    def lowest() -> list[float]:
        return [
            float(predictions_at(model, one, fit.eta[None]).minus_two_log[0])
            if fit.converged
            else np.inf
            for one, fit in zip(people, fit_histories(model, people), strict=True)
        ]

    usual = np.array(lowest())
    best = usual.copy()
    for place in 1.5 * chance.standard_normal((16, len(model.random))):
        monkeypatch.setattr(map_estimates, "starts", lambda _, start=place: start[None].copy())
        best = np.minimum(best, lowest())
    assert (usual > best + 0.01).sum() <= 3
