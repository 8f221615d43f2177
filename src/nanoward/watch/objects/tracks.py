"""Tracks as a table: which detection belongs to which, in order of time or out of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.watch.objects.detections import Detections
from nanoward.watch.objects.motion_models import MotionModel, TrackRules
from nanoward.watch.objects.tracker import SensorModel, Tracker


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What a tracker made of detections.

    track      (D,) number of the track that counts, of each detection; -1: none that counts
    state      (D, 4) position (m) and velocity (m/s) of its track after each detection
    variance   (D, 2) variance of position (m**2) and velocity, both components summed
    first, last  (N,) places of each track's first and last detection
    confirmed  (N,) time from which on each track counted, s
    evidence   (N,) logarithm of each track's evidence at its end
    live       (N,) whether it goes on
    means, covariances  (N, M, 4), (N, M, 4, 4) of the modes of tracks at their last detection
    modes      (N, M) their probabilities
    """

    track: Int[np.ndarray, " D"]
    state: Float[np.ndarray, "D 4"]
    variance: Float[np.ndarray, "D 2"]
    first: Int[np.ndarray, " N"]
    last: Int[np.ndarray, " N"]
    confirmed: Float[np.ndarray, " N"]
    evidence: Float[np.ndarray, " N"]
    live: Bool[np.ndarray, " N"]
    means: Float[np.ndarray, "N M 4"]
    covariances: Float[np.ndarray, "N M 4 4"]
    modes: Float[np.ndarray, "N M"]


class TrackBook:
    """A tracker and what it has written down; scans may come late, up to the rules' lag."""

    def __init__(
        self,
        detections: Detections,
        model: MotionModel,
        sensors: Sequence[SensorModel],
        rules: TrackRules,
    ) -> None:
        self.detections, self.rules = detections, rules
        self.tracker = Tracker(model, sensors, rules)
        self.z = np.column_stack([detections.position, detections.velocity])
        count, modes = len(self.z), len(model.kinds)
        self.name = np.full(count, -1, np.int64)
        self.state, self.variance = np.full((count, 4), np.nan), np.full((count, 2), np.nan)
        self.ends: dict[int, tuple[float, float, np.ndarray, np.ndarray, np.ndarray]] = {}
        self.kept: list[tuple[float, slice, dict[str, object]]] = []
        self.too_late = np.zeros(count, bool)
        self._room = (np.zeros((0, modes, 4)), np.zeros((0, modes, 4, 4)), np.zeros((0, modes)))

    def take(self, scan: slice) -> None:
        """One scan; one that comes late gets its place, and what follows is done again."""
        time = float(self.detections.time[scan.start])
        if not self.rules.lag_s:
            self._step(scan)
            return
        now = self.kept[-1][0] if self.kept else -math.inf
        if time < now - self.rules.lag_s:
            self.too_late[scan] = True
            return
        again: list[slice] = [scan]
        before: dict[str, object] | None = None
        while self.kept and self.kept[-1][0] > time:
            _, later, before = self.kept.pop()
            again.append(later)
        if before is not None:
            self.tracker.back_to(before)
        for one in (again[0], *reversed(again[1:])):
            self.kept.append((float(self.detections.time[one.start]), one, self.tracker.kept()))
            self._step(one)
        newest = self.kept[-1][0]
        while len(self.kept) > 1 and self.kept[1][0] < newest - self.rules.lag_s:
            self.kept.pop(0)

    def _step(self, scan: slice) -> None:
        told, tracker = self.detections, self.tracker
        time, sensor = float(told.time[scan.start]), int(told.stream[scan.start])
        places = tracker.step(time, sensor, self.z[scan], told.noise[scan])
        names = tracker.names[places]
        self.name[scan] = names
        self.state[scan] = tracker.mean[places]
        self.variance[scan] = tracker.spread[places]
        for track, name in zip(places.tolist(), names.tolist(), strict=True):
            since = tracker.confirmed[track]
            if not np.isnan(since):
                self.ends[name] = (
                    float(since), float(tracker.log_e[track]), tracker.x[track].copy(),
                    tracker.P[track].copy(), tracker.mu[track].copy(),
                )  # fmt: skip
            else:
                self.ends.pop(name, None)

    def told(self) -> Tracks:
        """Tracks that count, in order of their first detection."""
        used, place = np.unique(self.name, return_inverse=True)
        counts = np.array([int(one) in self.ends for one in used], bool)
        number = np.where(counts, np.cumsum(counts) - 1, -1)
        track = number[place].astype(np.int64)
        names = used[counts].tolist()
        first, last = np.full(len(names), -1), np.full(len(names), -1)
        where = np.flatnonzero(track >= 0)
        last[track[where]] = where
        first[track[where[::-1]]] = where[::-1]
        ends = [self.ends[one] for one in names]
        alive = set(self.tracker.names[self.tracker.alive].tolist())
        x, P, mu = (
            np.stack([one[at] for one in ends]) if ends else self._room[at - 2]
            for at in (2, 3, 4)
        )
        return Tracks(
            track=track, state=self.state, variance=self.variance, first=first, last=last,
            confirmed=np.array([one[0] for one in ends]),
            evidence=np.array([one[1] for one in ends]),
            live=np.array([one in alive for one in names], bool),
            means=x, covariances=P, modes=mu,
        )  # fmt: skip


def tracks_of(
    detections: Detections,
    model: MotionModel,
    sensors: Sequence[SensorModel],
    rules: TrackRules,
) -> Tracks:
    """Track detections that are in order of time, or late by no more than the rules' lag."""
    book = TrackBook(detections, model, sensors, rules)
    alone = frozenset(at for at, one in enumerate(sensors) if not one.scanning)
    for scan in detections.scans(alone):
        book.take(scan)
    return book.told()
