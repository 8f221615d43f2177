import numpy as np

from nanoward.simulation.hosts.couples import simulated_couple


def test_a_couple_is_the_same_for_one_seed_and_both_ways_come_up() -> None:
    one, again = simulated_couple(3), simulated_couple(3)
    np.testing.assert_array_equal(one.a, again.a)
    assert {simulated_couple(seed).truth for seed in range(20)} == {"a to b", "b to a"}


def test_genomes_name_one_base_at_each_place() -> None:
    couple = simulated_couple(1)
    assert set(np.unique(np.concatenate([couple.a, couple.b])).tolist()) <= {1, 2, 4, 8}
    assert couple.a.shape[1] == couple.b.shape[1]
