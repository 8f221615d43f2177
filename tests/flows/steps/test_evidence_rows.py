"""Every table and column of a round has a grade; one of unknown making is a guess."""

import polars as pl

from nanoward.base.tables.lineage import lineage_of_tables
from nanoward.flows.steps.evidence_rows import UNSTATED, evidence_rows

TABLES = {
    "standings": pl.DataFrame({"participant": ["P1"], "arm": ["A"], "worst_grade": [2]}),
    "grades": pl.DataFrame({"participant": ["P1"], "value": [1.0]}),
    "unheard": pl.DataFrame({"number": [1]}),
    "evidence": pl.DataFrame({"table": ["old"]}),
}


def grades(stated: dict[str, str]) -> dict[tuple[str, str], str]:
    rows = evidence_rows(TABLES, lineage_of_tables(stated)).to_dicts()
    return {(row["table"], row["column"]): row["grade"] for row in rows}


def test_each_column_has_the_grade_of_what_it_was_made_from() -> None:
    told = grades({"sdtm.LB": "guessed"})
    assert told["standings", ""] == told["standings", "worst_grade"] == "guessed"
    assert told["standings", "arm"] == told["standings", "participant"] == "measured"
    assert told["grades", "value"] == "guessed"
    assert not any(table == "evidence" for table, _ in told)


def test_a_table_of_which_nobody_says_what_it_was_made_from_is_a_guess() -> None:
    told = grades({})
    assert told["unheard", "number"] == told["unheard", ""] == "guessed"
    row = evidence_rows(TABLES, lineage_of_tables({})).filter(table="unheard", column="")
    assert row["guesses"].to_list() == [[UNSTATED]]
