"""Drills: a rise planted into copies of a live stream."""

import numpy as np

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

RULES = WatchRules()
COUNTS = np.random.default_rng(1).poisson(3, 120).astype(float)


def test_a_planted_rise_stands_in_the_last_periods_alone() -> None:
    planted = planted_counts(COUNTS, PlantedRise(), 5, np.random.default_rng(2))
    np.testing.assert_array_equal(planted[:, :-FOLLOWED], np.tile(COUNTS[:-FOLLOWED], (5, 1)))
    added = (planted - COUNTS)[:, -FOLLOWED:]
    assert (added >= 0).all()
    assert added[:, -1].mean() > 20 * added[:, 0].mean() > 0


def test_a_fast_rise_is_told_sooner_and_none_is_not_told() -> None:
    def delays(rise: PlantedRise) -> np.ndarray:
        planted = planted_counts(COUNTS, rise, 8, np.random.default_rng(2))
        return drill_delays(planted, np.ones(120), np.uint64(5), np.zeros(FOLLOWED), 20, RULES)

    fast, slow = delays(PlantedRise(first=20)), delays(PlantedRise(first=2, doubling=3))
    assert fast.max() <= 2
    assert np.median(slow) > np.median(fast)
    assert (delays(PlantedRise(first=1e-6, doubling=100)) == NEVER).all()


def test_the_evidence_of_the_others_leaves_the_stream_out() -> None:
    counts = np.stack([COUNTS, COUNTS[::-1], COUNTS])
    names = np.arange(3, dtype=np.uint64)
    live = Watch(counts, np.ones_like(counts), names, RULES, limit=np.inf)
    others = other_evidence(live, 0)
    assert others.shape == (FOLLOWED,)
    assert (others > 0).all()


def test_the_predicted_interval_holds_nine_tenths() -> None:
    delays = np.random.default_rng(3).integers(2, 9, 1000)
    low, high = predicted_interval(delays)
    assert ((delays >= low) & (delays <= high)).mean() >= 0.9
