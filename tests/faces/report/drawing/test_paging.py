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
