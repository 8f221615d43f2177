"""nanoward simulate --objects: what is written is what watch reads."""

import tomllib

from nanoward.simulation.files.object_files import objects_text, simulate_objects
from nanoward.simulation.study import Study
from nanoward.simulation.worlds.object_world import ZONES
from nanoward.watch.objects.zones import watched_area


def test_settings_are_those_of_the_world(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert tomllib.loads(objects_text())["objects"] == ZONES
    (tmp_path / "programme.toml").write_text('name = "p"\n')
    count = simulate_objects(Study(participants=12, weeks=12, seed=1), tmp_path)
    assert count > 1000
    table = tomllib.loads((tmp_path / "programme.toml").read_text())
    assert watched_area(table["objects"]).zones[0].name == "site"
    assert (tmp_path / "truth" / "objects.csv").exists()
    assert (tmp_path / "data" / "detections" / "radar.csv").exists()
