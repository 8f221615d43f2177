"""Drills on counts: a rise planted into copies of a live stream, and when it is told."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from nanoward.watch.alarms.detector import Watch
from nanoward.watch.alarms.rules import WatchRules

FOLLOWED = 16  # periods into which a rise is planted
NEVER = FOLLOWED  # a delay that was not seen


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedRise:
    """Extra counts: `first` in the first period, doubling every `doubling` periods."""

    first: float = 3.0
    doubling: float = 2.0


def planted_counts(
    counts: Float[np.ndarray, " T"], rise: PlantedRise, copies: int, rng: np.random.Generator
) -> Float[np.ndarray, "R T"]:
    """Copies of one stream with a rise in its last periods; what is missing stays missing."""
    mean = rise.first * 2 ** (np.arange(FOLLOWED) / rise.doubling)
    found = np.tile(counts, (copies, 1))
    found[:, -FOLLOWED:] += rng.poisson(mean, (copies, FOLLOWED))
    return found


def drill_delays(
    planted: Float[np.ndarray, "R T"],
    exposure: Float[np.ndarray, " T"],
    key: np.uint64,
    others: Float[np.ndarray, " F"],
    streams: int,
    rules: WatchRules,
) -> Int[np.ndarray, " R"]:
    """Periods from the first planted one to the alarm, by copy; NEVER where there was none.

    others   evidence of the other streams in each of the followed periods
    streams  that share the stake, this one included
    """
    copies, periods = planted.shape
    names = np.full(copies, key, dtype=np.uint64)
    watch = Watch(planted, np.tile(exposure, (copies, 1)), names, rules, limit=np.inf)
    delays = np.full(copies, NEVER)
    start = periods - FOLLOWED
    for time in range(max(rules.least, start - rules.memory), periods):
        told = watch.step(time)
        if time >= start:
            total = told.streams * copies / streams + others[time - start]
            delays[(total >= rules.threshold) & (delays == NEVER)] = time - start
    return delays


def other_evidence(live: Watch, stream: int) -> Float[np.ndarray, " F"]:
    """Evidence of all streams but one in the last periods, as they are."""
    periods = live.counts.shape[1]
    start = periods - FOLLOWED
    found = np.zeros(FOLLOWED)
    for time in range(max(live.rules.least, start - live.rules.memory), periods):
        told = live.step(time)
        if time >= start:
            found[time - start] = told.streams.sum() - told.streams[stream]
    return found


def predicted_interval(delays: Int[np.ndarray, " R"]) -> tuple[int, int]:
    """Delays between which at least nine tenths of the copies lie."""
    return int(np.floor(np.quantile(delays, 0.05))), int(np.ceil(np.quantile(delays, 0.95)))
