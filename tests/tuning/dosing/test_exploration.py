"""What a first setting teaches: by hand where it can be counted, and as it should behave."""

import numpy as np
from exposures import MODEL, goal
from numpy.typing import NDArray

from nanoward.tuning import Draws, History, recommend
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.dosing.exploration import (
    best_afterwards,
    preposterior_draws,
    value_of_information,
)
from nanoward.tuning.dosing.forecast import Forecast

Array = NDArray[np.float64]


def course(benefit: Array, harm: Array, variance: float = 1e-4) -> Forecast:
    """(K, D) at one time."""
    return Forecast(
        benefit=benefit[..., None],
        variance=np.full((*benefit.shape, 1), variance),
        harm=harm[..., None],
        exposure=np.zeros(benefit.shape),
    )


def test_an_observation_that_tells_two_people_apart_leaves_one_of_them() -> None:
    found = course(np.array([[1.0, 2.0]]), np.array([[0.1, 0.1]]))
    weights = preposterior_draws(found, np.array([0, 1]), 0)
    np.testing.assert_allclose(weights, np.eye(2), atol=1e-9)
    same = course(np.array([[1.0, 1.0]]), np.array([[0.1, 0.1]]))
    np.testing.assert_allclose(preposterior_draws(same, np.array([0, 1]), 0), 0.5)


def test_the_best_afterwards_is_counted_within_epsilon() -> None:
    utility = np.array([[1.0, 1.0], [2.0, 2.0]])
    harm = np.array([[[0.0], [0.0]], [[0.02], [0.2]]])
    known = best_afterwards(utility, harm, np.eye(2), 0.05)
    assert known == 1.5  # 2 for the first person, 1 for the second, who must not have more
    unknown = best_afterwards(utility, harm, np.full((2, 2), 0.5), 0.05)
    assert unknown == 1.0
    assert best_afterwards(utility, harm + 0.5, np.eye(2), 0.05) == 1.0  # the least harm


def test_what_tells_people_apart_is_worth_more_while_there_is_time_to_use_it() -> None:
    """Setting 0 shows nothing; setting 1 gives a little less but shows who tolerates 2."""
    benefit = np.array([[1.0, 1.0], [0.8, 1.0], [3.0, 3.0]])
    harm = np.array([[0.0, 0.0], [0.0, 0.04], [0.0, 1.0]])
    allowed = np.array([True, True, False])
    later = value_of_information(goal(learning=5, epsilon=0.05), course(benefit, harm), allowed)
    assert int(np.argmax(later)) == 1
    assert later[2] == -np.inf
    now = value_of_information(goal(learning=0, epsilon=0.05), course(benefit, harm), allowed)
    assert int(np.argmax(now)) == 0


def test_learning_never_allows_what_is_not_allowed() -> None:
    new = History(name="a", events=(Event(time=0.0, evid=2),))
    eta = 0.3 * np.random.default_rng(1).standard_normal((200, 2))
    draws = Draws(eta=eta, effective=1.0)
    plain = recommend(MODEL, new, draws, goal())
    taught = recommend(MODEL, new, draws, goal(learning=3))
    np.testing.assert_array_equal(plain.allowed, taught.allowed)
    assert taught.chosen is not None
    assert taught.allowed[taught.chosen]
