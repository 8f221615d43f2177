"""Objects in the round: a table and alarms, or a word where nothing is protected."""

from datetime import date
from pathlib import Path

from nanoward.base.plan import Plan
from nanoward.flows.steps.step_outcome import Materials
from nanoward.flows.watch.objects_round import UNPROTECTED, objects_round
from nanoward.simulation.files.object_files import objects_text
from nanoward.simulation.worlds.object_world import ZONES, object_world
from nanoward.wiring import open_ports

WORLD = object_world(seed=4, scans=60)


def test_a_round_tracks_what_it_has_and_says_what_is_not_protected(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "p"\n' + objects_text())
    plan = Plan(name="p", title="P", sha256="", sections={"objects": ZONES})
    with open_ports(str(tmp_path), quiet=True) as ports:
        given = Materials(tables={"detections": WORLD.detections}, sources={})
        told = objects_round(ports, plan, given, date(1970, 1, 1))
        assert told.tables["tracks"]["track"].n_unique() == 5
        assert told.facts["tracks that go on"] == 5
        assert told.entries
        nothing = Materials(tables={}, sources={})
        assert objects_round(ports, plan, nothing, date(1970, 1, 1)).tables == {}
        bare = Plan(name="p", title="P", sha256="")
        assert objects_round(ports, bare, given, date(1970, 1, 1)).findings == (UNPROTECTED,)
