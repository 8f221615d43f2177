"""Grades by a printed table: units are converted, ages and sexes come from DM, cases agree."""

from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.clearance.grading.custom_tables import named_rules, rule_file_of
from nanoward.flows.clearance.grade_by_table import BadCasesError, check_cases, grade_by_table
from nanoward.flows.steps.step_outcome import Outcome

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
LB = "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC,LBFAST\n"
DM = "DOMAIN,USUBJID,RFSTDTC,ARM,BRTHDTC,SEX,AGE,AGEU\n"
PEOPLE = (
    "DM,w,2026-01-01,a,1990-01-01,F,,\nDM,m,2026-01-01,a,1990-01-01,M,,\n"
    "DM,aged,2026-01-01,a,,F,40,YEARS\nDM,unknown,2026-01-01,a,,F,,\n"
)


def graded(*rows: str, rules: Any = None, system: str = "si") -> Outcome:
    lb = (LB + "".join(f"LB,{row}\n" for row in rows)).encode()
    people = {"dm.csv": (DM + PEOPLE).encode()}
    table = rules or named_rules("daids")
    assert table is not None
    return grade_by_table(FileFormats(), {"lb.csv": lb}, people, table, system=system)


def grades(*rows: str, **more: Any) -> list[int | None]:
    return graded(*rows, **more).tables["grades"]["grade"].to_list()


def test_haemoglobin_is_graded_by_sex_in_any_unit_that_converts() -> None:
    rows = [f"{who},1,HGB,105,g/L,120,160,2026-01-05," for who in ("w", "m")]
    assert grades(*rows) == [0, 1]
    assert grades("m,1,HGB,6.516,mmol/L,7.4,9.9,2026-01-05,") == [1]  # 105 g/L
    assert grades("m,1,HGB,10.5,g/dL,12,16,2026-01-05,", system="us") == [1]
    assert grades("m,1,HGB,10.5,spoons,12,16,2026-01-05,") == [None]


def test_an_age_that_is_not_told_comes_from_age_or_grades_nothing() -> None:
    assert grades("aged,1,HGB,90,g/L,120,160,2026-01-05,") == [2]
    assert grades("unknown,1,HGB,90,g/L,120,160,2026-01-05,") == [None]


def test_both_directions_and_fasting_have_their_own_terms() -> None:
    found = graded(
        "w,1,GLUC,7.5,mmol/L,3.9,6.1,2026-01-05,Y", "w,2,GLUC,7.5,mmol/L,3.9,6.1,2026-01-06,"
    ).tables["grades"]
    told = found.select("sequence", "term", "direction", "grade").rows()
    assert told == [
        (1, "Glucose Fasting, High", "high", 2),
        (1, "Glucose, Low", "low", 0),
        (2, "Glucose Nonfasting, High", "high", 1),
        (2, "Glucose, Low", "low", 0),
    ]


def test_a_table_of_somebodys_own_counts_from_the_baseline_in_its_unit() -> None:
    own = rule_file_of(
        "name own\ntest CREAT = Creatinine\n"
        "Creatinine | high | si umol/L | 3 >= 2 BASE; 2 change >= 50; 1 > 100\n"
    )
    rows = [
        "w,1,CREAT,80,umol/L,,,2025-12-31,",
        "w,2,CREAT,101,umol/L,,,2026-01-05,",
        "w,3,CREAT,120,umol/L,,,2026-01-06,",
        "w,4,CREAT,1.81,mg/dL,,,2026-01-07,",  # 160 umol/L
    ]
    found = graded(*rows, rules=own)
    assert found.tables["grades"]["grade"].to_list() == [0, 1, 2, 3]
    assert found.facts["table"] == "own"
    assert found.tables["summary"]["grade 3"].to_list() == [1]


CASES = "TERM,AVAL,ANRLO,ANRHI,AVALU,expected_grade,direction,criteria,units\n"


def test_cases_tell_what_differs_by_line() -> None:
    text = (
        CASES
        + "Anemia,79,140,,g/L,3,L,CTCAE v5.0,SI\nAnemia,79,140,,g/L,2,L,CTCAE v6.0,SI\n"
        + "ALT High,1,,,U/L,,H,DAIDS,SI\n"
    )
    found = check_cases(text.encode(), file="cases.csv")
    assert found.facts == {"cases": 3, "equal": 2}
    wrong = found.tables["different"].select("line", "expected", "grade").rows()
    assert wrong == [(3, 2, 3)]
    own = rule_file_of("anemia | low | si g/L | 2 < 100")
    again = check_cases(text.encode(), file="cases.csv", rules=own)
    assert again.facts["equal"] == 2


@pytest.mark.parametrize(
    "text",
    [
        CASES.replace("units", "unit"),
        CASES + "Anemia,79,140,,g/L,3,L,our own,SI\n",
        "TERM,AVAL\n1,2,3,4\n",
    ],
)
def test_cases_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadCasesError):
        check_cases(text.encode(), file="cases.csv")


@pytest.mark.shared
@pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
def test_all_reference_cases_are_as_expected() -> None:
    path = PILOT / "reference" / "grading_cases.csv"
    found = check_cases(path.read_bytes(), file="grading_cases.csv")
    assert found.facts == {"cases": 1228, "equal": 1228}


def test_a_rule_without_a_unit_compares_value_and_baseline_in_one_unit() -> None:
    text = "name own\ntest CREAT = Creatinine\nCreatinine | high | si | 1 > 1.5 BASE\n"
    before = "w,1,CREAT,10,{},,,2025-12-31,"
    for unit, number, other in (("furlong", "16", "furlong"), ("umol/L", "0.016", "mmol/L")):
        after = f"w,2,CREAT,{number},{other},,,2026-01-05,"
        assert grades(before.format(unit), after, rules=rule_file_of(text))[-1] == 1
