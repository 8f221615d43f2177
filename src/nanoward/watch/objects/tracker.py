"""Tracks of detections: gates, one global nearest neighbour, and evidence for each track.

A track's evidence is the product of likelihood ratios of what was seen against clutter of the
stated density, and of what was missed: given the past its mean under clutter alone is at most
one, for the best detection in the gate is no more than the sum over all of them. One unit of
stake a scan is shared among all that starts in it; a track counts once its evidence times its
stake reaches the run length. The sum over all tracks then grows by at most one a scan on
average, so that a false track comes at most once in so many scans: the rule of the programme.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.watch.objects.assignment import assigned
from nanoward.watch.objects.motion_models import STILL, STILL_SPEED, MotionModel, TrackRules

_ARRAYS = (
    "x", "P", "mu", "last", "mean", "spread", "log_e", "best", "confirmed", "names", "heard",
    "gaps",
)  # fmt: skip
_DOUBT = 4.0  # logarithm by which the evidence of a track that does not count yet may fall
# logarithms: a report that comes early, in a track's own rhythm, and out of it
EARLY, ON_BEAT, OFF_BEAT = -2.0, 0.8, -0.67
_NOTHING = -2.0  # logarithm of evidence below which such a track is dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorModel:
    """What a sensor sees, as the tracker needs it.

    scanning     a radar: whoever is in its reach is seen at each scan with this probability;
                 not so where objects report themselves
    probability  of detection in a scan
    clutter      false detections a scan and m**2
    fresh        detections of objects that are new, a scan and m**2; a detection that fits a
                 track less well than that begins its own
    starts       false detections a scan
    place        (m, m), and how far it sees, m; infinite: everywhere
    fastest      m/s, within which velocities of clutter would lie
    """

    scanning: bool = True
    probability: float = 0.9
    clutter: float = 1e-8
    fresh: float = 0.0
    starts: float = 1.0
    place: tuple[float, float] = (0.0, 0.0)
    reach: float = math.inf
    fastest: float = 50.0

    def log_density(
        self, density: float, moving: Bool[np.ndarray, " C"]
    ) -> Float[np.ndarray, " C"]:
        """Logarithm of a density, of velocities too where they are measured."""
        told: Float[np.ndarray, " C"] = math.log(density) - np.where(
            moving, math.log(math.pi * self.fastest**2), 0.0
        )
        return told


class Tracker:
    """Tracks that go on; every detection belongs to one track at most."""

    # (N, M, 4), (N, M, 4, 4), (N, M): modes; (N,), (N, 4), (N, 2), (N,) ...: tracks
    x: np.ndarray
    P: np.ndarray
    mu: np.ndarray
    last: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    log_e: np.ndarray
    best: np.ndarray
    confirmed: np.ndarray
    names: np.ndarray
    heard: np.ndarray
    gaps: np.ndarray

    def __init__(
        self, model: MotionModel, sensors: Sequence[SensorModel], rules: TrackRules
    ) -> None:
        self.model, self.sensors, self.rules = model, tuple(sensors), rules
        self.table = model.table
        self.room = self.started = 0
        self.out, self.density = np.zeros((256, 2), np.int64), np.zeros(256)
        self.alive = np.zeros(0, np.int64)
        self.free: list[int] = []
        self._grow(64)

    def _grow(self, tracks: int) -> None:
        from nanoward.watch.objects.track_kernel import scratch

        modes, old = len(self.table), self.room
        shapes: dict[str, tuple[int, ...]] = {
            "x": (modes, 4), "P": (modes, 4, 4), "mu": (modes,), "mean": (4,), "spread": (2,),
            "gaps": (3,),
        }  # fmt: skip
        for name in _ARRAYS:
            kind = np.int64 if name == "names" else np.float64
            empty = np.zeros((tracks, *shapes.get(name, ())), kind)
            if old:
                empty[:old] = getattr(self, name)
            setattr(self, name, empty)
        self.xo, self.Po, self.muo, self.scratch, self.ways = scratch(tracks, modes)
        self.room = tracks
        self.free = [*range(tracks - 1, old - 1, -1), *self.free]

    def step(
        self, time: float, sensor: int, z: Float[np.ndarray, "D 4"], R: Float[np.ndarray, "D 5"]
    ) -> Int[np.ndarray, " D"]:
        """Take in a scan; the place of each detection's track among the arrays."""
        from nanoward.watch.objects.track_kernel import update

        seer = self.sensors[sensor]
        self._end(time)
        found = np.full(len(z), -1, np.int64)
        pairs = assigned(*self._pairs(time, seer, z, R))
        if len(pairs):
            told = np.empty(len(pairs))
            update(
                time, pairs, self.x, self.P, self.mu, self.last, self.mean, self.spread, z, R,
                self.xo, self.Po, self.muo, told,
            )  # fmt: skip
            tracks, dets = pairs[:, 0], pairs[:, 1]
            found[dets] = tracks
            self._believe(
                time,
                seer,
                tracks,
                told - seer.log_density(seer.clutter, R[dets, 3] == R[dets, 3]),
            )
        if seer.scanning:
            self._miss(seer, pairs)
        for d in range(len(z)):
            if found[d] < 0:
                found[d] = self._start(time, z[d], R[d])
        return found

    def _believe(
        self, time: float, seer: SensorModel, tracks: np.ndarray, ratio: np.ndarray
    ) -> None:
        """Evidence of tracks that were seen."""
        if seer.scanning:
            miss, hit = math.log1p(-seer.probability), math.log(seer.probability)
            ratio = np.logaddexp(miss, hit + ratio)
        evidence = self.log_e[tracks] + ratio
        self.gaps[tracks, 1:] = self.gaps[tracks, :-1]
        self.gaps[tracks, 0] = time - self.heard[tracks]
        self.log_e[tracks] = evidence
        self.heard[tracks] = time
        self.best[tracks] = np.maximum(self.best[tracks], evidence)
        needed = math.log(self.rules.run_length * max(seer.starts, 1.0))
        new = np.isnan(self.confirmed[tracks]) & (evidence >= needed)
        if new.any():
            self.confirmed[tracks[new]] = time

    def _pairs(
        self, time: float, seer: SensorModel, z: np.ndarray, R: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        from nanoward.watch.objects.track_kernel import candidates

        if not len(self.alive):
            return self.out[:0], self.density[:0]
        while True:
            count = candidates(
                time, self.alive, self.x, self.P, self.mu, self.last, self.mean, self.spread,
                z, R, self.rules.gate, self.table, self.xo, self.Po, self.muo, self.scratch,
                self.ways, self.out, self.density,
            )  # fmt: skip
            if count <= len(self.out):
                break
            self.out, self.density = np.zeros((2 * count, 2), np.int64), np.zeros(2 * count)
        pairs = self.out[:count]
        other = seer.log_density(seer.clutter, ~np.isnan(R[pairs[:, 1], 3]))
        if seer.fresh > 0:
            other = np.logaddexp(other, math.log(seer.fresh) + self._new(z, R)[pairs[:, 1]])
        gains = self.density[:count] - other
        if seer.scanning:
            gains += math.log(seer.probability) - math.log1p(-seer.probability)
        else:
            gains += _rhythm(time - self.heard[pairs[:, 0]], self.gaps[pairs[:, 0]])
        good = gains > 0
        return pairs[good], gains[good]

    def _miss(self, seer: SensorModel, pairs: np.ndarray) -> None:
        missed = np.zeros(self.room, bool)
        missed[self.alive] = True
        if len(pairs):
            missed[pairs[:, 0]] = False
        rest = np.flatnonzero(missed)
        if math.isfinite(seer.reach):
            away = self.mean[rest, :2] - np.array(seer.place)
            rest = rest[(away**2).sum(1) < seer.reach**2]
        self.log_e[rest] += math.log1p(-seer.probability)

    def _start(self, time: float, z: np.ndarray, R: np.ndarray) -> int:
        if not self.free:
            self._grow(2 * self.room)
        track = self.free.pop()
        moving = R[3] == R[3]
        x, P = self.x[track], self.P[track]
        x[:, :2], x[:, 2:] = z[:2], z[2:] if moving else 0.0
        P[:] = 0.0
        P[:, 0, 0], P[:, 0, 1], P[:, 1, 0], P[:, 1, 1] = R[0], R[1], R[1], R[2]
        P[:, 2, 2] = P[:, 3, 3] = max(R[3], R[4]) if moving else self.model.speed**2
        mu = self._first_modes(z, R) if moving else self.table[:, 3]
        self.mu[track] = mu / mu.sum()
        self.last[track] = self.heard[track] = time
        self.mean[track] = x[0]
        self.spread[track] = R[0] + R[2], 2 * P[0, 2, 2]
        self.log_e[track] = self.best[track] = 0.0
        self.confirmed[track], self.gaps[track] = np.nan, 0.0
        self.names[track] = self.started
        self.started += 1
        self.alive = np.append(self.alive, track)
        return track

    def _first_modes(self, z: np.ndarray, R: np.ndarray) -> np.ndarray:
        """Density of a velocity in each mode, times its share, of what is new: (..., M)."""
        still = self.table[:, 0] == STILL
        own = np.maximum(R[..., 3], R[..., 4])[..., None]
        wide = own + np.where(still, STILL_SPEED, self.model.speed) ** 2
        square = (z[..., 2] ** 2 + z[..., 3] ** 2)[..., None]
        told: np.ndarray = (
            self.table[:, 3] * np.exp(-square / (2 * wide)) / (2 * math.pi * wide)
        )
        return told + 1e-12

    def _new(self, z: np.ndarray, R: np.ndarray) -> np.ndarray:
        """Logarithm of the density of velocities of new objects; 0 where none was measured."""
        told = np.log(self._first_modes(z, R).sum(-1))
        return np.where(np.isnan(R[:, 3]), 0.0, told)

    def _end(self, time: float) -> None:
        """End tracks that were not seen for long, or whose evidence has fallen."""
        alive = self.alive
        if not len(alive):
            return
        doubtful = np.isnan(self.confirmed[alive])
        evidence = self.log_e[alive]
        fallen = self.best[alive] - evidence
        gone = (
            (time - self.heard[alive] > self.rules.coast_s)
            | (fallen > np.where(doubtful, _DOUBT, self.rules.drop))
            | (doubtful & (evidence < _NOTHING))
        )
        if gone.any():
            self.free += alive[gone].tolist()
            self.alive = alive[~gone]

    def kept(self) -> dict[str, Any]:
        """Everything that later scans depend on, to come back to."""
        told: dict[str, Any] = {name: getattr(self, name).copy() for name in _ARRAYS}
        return told | {"alive": self.alive, "free": list(self.free), "started": self.started}

    def back_to(self, kept: dict[str, Any]) -> None:
        """As it was when `kept` was taken; room that was made since stays."""
        size = len(kept["last"])
        for name in _ARRAYS:
            getattr(self, name)[:size] = kept[name]
        self.free = [*range(self.room - 1, size - 1, -1), *kept["free"]]
        self.alive, self.started = kept["alive"], kept["started"]


def _rhythm(since: Float[np.ndarray, " C"], gaps: Float[np.ndarray, "C 3"]) -> np.ndarray:
    """What the time since a track's last report adds: whoever reports has a rhythm.

    gaps  last three times between reports, 0 where there were none
    """
    pace = np.where(gaps[:, 2] > 0, np.median(gaps, axis=1), np.max(gaps, axis=1))
    beats = since / np.maximum(pace, 1e-3)
    off = np.abs(beats - np.round(beats)) / np.maximum(beats, 1.0)
    told = np.where(beats < 0.7, EARLY, np.where((off < 0.06) & (beats < 8), ON_BEAT, OFF_BEAT))
    return np.where(pace > 0, told, 0.0)
