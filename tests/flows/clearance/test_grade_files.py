from pathlib import Path

import polars as pl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.clearance import UnknownTableError
from nanoward.flows.clearance.grade_files import grade_files

LB = b"""USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC
p,1,ALT,50,U/L,6,40,2026-01-01
p,2,ALT,74,U/L,6,40,2026-02-01
p,3,TSH,1.0,mU/L,0.3,4.2,2026-02-01
p,4,K,4.0,furlong,3.5,5.0,2026-02-01
"""
DM = b"USUBJID,RFSTDTC,ARM\np,2026-01-10,A\n"
EXAMPLE = Path(__file__).parents[3] / "examples" / "xanomeline-pilot" / "data" / "sdtm"


def test_results_of_a_file_are_graded_and_counted() -> None:
    found = grade_files(FileFormats(), {"lb.csv": LB})
    rows = {(row["test"], row["sequence"]): row for row in found.tables["grades"].to_dicts()}
    assert rows["ALT", 2]["grade"] == 1  # nobody was dosed: graded by the limits
    assert rows["K", 4]["grade"] is None
    assert found.facts["results"] == 4
    assert found.facts["graded"] == 2
    assert found.facts["not gradable"] == 2
    assert found.facts["tests without a rule"] == 1


def test_demographics_tell_which_result_is_the_baseline() -> None:
    found = grade_files(FileFormats(), {"lb.csv": LB}, {"dm.csv": DM})
    grades = dict(found.tables["grades"].select("sequence", "grade").iter_rows())
    assert grades[1] == 1  # the baseline itself, by the limits
    assert grades[2] == 0  # 1.48 x an abnormal baseline


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(UnknownTableError):
        grade_files(FileFormats(), {"lb.csv": LB}, version="6.1")


def test_problems_of_the_files_are_handed_on() -> None:
    found = grade_files(FileFormats(), {"lb.csv": b""})
    assert found.findings
    assert found.tables["grades"].is_empty()


def test_the_pilots_parts_of_lb_are_graded_together() -> None:
    files = {str(path.name): path.read_bytes() for path in sorted(EXAMPLE.glob("lb*.parquet"))}
    found = grade_files(
        FileFormats(), files, {"dm.parquet": (EXAMPLE / "dm.parquet").read_bytes()}
    )
    assert found.facts["results"] == 59_580
    assert found.facts["not gradable"] == 1


def test_the_compatibility_mode_compares_units_as_text_and_grades_no_bound() -> None:
    lb = (
        "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESC,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC\n"
        "LB,p,1,HGB,4.5,4.5,mmol/L,7.4,9.8,2026-01-01\n"
        "LB,p,2,HGB,79,79,g/L,120,160,2026-01-02\n"
        "LB,p,3,K,3.2,3.2,mmol/L,3.5,5.1,2026-01-02\n"
    )
    told = grade_files(FileFormats(), {"lb.csv": lb.encode()}, version="4.03", compat="si")
    grades = told.tables["grades"].filter(pl.col("direction") == "low")
    assert grades.select("sequence", "grade").rows() == [(1, None), (2, 3), (3, 2)]
    own = grade_files(FileFormats(), {"lb.csv": lb.encode()}, version="4.03")
    grades = own.tables["grades"].filter(pl.col("direction") == "low")
    assert grades.select("sequence", "grade").rows() == [(1, 3), (2, 3), (3, 1)]


def test_the_summary_counts_each_grade_of_each_test() -> None:
    summary = grade_files(FileFormats(), {"lb.csv": LB}).tables["summary"]
    rows = {row["test"]: row for row in summary.to_dicts()}
    columns = [*(f"grade {grade}" for grade in range(5)), "not gradable"]
    assert [rows["ALT"][name] for name in columns] == [0, 2, 0, 0, 0, 0]
    assert rows["K"]["not gradable"] == 1
