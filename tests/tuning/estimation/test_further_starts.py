"""Which models are searched for again from where, and that the lower end is kept."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from families import FAMILIES

from nanoward.tuning import read_dynamics
from nanoward.tuning.estimation.further_starts import (
    further_starts,
    keep_lower,
    kinked_parameters,
)
from nanoward.tuning.kernel.layout import MapResults


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_only_what_moves_a_dose_in_time_is_searched_for_again(name: str) -> None:
    model = read_dynamics(FAMILIES[name].text)
    moved = {model.random[place] for place in kinked_parameters(model)}
    wanted = {"lag time": {"LAG"}, "zero-order absorption": {"D"}}
    assert moved == wanted.get(name, set())
    assert len(further_starts(model, len(model.random))) == len(moved)


def results(values: list[float], how: float = 0.0) -> MapResults:
    status = np.array([[how, one, 1.0, 0.0] for one in values]).ravel()
    z = np.array(values)
    return MapResults(z.copy(), z.copy(), z.copy(), status, np.repeat(z, 2))


def test_the_lower_end_is_kept_for_each_person_by_themselves() -> None:
    first, other = results([5.0, 3.0, 4.0]), results([4.0, 3.5, 4.0 - 1e-9])
    assert keep_lower(first, other, 3) == 1
    assert first.z.tolist() == [4.0, 3.0, 4.0]
    lost = results([1.0, 2.0], how=3.0)
    assert keep_lower(lost, results([9.0, 9.0]), 2) == 2  # an end is better than none
    assert keep_lower(results([9.0]), results([1.0], how=3.0), 1) == 0
