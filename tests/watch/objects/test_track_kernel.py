"""The kernel against a plain Kalman filter, and a turn by hand."""

import math

import numpy as np

from nanoward.watch.objects.motion_models import STRAIGHT, TURN, MotionModel, TrackRules
from nanoward.watch.objects.tracker import SensorModel, Tracker


def one_mode(kind: float, rate: float = 0.0, q: float = 0.3) -> MotionModel:
    return MotionModel(
        kinds=(kind,), acceleration=(q,), turn_rates=(rate,), shares=(1.0,), dwell_s=(60.0,),
        speed=10.0,
    )  # fmt: skip


def test_a_single_mode_is_the_kalman_filter() -> None:
    rng, q = np.random.default_rng(4), 0.3
    tracker = Tracker(one_mode(STRAIGHT), [SensorModel(clutter=1e-12)], TrackRules())
    noise = np.array([90.0, 20.0, 60.0, np.nan, np.nan])
    R = np.array([[90.0, 20.0], [20.0, 60.0]])
    x, P = np.zeros(4), np.diag([0.0, 0.0, 100.0, 100.0])
    H = np.eye(2, 4)
    for step in range(8):
        dt = 2.0
        z = np.array([10.0 * step, -6.0 * step]) + 5 * rng.standard_normal(2)
        place = tracker.step(dt * step, 0, np.array([[*z, np.nan, np.nan]]), noise[None])[0]
        if step == 0:
            x[:2], P[:2, :2] = z, R
        else:
            F, eye = np.eye(4), np.eye(2)
            F[:2, 2:] = dt * eye
            Q = q * np.block([[dt**3 / 3 * eye, dt**2 / 2 * eye], [dt**2 / 2 * eye, dt * eye]])
            x, P = F @ x, F @ P @ F.T + Q
            gain = P @ H.T @ np.linalg.inv(H @ P @ H.T + R)
            x, P = x + gain @ (z - H @ x), P - gain @ H @ P
        assert np.allclose(tracker.x[place, 0], x)
        assert np.allclose(tracker.P[place, 0], P, atol=1e-8)


def test_a_turning_mode_goes_round_its_circle() -> None:
    rate = math.radians(9.0)
    tracker = Tracker(one_mode(TURN, rate, 1e-9), [SensorModel(clutter=1e-12)], TrackRules())
    noise = np.array([[1e-4, 0.0, 1e-4, 1e-6, 1e-6]])
    radius, place = 10.0 / rate, 0
    for step in range(0, 41, 4):  # to the left, at 10 m/s, from (radius, 0) northwards
        a = rate * step
        z = [radius * math.cos(a), radius * math.sin(a), -10 * math.sin(a), 10 * math.cos(a)]
        place = tracker.step(float(step), 0, np.array([z]), noise)[0]
    assert tracker.started == 1
    assert np.allclose(tracker.mean[place, :2], [radius, 0.0], atol=0.1)
