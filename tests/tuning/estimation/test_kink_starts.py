"""Starts between the moments at which a dose's event passes a sample."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from families import BASE, FAMILIES, oral_text, parameters

from nanoward.tuning import History, fit_histories, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.kink_starts import MovedEvents, kink_starts
from nanoward.tuning.estimation.map_estimates import predictions_at, whitening

DOSE = Event(time=0.0, evid=1, amount=10_000.0)


def seen(*pairs: tuple[float, float]) -> tuple[Event, ...]:
    return tuple(Event(time=time, evid=0, output=0, value=value) for time, value in pairs)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_only_what_moves_a_dose_in_time_is_searched_for_again(name: str) -> None:
    model = read_dynamics(FAMILIES[name].text)
    moved = {model.random[place] for place in MovedEvents(model).places}
    wanted = {"lag time": {"LAG"}, "zero-order absorption": {"D"}}
    assert moved == wanted.get(name, set())


def test_edges_lie_where_the_lag_is_the_time_of_a_sample() -> None:
    model = read_dynamics(FAMILIES["lag time"].text)
    moved, place = MovedEvents(model), model.random.index("LAG")
    one = History(name="a", events=(DOSE, *seen((0.5, 9.0), (1.0, 50.0), (24.0, 20.0))))
    wanted = [np.log(hours / 0.7) / np.sqrt(0.2) for hours in (0.5, 1.0)]  # by hand
    np.testing.assert_allclose(sorted(moved.edges(one, place)), wanted, atol=2e-3)
    repeated = replace(DOSE, interval=24.0, more=5)
    late = History(name="a", events=(repeated, *seen((48.5, 9.0), (49.0, 50.0))))
    np.testing.assert_allclose(sorted(moved.edges(late, place)), wanted, atol=2e-3)


def test_an_infusion_whose_rate_the_model_gives_ends_sooner_the_faster_it_is() -> None:
    text = f'name = "r"\n{parameters(BASE | {"R": 4000.0}, 0.2)}' + oral_text(
        "proportional = 0.05", central='rate = "R"'
    )
    model = read_dynamics(text)
    dose = replace(DOSE, compartment=1, rate=-1.0)
    one = History(name="a", events=(dose, *seen((2.0, 9.0), (5.0, 50.0))))
    found = sorted(MovedEvents(model).edges(one, model.random.index("R")))
    wanted = [np.log(10_000 / hours / 4000) / np.sqrt(0.2) for hours in (5.0, 2.0)]
    np.testing.assert_allclose(found, wanted, atol=2e-3)


def test_every_stretch_without_the_known_end_has_one_start_inside_it() -> None:
    model = read_dynamics(FAMILIES["lag time"].text)
    factor, place = whitening(model, 1), model.random.index("LAG")
    one = History(name="a", events=(DOSE, *seen((0.5, 9.0), (1.0, 50.0), (24.0, 20.0))))
    edges = sorted(MovedEvents(model).edges(one, place))
    none = kink_starts(model, [one], factor, np.full((1, len(factor)), np.nan))[0]
    assert len(none) == len(edges) + 1
    known = np.zeros((1, len(factor)))
    others = [float(start[place]) for start in kink_starts(model, [one], factor, known)[0]]
    assert others[0] < edges[0]
    assert others[1] > edges[1]
    assert len(others) == 2


@pytest.mark.hazard("H-275")
def test_a_level_before_the_typical_lag_is_fitted_and_not_given_up() -> None:
    """A level at 0.5 h, where a typical dose (lag 0.7 h) has not entered yet."""
    model = read_dynamics(FAMILIES["lag time"].text)
    one = History(
        name="a", events=(DOSE, *seen((0.5, 20.0), (1.5, 90.0), (5.0, 100.0), (24.0, 25.0)))
    )
    blank = np.zeros((1, len(model.random)))
    assert not np.isfinite(predictions_at(model, one, blank).minus_two_log[0])
    fit = fit_histories(model, [one])[0]
    assert fit.converged
    assert fit.parameters["LAG"] < 0.5
