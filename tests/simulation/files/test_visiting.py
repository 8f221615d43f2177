"""Planted matters of visits, beds and pay are told by the round, and nothing else is."""

import csv
from pathlib import Path

import pytest

from nanoward.flows.programme.check_programme import check_programme
from nanoward.simulation.files.visiting import planted, section_text, simulate_visits
from nanoward.simulation.study import Study
from nanoward.wiring import open_ports

PEOPLE = tuple(f"P{number + 1:03d}" for number in range(12))


def told(folder: Path, study: Study) -> set[tuple[str, str]]:
    """Code and subject of everything that is told of a programme of visits alone."""
    folder.mkdir()
    (folder / "programme.toml").write_text('name = "w"\ntime_zone = "UTC"\n')
    simulate_visits(study, folder, PEOPLE)
    with open_ports(str(folder), quiet=True, use="read") as ports:
        found = check_programme(ports, ports.folder.plan(), study.as_of)
    return {(one.code, one.subject) for one in found.findings}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_planted_matter_is_told_and_no_other(tmp_path: Path, seed: int) -> None:
    study = Study(participants=12, weeks=12, seed=seed)
    truth = {(one.code, one.subject) for one in planted(study, PEOPLE)}
    assert len(truth) == 9
    assert told(tmp_path / "w", study) == truth
    text = (tmp_path / "w" / "truth" / "visit_faults.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))
    assert {(row["code"], row["subject"]) for row in rows} == truth


@pytest.mark.parametrize("seed", [1, 2])
def test_a_sound_programme_tells_nothing(tmp_path: Path, seed: int) -> None:
    study = Study(participants=12, weeks=12, seed=seed, faults=False)
    assert told(tmp_path / "w", study) == set()
    assert "overlap" not in section_text(study)
