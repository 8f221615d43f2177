import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.delimited_records import records_of
from nanoward.adapters.formats.text.plain_text import Text

Rows = list[dict[str, str | None]]


def parsed(text: str) -> tuple[Rows, list[int], list[tuple[str, int | None]]]:
    remarks = Remarks("a.csv")
    records = records_of(Text(lines=text.split("\n")), remarks)
    codes = [(finding.code, finding.line) for finding in remarks.findings()]
    if records is None:
        return [], [], codes
    return records.frame.to_dicts(), records.lines.to_list(), codes


def test_a_quoted_field_may_hold_delimiters_quotes_and_line_ends() -> None:
    rows, lines, codes = parsed('a,b\n"x, ""y""\nz",1\nplain,2')
    assert rows == [{"a": 'x, "y"\nz', "b": "1"}, {"a": "plain", "b": "2"}]
    assert lines == [2, 4]  # the first record takes two lines
    assert codes == []


def test_ragged_rows_are_told_and_not_used() -> None:
    rows, lines, codes = parsed("a,b\n1,2\n3\n\n4,5,6\n7,8")
    assert rows == [{"a": "1", "b": "2"}, {"a": "7", "b": "8"}]
    assert lines == [2, 6]
    assert codes == [("FMT-024", 3), ("FMT-024", 5)]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    rows, lines, codes = parsed('a,b\n1,2\n"3,4\n5,6\n7,8')
    assert lines == [2, 4, 5]
    assert len(rows) == 3
    assert codes == [("FMT-025", 3)]


def test_a_quote_closed_by_a_later_wrong_one_does_not_swallow_sound_rows() -> None:
    _, lines, codes = parsed('a,b\n"3,4\n5,6\n7",8,9\n1,2')
    assert lines == [3, 5]
    assert codes == [("FMT-024", 2), ("FMT-024", 4)]


def test_semicolons_and_tabs_are_understood_and_told() -> None:
    assert parsed("a;b\n1;2") == ([{"a": "1", "b": "2"}], [2], [("FMT-032", 1)])
    assert parsed("a\tb\n1\t2") == ([{"a": "1", "b": "2"}], [2], [("FMT-032", 1)])


def test_columns_without_a_name_or_with_a_name_twice_are_told() -> None:
    rows, _, codes = parsed(",a,a\n1,2,3")
    assert rows == [{"a": "2"}]
    assert codes == [("FMT-022", 1), ("FMT-023", 1)]


def test_a_header_that_cannot_be_read_gives_no_records() -> None:
    assert parsed('"a,b\n1,2') == ([], [], [("FMT-025", 1)])
    assert parsed("\n \n") == ([], [], [("FMT-001", None)])


def test_a_field_beyond_the_parser_s_limit_is_told() -> None:
    _, lines, codes = parsed(f'a,b\n"{"x" * 140_000}",1\n{"y" * 140_000},2')
    assert lines == [3]
    assert codes == [("FMT-025", 2)]


def test_rows_on_damaged_lines_are_not_used() -> None:
    text = Text(lines=["a,b", "1,2", "3,\0", "5,6"], damaged=frozenset({3}))
    records = records_of(text, Remarks("a.csv"))
    assert records is not None
    assert records.lines.to_list() == [2, 4]


letters = st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\t",')
cells = st.text(letters, max_size=8)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8))
def test_what_the_standard_writer_writes_is_read_back(rows: list[tuple[str, ...]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    found, lines, codes = parsed(buffer.getvalue())
    assert codes == []
    meant = [tuple(cell.strip() or None for cell in row) for row in rows]
    assert [tuple(row.values()) for row in found] == meant
    assert lines == sorted(set(lines))


def test_another_delimiter_is_called_by_its_name() -> None:
    for mark, name in (("\t", "tab"), (";", ";")):
        remarks = Remarks("a.csv")
        records_of(Text(lines=[f"a{mark}b", f"1{mark}2"]), remarks)
        assert [one.message for one in remarks.findings()] == [
            f"columns are parted by '{name}'"
        ]
