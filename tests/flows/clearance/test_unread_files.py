import ast
from dataclasses import replace
from pathlib import Path

import pytest

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.clinical import fhir_node
from nanoward.base.findings import Finding
from nanoward.flows.clearance.unread_files import LOST, files_not_read


def finding(code: str, file: str) -> Finding:
    return Finding(code=code, severity="error", message="x", next_step="y", file=file)


@pytest.mark.parametrize(
    ("code", "file", "held"),
    [
        ("FMT-012", "data/sdtm/lb.xpt", True),
        ("FMT-003", "data/fhir/ward.json", True),
        ("CLR-068", "data/ae.csv.bak", True),
        ("FMT-012", "data/reads/a.bam", False),
        ("FMT-027", "data/sdtm/lb.csv", False),
    ],
)
@pytest.mark.hazard("H-130")
def test_a_clinical_file_that_was_not_read_whole_holds_everybody(
    code: str, file: str, held: bool
) -> None:
    found = files_not_read([finding(code, file)])
    assert [file in one for one in found] == ([True] if held else [])


def test_every_problem_of_a_whole_file_is_in_the_list() -> None:
    every = [*vars(problems).values(), *vars(fhir_node).values()]
    whole = {
        one.code
        for one in every
        if isinstance(one, problems.Problem) and "nothing of it is used" in one.next_step
    }
    assert whole <= LOST
    tree = ast.parse(Path(problems.__file__).read_text())
    assert tree.body


@pytest.mark.hazard("H-259")
@pytest.mark.parametrize(
    ("file", "column", "held"),
    [
        ("data/sdtm/ae.csv", "USUBJID", True),
        ("data/sdtm/ae.csv", "AETERM", False),
        ("data/sdtm/sv.csv", "USUBJID", False),
    ],
)
def test_a_row_that_tells_no_subject_holds_everybody(
    file: str, column: str, held: bool
) -> None:
    one = replace(finding("FMT-026", file), column=column)
    assert bool(files_not_read([one])) is held
