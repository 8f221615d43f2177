"""Draws that are made to meet, against plain draws that happen to."""

import numpy as np
from made_encounters import orbit

from nanoward.watch.objects.conjunction import element_cloud
from nanoward.watch.objects.encounter_kernel import hit_weights, workspace


def test_the_density_of_meeting_is_that_of_a_gaussian_where_all_is_straight() -> None:
    first, second = orbit(0.0), orbit(1.2)
    clouds = [element_cloud(one) for one in (first, second)]
    middle = np.concatenate([one[0] for one in clouds])
    root = np.zeros((12, 12))
    root[:6, :6], root[6:, 6:] = clouds[0][1], clouds[1][1]
    along = second.velocity - first.velocity
    along /= np.linalg.norm(along)
    axes = np.stack([np.array([1.0, 0, 0]), np.cross(along, [1.0, 0, 0])])
    rng, count = np.random.default_rng(1), 200
    weights = np.zeros(count)
    lost = hit_weights(middle, root, rng.standard_normal((count, 12)), np.zeros(count),
                       np.zeros((count, 2)), axes, 600.0, *workspace(2), weights)  # fmt: skip
    assert lost == 0
    assert np.isclose(weights.mean(), 1 / (2 * np.pi * 2 * 50**2), rtol=0.02)
