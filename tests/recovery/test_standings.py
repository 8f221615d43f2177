"""Clearance on simulated programmes: standings, grades and adverse events are as planted."""

import pytest

from nanoward.simulation import Study
from nanoward.simulation.recovery import (
    grades_that_differ,
    grades_too_many,
    standings_that_differ,
)

SEEDS = (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("faults", [False, True])
def test_every_standing_is_the_true_one(held, seed: int, faults: bool) -> None:
    round_ = held(Study(seed=seed, faults=faults))
    found = round_.cleared.tables["standings"]
    assert standings_that_differ(found, round_.truth("standings")).rows() == []


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_toxicities_get_their_grades_and_nobody_else_a_high_one(
    held, seed: int
) -> None:
    round_ = held(Study(seed=seed, faults=False))
    grades, truth = round_.cleared.tables["grades"], round_.truth("grades")
    assert truth.height >= 5
    assert grades_that_differ(grades, truth).rows() == []
    assert grades_too_many(grades, truth).rows() == []
