"""A number of a round's table leads to what it was made from, the code, and the ledger."""

from pathlib import Path

import polars as pl
import pytest
from tests.flows.council.council_programme import council_programme, hold_round, tables_of

from nanoward.base.canonical import sha256_of
from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.flows.council.explain_round_number import explain_any_number
from nanoward.flows.council.make_pack import make_pack
from nanoward.flows.steps.evidence_rows import evidence_rows
from nanoward.programme.council.charter import UnknownCouncilMatterError
from nanoward.wiring.council import open_council

GUESSED = '[programme.council.grades]\n"sdtm.AE" = "guessed"'


def ward_with_grades(folder: Path, more: str = GUESSED) -> str:
    ward = council_programme(folder, more=more)
    tables: dict[str, pl.DataFrame] = {**tables_of(ward.folder)}
    tables["standings"] = tables["standings"].with_columns(worst_grade=2, emergent_events=1)
    tables["evidence"] = evidence_rows(tables, lineage_of_tables({"sdtm.AE": "guessed"}))
    hold_round(ward.folder, tables)
    return ward.folder


@pytest.mark.hazard("H-246")
def test_a_rounds_number_is_proved_and_has_the_grade_that_was_printed(tmp_path: Path) -> None:
    with open_council(ward_with_grades(tmp_path), quiet=True) as desk:
        found = explain_any_number(desk, "round/standings/P001/emergent_events")
        day = found.as_of
        assert (found.value, found.grade, found.printed_grade) == (1, "guessed", "guessed")
        assert found.guesses == ("sdtm.AE",)
        assert ("sdtm.AE", "guessed") in found.rests_on
        assert found.proof.startswith("c2sp.org/tlog-proof")
        content = desk.ports.folder.round_file(day, "tables/standings.parquet")
        assert content is not None
        assert found.pack_sha256 == sha256_of(content)
        other = explain_any_number(desk, f"{day}/standings/P001/worst_grade")
        assert (other.value, other.grade, other.guesses) == (2, "measured", ())
        made = make_pack(desk, by="anna")
        pack = explain_any_number(desk, f"{made.name}/enrolment/enrolled/people")
        assert pack.grade == "measured"


def test_what_is_not_there_is_told_with_rows_that_are(tmp_path: Path) -> None:
    with open_council(ward_with_grades(tmp_path), quiet=True) as desk:
        for wrong, told in (
            ("round/standings/P9/worst_grade", "for example P000"),
            ("round/standings/P001/worst", "no table 'standings' with a column 'worst'"),
            ("round/nothing/P001/x", "no table 'nothing'"),
            ("round/standings/P001", "is not TABLE/ROW/COLUMN"),
            ("2001-01-01/standings/P001/worst_grade", "no round was held"),
        ):
            with pytest.raises(Exception, match=told):
                explain_any_number(desk, wrong)


def test_a_grade_that_would_be_another_today_is_seen(tmp_path: Path) -> None:
    with open_council(ward_with_grades(tmp_path, more=""), quiet=True) as desk:
        found = explain_any_number(desk, "round/standings/P001/emergent_events")
        assert (found.grade, found.printed_grade) == ("measured", "guessed")
        with pytest.raises(UnknownCouncilMatterError, match="no round of"):
            explain_any_number(desk, "2199-01-01/standings/P001/worst_grade")
