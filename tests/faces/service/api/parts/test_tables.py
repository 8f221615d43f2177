import csv
import io

import polars as pl
import pytest

from nanoward.faces.service.api.parts.tables import (
    attachment,
    csv_bytes,
    parquet_bytes,
    rows_page,
    table_answer,
)

BAD = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd|x", "@SUM(1)", "\t=1", "\r=1",
       '=HYPERLINK("http://x","y")')  # fmt: skip


@pytest.mark.hazard("H-387")
def test_formulas_in_an_exported_csv_are_text_and_numbers_below_zero_stay_numbers() -> None:
    table = pl.DataFrame({"name": [*BAD, "a\x00=1"], "change": [-1.5] * 8})
    text = csv_bytes(table).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert all(row[0].startswith("'") for row in rows[:-1])
    assert rows[-1][0] == "a=1"
    assert all(row[1] == "-1.5" for row in rows)


def test_pages_of_a_table_go_on_where_the_one_before_ended() -> None:
    table = pl.DataFrame({"n": range(5)})
    first = rows_page(table, "t", None, 3)
    second = rows_page(table, "t", first["next"], 3)
    assert [one["n"] for one in first["items"] + second["items"]] == [0, 1, 2, 3, 4]
    assert second["next"] is None


def test_files_are_kept_by_a_browser_under_a_plain_name() -> None:
    told = attachment(b"x", '../a"; b=c\r\n.csv', "text/csv")
    assert told.headers["content-disposition"] == 'attachment; filename="a_b_c_.csv"'


def test_a_table_comes_in_three_forms() -> None:
    table = pl.DataFrame({"n": [1, 2]})
    assert table_answer(table, "t", "csv", (None, 5)).body == b"n\r\n1\r\n2\r\n"
    parquet = table_answer(table, "t", "parquet", (None, 5)).body
    assert pl.read_parquet(io.BytesIO(bytes(parquet))).equals(table)
    assert bytes(parquet) == parquet_bytes(table)
    assert b'"items":[{"n":1},{"n":2}]' in table_answer(table, "t", "json", (None, 5)).body
