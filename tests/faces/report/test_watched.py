from datetime import date

import polars as pl
import traced
from rounds import plan

from nanoward.faces.report.watched import SHIFTS, shifts
from nanoward.flows.round import Round


def told(**found: pl.DataFrame) -> Round:
    return Round(plan=plan(), as_of=date(2026, 1, 1), tables=found)


def test_change_within_people_is_known_by_its_columns_whatever_its_name() -> None:
    table = traced.shifts()["shifts"]
    found = shifts(told(anything=table, bands=pl.DataFrame({"participant": ["P1"]})))
    assert found["participant"].to_list() == ["P1", "P2", "P3"]


def test_a_comparison_of_settings_is_not_taken_for_it() -> None:
    assert shifts(told(changes=traced.kept())).is_empty()


def test_columns_that_lack_are_not_measured() -> None:
    bare = traced.shifts()["shifts"].drop("load_p")
    assert shifts(told(shifts=bare))["load_p"].null_count() == 3


def test_without_any_there_is_an_empty_table_of_the_shape() -> None:
    assert shifts(told()).columns == [one.name for one in SHIFTS.columns]
