import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.faces.cli.csv_tables import safe_table, write_csv


@pytest.mark.hazard("H-196")
def test_every_kind_of_column_is_written_and_formulas_are_none(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "text": ["=1+1", "-5", "+cmd|' /C calc'!A0", "-"],
            "list": [["=a", "b"], [], None, ["1"]],
            "numbers": [[1, 2], [3], [], None],
            "day": [date(2026, 1, 1), None, None, None],
            "float": [-1.5, 2.0, None, 1e-9],
            "struct": [{"a": 1}, {"a": None}, None, {"a": 3}],
            "deep": [[["a"]], None, [], [["=x"]]],
            "bytes": [b"\x01", None, b"", b"a"],
            "none": [None] * 4,
        }
    )
    write_csv(table, tmp_path / "new" / "t.csv")
    with (tmp_path / "new" / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [one["text"] for one in rows] == ["'=1+1", "-5", "'+cmd|' /C calc'!A0", "-"]
    assert [one["list"] for one in rows] == ["'=a; b", "", "", "1"]
    assert [one["numbers"] for one in rows] == ["1; 2", "3", "", ""]
    assert [float(one["float"] or "nan") for one in rows][:2] == [-1.5, 2.0]
    assert rows[0]["struct"] == '{"a": 1}'


@pytest.mark.hazard("H-196")
@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_text_begins_a_formula_and_numbers_stay(cells: list[str]) -> None:
    told = safe_table(pl.DataFrame({"a": cells}, {"a": pl.String}))["a"].to_list()
    for before, after in zip(cells, told, strict=True):
        assert after in (before, f"'{before}")
        try:
            float(before)
        except ValueError:
            assert not after.startswith(("=", "+", "@", "\t", "\r"))
        else:
            assert after.lstrip("'") == before


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_as_it_was(value: float) -> None:
    told = safe_table(pl.DataFrame({"a": [repr(value)]}))["a"].to_list()
    assert told == [repr(value)]
