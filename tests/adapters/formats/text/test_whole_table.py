"""Tables read at once are those that lines would give; all others are left to the lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.delimited_records import records_of
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.text.whole_table import whole_table

CELLS = st.text(st.sampled_from("01.aB \t-eé"), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5), st.booleans())
def test_both_ways_give_the_same(rows: list[list[str]], windows: bool) -> None:
    end = "\r\n" if windows else "\n"
    content = end.join(["ID,TIME,DV", *(",".join(row) for row in rows), ""]).encode()
    found, remarks = whole_table(content), Remarks("x")
    slow = records_of(text_of("x", content, remarks), remarks)
    assert slow is not None
    if found is None:
        return
    assert found.frame.equals(slow.frame)
    assert found.lines.to_list() == slow.lines.to_list()
    assert found.header_line == slow.header_line


@pytest.mark.parametrize(
    "content",
    [
        b"", b"a,b", b"a,b\n", b"a,b\n1,2,3\n", b"a,b\n1\n2,3,4\n", b"a,b\n\n1,2\n",
        b'a,b\n"1",2\n',
        b"a,b\n#1,2\n", b"TABLE NO. 1\na,b\n1,2\n", b"a,b\n1,2\nTABLE NO. 2\n", b"a;b\n1;2\n",
        b"a,b\r1,2\r", b"a,a\n1,2\n", b"a,\n1,2\n", b"a\n1\n", b"\xff\xfea,b\n1,2\n",
        b"a,b\n1,\xff\n", b"a\tb\tc,d\n1\t2\t3,4\n",
    ],
)  # fmt: skip
def test_what_needs_a_look_is_left_to_the_lines(content: bytes) -> None:
    assert whole_table(content) is None


def test_a_mark_of_nothing_is_nothing_where_it_is_told() -> None:
    found = whole_table(b"a,b\n.,1\n", missing=(".",))
    assert found is not None
    assert found.frame["a"].to_list() == [None]


def test_a_blank_that_does_not_break_is_a_blank_too() -> None:
    found = whole_table("ID,DV\n\u00a01,2\u00a0\n\u00a0,3\n".encode())
    assert found is not None
    assert found.frame.rows() == [("1", "2"), (None, "3")]
