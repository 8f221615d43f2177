"""Models of whole agents: every number with its source, and doing what the source says."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nanoward.tuning import Dynamics, History, read_dynamics
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.agent_library import AGENT_TEXTS
from nanoward.tuning.models.formula_library import TEXTS

Array = NDArray[np.float64]


def course(model: Dynamics, events: list[Event], eta: Array | None = None) -> Array:
    one = History(name="", events=tuple(events))
    size = len(model.eta_names())
    return predictions_at(model, one, np.zeros((1, size)) if eta is None else eta).value


def asked(model: Dynamics, output: str, times: list[float], **more: float) -> list[Event]:
    place = [one.name for one in model.outputs].index(output)
    return [Event(time=t, evid=0, output=place, **more) for t in times]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_number_of_every_model_says_where_it_comes_from(name: str) -> None:
    model = read_dynamics(TEXTS[name], name)
    assert model.citation
    assert all(one.citation for one in (*model.parameters, *model.outputs)), name


@pytest.mark.parametrize("name", ["gut-microbe", "live-vaccine", "pump-drug", "stimulator"])
def test_more_of_the_setting_gives_more_benefit_and_more_side_effect(name: str) -> None:
    model = read_dynamics(AGENT_TEXTS[name])
    values = []
    for amount in (1.0, 3.0):
        dose = Event(time=0.0, evid=1, amount=amount, rate=amount / 7)
        seen = [*asked(model, "benefit", [7.0]), *asked(model, "grade", [7.0], value=2.0)]
        values.append(course(model, [dose, *seen])[0])
    assert values[1][0] > values[0][0]
    assert values[1][1] < values[0][1]  # -2 ln of the probability of grade 2


def test_the_strain_stays_in_three_of_ten_people() -> None:
    """A mixture: without its nutrient it is gone within a week in the others. The bound is the
    share that is left half way between the two: exp(-1.2 x (1 - 0.75 / 2) x 7)."""
    model = read_dynamics(AGENT_TEXTS["gut-microbe"])
    chance = np.random.default_rng(2)
    eta = np.zeros((4000, len(model.random)))
    eta[:, 0] = chance.standard_normal(4000)
    dose = Event(time=0.0, evid=1, amount=30.0, rate=30.0 / 7)
    left = np.exp(course(model, [dose, *asked(model, "found", [7.0, 14.0])], eta)) - 0.01
    kept = left[:, 1] / left[:, 0]
    assert 0.27 < (kept > np.exp(-1.2 * 0.625 * 7)).mean() < 0.33
    assert np.median(kept) < 0.001 < 0.05 < np.quantile(kept, 0.9)


def test_shedding_lasts_a_month_in_the_naive_and_less_in_the_immune() -> None:
    model = read_dynamics(AGENT_TEXTS["live-vaccine-shedding"])
    half = 2 * np.log(2.0)  # -2 ln of one half
    naive = asked(model, "shedding", [30.3], value=1.0, covariates=(1.0,))
    assert course(model, naive)[0, 0] == pytest.approx(half, abs=1e-3)
    immune = asked(model, "shedding", [30.3 / 1.16**3], value=1.0, covariates=(8.0,))
    assert course(model, immune)[0, 0] == pytest.approx(half, abs=1e-3)
    titre = course(model, asked(model, "titre", [1.0, 5.0, 40.0], covariates=(1.0,)))[0]
    assert titre[0] == 2.6  # it has not grown yet
    assert 6.0 < titre[1] < 7.0
    assert titre[1] > titre[2] >= 2.6


def test_a_small_dose_of_the_switch_trims_the_cells_and_they_grow_back() -> None:
    model = read_dynamics(AGENT_TEXTS["car-t-switch"])
    dose = Event(time=10.0, evid=1, amount=30.0)  # half an hour of full killing
    told = asked(model, "copies", [9.99, 12.0, 60.0])
    cells = course(model, [Event(time=0.0, evid=2), told[0], dose, *told[1:]])[0]
    lost = cells[0] - cells[1]
    assert 1.8 < lost < 2.5  # 115.2 / d x 0.5 h is 2.4; two days grow some of it back
    assert cells[2] == pytest.approx(10.09, abs=0.05)


def test_a_stimulator_s_effect_is_that_of_its_amplitude_within_a_day() -> None:
    model = read_dynamics(AGENT_TEXTS["stimulator"])
    on = Event(time=0.0, evid=1, amount=1.5, rate=1.5)
    found = course(model, [on, *asked(model, "benefit", [0.9])])[0, 0]
    assert found == pytest.approx(100 * 0.734 / 2, rel=1e-3)
