"""The exact test by hand, and its level."""

import numpy as np

from nanoward.maths.statistics.randomization_test import randomization_test


def test_four_blocks_by_hand() -> None:
    units = np.array([[0.0], [5.0], [0.0], [5.0]])
    found = randomization_test(units, np.array([False, True, False, True]), np.eye(1))
    assert found.orders == 6
    assert found.apart.tolist() == [5.0]
    assert found.p_value == 2 / 6  # this order and its mirror


def test_the_largest_of_all_orders_is_as_rare_as_it_can_be() -> None:
    rng = np.random.default_rng(1)
    units = rng.standard_normal((8, 2))
    on = np.zeros(8, bool)
    on[:4] = True
    p_values = [
        randomization_test(rng.standard_normal((8, 2)), rng.permutation(on), np.eye(2)).p_value
        for _ in range(300)
    ]
    assert randomization_test(units + 9 * on[:, None], on, np.eye(2)).p_value == 2 / 70
    assert np.mean(np.array(p_values) <= 0.05) < 0.09
