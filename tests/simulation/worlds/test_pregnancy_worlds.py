"""Simulated pregnancies carry the planted term, and hide what a programme never sees."""

import numpy as np

from nanoward.programme.pregnancies.term_model import BIRTH, LOSS
from nanoward.simulation.worlds.pregnancy_worlds import (
    PregnancyWorld,
    simulated_pregnancies,
    true_loss_risk,
)


def test_the_truth_is_planted_and_early_losses_are_never_seen() -> None:
    world = PregnancyWorld(seed=3, pregnancies=400, follow_d=2_000)
    found = simulated_pregnancies(world)
    assert found == simulated_pregnancies(world)
    ends = np.array([one.ends for one in found if one.cause == BIRTH])
    assert abs(ends.mean() - 266) < 2
    lost = np.mean([one.cause == LOSS for one in found])
    assert lost < true_loss_risk(world, 4_000)
    assert all(one.conceived < one.record.width for one in found)


def test_half_of_them_may_have_another_term() -> None:
    world = PregnancyWorld(seed=3, pregnancies=200, second_d=224.0, follow_d=2_000)
    ends = np.array([one.ends for one in simulated_pregnancies(world) if one.cause == BIRTH])
    assert ends.std() > 15
