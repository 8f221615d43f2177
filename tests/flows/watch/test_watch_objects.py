"""Objects end to end: alarms by the one core, incidents, silence, and rules before data."""

from pathlib import Path

import polars as pl
import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.base.entries import AlarmRaised, WatchPlanned
from nanoward.flows.watch.keep_incidents import respond
from nanoward.flows.watch.watch_objects import (
    area_sha256,
    end_of,
    object_entries,
    programme_area,
    programme_detections,
    read_detections,
    scan_objects,
    watch_programme_objects,
)
from nanoward.simulation.files.object_files import objects_text
from nanoward.simulation.worlds.object_world import ZONES, object_world
from nanoward.watch.objects.zones import watched_area
from nanoward.wiring import open_bench
from nanoward.wiring.watch import open_watch

WORLD = object_world(seed=4, scans=120)
PLAN = 'name = "p"\n[watch]\n[[watch.rota]]\npeople = ["Dr A. Example"]\n'


def programme(folder: Path) -> Path:
    (folder / "programme.toml").write_text(PLAN + objects_text(), encoding="utf-8")
    place = folder / "data" / "detections"
    place.mkdir(parents=True)
    WORLD.detections.write_csv(place / "radar.csv")
    return folder


@pytest.mark.hazard("H-328")
def test_an_object_that_comes_is_an_alarm_and_one_incident_however_often_it_is_scanned(
    tmp_path: Path,
) -> None:
    with open_watch(str(programme(tmp_path)), quiet=True) as (ports, notifier):
        area = programme_area(ports)
        rows, findings = programme_detections(ports, ports.formats)
        assert area is not None
        assert rows is not None
        assert findings == ()
        _, entries = watch_programme_objects(ports, rows, area, now=None, seed=7)
        assert [type(one) for one in entries] == [WatchPlanned, AlarmRaised]
        alarm = entries[1]
        assert isinstance(alarm, AlarmRaised)
        assert alarm.alarm == f"track/{alarm.subject}"
        assert alarm.evidence >= alarm.threshold
        assert respond(ports, notifier).incidents
        _, again = watch_programme_objects(ports, rows, area, now=None, seed=7)
        assert again == ()
        (incident,) = respond(ports, notifier).incidents.values()
        assert incident.opened.cause == f"track/{alarm.subject}"


@pytest.mark.hazard("H-327")
def test_a_silent_radar_is_an_alarm_of_its_own() -> None:
    last = WORLD.detections["time"].max()
    assert isinstance(last, float)
    found = scan_objects(WORLD.detections, WORLD.area, SilentProgress(), now=last + 60)
    assert list(found.silent) == ["radar"]
    assert "WCH-055" in [one.code for one in found.findings]
    entries = object_entries(found, frozenset(), frozenset({area_sha256(WORLD.area)}))
    assert any(isinstance(one, AlarmRaised) and one.subject == "radar" for one in entries)


def test_detections_that_come_too_late_are_told() -> None:
    area = watched_area({**ZONES, "rules": {"lag_s": 5}})
    late = pl.concat([WORLD.detections, WORLD.detections.head(1)])
    found = scan_objects(late, area, SilentProgress())
    assert found.rows["track"].n_unique() == 5  # they are put in order before


def test_files_of_several_sensors_keep_their_names() -> None:
    formats = open_bench(quiet=True).formats
    text = b"stream,time,latitude,longitude\na,1,50,0\n"
    rows, findings = read_detections([("one.csv", text), ("two.csv", text)], formats)
    assert rows["file"].to_list() == ["one.csv", "two.csv"]
    assert findings == ()
    from datetime import date

    assert end_of(date(1970, 1, 1)) == pytest.approx(86_400, abs=1e-3)
