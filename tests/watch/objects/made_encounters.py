"""Conjunctions made by hand, for tests."""

import numpy as np

from nanoward.watch.objects.conjunction import OrbitState
from nanoward.watch.objects.encounter_kernel import MU


def orbit(
    angle: float, *, radius: float = 7.0e6, sd: float = 50.0, drift: float = 0.05
) -> OrbitState:
    """A circular orbit through (radius, 0, 0), its plane turned by an angle."""
    speed = np.sqrt(MU / radius)
    return OrbitState(
        name="o", position=np.array([radius, 0.0, 0.0]),
        velocity=speed * np.array([0.0, np.cos(angle), np.sin(angle)]),
        covariance=np.diag([sd**2] * 3 + [drift**2] * 3),
    )  # fmt: skip
