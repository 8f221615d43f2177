"""Detections of objects on straight lines, for tests."""

import numpy as np

from nanoward.watch.objects.detections import Detections
from nanoward.watch.objects.tracker import SensorModel

RADAR = SensorModel(probability=0.9, clutter=4 / (np.pi * 3000**2), starts=4.0)


def lines(
    objects: int, scans: int, *, seed: int = 1, clutter: float = 4.0, sd: float = 10.0
) -> tuple[Detections, np.ndarray]:
    """Detections by a radar at 1 Hz, and of which object each is; -1: clutter."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-2000, 2000, (objects, 2))
    speed = rng.uniform(-15, 15, (objects, 2))
    parts, truth = [], []
    for step in range(scans):
        seen = np.flatnonzero(rng.random(objects) < 0.9)
        own = (start + speed * step)[seen] + sd * rng.standard_normal((len(seen), 2))
        false = rng.poisson(clutter)
        far, angle = 3000 * np.sqrt(rng.random(false)), rng.uniform(0, 2 * np.pi, false)
        noise = np.stack([far * np.sin(angle), far * np.cos(angle)], 1)
        parts.append(np.concatenate([own, noise]))
        truth += [*seen.tolist(), *[-1] * false]
    count = sum(map(len, parts))
    return (
        Detections(
            time=np.repeat(np.arange(scans, dtype=float), [len(one) for one in parts]),
            position=np.concatenate(parts),
            velocity=np.full((count, 2), np.nan),
            noise=np.tile([sd**2, 0.0, sd**2, np.nan, np.nan], (count, 1)),
            stream=np.zeros(count, np.int64),
            row=np.arange(count),
        ),
        np.array(truth),
    )
