"""Benefit against side effect: probabilities by hand, limits kept, the best of the allowed."""

import numpy as np
import pytest
from exposures import MODEL, SLOW, goal, person
from numpy.typing import NDArray

from nanoward.tuning import BadTargetError, Draws, recommend
from nanoward.tuning.goals import followed_outputs

Array = NDArray[np.float64]
ETA = np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]])
DRAWS = Draws(eta=ETA, effective=0.9)


def level_by_hand(eta: Array, dose: float, after: float) -> float:
    """200 mg at 0, seen until 10 h, then `dose` every 12 h from 10 h on; trough questions
    stand before the dose of their time."""
    cl, v = 5 * np.exp(eta[0]), 50 * np.exp(eta[1])
    time = 10.0 + after
    past = [(0.0, 200.0), *((10.0 + k * 12.0, dose) for k in range(4))]
    given = [(at, amount) for at, amount in past if at < time]
    return float(sum(a / v * np.exp(-cl / v * (time - at)) for at, a in given))


def test_every_output_is_that_of_the_formula() -> None:
    settings = np.array([0.0, 120.0])
    benefit, harm = followed_outputs(MODEL, person(), ETA, goal(), settings)
    for s, dose in enumerate(settings):
        for d, eta in enumerate(ETA):
            for k, after in enumerate(np.arange(3.0, 48.1, 3.0)):
                level = level_by_hand(eta, dose, float(after))
                np.testing.assert_allclose(benefit[s, d, k], level / (level + 2), rtol=1e-8)
                wanted = 1 / (1 + np.exp(7 - 1.5 * level))
                np.testing.assert_allclose(harm[s, d, k], wanted, rtol=1e-8)


def test_a_model_that_is_integrated_gives_the_same() -> None:
    settings = np.array([0.0, 120.0, 300.0])
    exact = followed_outputs(MODEL, person(), ETA, goal(), settings)
    stepped = followed_outputs(SLOW, person(), ETA, goal(), settings)
    np.testing.assert_allclose(stepped[0], exact[0], rtol=2e-3)
    np.testing.assert_allclose(stepped[1], exact[1], rtol=2e-2)


def test_grades_and_limits_are_side_effects_too() -> None:
    settings = np.array([200.0])
    _, grades = followed_outputs(
        MODEL, person(), ETA, goal(side_effect="grade", grade=2), settings
    )
    _, nausea = followed_outputs(MODEL, person(), ETA, goal(), settings)
    np.testing.assert_allclose(grades, nausea, rtol=1e-8)  # the second logit is that of nausea
    _, above = followed_outputs(
        MODEL, person(), ETA, goal(side_effect="level_seen", limit=3.0), settings
    )
    for d, eta in enumerate(ETA):
        assert above[0, d, 0] == float(level_by_hand(eta, 200.0, 3.0) > 3.0)


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
    found = recommend(MODEL, person(), DRAWS, goal(present=100.0, largest_step=25.0))
    assert found.settings[found.allowed].tolist() == [75.0, 100.0, 125.0]
    capped = recommend(MODEL, person(), DRAWS, goal(cumulative=200.0))
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
