"""nanoward watch objects, as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli
from nanoward.simulation.files.object_files import objects_text
from nanoward.simulation.worlds.object_world import object_world

WORLD = object_world(seed=4, scans=120)


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["watch", "objects", *words], standalone_mode=False)


def files(folder: Path) -> tuple[str, str]:
    zones, detections = folder / "zones.toml", folder / "radar.csv"
    zones.write_text(objects_text().replace("objects.", ""))
    WORLD.detections.write_csv(detections)
    return str(detections), str(zones)


@pytest.mark.hazard("H-329")
def test_tracks_are_told_by_arrival_with_files_beside(tmp_path: Path) -> None:
    detections, zones = files(tmp_path)
    page, out, counts = (str(tmp_path / one) for one in ("p.html", "o.csv", "c.csv"))
    told = typed(detections, "--zones", zones, "--json", "--quiet", "--html", page,
                 "--out", out, "--counts", counts)  # fmt: skip
    assert told.return_value == 1
    answer = json.loads(told.stdout)
    assert answer["tracks"][0]["state"] == "alarm"
    assert len(answer["alarms"]) == 1
    assert answer["run_length_h"] == 720
    assert "<svg" in Path(page).read_text()
    assert Path(out).read_text().startswith("track,zone,state")
    assert "objects by site" in Path(counts).read_text()
    plain = typed(detections, "--zones", zones, "--quiet")
    assert "ALARM: T-" in plain.stdout
    assert "once in 720 hours" in plain.stdout


def test_moments_and_zones_are_understood_or_refused(tmp_path: Path) -> None:
    detections, zones = files(tmp_path)
    for words in (
        (detections,),
        (detections, "--zones", zones, "--at", "noon"),
        (str(tmp_path),),
    ):
        assert typed(*words).exception is not None
    late = typed(
        detections, "--zones", zones, "--at", "1970-01-01T00:20:00", "--json", "--quiet"
    )
    assert json.loads(late.stdout)["silent"] == ["radar"]
    (tmp_path / "bad.toml").write_text("zone = 5")
    assert typed(detections, "--zones", str(tmp_path / "bad.toml")).exception is not None


def test_a_programme_gets_an_incident(tmp_path: Path) -> None:
    place = tmp_path / "data" / "detections"
    place.mkdir(parents=True)
    WORLD.detections.write_csv(place / "radar.csv")
    (tmp_path / "programme.toml").write_text('name = "p"\n[watch]\n' + objects_text())
    told = typed(str(tmp_path), "--quiet", "--json")
    assert told.return_value == 1
    listed = CliRunner().invoke(
        cli, ["watch", "incidents", str(tmp_path), "--json"], standalone_mode=False
    )
    (one,) = json.loads(listed.stdout)["incidents"]
    assert one["cause"].startswith("track/T-")
    assert one["urgency"] == "now"
