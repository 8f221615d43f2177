"""Event tables with comments, points, decimal commas, NONMEM's headings, and clocks."""

from typing import Any

import pytest

from nanoward.adapters.formats.text.nonmem import read_events

HEAD = "ID,TIME,EVID,AMT,DV"


def codes(reading: Any) -> list[str]:
    return [one.code for one in reading.findings]


@pytest.mark.hazard("H-166")
def test_a_row_that_begins_with_a_hash_is_no_person() -> None:
    found = read_events("e.csv", f"{HEAD}\n1,0,1,100,.\n#1,0.5,0,.,9\n1,1,0,.,4\n".encode())
    assert found.table["ID"].unique().to_list() == ["1"]
    assert found.table["line"].to_list() == [2, 4]
    assert codes(found) == ["FMT-077"]


@pytest.mark.hazard("H-166")
def test_a_row_that_looks_like_a_comment_is_told_and_not_used() -> None:
    found = read_events("e.csv", f"{HEAD}\n1,0,1,100,.\nC1,1,0,.,9\n".encode())
    assert found.table.height == 1
    assert "FMT-203" in codes(found)
    sure = read_events("e.csv", f"{HEAD}\nA1,0,1,100,.\nC1,1,1,50,.\n".encode())
    assert sure.table.height == 2


@pytest.mark.hazard("H-167")
@pytest.mark.parametrize("mark", [".", "NA", "", ".A"])
@pytest.mark.parametrize("column", ["CENS", "LLOQ", "SS", "OCC", "WT", "LIMIT"])
def test_a_mark_of_a_missing_number_is_none_in_every_column(column: str, mark: str) -> None:
    text = f"{HEAD},{column}\n1,0,1,100,.,{mark}\n1,1,0,.,4,1\n"
    table = read_events("e.csv", text.encode()).table
    assert table[column].to_list() == [None, 1.0]


def test_text_in_a_column_of_numbers_refuses_its_row() -> None:
    found = read_events("e.csv", f"{HEAD},CENS\n1,0,1,100,.,0\n1,1,0,.,4,yes\n".encode())
    assert found.table.height == 1
    assert "FMT-027" in codes(found)


@pytest.mark.hazard("H-168")
def test_a_day_and_the_clock_become_hours() -> None:
    text = "ID,DATE,TIME,EVID,AMT,DV\n1,2024-03-01,8:00,1,100,.\n1,2024-03-02,10:00,0,.,4\n"
    found = read_events("e.csv", text.encode())
    assert found.table["TIME"].to_list() == [0.0, 26.0]
    assert codes(found) == ["FMT-201"]


@pytest.mark.hazard("H-168")
def test_a_day_that_cannot_be_read_costs_its_row_and_is_told() -> None:
    text = "ID,DATE,TIME,EVID,AMT,DV\n1,2024-03-01,8,1,100,.\n1,soon,10,0,.,4\n"
    found = read_events("e.csv", text.encode())
    assert found.table.height == 1
    assert "FMT-202" in codes(found)


def test_a_day_in_another_form_is_told_with_what_was_meant() -> None:
    text = "ID,DATE,TIME,EVID,AMT,DV\n1,3/1/2024,8,1,100,.\n1,3/2/2024,8,0,.,4\n"
    found = read_events("e.csv", text.encode())
    assert found.table["TIME"].to_list() == [0.0, 24.0]
    assert "FMT-207" in codes(found)


def test_semicolons_and_decimal_commas_are_understood_and_told() -> None:
    text = "ID;TIME;EVID;AMT;DV\n1;0;1;100;.\n1;1,5;0;.;4,25\n"
    found = read_events("e.csv", text.encode())
    assert found.table["DV"].to_list() == [None, 4.25]
    assert "FMT-204" in codes(found)


def test_headings_of_nonmems_tables_are_no_rows() -> None:
    head = "TABLE NO.  1\n ID TIME EVID AMT DV\n"
    text = f"{head} 1 0 1 100 .\n{head} 1 1 0 . 4\n"
    found = read_events("sdtab1", text.encode())
    assert found.table.height == 2
    assert "FMT-205" in codes(found)


@pytest.mark.hazard("H-169")
def test_a_compartment_turned_off_is_refused() -> None:
    found = read_events("e.csv", f"{HEAD},CMT\n1,0,1,100,.,1\n1,1,2,.,.,-1\n".encode())
    assert found.table.height == 1
    assert "FMT-206" in codes(found)


@pytest.mark.parametrize("row", ["1,0,1,100,.", '"1",0,1,100,.'])  # at once, and line by line
def test_a_head_that_comes_again_without_a_table_line_is_told(row: str) -> None:
    found = read_events("e.csv", f"{HEAD}\n{row}\n{HEAD}\n1,1,0,.,4\n".encode())
    assert found.table["line"].to_list() == [2, 4]
    assert [(one.line, one.severity) for one in found.findings] == [(3, "error")]
