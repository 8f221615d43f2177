"""nanoward watch drill --zones, as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli
from nanoward.simulation.files.object_files import objects_text
from nanoward.simulation.worlds.object_world import object_world


@pytest.mark.hazard("H-327")
def test_a_drill_with_a_planted_track_stands_on_the_ledger(tmp_path: Path) -> None:
    zones = tmp_path / "zones.toml"
    zones.write_text(objects_text().replace("objects.", ""))
    place = tmp_path / "p" / "data" / "detections"
    place.mkdir(parents=True)
    object_world(seed=4, scans=25, passing=1, threat=False).detections.write_csv(
        place / "r.csv"
    )
    (tmp_path / "p" / "programme.toml").write_text('name = "p"\n')
    words = ["watch", "drill", "--zones", str(zones), "--seed", "3", "--json"]
    held = CliRunner().invoke(cli, [*words, str(tmp_path / "p")], standalone_mode=False)
    assert json.loads(held.stdout)["kind"] == "objects"
    (tmp_path / "q").mkdir()
    (tmp_path / "q" / "programme.toml").write_text('name = "q"\n')
    none = CliRunner().invoke(cli, [*words, str(tmp_path / "q")], standalone_mode=False)
    assert "data/detections" in str(none.exception)
