"""Worlds of every kind of agent: truth from the model, observations as the model says."""

import sys
from pathlib import Path

import numpy as np
import pytest

from nanoward.simulation.worlds.tuning_worlds import given, observed, true_etas, tuning_worlds
from nanoward.tuning import History, own_seed

sys.path.insert(0, str(Path(__file__).parents[2] / "tuning"))

pytestmark = pytest.mark.timeout(900)  # the kernel may have to be compiled first


def test_every_kind_of_agent_has_its_world_and_drifting_ones_drift() -> None:
    worlds = tuning_worlds()
    assert {"microbe", "vaccine", "CAR-T", "pump", "stimulator"} <= set(worlds)
    drifting = [one for one in worlds.values() if one.model.period > 0]
    assert {one.name for one in drifting} == {"drifting microbe", "drifting pump"}
    assert all(len(one.goal.settings()) >= 20 for one in worlds.values())


def test_the_truth_is_drawn_from_the_model_and_drifts_with_its_correlation() -> None:
    world = tuning_worlds()["drifting pump"]
    found = true_etas(world, 4000, 12, 3)
    assert found.shape == (4000, 4 + 2 * 4)  # 13 weeks in periods of four
    np.testing.assert_allclose(found.var(axis=0)[:4], [0.09, 0.04, 0.15, 0.15], rtol=0.12)
    half = found[:, 4::2]
    correlation = np.corrcoef(half.T)
    np.testing.assert_allclose(np.diag(correlation, 1), 0.85, atol=0.03)
    np.testing.assert_allclose(np.diag(correlation, 2), 0.85**2, atol=0.04)
    np.testing.assert_array_equal(found, true_etas(world, 4000, 12, 3))


@pytest.mark.parametrize("name", ["pump", "CAR-T"])
def test_what_is_seen_scatters_about_the_truth_as_the_model_says(name: str) -> None:
    world = tuning_worlds()[name]
    eta = np.zeros(len(world.model.random))
    setting = float(np.median(world.goal.settings()))
    past = History(name="a", events=(given(world, 0, setting),))
    places = [one.name for one in world.model.outputs]
    benefit, grades = [], []
    for k in range(150):
        seen = observed(world, past, eta, 0, own_seed(k, "a", "seen"))
        assert [one.time for one in seen] == sorted(one.time for one in seen)
        benefit += [one.value for one in seen if one.output == places.index("benefit")][-1:]
        grades += [one.value for one in seen if one.output == places.index("grade")]
    assert np.std(benefit) == pytest.approx(8.0, rel=0.2)  # variance 64
    assert set(grades) <= {0.0, 1.0, 2.0}
