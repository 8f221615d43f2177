"""A scan of plain rows: tables, evidence, null models, findings."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.flows.watch.scan_streams import StreamScan, rules_sha256, scan_streams
from nanoward.watch.alarms.rules import WatchRules

FIRST = date(2024, 1, 1)


def rows(weeks: int = 120, rise: int = 0, silent: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    tables = []
    for name in "abcd":
        counts = rng.poisson(3, weeks)
        if name == "b" and rise:
            counts[-rise:] = 30
        last = weeks - silent if name == "d" else weeks
        tables.append(
            pl.DataFrame(
                {
                    "stream": name,
                    "day": [FIRST + timedelta(days=7 * t) for t in range(last)],
                    "count": counts[:last],
                }
            )
        )
    return pl.concat(tables)


def scan(table: pl.DataFrame, weeks: int = 120) -> StreamScan:
    end = FIRST + timedelta(days=7 * weeks - 1)
    return scan_streams(table, WatchRules(), end, SilentProgress())


def test_quiet_streams_say_what_would_have_been_seen() -> None:
    found = scan(rows())
    assert found.alarms.height == 0
    assert found.streams["state"].to_list() == ["quiet"] * 4
    assert found.streams["limit"].null_count() == 0
    assert len(found.path) == 120
    assert found.findings == ()


def test_a_rise_is_an_alarm_with_its_stream_and_its_beginning() -> None:
    found = scan(rows(rise=3))
    row = found.alarms.row(0, named=True)
    assert (row["stream"], row["since"]) == ("b", FIRST + timedelta(days=7 * 117))
    assert row["ratio_low"] > 1
    assert row["half"] in ("conformal", "fitted")


@pytest.mark.hazard("H-332")
def test_a_silent_stream_is_a_finding() -> None:
    found = scan(rows(silent=4))
    assert found.streams.filter(state="silent")["stream"].to_list() == ["d"]
    assert [(one.code, one.subject) for one in found.findings] == [("WCH-003", "d")]


@pytest.mark.hazard("H-331")
def test_null_models_do_not_change_with_what_comes_after_them() -> None:
    whole = rows(120, rise=2)
    early = whole.filter(pl.col("day") < FIRST + timedelta(days=7 * 118))
    before, after = scan(early, 118), scan(whole)
    known = {one.from_day: one.models_sha256 for one in after.blocks}
    assert len(before.blocks) > 5
    for block in before.blocks:
        assert known[block.from_day] == block.models_sha256


def test_the_hash_of_the_rules_covers_the_threshold() -> None:
    assert rules_sha256(WatchRules()) != rules_sha256(WatchRules(run_length=499.0))


def test_nothing_gives_empty_tables() -> None:
    found = scan(rows().clear())
    assert (found.streams.height, found.alarms.height) == (0, 0)
