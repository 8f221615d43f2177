"""Planted objects arrive, and are seen as often and as well as their sensor sees."""

import numpy as np

from nanoward.simulation.worlds.object_world import ZONES
from nanoward.watch.objects.planted import PlantedObject, approach_path, middle_of, seen_paths
from nanoward.watch.objects.zones import watched_area


def test_an_approach_arrives_about_when_its_speed_says() -> None:
    rng, times = np.random.default_rng(2), np.arange(0.0, 700.0, 5.0)
    one = PlantedObject(distance=3000.0, speed=10.0)
    path = approach_path(one, np.zeros(2), times, rng)
    away = np.hypot(*path.T)
    assert 290 <= times[(away < 50).argmax()] <= 400
    assert np.allclose(np.hypot(*np.diff(path, axis=0)[:20].T), 50.0)


def test_a_sensor_sees_by_its_probability_and_error() -> None:
    rng, times = np.random.default_rng(3), np.arange(2000.0)
    area = watched_area(ZONES)
    path = np.tile([3000.0, 0.0], (1, 2000, 1))
    told, truth = seen_paths(path, times, area.sensors[0], 0, 2.0, rng)
    own = truth == 0
    assert 0.88 < own.sum() / 2000 < 0.92
    assert 1.9 < (~own).sum() / 2000 < 2.1
    off = told.position[own] - [3000.0, 0.0]
    assert np.allclose(off.std(0), [20.0, 3000 * np.radians(0.5)], rtol=0.1)
    assert middle_of(area.zones[0]).shape == (2,)
