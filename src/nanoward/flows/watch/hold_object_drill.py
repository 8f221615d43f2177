"""Drills on detections: an object planted into a copy of the live ones, and when it is told."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from nanoward.base.entries import WatchDrillHeld
from nanoward.base.errors import NotInDataError
from nanoward.watch.objects.detections import Detections
from nanoward.watch.objects.placing import placed
from nanoward.watch.objects.planted import (
    PlantedObject,
    approach_path,
    middle_of,
    seen_paths,
)
from nanoward.watch.objects.threat import threats_of
from nanoward.watch.objects.tracks import TrackBook
from nanoward.watch.objects.zones import WatchedArea

COPIES = 20  # other draws of the same object: their span holds the next one in 19 of 21
SCANS = 60  # that a planted object is followed
_DRAWS = 120


class NoSensorError(NotInDataError):
    """No sensor scans, or nothing was detected that a drill could be planted among."""

    code = "WCH-057"
    next_step = "State a scanning sensor with its scan_s, and give its detections."


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDrill:
    """What a drill measured, in seconds, and what had been predicted before it."""

    entry: WatchDrillHeld
    told: str

    @property
    def is_as_predicted(self) -> bool:
        delay = self.entry.delay if self.entry.delay >= 0 else self.entry.high + 1
        return self.entry.low <= delay <= self.entry.high


def hold_object_drill(
    rows: pl.DataFrame, area: WatchedArea, *, seed: int, one: PlantedObject | None = None
) -> ObjectDrill:
    """Plant an object that comes for the first zone among the last scans of a sensor.

    The interval is the span of COPIES other draws, taken before the drill is judged. The rows
    that are given are not touched.
    """
    live = placed(rows, area, None).detections
    scanning = [
        at for at, sensor in enumerate(area.sensors)
        if sensor.model.scanning and sensor.scan_s > 0 and (live.stream == at).any()
    ]  # fmt: skip
    if not scanning:
        raise NoSensorError("nothing can be planted")
    number = scanning[0]
    sensor, zone = area.sensors[number], area.zones[0]
    one = one or PlantedObject(distance=0.6 * sensor.model.reach, speed=1.5 * area.motion.speed)
    end = float(live.time.max())
    moments = np.unique(live.time[live.stream == number])[-SCANS:]
    start = float(moments[0])
    rng = np.random.default_rng(seed)
    recent = live.taken(np.flatnonzero(live.time >= start - 1e-9))
    delays = []
    for _ in range(COPIES + 1):
        path = approach_path(one, middle_of(zone), moments - start, rng)
        planted, _ = seen_paths(path[None], moments, sensor, number, 0.0, rng)
        delays.append(_delay(recent, planted, area, start, rng))
    others = [span if span >= 0 else int(end - start) + 1 for span in delays[1:]]
    entry = WatchDrillHeld(
        drill=f"objects/{zone.name}/{int(end)}/{seed}",
        kind="objects",
        stream=sensor.name,
        delay=delays[0],
        low=min(others),
        high=max(others),
        seed=seed,
    )
    when = f"after {entry.delay} s" if entry.delay >= 0 else f"not within {end - start:.0f} s"
    told = (
        f"EXERCISE: an object {one.distance:,.0f} m from {zone.name}, coming at {one.speed:g} "
        f"m/s, was told {when}; predicted {entry.low} to {entry.high} s"
    )
    return ObjectDrill(entry=entry, told=told)


def _delay(
    live: Detections, planted: Detections, area: WatchedArea, start: float,
    rng: np.random.Generator,
) -> int:  # fmt: skip
    """Seconds from the start until a track of planted detections is an alarm; -1: never."""
    both = Detections(
        **{
            name: np.concatenate([getattr(live, name), getattr(planted, name)])
            for name in ("time", "position", "velocity", "noise", "stream")
        },
        row=np.arange(len(live) + len(planted)),
    )
    order = np.lexsort((both.row, both.stream, both.time))
    both, own = both.taken(order), order >= len(live)
    models = [sensor.model for sensor in area.sensors]
    book = TrackBook(both, area.motion, models, area.rules)
    alone = frozenset(at for at, model in enumerate(models) if not model.scanning)
    for scan in both.scans(alone):
        book.take(scan)
        for at in np.flatnonzero(own[scan]) + scan.start:
            end = book.ends.get(int(book.name[at]))
            if end is not None and _is_alarm(end, area, rng):
                return int(np.ceil(both.time[at] - start))
    return -1


def _is_alarm(
    end: tuple[float, float, np.ndarray, np.ndarray, np.ndarray],
    area: WatchedArea,
    rng: np.random.Generator,
) -> bool:
    if area.known:  # a planted object says no name: it is an alarm once it counts
        return True
    threats = threats_of(*end[2:], area.motion, area.zones, 0.0, rng, _DRAWS)
    return any(
        threat.probability >= zone.probability
        for zone, threat in zip(area.zones, threats, strict=True)
    )
