"""Objects whose truth is known: paths, and what a sensor would see of them."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nanoward.watch.objects.detections import Detections
from nanoward.watch.objects.zones import Sensor, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedObject:
    """An object that comes for a place: from where, how fast, and how it wavers.

    distance  m from the place at the start
    speed     m/s
    waver     standard deviation of its course about the way there, rad
    """

    distance: float
    speed: float
    waver: float = 0.1


def approach_path(
    one: PlantedObject,
    place: Float[np.ndarray, " 2"],
    times: Float[np.ndarray, " T"],
    rng: np.random.Generator,
) -> Float[np.ndarray, "T 2"]:
    """Where it is at times (s from its start): it steers for the place, wavering slowly."""
    bearing = rng.uniform(0, 2 * math.pi)
    at = place + one.distance * np.array([math.sin(bearing), math.cos(bearing)])
    found, off, before = np.empty((len(times), 2)), 0.0, float(times[0])
    for step, time in enumerate(times):
        dt, before = float(time) - before, float(time)
        keep = math.exp(-dt / 60.0)
        off = keep * off + one.waver * math.sqrt(1 - keep**2) * rng.standard_normal()
        way = place - at
        course = math.atan2(way[0], way[1]) + off
        far = min(one.speed * dt, float(np.hypot(*way)))
        at = at + far * np.array([math.sin(course), math.cos(course)])
        found[step] = at
    return found


def seen_paths(
    paths: Float[np.ndarray, "O T 2"],
    times: Float[np.ndarray, " T"],
    sensor: Sensor,
    number: int,
    clutter: float,
    rng: np.random.Generator,
) -> tuple[Detections, np.ndarray]:
    """Detections by a scanning sensor, and of which object each is: -1 for clutter.

    number   of the sensor
    clutter  false detections a scan, anywhere in its reach
    """
    objects, scans = paths.shape[:2]
    place = np.array(sensor.model.place)
    seen: Bool[np.ndarray, "O T"] = rng.random((objects, scans)) < sensor.model.probability
    seen &= np.hypot(*np.moveaxis(paths - place, -1, 0)) < sensor.model.reach
    which, when = np.nonzero(seen)
    false = np.asarray(rng.poisson(clutter, scans))
    angle = rng.uniform(0, 2 * math.pi, false.sum())
    reach = sensor.model.reach if math.isfinite(sensor.model.reach) else 20_000.0
    far = reach * np.sqrt(rng.random(false.sum()))
    noise = np.stack([far * np.sin(angle), far * np.cos(angle)], axis=1) + place
    truth = np.concatenate([which, np.full(len(noise), -1)])
    at = np.concatenate([when, np.repeat(np.arange(scans), false)])
    where = np.concatenate([paths[which, when], noise])
    order = np.lexsort((rng.random(len(at)), at))
    told = _measured(where[order], times[at[order]], sensor, number, rng)
    return told, truth[order]


def _measured(
    where: np.ndarray, time: np.ndarray, sensor: Sensor, number: int, rng: np.random.Generator
) -> Detections:
    from nanoward.watch.objects.detections import from_bearing_range

    away = where - np.array(sensor.model.place)
    count = len(where)
    bearing = np.arctan2(away[:, 0], away[:, 1])
    bearing = bearing + sensor.bearing_error * rng.standard_normal(count)
    distance = np.hypot(away[:, 0], away[:, 1])
    distance = np.abs(distance + sensor.range_error * rng.standard_normal(count))
    position, spread = from_bearing_range(
        bearing, distance, np.full(count, sensor.bearing_error),
        np.full(count, sensor.range_error),
    )  # fmt: skip
    return Detections(
        time=time.astype(float),
        position=position + np.array(sensor.model.place),
        velocity=np.full((count, 2), np.nan),
        noise=np.column_stack([spread, np.full((count, 2), np.nan)]),
        stream=np.full(count, number, np.int64),
        row=np.arange(count),
    )


def middle_of(zone: Zone) -> Float[np.ndarray, " 2"]:
    """A place within a zone: its centre, or the mean of its corners."""
    told: Float[np.ndarray, " 2"] = zone.corners.mean(0)
    return told
