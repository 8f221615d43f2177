"""Rows that $DATA and $INPUT let through."""

import pytest

from nanoward.tuning.nonmem.control_stream import BadStreamError, read_stream
from nanoward.tuning.nonmem.data_record import data_selection, selected_rows

TEXT = "C,ID,TIME,DV,BLQ\n.,1,0,4.0,0\nC,1,1,9,0\n.,1,2,0.1,1\n.,2,0,3.0,0\n"


def chosen(stream: str, text: str = TEXT) -> tuple[list[str], list[list[str]], int]:
    return selected_rows(data_selection(read_stream(stream)), text)


@pytest.mark.hazard("H-174")
def test_rows_are_left_out_by_sign_and_by_condition_and_columns_by_drop() -> None:
    names, rows, left = chosen(
        "$INPUT C=DROP ID TIME DV BLQ\n$DATA x IGNORE=@ IGNORE=(BLQ.EQ.1)"
    )
    assert names == ["ID", "TIME", "DV", "BLQ"]
    assert rows == [["1", "0", "4.0", "0"], ["2", "0", "3.0", "0"]]
    assert left == 3


def test_accept_keeps_what_it_names_alone() -> None:
    stream = "$INPUT C ID TIME DV BLQ\n$DATA x IGNORE=C ACCEPT=(ID.EQ.2, DV.GT.3.5)"
    assert [row[1] for row in chosen(stream)[1]] == ["1", "2"]


def test_blanks_part_fields_and_the_missing_last_is_zero() -> None:
    assert chosen("$INPUT ID TIME DV\n$DATA x", "1 0 4\n1 2\n")[1] == [
        ["1", "0", "4"],
        ["1", "2", "0"],
    ]


def test_a_condition_that_is_not_understood_is_refused_with_its_line() -> None:
    with pytest.raises(BadStreamError, match="not understood") as told:
        data_selection(read_stream("$PROB\n$DATA x IGNORE=(ID.LIKE.2)"))
    assert told.value.line == 2
