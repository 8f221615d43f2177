"""Benefit against side effect: probabilities by hand, limits kept, the best of the allowed."""

from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, goal, person
from numpy.typing import NDArray

from nanoward.tuning import BadTargetError, Draws, recommend

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
