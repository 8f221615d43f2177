"""Threats by hand, and intervals that hold what they say."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nanoward.watch.objects.motion_models import SHIP, STRAIGHT, MotionModel
from nanoward.watch.objects.threat import drawn_paths, threats_of
from nanoward.watch.objects.zones import Zone

ZONE = Zone(name="z", corners=np.zeros((1, 2)), radius=100.0, probability=0.2, horizon_s=600.0)
LINE = MotionModel(
    kinds=(STRAIGHT,), acceleration=(1e-9,), turn_rates=(0.0,), shares=(1.0,), dwell_s=(60.0,),
    speed=10.0,
)  # fmt: skip


def state(x: float, v: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.array([[x, 0.0, v, 0.0]]), np.zeros((1, 4, 4)) + np.eye(4) * 1e-6, np.ones(1)


def test_a_straight_line_arrives_when_arithmetic_says() -> None:
    rng = np.random.default_rng(1)
    threat = threats_of(*state(-1100.0, 10.0), LINE, (ZONE,), 20.0, rng)[0]
    assert threat.probability == 1.0
    assert np.allclose(threat.arrival, 80.0, atol=1.0)  # 1000 m at 10 m/s, 20 s ago
    away = threats_of(*state(-1100.0, -10.0), LINE, (ZONE,), 0.0, rng)[0]
    assert away.probability == 0.0
    assert math.isnan(away.arrival[1])
    assert np.allclose(away.nearest, 1000.0, atol=1.0)
    inside = threats_of(*state(0.0, 0.0), LINE, (ZONE,), 0.0, rng)[0]
    assert inside.arrival == (0.0, 0.0, 0.0)


def test_a_fast_one_is_not_missed_between_two_steps() -> None:
    small = replace(ZONE, radius=30.0)
    threat = threats_of(*state(-30_000.0, 90.0), LINE, (small,), 0.0, np.random.default_rng(2))[
        0
    ]
    assert threat.probability == 1.0


@pytest.mark.hazard("H-329")
def test_intervals_that_claim_nine_in_ten_hold_nine_in_ten() -> None:
    rng, held, count = np.random.default_rng(5), 0, 0
    modes, times = np.array(SHIP.shares), np.arange(0.0, 601.0, 3.0)
    means = np.tile([-1500.0, 0.0, 8.0, 0.0], (len(modes), 1))
    spread = np.tile(np.diag([100.0, 100.0, 0.2, 0.2]), (len(modes), 1, 1))
    zone = replace(ZONE, radius=400.0)
    threat = threats_of(means, spread, modes, SHIP, (zone,), 0.0, rng, 2000)[0]
    paths = drawn_paths(means, spread, modes, SHIP, times, rng, 600)
    inside = zone.distance(paths) <= 0
    enters = inside.any(0)
    first = times[inside.argmax(0)][enters]
    count = int(enters.sum())
    held = int(((first >= threat.arrival[0] - 3) & (first <= threat.arrival[2] + 3)).sum())
    assert count > 100
    assert 0.85 <= held / count <= 0.96
    assert abs(threat.probability - enters.mean()) < 0.08
