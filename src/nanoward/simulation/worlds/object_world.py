"""Objects by a site, with their truth: ships that pass, one that comes, clutter, a radar."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from nanoward.watch.objects.planted import PlantedObject, approach_path, middle_of
from nanoward.watch.objects.zones import WatchedArea, watched_area

ZONES: dict[str, Any] = {
    "zone": [{"name": "site", "centre": [50.8, -1.1], "radius_m": 500.0, "probability": 0.3,
              "horizon_s": 1800.0}],
    "sensor": [{"name": "radar", "kind": "scanning", "place": [50.8, -1.1], "reach_m": 10_000.0,
                "probability": 0.9, "clutter": 5.0, "scan_s": 3.0, "bearing_error_deg": 0.5,
                "range_error_m": 20.0}],
    "motion": {"model": "ship"},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectWorld:
    """Detections as a radar's table has them, and what they are of.

    detections  stream, time, bearing, range and their errors
    truth       time, object, east and north (m) at each scan; the threat is called "threat"
    """

    detections: pl.DataFrame
    truth: pl.DataFrame
    area: WatchedArea


def object_world(
    *, seed: int, passing: int = 4, threat: bool = True, scans: int = 200, start: float = 0.0
) -> ObjectWorld:
    """Ships that pass the site at a distance, and one that comes for it.

    start  of the first scan, s since 1970
    """
    area, rng = watched_area(ZONES), np.random.default_rng(seed)
    sensor, zone = area.sensors[0], area.zones[0]
    times = sensor.scan_s * np.arange(scans)
    paths = [_passing(times, rng) for _ in range(passing)]
    names = [f"ship {at + 1}" for at in range(passing)]
    if threat:
        comes = PlantedObject(distance=7000.0, speed=10.0)
        paths.append(approach_path(comes, middle_of(zone), times, rng))
        names.append("threat")
    whole = np.stack(paths)
    rows = _radar(whole, times + start, area, rng)
    truth = pl.DataFrame(
        {
            "time": np.tile(times + start, len(names)),
            "object": np.repeat(names, scans),
            "east": whole[..., 0].ravel(),
            "north": whole[..., 1].ravel(),
        }
    )
    return ObjectWorld(detections=rows, truth=truth, area=area)


def _passing(times: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A ship that passes at 2 to 6 km, with a turn or two."""
    side, course = rng.uniform(0, 2 * math.pi), 0.0
    off, speed = rng.uniform(2500, 6000), rng.uniform(3, 12)
    way = side + math.pi / 2
    at = off * np.array([math.sin(side), math.cos(side)])
    at = at - 0.5 * speed * times[-1] * np.array([math.sin(way), math.cos(way)])
    found = np.empty((len(times), 2))
    for step in range(len(times)):
        dt = times[step] - times[max(step - 1, 0)]
        course = 0.98 * course + 0.02 * rng.standard_normal()
        at = at + speed * dt * np.array([math.sin(way + course), math.cos(way + course)])
        found[step] = at
    return found


def _radar(
    paths: np.ndarray, times: np.ndarray, area: WatchedArea, rng: np.random.Generator
) -> pl.DataFrame:
    sensor = area.sensors[0]
    parts = []
    for step, time in enumerate(times):
        seen = paths[rng.random(len(paths)) < sensor.model.probability, step]
        false = rng.poisson(sensor.model.starts)
        far = sensor.model.reach * np.sqrt(rng.random(false))
        angle = rng.uniform(0, 2 * math.pi, false)
        where = np.concatenate([seen, np.stack([far * np.sin(angle), far * np.cos(angle)], 1)])
        bearing = np.arctan2(where[:, 0], where[:, 1])
        bearing = bearing + sensor.bearing_error * rng.standard_normal(len(where))
        distance = np.hypot(where[:, 0], where[:, 1])
        distance = np.abs(distance + sensor.range_error * rng.standard_normal(len(where)))
        parts.append(
            pl.DataFrame(
                {
                    "stream": ["radar"] * len(where),
                    "time": [float(time)] * len(where),
                    "bearing": np.degrees(bearing) % 360,
                    "range": distance,
                }
            )
        )
    return pl.concat(parts).with_columns(pl.col("bearing").round(4), pl.col("range").round(2))
