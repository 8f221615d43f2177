"""What a watch says of alarms and of silence."""

import numpy as np

from nanoward.watch.alarms.detector import Watch
from nanoward.watch.alarms.report import (
    alarm_of,
    period_days,
    rate_ratio,
    stream_states,
    watched_periods,
)
from nanoward.watch.alarms.rules import WatchRules

RULES = WatchRules()
DAYS = period_days(__import__("datetime").date(2024, 1, 1), 7, 120)


def risen() -> Watch:
    counts = np.random.default_rng(4).poisson(3, (3, 120)).astype(float)
    counts[1, 115:] = [20, 25, 31, 40, 44]
    counts[2, 60:] = np.nan
    return Watch(counts, np.ones_like(counts), np.arange(3, dtype=np.uint64), RULES)


def test_an_alarm_says_since_when_how_large_how_sure_and_which_null() -> None:
    watch = risen()
    told = watched_periods(watch, 120)
    at = next(t for t, one in enumerate(told) if one is not None and one.alarm)
    period = told[at]
    assert period is not None
    alarm = alarm_of(watch, period, at, ("a", "b", "c"), DAYS)
    assert alarm.streams == ("b",)
    assert alarm.since == DAYS[115]
    assert alarm.ratio[1] < alarm.ratio[0] < alarm.ratio[2]
    assert alarm.model_to <= alarm.since
    for word in ("since 2026-03-16", "threshold of 1000", "half", "Null:", "expected"):
        assert word in alarm.told


def test_every_stream_says_what_would_have_been_seen_or_why_not() -> None:
    watch = risen()
    last = watched_periods(watch, 120)[-1]
    states = stream_states(watch, last, {2: (60, 1.0)}, frozenset(), DAYS)
    assert [one.state for one in states] == ["quiet", "quiet", "silent"]
    assert "would have alarmed" in states[0].told
    assert "nothing that happened since would have been seen" in states[2].told
    assert states[0].limit is not None


def test_a_new_stream_cannot_tell() -> None:
    counts = np.full((1, 20), np.nan)
    counts[0, 15:] = 3
    watch = Watch(counts, np.ones_like(counts), np.arange(1, dtype=np.uint64), RULES)
    last = watched_periods(watch, 20)[-1]
    (state,) = stream_states(watch, last, {}, frozenset(), DAYS[:20])
    assert state.state == "new"
    assert state.told.startswith("cannot tell yet: 5 of the 13")


def test_a_ratio_by_hand() -> None:
    middle, low, high = rate_ratio(40.0, 10.0, 0.0, 4)
    assert middle == 4.0
    np.testing.assert_allclose([low, high], 4 * np.exp([-1.96 / 40**0.5, 1.96 / 40**0.5]))
