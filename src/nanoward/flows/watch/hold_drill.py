"""Drills: a rise planted into a copy of a live stream; nothing of it touches the live one."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from nanoward.base.entries import WatchDrillHeld
from nanoward.base.errors import NotInDataError
from nanoward.watch.alarms.detector import Watch
from nanoward.watch.alarms.drill import (
    FOLLOWED,
    NEVER,
    PlantedRise,
    drill_delays,
    other_evidence,
    planted_counts,
    predicted_interval,
)
from nanoward.watch.alarms.rules import WatchRules
from nanoward.watch.counts.series import series_of

COPIES = 60


class NoStreamError(NotInDataError):
    """No stream has a past that a drill could be held on."""

    code = "WCH-015"
    next_step = "Give counts of more periods, or name a stream of `nanoward watch streams`."


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """What a drill measured, and what had been predicted before it."""

    entry: WatchDrillHeld
    told: str

    @property
    def is_as_predicted(self) -> bool:
        return self.entry.low <= self.delay <= self.entry.high

    @property
    def delay(self) -> int:
        return NEVER if self.entry.delay < 0 else self.entry.delay


def hold_drill(
    rows: pl.DataFrame,
    rules: WatchRules,
    as_of: date,
    *,
    seed: int,
    stream: str = "",
    rise: PlantedRise | None = None,
) -> DrillResult:
    """Plant a rise into the last periods of one stream, or of one drawn by the seed.

    The interval is predicted from other draws of the same rise before the drill is judged.
    """
    series, _ = series_of(rows, as_of=as_of)
    rng, rise = np.random.default_rng(seed), rise or PlantedRise()
    fit = [] if series is None else _fit_streams(series.counts, rules)
    if series is not None and stream:
        fit = [one for one in fit if series.names[one] == stream]
    if series is None or not fit:
        raise NoStreamError(f"no stream {stream} is long enough for a drill".replace("  ", " "))
    rules = replace(rules, period=series.period)
    at = int(rng.choice(fit))
    live = Watch(series.counts, series.exposure, series.keys, rules, limit=np.inf)
    others = other_evidence(live, at)
    due = max(1, int(np.isfinite(series.counts[:, -1]).sum()))
    planted = planted_counts(series.counts[at], rise, COPIES + 1, rng)
    delays = drill_delays(planted, series.exposure[at], series.keys[at], others, due, rules)
    low, high = predicted_interval(delays[1:])
    entry = WatchDrillHeld(
        drill=f"counts/{series.names[at]}/{as_of}/{seed}",
        kind="counts",
        stream=series.names[at],
        delay=int(delays[0]) if delays[0] < NEVER else -1,
        low=low,
        high=high,
        seed=seed,
    )
    return DrillResult(entry=entry, told=_told(entry, rise, series.period))


def _fit_streams(counts: np.ndarray, rules: WatchRules) -> list[int]:
    """Streams with a past to rank against and counts in every planted period."""
    whole = np.isfinite(counts[:, -FOLLOWED:]).all(1) & (counts.shape[1] > FOLLOWED)
    past = np.isfinite(counts[:, :-FOLLOWED]).sum(1) >= rules.least + rules.guard
    found: list[int] = np.flatnonzero(whole & past).tolist()
    return found


def _told(entry: WatchDrillHeld, rise: PlantedRise, period: int) -> str:
    unit = "weeks" if period == 7 else "days"
    when = (
        f"after {entry.delay} {unit}" if entry.delay >= 0 else f"not within {FOLLOWED} {unit}"
    )
    return (
        f"EXERCISE: {rise.first:g} more a {unit[:-1]} in {entry.stream}, doubling every "
        f"{rise.doubling:g} {unit}, was told {when}; predicted {entry.low} to {entry.high}"
    )
