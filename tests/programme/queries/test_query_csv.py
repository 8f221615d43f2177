import csv
import io
from datetime import date

from nanoward.programme.queries.query_csv import COLUMNS, query_csv

ROW = {
    **dict.fromkeys(
        ("id", "state", "code", "severity", "subject", "file", "column", "row"), "x"
    ),
    "line": 3,
    "message": '=HYPERLINK("x")',
    "next_step": "a, b",
    "role": "site",
    "answer": "",
    "by": "",
    "until": None,
    "first_seen": date(2026, 11, 16),
}


def test_a_query_is_one_line_with_its_age_and_no_formula() -> None:
    text = query_csv([ROW], date(2026, 11, 23))
    (row,) = csv.DictReader(io.StringIO(text))
    assert tuple(row) == COLUMNS
    assert (row["age in days"], row["opened"], row["line"]) == ("7", "2026-11-16", "3")
    assert row["query text"] == '\'=HYPERLINK("x")'
    assert row["action requested"] == "a, b"


def test_without_findings_there_is_a_heading() -> None:
    assert query_csv([], date(2026, 11, 23)).strip().split(",")[0] == "query"
