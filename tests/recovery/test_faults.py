"""Planted faults on simulated programmes: each is told, and a clean programme tells none."""

import pytest

from nanoward.flows.rows import finding_rows
from nanoward.simulation import Study
from nanoward.simulation.recovery import faults_not_found


def findings_of(round_, *outcomes):
    told = [*round_.materials.findings]
    for outcome in outcomes:
        told += outcome.findings
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_of_files_and_genomes_are_told(held, seed: int) -> None:
    round_ = held(Study(seed=seed, participants=24, weeks=16))
    told = finding_rows(findings_of(round_, round_.typed, round_.related))
    clinical = {"CLR", "PRG"}
    asked = round_.truth("faults")
    missed = faults_not_found(told, asked)
    missed = [
        row
        for row in missed.iter_rows(named=True)
        if not clinical & set(row["family"].split("|"))
    ]
    assert missed == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_fault_is_told(held, seed: int) -> None:
    round_ = held(Study(seed=seed, participants=24, weeks=16))
    told = finding_rows(
        findings_of(round_, round_.typed, round_.related, round_.cleared, round_.tuned)
    )
    assert faults_not_found(told, round_.truth("faults")).rows() == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_clean_programme_gives_no_error_and_no_warning(held, seed: int) -> None:
    round_ = held(Study(seed=seed, participants=24, weeks=16, faults=False))
    told = findings_of(round_, round_.typed, round_.related, round_.cleared, round_.tuned)
    assert [str(one) for one in told if one.severity != "note"] == []
