import json

from nanoward.faces.report.drawing.paging import further_rows
from nanoward.faces.report.drawing.views import Cell, Table, cells, headings


def test_a_cell_is_its_text_or_what_it_bears_besides() -> None:
    table = Table(
        caption="x",
        headings=headings("@Who", "State", "#Value"),
        rows=[
            cells("a", "b", "c"),
            cells(
                "p", Cell(text="held", mark="held"), Cell(text="1", tone="grade1", hint="of 2")
            ),
        ],
        ids=["who-a", "who-p"],
        group=["", "held"],
    )
    told = json.loads(further_rows(table, 1))
    assert told == {
        "kinds": ["w", "", "n"],
        "words": [],
        "rows": [["p", ["held", "held"], ["1", "", "grade1", "of 2"]]],
        "ids": ["who-p"],
        "group": ["held"],
    }


def test_no_text_ends_the_script_that_holds_it() -> None:
    words = "</script><!-- <script>"
    table = Table(caption="x", headings=headings("A"), rows=[cells(words)])
    told = further_rows(table, 0)
    assert "<" not in told
    assert json.loads(told)["rows"] == [[words]]


def test_what_stands_there_several_times_is_told_once() -> None:
    held = Cell(text="held", mark="held")
    rows = [cells(who, held, "no consent on record", "12") for who in ("a", "b")]
    told = json.loads(further_rows(Table(caption="x", headings=headings("A"), rows=rows), 0))
    assert told["words"] == [["held", "held"], "no consent on record"]
    assert told["rows"] == [["a", 0, 1, "12"], ["b", 0, 1, "12"]]
