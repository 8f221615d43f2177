"""Drills end to end: planted into a copy, measured beside what was predicted."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from nanoward.flows.watch.hold_drill import NoStreamError, hold_drill
from nanoward.watch.alarms.rules import WatchRules

FIRST = date(2024, 1, 1)
END = FIRST + timedelta(days=7 * 130 - 1)


def rows(streams: int = 4, weeks: int = 130) -> pl.DataFrame:
    rng = np.random.default_rng(8)
    return pl.concat(
        pl.DataFrame(
            {
                "stream": f"s{at}",
                "day": [FIRST + timedelta(days=7 * t) for t in range(weeks)],
                "count": rng.poisson(3, weeks),
            }
        )
        for at in range(streams)
    )


@pytest.mark.hazard("H-342")
def test_most_drills_are_told_in_the_predicted_time_and_live_counts_stay() -> None:
    table = rows()
    before = table.clone()
    told = [hold_drill(table, WatchRules(), END, seed=seed) for seed in range(6)]
    assert table.equals(before)
    assert sum(one.is_as_predicted for one in told) >= 5
    assert all("EXERCISE" in one.told for one in told)
    assert all(one.entry.low <= one.entry.high <= 10 for one in told)


def test_the_same_seed_is_the_same_drill() -> None:
    one, other = (hold_drill(rows(), WatchRules(), END, seed=3) for _ in range(2))
    assert one == other


def test_a_stream_that_is_too_short_is_told() -> None:
    with pytest.raises(NoStreamError):
        hold_drill(rows(weeks=20), WatchRules(), FIRST + timedelta(days=139), seed=1)
    with pytest.raises(NoStreamError, match="no stream x"):
        hold_drill(rows(), WatchRules(), END, seed=1, stream="x")
