"""Counts on one grid, unfinished periods, second counts, and streams that fall silent."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from nanoward.watch.counts.series import overdue, series_of

MONDAY = date(2026, 1, 5)


def rows(stream: str, weeks: list[int], step: int = 7) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "stream": [stream] * len(weeks),
            "day": [MONDAY + timedelta(days=step * one) for one in weeks],
            "count": [one + 1 for one in weeks],
        }
    )


def test_streams_of_any_weekday_stand_on_one_grid() -> None:
    odd = rows("b", [1, 2]).with_columns(pl.col("day") + pl.duration(days=2))
    series, findings = series_of(
        pl.concat([rows("a", [0, 1, 3]), odd]), as_of=MONDAY + timedelta(days=27)
    )
    assert series is not None
    assert (series.names, series.period, findings) == (("a", "b"), 7, ())
    np.testing.assert_array_equal(series.counts[0], [1, 2, np.nan, 4])
    np.testing.assert_array_equal(series.counts[1], [np.nan, 2, 3, np.nan])


def test_daily_counts_are_told_from_weekly_ones() -> None:
    series, _ = series_of(rows("a", [0, 1, 2], step=1), as_of=MONDAY + timedelta(days=2))
    assert series is not None
    assert series.period == 1


@pytest.mark.hazard("H-333")
def test_a_period_that_has_not_ended_is_not_judged() -> None:
    series, findings = series_of(rows("a", [0, 1, 2]), as_of=MONDAY + timedelta(days=15))
    assert series is not None
    assert series.counts.shape == (1, 2)
    assert [one.code for one in findings] == ["WCH-001"]


def test_a_second_count_of_a_week_is_told_and_the_first_is_used() -> None:
    twice = rows("a", [0, 1]).with_columns(pl.col("day") + pl.duration(days=1))
    series, findings = series_of(
        pl.concat([rows("a", [0, 1, 2]), twice]), as_of=MONDAY + timedelta(days=20), period=7
    )
    assert series is not None
    assert series.counts[0].tolist() == [1.0, 2.0, 3.0]
    assert {one.code for one in findings} == {"WCH-002"}


@pytest.mark.hazard("H-332")
def test_a_stream_that_is_silent_past_its_schedule_is_overdue() -> None:
    table = pl.concat([rows("weekly", list(range(12))), rows("monthly", [0, 4, 8])])
    end = MONDAY + timedelta(days=7 * 14 - 1)
    series, _ = series_of(table, as_of=end)
    assert series is not None
    assert overdue(series, end) == {1: (2, 1.0)}
    later = end + timedelta(days=7)
    assert set(overdue(series, later)) == {0, 1}
    assert overdue(series, later, frozenset({"weekly"})) == {0: (6, 4.0)}


def test_nobody_counted_is_no_count_and_exposure_is_kept() -> None:
    table = rows("a", [0, 1]).with_columns(exposure=pl.Series([10.0, 0.0]))
    series, _ = series_of(table, as_of=MONDAY + timedelta(days=13))
    assert series is not None
    assert series.stated
    assert np.isnan(series.counts[0, 1])
    assert series.exposure[0, 0] == 10.0


def test_the_number_of_a_name_is_its_own() -> None:
    series, _ = series_of(
        pl.concat([rows("a", [0]), rows("b", [0])]), as_of=MONDAY + timedelta(days=6)
    )
    alone, _ = series_of(rows("b", [0]), as_of=MONDAY + timedelta(days=6))
    assert series is not None
    assert alone is not None
    assert series.keys[1] == alone.keys[0] != series.keys[0]
