"""Settings are found in simulated worlds; benchmarks/bench_settings.py does so at full size."""

from functools import cache

import numpy as np
import pytest

from nanoward.simulation.worlds.tuned import Tuned, fixed_setting, tuned
from nanoward.simulation.worlds.tuning_worlds import tuning_worlds

pytestmark = pytest.mark.timeout(900)  # the kernel may have to be compiled first


@cache
def ran(name: str, policy: str, people: int = 8, periods: int = 7) -> Tuned:
    world = tuning_worlds()[name]
    return tuned(world, policy, people=people, periods=periods, seed=5, draws=80)


@pytest.mark.parametrize("name", ["stimulator", "pump"])
def test_settings_come_near_the_oracle_within_the_limit_on_the_side_effect(name: str) -> None:
    """8 people, 7 settings; claims with room for so few: side effect at most 1.3 epsilon on
    average (the mean over 8 people of whom each has 1 % to 10 % scatters by about 1 %), benefit
    within 10 % of the oracle's: .98 and .98 were seen. It was .76 and .84 while harm that no
    setting could avoid any more counted against every setting."""
    goal = tuning_worlds()[name].goal
    ours, best = ran(name, "ours"), ran(name, "oracle")
    assert ours.final_benefit.mean() >= 0.90 * best.final_benefit.mean()
    assert ours.harm.mean() <= 1.3 * goal.epsilon
    assert np.median(ours.needed(goal.step)) <= 7
    raised = np.diff(ours.settings, axis=1).max()
    assert raised <= goal.largest_step * (1 + 1e-9)


def test_the_oracle_never_passes_epsilon_and_a_fixed_setting_is_one_for_all() -> None:
    goal = tuning_worlds()["stimulator"].goal
    assert ran("stimulator", "oracle").harm.max() <= goal.epsilon
    fixed = ran("stimulator", "fixed")
    assert len(np.unique(fixed.settings)) == 1
    few = fixed_setting(tuning_worlds()["stimulator"], 7, 6, people=40)
    assert abs(few - fixed.settings[0, 0]) <= 0.5  # 200 other people
    # the same setting harms some far more than others: what a setting of one's own avoids
    assert fixed.harm[:, -1].max() > 3 * ran("stimulator", "ours").harm[:, -1].max() / 2


def test_the_rule_raises_step_by_step_and_never_after_a_side_effect() -> None:
    found = ran("pump", "titration")
    assert (found.settings[:, 0] == 0).all()
    for row in found.settings:
        moves = np.diff(row)
        down = np.flatnonzero(moves < 0)
        if len(down):
            assert (moves[down[0] :] <= 0).all()


def test_settings_needed_are_counted_until_they_stay() -> None:
    row = np.array([[1.0, 5.0, 9.0, 9.5, 9.0, 9.0, 9.0], [9.0] * 7])
    blank = np.zeros(row.shape)
    told = Tuned(world="", policy="", settings=row, benefit=blank, harm=blank,
                 refused=blank.astype(bool))  # fmt: skip
    assert told.needed(0.5).tolist() == [3.0, 1.0]


def test_the_same_seed_gives_the_same_course() -> None:
    world = tuning_worlds()["pump"]
    first = tuned(world, "ours", people=2, periods=3, seed=9, draws=100)
    again = tuned(world, "ours", people=2, periods=3, seed=9, draws=100)
    np.testing.assert_array_equal(first.settings, again.settings)
