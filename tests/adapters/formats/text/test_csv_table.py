import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.csv_table import (
    CsvFormat,
    Draft,
    Limits,
    draft_of,
    read_csv,
)
from nanoward.base.tables import Column, TableShape

SHAPE = TableShape(
    name="things",
    meaning="for this test",
    key=("name",),
    columns=(
        Column(name="name", kind="text", meaning="which"),
        Column(name="size", kind="float", meaning="how large"),
        Column(name="count", kind="int", meaning="how many", required=False),
    ),
)
FORM = CsvFormat(
    shape=SHAPE,
    synonyms={"label": "name"},
    limits={"size": Limits(low=0, high=10), "count": Limits(low=0)},
)


def places(content: str, form: CsvFormat = FORM) -> list[tuple[str, int | None, str]]:
    told = read_csv(form, "a.csv", content.encode()).findings
    return [(finding.code, finding.line, finding.column) for finding in told]


def test_sound_rows_have_their_kinds_their_lines_and_further_columns() -> None:
    table = read_csv(FORM, "a.csv", b"SIZE,name,colour,score\n1,x,red,7\n2.5,y,,8\n").table
    assert table.to_dicts() == [
        {"name": "x", "size": 1.0, "colour": "red", "score": 7.0, "line": 2},
        {"name": "y", "size": 2.5, "colour": None, "score": 8.0, "line": 3},
    ]


def test_each_wrong_cell_is_told_with_its_line_and_its_row_is_not_used() -> None:
    content = "name,size\na,1\n,2\nc,\nd,big\ne,11\nf,-1\ng,10\n"
    assert places(content) == [
        ("FMT-026", 3, "name"),
        ("FMT-026", 4, "size"),
        ("FMT-027", 5, "size"),
        ("FMT-027", 6, "size"),
        ("FMT-027", 7, "size"),
    ]
    assert read_csv(FORM, "a", content.encode()).table["name"].to_list() == ["a", "g"]


def test_a_wrong_cell_of_a_column_that_may_lack_costs_the_cell_only() -> None:
    content = "name,size,count\na,1,x\nb,1,-2\nc,1,3\n"
    assert places(content) == [("FMT-028", 2, "count"), ("FMT-028", 3, "count")]
    assert read_csv(FORM, "a", content.encode()).table["count"].to_list() == [None, None, 3]


def test_a_wrong_cell_of_a_strict_column_costs_the_row() -> None:
    form = CsvFormat(shape=SHAPE, strict=frozenset({"count"}))
    content = "name,size,count\na,1,x\nb,1,\n"
    assert places(content, form) == [("FMT-027", 2, "count")]
    assert read_csv(form, "a", content.encode()).table["name"].to_list() == ["b"]


def test_the_first_row_of_a_key_is_used_and_the_message_names_its_line() -> None:
    reading = read_csv(FORM, "a", b"name,size\nx,1\ny,2\nx,3\n")
    assert reading.table["size"].to_list() == [1.0, 2.0]
    assert [(f.code, f.line, f.subject) for f in reading.findings] == [("FMT-029", 4, "x")]
    assert "line 2" in reading.findings[0].message


def test_a_refused_row_does_not_make_a_later_one_a_repeat() -> None:
    reading = read_csv(FORM, "a", b"name,size\nx,wrong\nx,3\n")
    assert reading.table["size"].to_list() == [3.0]


def test_missing_columns_are_told_and_nothing_is_used() -> None:
    assert places("colour\nred\n") == [("FMT-020", 1, "name"), ("FMT-020", 1, "size")]
    assert read_csv(FORM, "a", b"colour\nred\n").table.is_empty()


def test_a_synonym_is_told_once_and_the_true_name_wins_over_it() -> None:
    assert places("label,size\na,1\nb,1\n") == [("FMT-021", 1, "name")]
    table = read_csv(FORM, "a", b"label,name,size\nL,x,1\n").table
    assert (table["name"][0], table["label"][0]) == ("x", "L")


def test_a_header_without_rows_and_names_that_differ_in_capitals_are_told() -> None:
    assert places("name,size\n") == [("FMT-002", None, "")]
    assert places("name,NAME,size\na,b,1\n") == [("FMT-022", 1, "NAME")]


def test_a_column_called_line_gives_way_to_the_line_of_the_file() -> None:
    assert places("name,size,Line\na,1,77\n") == [("FMT-023", 1, "line")]
    assert read_csv(FORM, "a", b"name,size,Line\na,1,77\n").table["line"].to_list() == [2]


def test_a_draft_keeps_refused_rows_until_the_end_so_that_masks_fit() -> None:
    draft = draft_of(FORM, "a", b"name,size\na,\nb,2\nb,2\n", Remarks("a"))
    assert isinstance(draft, Draft)
    assert len(draft.lines) == 3
    assert draft.repeated(["name"]).to_list() == [False, False, True]
    draft.drop(draft.frame["name"] == "b")
    assert draft.table().is_empty()


def test_a_finding_of_a_cell_shows_it_and_whose_row_it_is() -> None:
    short, long = "x" * 58, "x" * 59  # with their quotation marks 60 and 61
    text = f"name,size,colour\np,1,{short}\nq,2,{long}\n"
    draft = draft_of(FORM, "a.csv", text.encode(), Remarks("a.csv"))
    assert draft is not None
    rows = pl.Series([True, True])
    draft.add_finding(rows, problems.BAD_VALUE, "{} is odd", column="colour", subject="name")
    draft.add_finding(rows, problems.RNA, "odd", subject="owner")
    told = [(one.message, one.subject) for one in draft.remarks.findings()]
    cut = f"'{'x' * 49} ... (61 characters)"
    assert told[:2] == [(f"'{short}' is odd", "p"), (f"{cut} is odd", "q")]
    assert told[2:] == [("odd", ""), ("odd", "")]
