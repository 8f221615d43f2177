"""Programmes of simulated people: read back as written, and a round can be held on them."""

import tomllib
from pathlib import Path

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.flows.tuning.recommend_settings import recommend_settings
from nanoward.simulation.files.write import OccupiedFolderError
from nanoward.simulation.worlds.tuning_programme import tuning_files, write_tuning_programme
from nanoward.simulation.worlds.tuning_worlds import tuning_worlds
from nanoward.tuning import Dynamics, question_of
from nanoward.wiring import open_bench

pytestmark = pytest.mark.timeout(900)  # the kernel may have to be compiled first


@pytest.mark.parametrize("name", list(tuning_worlds()))
def test_every_world_is_written_with_its_own_model_and_goal(name: str) -> None:
    world = tuning_worlds()[name]
    files = tuning_files(world, 1, 2, 3)
    plan = tomllib.loads(files["programme.toml"].decode())
    question = question_of(plan["tuning"])
    assert isinstance(question.model, Dynamics)
    assert question.model.parameters == world.model.parameters
    assert question.model.period == world.model.period
    assert question.goal is not None
    assert question.goal.settings().tolist() == world.goal.settings().tolist()
    assert question.compare is not None
    assert files == tuning_files(world, 1, 2, 3)


def test_settings_are_recommended_from_the_files_alone() -> None:
    files = tuning_files(tuning_worlds()["stimulator"], 3, 4, 3)
    question = question_of(tomllib.loads(files["programme.toml"].decode())["tuning"])
    bench = open_bench(quiet=True, workers=1)
    file = EventFile(path="events.csv", content=files["data/events.csv"])
    found = recommend_settings(bench, file, question, 7)
    assert not found.findings
    assert [one.history.name for one in found.people] == ["P001", "P002", "P003"]
    assert sum(one.frontier is not None for one in found.people) >= 2
    assert Plan(name="x", title="", sha256="0" * 64, sections={}).section("tuning") == {}


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    write_tuning_programme({"data/a.csv": b"x"}, tmp_path / "new")
    assert (tmp_path / "new" / "data" / "a.csv").read_bytes() == b"x"
    with pytest.raises(OccupiedFolderError):
        write_tuning_programme({"b": b""}, tmp_path / "new")
