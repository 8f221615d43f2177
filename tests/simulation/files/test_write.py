import gzip
from pathlib import Path

import pytest

from nanoward.adapters.progress import SilentProgress
from nanoward.simulation.files.write import (
    OccupiedFolderError,
    programme_files,
    write_programme,
)
from nanoward.simulation.study import Study
from nanoward.simulation.world import simulated_world

SMALL = Study(participants=12, weeks=12, seed=5)


def test_the_same_study_gives_the_same_bytes_and_another_seed_others() -> None:
    files = programme_files(simulated_world(SMALL))
    assert files == programme_files(simulated_world(SMALL))
    other = programme_files(simulated_world(Study(participants=12, weeks=12, seed=6)))
    assert set(other) == set(files)
    differ = {path for path in files if files[path] != other[path]}
    same = set(files) - differ
    assert same == set()


def test_a_programme_has_the_layout_of_the_house() -> None:
    files = programme_files(simulated_world(SMALL))
    assert {
        "programme.toml",
        "agents/wardling/reference.fasta",
        "data/samples.csv",
        "data/consensus.fasta.gz",
        "data/variants.csv.gz",
        "data/contacts.csv",
        "data/events.csv",
        *(f"data/sdtm/{name}.xpt" for name in ("dm", "ds", "ae", "ex", "lb", "sv", "qs", "vs")),
        "truth/links.csv",
        "truth/standings.csv",
        "truth/faults.csv",
    } <= set(files)
    assert gzip.decompress(files["data/consensus.fasta.gz"]).startswith(b">P")


def test_what_is_written_is_what_was_simulated(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "programme"
    written = write_programme(SMALL, folder, progress=SilentProgress())
    files = programme_files(simulated_world(SMALL))
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == files
    assert written.files == len(files)
    assert written.people == 12


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OccupiedFolderError) as fault:
        write_programme(SMALL, tmp_path, progress=SilentProgress())
    assert fault.value.code == "SIM-002"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
