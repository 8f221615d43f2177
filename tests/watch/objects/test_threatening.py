"""Rows of tracks: by time of arrival, alarms once a track, counts like any other stream."""

import math

import polars as pl
import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.flows.watch.watch_objects import ObjectScan, scan_objects
from nanoward.simulation.worlds.object_world import ZONES, object_world
from nanoward.watch.objects.threatening import (
    alarm_rows,
    by_arrival,
    detections_to_count,
    moment,
)
from nanoward.watch.objects.zones import watched_area

WORLD = object_world(seed=4, scans=120)


def scanned(**settings: object) -> ObjectScan:
    return scan_objects(WORLD.detections, watched_area({**ZONES, **settings}), SilentProgress())


@pytest.mark.hazard("H-329")
def test_rows_come_by_time_of_arrival_not_by_a_score() -> None:
    rows = scanned().rows
    arrivals = rows.filter(pl.col("state") != "ended")["arrival"].to_list()
    known = [one for one in arrivals if one is not None]
    assert known == sorted(known)
    assert arrivals[: len(known)] == known
    first = rows.row(0, named=True)
    assert first["state"] == "alarm"
    assert first["arrival_low"] < first["arrival"] < first["arrival_high"]


@pytest.mark.hazard("H-329")
def test_a_less_likely_one_that_arrives_sooner_stands_above() -> None:
    rows = pl.DataFrame(
        {
            "track": ["sure", "soon", "never", "gone"], "zone": ["z"] * 4,
            "state": ["alarm", "approaching", "clear", "ended"],
            "arrival": [600.0, 60.0, None, 1.0], "probability": [0.99, 0.05, 0.0, 1.0],
        }
    )  # fmt: skip
    assert by_arrival(rows)["track"].to_list() == ["soon", "sure", "never", "gone"]


@pytest.mark.hazard("H-328")
def test_whoever_is_in_no_catalogue_is_an_alarm_and_a_name_silences_nothing() -> None:
    assert len(alarm_rows(scanned().rows)) == 1  # the one that comes
    unknown = scanned(catalogue={"known": ["235070762"]})
    assert len(unknown.alarms) == unknown.rows["track"].n_unique()
    named = WORLD.detections.with_columns(object=pl.lit("235070762"))
    area = watched_area({**ZONES, "catalogue": {"known": ["235070762"]}})
    known = scan_objects(named, area, SilentProgress())
    assert [one["state"] for one in known.alarms] == ["alarm"]


def test_counts_are_rows_as_any_other_stream_has_them() -> None:
    told = scanned().observed.row(0, named=True)
    assert told["stream"] == "objects by site"
    assert told["count"] == 5
    assert told["exposure"] == 1.0
    assert len(told["source"]) == 64
    assert told["limit"] == 3.0 * detections_to_count(WORLD.area, 0)


def test_names_of_tracks_stay_when_more_comes() -> None:
    some = WORLD.detections.filter(pl.col("time") < 250)
    before = scan_objects(some, WORLD.area, SilentProgress()).rows["track"].unique().to_list()
    after = scanned().rows["track"].unique().to_list()
    assert set(before) <= set(after)
    assert math.isfinite(len(moment(0.0)))
