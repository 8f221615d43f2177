"""Planted faults on simulated programmes: each is told, and a clean programme tells none."""

from dataclasses import replace

import polars as pl
import pytest

from nanoward.flows.steps.finding_rows import finding_rows
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
    told = finding_rows(findings_of(round_, round_.typed, round_.related, round_.adapted))
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
        findings_of(
            round_, round_.typed, round_.related, round_.adapted, round_.cleared, round_.tuned
        )
    )
    assert faults_not_found(told, round_.truth("faults")).rows() == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_clean_programme_gives_no_error_and_no_warning(held, seed: int) -> None:
    round_ = held(Study(seed=seed, participants=24, weeks=16, faults=False))
    told = findings_of(round_, round_.typed, round_.related, round_.cleared, round_.tuned)
    assert [str(one) for one in told if one.severity != "note"] == []


@pytest.mark.parametrize(("seed", "kind"), [(1, "microbe"), (2, "microbe"), (1, "virus")])
def test_the_planted_escape_is_the_only_altered_kill_locus(held, seed: int, kind: str) -> None:
    """And nothing of swaps or contamination is told where none was planted."""
    small = Study(seed=seed, agent_kind=kind, participants=24, weeks=16)
    clean = held(replace(small, faults=False)).adapted
    faulty = held(small).adapted
    told = [one for one in clean.findings if one.severity != "note"]
    codes = {one.code for one in told} - {"CAT-060"}
    assert codes == {"AGT-201", "AGT-203"}  # nothing was released here
    passed_on = set(held(replace(small, faults=False)).truth("transmissions")["recipient"])
    assert {one.subject for one in told if one.code == "CAT-060"} <= passed_on
    planted = held(small).truth("faults")
    subjects = planted.filter(pl.col("kind") == "escape from the kill switch")["subject"]
    escaped = [one.subject for one in faulty.findings if one.code == "CAT-050"]
    assert escaped == [subjects[0].split("|")[1]]
