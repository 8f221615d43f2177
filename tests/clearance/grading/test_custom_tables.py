"""Tables of somebody's own: read from text, with file and line of what cannot be read."""

from datetime import date

import polars as pl
import pytest

from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.ctcae_literal import (
    CTCAE_V4_LITERAL,
    CTCAE_V5_LITERAL,
    CTCAE_V6_LITERAL,
)
from nanoward.clearance.grading.custom_tables import (
    named_rules,
    rule_file_of,
    table_of_criteria,
)
from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL
from nanoward.clearance.grading.literal_rules import BadTableError

OWN = """
name House table
version 2
citation our protocol, section 9
test HGB = Anaemia
test K = Potassium; potassium
# girls and women, then men
Anaemia | low | si g/L | sex F, years >= 13 | 3 < 80; 2 < 95; need LLN; 1 < LLN
Anaemia | low | si g/L | sex M, years >= 13 | 3 < 85; 2 < 100; need LLN; 1 < LLN
Anaemia | low | si g/L | days <= 28 | 3 < 100; 2 < 120; 1 < 140
Potassium | low | both mmol/L | 3 < 2.5; 2 < 3; 1 < 3.4
Potassium | high | both mmol/L | 4 >= 2 BASE; 3 >= 6.5; 2 > 1.2 ULN; 1 > ULN
"""


def test_a_table_tells_its_name_its_tests_and_its_rules() -> None:
    found = rule_file_of(OWN, file="own.txt")
    assert (found.table.name, found.table.version) == ("House table", "2")
    assert found.table.citation == "our protocol, section 9"
    assert found.terms == {"HGB": ("Anaemia",), "K": ("Potassium", "potassium")}
    assert len(found.table.rules) == 5


def test_age_sex_limits_baseline_and_both_directions_decide() -> None:
    table = rule_file_of(OWN).table
    row = {
        "term": "anaemia",
        "direction": "low",
        "value": 97.0,
        "unit": "g/L",
        "low": 120.0,
        "high": None,
        "taken": date(2026, 1, 20),
    }
    people = [("F", 1990), ("M", 1990), ("F", 2026), ("F", 2020), (None, 1990)]
    rows = [row | {"sex": sex, "birth": date(year, 1, 2)} for sex, year in people]
    told = admiral_compatible_grades(pl.DataFrame(rows), table, system="si").to_list()
    assert told == [1, 2, 3, None, None]  # a child of six and somebody of no sex: no rule
    potassium = {"term": "Potassium", "unit": "mmol/L", "low": 3.5, "high": 5.0, "base": 3.0}
    values = [("low", 2.4), ("low", 3.4), ("high", 6.0), ("high", 6.1), ("high", 5.1)]
    rows = [potassium | {"direction": side, "value": value} for side, value in values]
    assert admiral_compatible_grades(pl.DataFrame(rows), table, system="si").to_list() == [
        3,
        0,
        4,
        4,
        1,
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("name x\n\nX | low | si g/L | 3 < eighty", 3, "condition"),
        ("X | low | si g/L | 3 < 80\ncolour red", 2, "cannot read 'colour red'"),
        ("X | low | si g/L | 3 < 80\ntest HGB", 2, "test CODE"),
        ("X | low | si g/L | 3 < 80\ntest HGB = Y", None, "without a rule: 'Y'"),
        ("# nothing", None, "no rule"),
        ("X | down | si g/L | 3 < 80", 1, "cannot read"),
        ("X | low | metric g/L | 3 < 80", 1, "system of units"),
    ],
)
def test_what_cannot_be_read_is_told_by_file_and_line(
    text: str, line: int | None, why: str
) -> None:
    with pytest.raises(BadTableError, match=why) as told:
        rule_file_of(text, file="own.txt")
    assert (told.value.file, told.value.line) == ("own.txt", line)


def test_without_tests_each_term_is_its_own_test() -> None:
    assert rule_file_of("X | low | any | 3 < 80").terms == {"x": ("x",)}


def test_every_term_of_daids_that_is_asked_for_has_a_rule() -> None:
    known = {term for term, _ in DAIDS_LITERAL.by_term}
    daids = named_rules("DAIDS")
    assert daids is not None
    assert {name.casefold() for names in daids.terms.values() for name in names} <= known


def test_criteria_name_their_table() -> None:
    assert (
        table_of_criteria("CTCAE v4.03") is table_of_criteria("NCI-CTCAEv4") is CTCAE_V4_LITERAL
    )
    assert table_of_criteria("CTCAE v5.0") is CTCAE_V5_LITERAL
    assert table_of_criteria("CTCAE v6.0") is CTCAE_V6_LITERAL
    assert table_of_criteria("DAIDS") is DAIDS_LITERAL
    assert table_of_criteria("our own") is None


def test_a_table_without_tests_or_that_is_not_here_has_no_rules_by_name() -> None:
    assert named_rules("5.0") is None
    assert named_rules("nobody's") is None
