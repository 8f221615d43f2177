import re
from datetime import date
from typing import Any

import traced

from nanoward.base import tables
from nanoward.faces.report.charts.flushes import (
    by_urgency,
    clearance,
    flush_figure,
    flush_table,
)

DAY = date(2014, 6, 2)


def rows() -> list[dict[str, Any]]:
    return by_urgency(traced.control()["flushes"])


def test_who_escaped_stands_first_and_who_is_cleared_last() -> None:
    assert [row["outcome"] for row in rows()] == [
        "escaped", "unanswered", *["verifying"] * 4, *["cleared"] * 3,
    ]  # fmt: skip


def test_bars_lie_over_the_days_of_the_table() -> None:
    figure = flush_figure(rows(), DAY)
    assert figure is not None
    drawn = str(figure.drawing)
    known = [row for row in rows() if row["fired"]]
    bars = re.findall(r'<rect class="wait[^"]*" x="([\d.]+)"[^>]*width="([\d.]+)"', drawn)
    assert len(bars) == sum(row["earliest"] is not None for row in known) == 7
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    assert len(dots) == len(known) == 8
    fired = [row["fired"] for row in known]
    far = next(at for at, day in enumerate(fired) if day != fired[0])
    a_day = (dots[far] - dots[0]) / (fired[far] - fired[0]).days
    verifying = next(row for row in known if row["earliest"])
    want = (verifying["latest"] - verifying["earliest"]).days * a_day
    assert abs(float(bars[0][1]) - want) < 0.3


def test_an_escape_has_no_day_of_clearance() -> None:
    told = [clearance(row) for row in rows()]
    assert told[0] == "no: use the second route"
    assert told[1] == "not with the samples planned"
    assert re.fullmatch(r"2014-\d\d-\d\d to 2014-\d\d-\d\d", told[2])


def test_the_table_says_what_is_lacking() -> None:
    table = flush_table(rows())
    assert table is not None
    assert table.rows[0][1].mark == "alarm"
    assert table.rows[2][9].text == "negatives on one route only"
    assert len(table.rows) == 9


def test_no_flush_gives_neither_picture_nor_table() -> None:
    assert flush_figure([], DAY) is None
    assert flush_table([]) is None


def test_names_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    row = {"order": evil, "participant": evil, "mechanism": evil, "fired": DAY,
           "outcome": "escaped", "reasons": [evil]}  # fmt: skip
    table = traced.frame(tables.FLUSHES, [row])
    figure = flush_figure(by_urgency(table), DAY)
    assert figure is not None
    assert "<script" not in str(figure.drawing)
