"""Choices move the weight the way they say, and doubt shrinks with every one of them."""

import numpy as np
import pytest
from exposures import MODEL, goal, person

from nanoward.tuning import Draws, recommend
from nanoward.tuning.dosing.preference_model import fit_utility, next_comparison

SETTINGS = goal().settings()
BENEFIT = 1 - np.exp(-SETTINGS / 100)
HARM = (SETTINGS / 300) ** 2
FEATURES = (BENEFIT, HARM)


def test_without_a_choice_the_weight_is_the_goal_s() -> None:
    assert fit_utility(goal(weight=3.0), SETTINGS, FEATURES, ()).weight == pytest.approx(3.0)


def test_choosing_less_makes_the_side_effect_weigh_more() -> None:
    less = fit_utility(goal(), SETTINGS, FEATURES, [(50.0, 200.0)] * 4)
    more = fit_utility(goal(), SETTINGS, FEATURES, [(200.0, 50.0)] * 4)
    assert less.weight > 1.0 > more.weight
    start = fit_utility(goal(), SETTINGS, FEATURES, ())
    many = fit_utility(
        goal(), SETTINGS, FEATURES, [(50.0, 200.0), (200.0, 250.0), (75.0, 100.0)]
    )
    assert np.trace(many.weights.covariance) < np.trace(start.weights.covariance)


def test_a_person_s_true_weight_is_recovered_from_their_choices() -> None:
    """30 people with 40 choices each, made with a standard normal doubt about a true weight."""
    chance = np.random.default_rng(3)
    unit = 2.0 / np.ptp(BENEFIT)
    off = []
    for _ in range(30):
        true = float(np.exp(0.4 * chance.standard_normal()))
        choices = []
        for _ in range(40):
            i, j = chance.choice(len(SETTINGS), 2, replace=False)
            gain = 3 * unit * ((BENEFIT[i] - BENEFIT[j]) - true * (HARM[i] - HARM[j]))
            first = gain + chance.standard_normal() > 0
            pair = (float(SETTINGS[i]), float(SETTINGS[j]))
            choices.append(pair if first else pair[::-1])
        off.append(np.log(fit_utility(goal(), SETTINGS, FEATURES, choices).weight / true))
    assert abs(np.mean(off)) < 0.15
    assert np.std(off) < 0.4


def test_the_mean_utility_is_that_of_the_mean_weights_and_doubt_widens_it() -> None:
    found = fit_utility(goal(), SETTINGS, FEATURES, [(50.0, 200.0)])
    benefit = np.repeat(BENEFIT[:, None], 500, axis=1)
    harm = np.repeat(HARM[:, None], 500, axis=1)
    utility = found.utility(benefit, harm)
    mean = found.weights.mean
    np.testing.assert_allclose(
        utility.mean(axis=1), mean[0] * BENEFIT + mean[1] * HARM, atol=1e-9
    )
    assert utility[-1].std() > 0


def test_what_is_allowed_does_not_depend_on_what_is_liked() -> None:
    from dataclasses import replace

    draws = Draws(eta=np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]]), effective=0.9)
    plain = recommend(MODEL, person(), draws, goal())
    careful = replace(person(), choices=((25.0, 100.0),) * 6)
    found = recommend(MODEL, careful, draws, goal())
    np.testing.assert_array_equal(found.allowed, plain.allowed)
    assert found.advice.dose is not None
    assert plain.advice.dose is not None
    assert found.advice.dose < plain.advice.dose
    assert careful.sha256 != person().sha256


def test_the_next_question_is_about_two_allowed_settings() -> None:
    found = fit_utility(goal(), SETTINGS, FEATURES, ())
    asked = next_comparison(found, goal(), FEATURES, HARM < 0.3)
    assert asked is not None
    assert asked[0] != asked[1]
    assert max(np.interp(asked, SETTINGS, HARM)) < 0.3
    assert next_comparison(found, goal(), FEATURES, np.arange(len(HARM)) == 0) is None
