import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nanoward.base.tables import FOUND, INCOMING, TableShape
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.maths.frames import frame_of


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
    assert [float(one["float"]) for one in rows[:2]] == [-1.5, 2.0]
    assert rows[0]["struct"] == '{"a": 1}'


@pytest.mark.hazard("H-196")
@pytest.mark.parametrize("shape", [*FOUND, *INCOMING], ids=lambda one: one.name)
def test_every_table_that_there_is_can_be_written(shape: TableShape, tmp_path: Path) -> None:
    values = {
        "text": "=1+1", "list": ["@a", "b"], "int": -3, "float": -1.5, "bool": True,
        "date": date(2026, 1, 1),
    }  # fmt: skip
    table = frame_of(shape, [{one.name: values[one.kind] for one in shape.columns}])
    write_csv(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    (full,) = rows
    told = {"text": "'=1+1", "list": "'@a; b", "int": "-3", "float": "-1.5", "bool": "true",
            "date": "2026-01-01"}  # fmt: skip
    assert full == {one.name: told[one.kind] for one in shape.columns}
