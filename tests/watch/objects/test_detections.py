"""The plane and its way back, scans, and bearing and range without bias."""

import numpy as np

from nanoward.watch.objects.detections import Detections, Plane, from_bearing_range


def test_a_minute_of_latitude_is_a_nautical_mile_and_the_way_back_is_exact() -> None:
    plane = Plane(latitude=50.0, longitude=-1.0)
    told = plane.metres(np.array([50.0 + 1 / 60, 50.0]), np.array([-1.0, -1.0 + 1 / 60]))
    assert abs(told[0, 1] - 1853.4) < 1.0  # WGS 84 at 50 degrees
    assert abs(told[1, 0] - 1194.9) < 1.0
    far = np.array([[150_000.0, -90_000.0], [10.0, 20.0]])
    back = plane.degrees(far)
    assert np.allclose(plane.metres(back[:, 0], back[:, 1]), far, atol=1e-2)


def test_converted_measurements_have_no_bias_and_the_spread_that_they_say() -> None:
    rng, count = np.random.default_rng(1), 200_000
    bearing = 0.7 + 0.1 * rng.standard_normal(count)
    distance = 5000 + 50 * rng.standard_normal(count)
    told, spread = from_bearing_range(
        bearing, distance, np.full(count, 0.1), np.full(count, 50.0)
    )
    true = 5000 * np.array([np.sin(0.7), np.cos(0.7)])
    assert np.allclose(told.mean(0), true, atol=4.0)  # plain conversion is off by 25 m
    assert np.allclose(told.var(0), spread.mean(0)[[0, 2]], rtol=0.05)
    assert np.isclose(np.cov(told.T)[0, 1], spread.mean(0)[1], rtol=0.05)


def test_a_scan_is_one_moment_of_one_sensor_and_reports_stand_alone() -> None:
    told = Detections(
        time=np.array([2.0, 1.0, 1.0, 1.0]), position=np.zeros((4, 2)),
        velocity=np.zeros((4, 2)), noise=np.zeros((4, 5)),
        stream=np.array([0, 0, 1, 0]), row=np.arange(4),
    ).in_order()  # fmt: skip
    assert told.row.tolist() == [1, 3, 2, 0]
    assert [(one.start, one.stop) for one in told.scans()] == [(0, 2), (2, 3), (3, 4)]
    assert len(list(told.scans(frozenset({0})))) == 4
    assert list(told.taken(np.zeros(0, int)).scans()) == []
