"""Every number of the open part leads to its inputs and its place on the ledger."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.flows.council.council_programme import council_programme

from nanoward.flows.council.explain_number import explain_number, grade_of_number, ledger_proof
from nanoward.flows.council.make_pack import make_pack
from nanoward.wiring.council import open_council


@pytest.mark.hazard("H-355")
def test_the_printed_grade_is_the_one_computed_for_every_number(tmp_path: Path) -> None:
    ward = council_programme(
        tmp_path, more='[programme.council.grades]\n"sdtm.DM" = "inferred"'
    )
    with open_council(ward.folder, quiet=True) as desk:
        pack = make_pack(desk, by="anna")
        shown = [one for one in pack.numbers if "_by_arm" not in one.name]
        for one in shown:
            found = explain_number(desk, f"{pack.name}/{one.name}")
            assert found.grade == found.printed_grade == one.grade
            assert found.head_size == pack.made.head_size
        assert grade_of_number(desk, pack.name, "enrolment/enrolled/people") == "inferred"
        assert len(shown) > 4


def test_a_ledger_that_proves_nothing_has_no_proof() -> None:
    desk: Any = SimpleNamespace(ports=SimpleNamespace(ledger=object()))
    assert ledger_proof(desk, 1) == ""
