"""Starts between the moments at which a dose's own event would pass a sample.

A lag, a duration or a rate with an effect of its own moves when a dose enters, or when an
infusion ends. Seen as a function of that effect, the surface has an edge wherever such a moment
is the time of a sample, and may have a valley between any two edges; where a level was seen
that a typical person would not have yet, only some of these stretches have a value at all.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.expressions import evaluated_many
from nanoward.tuning.data.event_history import Event, History, is_seen
from nanoward.tuning.models.compiled_model import assembly_of
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.source import Source

Array = NDArray[np.float64]
FARTHEST, POINTS = 3.5, 57  # population deviations, and how finely they are looked at
NARROW = 0.02  # population deviations: a stretch that is no place to start in
_LAG, _DURATION, _RATE = 0, 2, 3  # among the inputs of a compartment (compiled_model.py)
RATE_OF_MODEL, DURATION_OF_MODEL = -1.0, -2.0  # NONMEM's RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moves with one eta in one compartment, at POINTS values of it: lag, duration and
    rate (POINTS,), in the model's units; lag 0 and the others NaN where the model has none."""

    lag: Array
    duration: Array
    rate: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """Times (POINTS,) that rise, and the population deviations at which they are reached."""

    times: list[float]
    deviations: list[float]

    @classmethod
    def of(cls, times: Array) -> "_Curve":
        grid = np.linspace(-FARTHEST, FARTHEST, POINTS)
        order = 1 if times[-1] > times[0] else -1
        return cls(times=times[::order].tolist(), deviations=grid[::order].tolist())

    def at(self, time: float) -> float:
        """The population deviation at which this time is reached."""
        place = min(max(bisect_right(self.times, time), 1), len(self.times) - 1)
        low, high = self.times[place - 1], self.times[place]
        share = (time - low) / (high - low) if high > low else 0.0
        return self.deviations[place - 1] + share * (
            self.deviations[place] - self.deviations[place - 1]
        )


class MovedEvents:
    """When the events of doses happen under a model, seen as functions of one eta each."""

    def __init__(self, model: Dynamics) -> None:
        self.model, self.made = model, assembly_of(model, Source())
        self.places = self._places()
        self._known: dict[tuple[object, ...], tuple[_Curve, ...]] = {}

    def _places(self) -> tuple[int, ...]:
        nodes = [
            row[key]
            for row in self.made.inputs
            for key in (_LAG, _DURATION, _RATE)
            if row[key] >= 0
        ]
        names = {name for node in nodes for name in self.made.graph.inputs(node)}
        return tuple(k for k, one in enumerate(self.model.random) if f"eta:{one}" in names)

    def edges(self, one: History, place: int) -> set[float]:
        """Population deviations of one eta at which a dose's event is at a sample's time."""
        samples = sorted({each.time for each in one.events if is_seen(each)})
        found: set[float] = set()
        for each in one.events:
            if each.evid not in (1, 4) or not samples:
                continue
            for curve in self.curves(place, each):
                low, high = curve.times[0], curve.times[-1]
                for sample in samples:
                    gaps = _gaps(each, sample, high)
                    found |= {round(curve.at(gap), 6) for gap in gaps if low < gap < high}
        return found

    def curves(self, place: int, each: Event) -> tuple[_Curve, ...]:
        """Time from a dose to when it enters and to when it ends, where these move."""
        key = (place, each.compartment, each.covariates, each.rate, each.amount)
        if key not in self._known:
            moved = self._moved(place, each.compartment, each.covariates)
            ends = [] if moved is None else _ends(moved, each)
            self._known[key] = tuple(_Curve.of(one) for one in ends if one.max() > one.min())
        return self._known[key]

    def _moved(
        self, place: int, compartment: int, covariates: tuple[float, ...]
    ) -> Moved | None:
        """None where nothing of this compartment moves with this eta."""
        graph, row = self.made.graph, self.made.inputs[compartment]
        nodes = [row[key] for key in (_LAG, _DURATION, _RATE)]
        own = f"eta:{self.model.random[place]}"
        names = {name for node in nodes if node >= 0 for name in graph.inputs(node)}
        if own not in names:
            return None
        scale = float(np.sqrt(self.model.omega(1)[place, place]))
        values = {name: [0.0] * POINTS for name in names}
        values[own] = (scale * np.linspace(-FARTHEST, FARTHEST, POINTS)).tolist()
        for cov, value in zip(self.model.covariates, covariates, strict=True):
            known = value if np.isfinite(value) else cov.missing
            values[cov.name] = [float("nan") if known is None else known] * POINTS
        blank = (np.zeros(POINTS), np.full(POINTS, np.nan), np.full(POINTS, np.nan))
        found = [
            np.array(evaluated_many(graph, [node], values, POINTS)[0]) if node >= 0 else none
            for node, none in zip(nodes, blank, strict=True)
        ]
        return Moved(lag=found[0], duration=found[1], rate=found[2])


def _ends(moved: Moved, each: Event) -> list[Array]:
    found = [moved.lag]
    if each.rate == DURATION_OF_MODEL:
        found.append(moved.lag + moved.duration)
    elif each.rate == RATE_OF_MODEL:
        found.append(moved.lag + each.amount / moved.rate)
    elif each.rate > 0:
        found.append(moved.lag + each.amount / each.rate)
    return found


def _gaps(each: Event, sample: float, most: float) -> list[float]:
    """Times from the doses of a record to a sample, at most so long."""
    since = sample - each.time
    if not each.interval > 0 or each.more == 0:
        return [since]
    last = min(each.more, int(since // each.interval)) if since >= 0 else -1
    first = max(0, int((since - most) // each.interval))
    return [since - each.interval * k for k in range(first, last + 1)]


def kink_starts(
    model: Dynamics, people: Sequence[History], factor: Array, known: Array
) -> list[list[Array]]:
    """Starts z (n,) of each person; known (N, n): their first ends, NaN where there is none."""
    moved = MovedEvents(model)
    return [
        [
            start
            for place in moved.places
            for start in _starts(moved.edges(one, place), factor[place], z)
        ]
        for one, z in zip(people, known, strict=True)
    ]


def _starts(edges: set[float], row: Array, z: Array) -> list[Array]:
    """One start in each stretch between edges that the end z, if there is one, is not in."""
    scale = float(np.sqrt(row @ row))
    sound = bool(np.isfinite(z[0]))
    begin = z if sound else np.zeros(len(row))
    there = float(row @ begin) / scale
    found = []
    for low, high in pairwise([-FARTHEST, *sorted(edges), FARTHEST]):
        if (sound and low <= there <= high) or high - low < NARROW:
            continue
        inside = min(max(0.0, 0.75 * low + 0.25 * high), 0.25 * low + 0.75 * high)
        found.append(begin + row / scale * (inside - there))
    return found
