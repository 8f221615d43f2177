"""Words that say what the numbers say."""

import numpy as np
from exposures import MODEL, goal, person

from nanoward.tuning import Draws, recommend

DRAWS = Draws(eta=np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]]), effective=0.9)


def test_the_choice_and_both_neighbours_are_told_with_intervals() -> None:
    found = recommend(MODEL, person(), DRAWS, goal())
    k = found.chosen
    assert k is not None
    assert found.words.startswith(f"{found.settings[k]:g} mg every 12 h: benefit")
    assert f"{found.low[k]:.3g} to {found.high[k]:.3g}" in found.words
    assert f"One step lower, {found.settings[k - 1]:g} mg" in found.words
    assert f"One step higher, {found.settings[k + 1]:g} mg" in found.words
    assert "not allowed, because the side effect would have probability" in found.words
    assert "This goes down from the present 200 mg." in found.words


def test_where_nothing_is_allowed_the_words_say_why() -> None:
    found = recommend(MODEL, person(), DRAWS, goal(lowest=275.0))
    assert found.chosen is None
    assert found.words.startswith("No setting from 275 to 300 mg may be given")


def test_the_present_setting_is_called_so() -> None:
    best = recommend(MODEL, person(), DRAWS, goal()).advice.dose
    again = recommend(MODEL, person(), DRAWS, goal(present=best))
    assert ("This is the present setting." in again.words) == (again.present == best)
