"""Benefit against side effect: probabilities by hand, limits kept, the best of the allowed."""

from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, goal, person
from numpy.typing import NDArray

from nanoward.tuning import BadTargetError, Draws, recommend
from nanoward.tuning.dosing.forecast import Forecast
from nanoward.tuning.dosing.optimal_setting import _advice, _frontier

Array = NDArray[np.float64]
ETA = np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]])
DRAWS = Draws(eta=np.tile(ETA, (200, 1)), effective=0.9)


@pytest.mark.hazard("H-41")
def test_no_setting_whose_side_effect_is_too_likely_is_allowed_or_recommended() -> None:
    found = recommend(MODEL, person(), DRAWS, goal())
    assert (found.harm[found.allowed] <= 0.1).all()
    assert not found.allowed.all()
    assert found.advice.dose is not None
    place = int(np.flatnonzero(found.settings == found.advice.dose)[0])
    assert found.allowed[place]
    assert found.utility[place] == found.utility[found.allowed].max()
    assert all("probability" in why for why in found.why if why)


@pytest.mark.hazard("H-41")
def test_steps_and_totals_are_kept() -> None:
    low = replace(
        person(), events=(replace(person().events[0], amount=50.0), *person().events[1:])
    )
    found = recommend(MODEL, low, DRAWS, goal(largest_step=25.0))
    assert found.settings[found.allowed].tolist() == [25.0, 50.0, 75.0]
    capped = recommend(MODEL, person(), DRAWS, goal(cumulative=400.0))  # 200 before, 4 ahead
    assert capped.settings[capped.allowed].tolist() == [0.0, 25.0, 50.0]


@pytest.mark.hazard("H-41")
def test_badly_sampled_or_impossible_gives_no_setting_and_says_why() -> None:
    poor = Draws(eta=ETA, effective=0.01)
    assert "badly sampled" in recommend(MODEL, person(), poor, goal()).advice.reason
    none = recommend(MODEL, person(), DRAWS, goal(lowest=275.0))
    assert none.advice.dose is None
    assert "side effect would have probability" in none.advice.reason
    broken = Draws(eta=np.full((3, 2), np.nan), effective=0.9)
    assert not recommend(MODEL, person(), broken, goal()).allowed.any()


def test_the_person_s_own_weight_moves_the_setting_but_not_the_limit() -> None:
    bold = recommend(MODEL, person(), DRAWS, goal(weight=0.0))
    careful = recommend(MODEL, person(), DRAWS, goal(weight=50.0))
    assert bold.advice.dose is not None
    assert careful.advice.dose is not None
    assert careful.advice.dose < bold.advice.dose
    np.testing.assert_array_equal(bold.allowed, careful.allowed)


@pytest.mark.parametrize(
    "wrong",
    [{"lowest": 400.0}, {"step": 0.001}, {"epsilon": 0.0}, {"interval": -1.0}, {"horizon": 1.0},
     {"benefit": "joy"}, {"duration": 99.0}],
)  # fmt: skip
def test_goals_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadTargetError):
        recommend(MODEL, person(), DRAWS, goal(**wrong))


@pytest.mark.hazard("H-276")
def test_harm_that_no_setting_avoids_neither_blocks_all_settings_nor_is_kept_silent() -> None:
    """450 mg were given 10 h ago, and the rest of it alone passes the limit of 10 % for
    another while: an infusion that is low enough may go on, a higher one may not, and the
    certificate certifies nothing."""
    one = person()
    high = replace(one, events=(replace(one.events[0], amount=450.0), *one.events[1:]))
    draws = Draws(eta=np.zeros((400, 2)), effective=1.0)
    asked = goal(duration=12.0, present=300.0)
    found = recommend(MODEL, high, draws, asked)
    assert found.carried is not None
    assert found.carried > 0.1
    assert found.advice.dose is not None
    assert found.advice.dose < 300.0
    assert "whatever is set" in found.advice.reason
    assert not found.allowed.all()
    assert (found.harm[found.allowed] <= 0.1).all()
    # as boluses every setting but none would make it worse
    bolus = recommend(MODEL, high, draws, goal(present=300.0))
    assert bolus.advice.dose == 0.0
    # much more: nothing keeps the mean until the next dose, so the least is the answer
    flood = replace(one, events=(replace(one.events[0], amount=3000.0), *one.events[1:]))
    least = recommend(MODEL, flood, draws, asked)
    assert least.advice.dose == 0.0
    assert "least side effect" in least.advice.reason
    assert not least.allowed.any()


@pytest.mark.hazard("H-445")
def test_harm_is_that_of_the_worst_moment_and_its_limits_those_of_each_draw() -> None:
    """Two draws whose worst moments differ: 0.1 and 0.3 on average at the moments, 0.5 and 0.1
    at the worst of each."""
    worst = np.array([[[0.1, 0.5], [0.1, 0.1]], [[0.0, 0.0], [0.2, 0.0]]])
    told = Forecast(
        benefit=np.array([[[1.0, 3.0], [2.0, 2.0]], [[0.0, 0.0], [1.0, 1.0]]]),
        variance=np.ones((2, 2, 2)), harm=worst / 2, exposure=np.zeros((2, 2)), worst=worst,
    )  # fmt: skip
    asked = goal(lowest=0.0, highest=300.0, step=300.0, weight=2.0)
    found = _frontier(asked, told, None, 1e12)
    np.testing.assert_allclose(found.harm, [0.3, 0.1])
    np.testing.assert_allclose(found.harm_high, [0.1 + 0.95 * 0.4, 0.19])
    np.testing.assert_allclose(found.mean_harm, [0.1, 0.025])
    np.testing.assert_allclose(found.benefit, [2.0, 0.5])
    np.testing.assert_allclose(found.utility, [2.0 - 0.2, 0.5 - 0.05])


def test_of_settings_that_are_as_good_the_lowest_is_taken() -> None:
    asked = goal(lowest=0.0, highest=300.0, step=150.0)
    told = Forecast(
        benefit=np.ones((3, 4, 2)), variance=np.ones((3, 4, 2)), harm=np.zeros((3, 4, 2)),
        exposure=np.zeros((3, 4)),
    )  # fmt: skip
    found = replace(
        _frontier(asked, told, None, 1e12), allowed=np.array([False, True, True]),
        why=("harm", "", ""),
    )  # fmt: skip
    assert _advice(asked, found, found.utility, None).dose == 150.0
