from datetime import date

import traced
from rounds import plan

from nanoward.faces.report.sections.kept import kept_table
from nanoward.flows.round.round import Round


def test_everybody_together_stands_first_then_what_got_worse() -> None:
    table = kept_table(
        Round(plan=plan(), as_of=date(2026, 1, 1), tables={"comparisons": traced.kept()})
    )
    assert table is not None
    assert [row[0].text for row in table.rows] == ["everybody", "P1", "P2"]
    assert [row[7].mark for row in table.rows] == ["cleared", "alarm", ""]
    assert table.rows[1][5].text == "1 (0.500 to 1.50)"
    assert table.rows[1][6].text == "0.600"


def test_nothing_compared_gives_no_table() -> None:
    assert kept_table(Round(plan=plan(), as_of=date(2026, 1, 1), tables={})) is None
