"""Every planted case is told by its code, nothing else is, and the planted term is learnt."""

import csv
from pathlib import Path

from tests.faces.cli.programme.programme_folder import make

from nanoward.flows.council.round_checks import ROUND_CHECKS, RoundSoFar
from nanoward.flows.steps.step_outcome import Materials
from nanoward.simulation import Study
from nanoward.simulation.files.case_records import TERM_D, CaseFault, simulate_cases
from nanoward.wiring import open_ports


def told(folder: str, study: Study) -> tuple[list[tuple[str, str]], str]:
    with open_ports(folder, quiet=True) as ports:
        known = RoundSoFar(
            materials=Materials(tables={}, sources={}), day=study.as_of, tables={}
        )
        outcomes = [check(ports, known) for check in ROUND_CHECKS]
    codes = sorted((one.code, one.message) for found in outcomes for one in found.findings)
    return codes, str(outcomes[0].facts.get("term", ""))


def test_planted_matters_are_told_and_the_term_is_learnt(tmp_path: Path) -> None:
    study = Study(participants=12, weeks=12, seed=3)
    folder = make(tmp_path)
    faults = simulate_cases(study, tmp_path)
    found, term = told(folder, study)
    for one in faults:
        assert any(code == one.code and one.subject in message for code, message in found), one
    without_reference = {"PRG-177"}  # the plan states no reference information
    assert {code for code, _ in found} - {one.code for one in faults} <= without_reference
    low, high = (float(word) for word in term.split("limits ")[1].split(")")[0].split(" to "))
    assert low - 1 <= TERM_D <= high + 1
    with (tmp_path / "truth" / "case_faults.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [CaseFault(**row) for row in rows] == list(faults)


def test_a_clean_programme_is_told_nothing(tmp_path: Path) -> None:
    study = Study(participants=12, weeks=12, seed=4, faults=False)
    folder = make(tmp_path)
    assert simulate_cases(study, tmp_path) == ()
    assert told(folder, study)[0] == []
