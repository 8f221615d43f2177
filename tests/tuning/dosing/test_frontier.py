"""The place of the recommended setting among those that were compared."""

from dataclasses import replace

import numpy as np
from exposures import MODEL, goal, person

from nanoward.tuning import Draws, recommend
from nanoward.tuning.dosing.target_attainment import Advice

DRAWS = Draws(eta=np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]]), effective=0.9)


def test_the_chosen_place_is_that_of_the_recommended_setting() -> None:
    found = recommend(MODEL, person(), DRAWS, goal())
    for place, setting in enumerate(found.settings):
        told = replace(found, advice=replace(found.advice, dose=float(setting)))
        assert told.chosen == place
    refused = replace(found, advice=Advice(dose=None, reason="too few draws"))
    assert refused.chosen is None
    assert found.chosen is not None
    assert found.allowed[found.chosen]
