import re
from datetime import date

import traced
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report.staircase import grouped, staircases, stopping_table, walked
from nanoward.flows.round import Round


def told(stop: bool = False) -> Round:
    return Round(
        plan=plan(), as_of=date(2026, 1, 1), tables={"stopping": traced.stopping(stop=stop)}
    )


def test_a_rule_that_says_stop_stands_first() -> None:
    assert [rows[0]["scope"] for rows in grouped(traced.stopping(stop=True))] == ["Low", "High"]
    assert [rows[0]["scope"] for rows in grouped(traced.stopping())] == ["High", "Low"]


def test_the_way_ends_where_people_could_be_judged() -> None:
    (rows, _) = grouped(traced.stopping())
    assert walked(rows)[-1] == (30, 3)


def test_the_dot_stands_at_the_last_step_in_the_scale_of_the_axes() -> None:
    drawn = str(staircases(told())[0].drawing)
    dot = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"', drawn)
    assert dot is not None
    thirty = re.search(
        r'x="([\d.]+)"[^>]*class="x"[^>]*>30<|class="x" x="([\d.]+)"[^>]*>30<', drawn
    )
    assert thirty is not None
    assert float(dot[1]) == float(thirty[1] or thirty[2])


def test_a_stop_is_marked_in_picture_and_table() -> None:
    assert 'class="point out"' in str(staircases(told(stop=True))[0].drawing)
    table = stopping_table(told(stop=True))
    assert table is not None
    assert table.caption == "2 stopping rules, 1 of them saying stop"
    assert table.rows[0][4].mark == "alarm"
    assert [cell.text for cell in table.rows[0][:4]] == ["severe", "Low", "30", "9"]


def test_without_rules_there_is_nothing() -> None:
    empty = Round(plan=plan(), as_of=date(2026, 1, 1), tables={})
    assert staircases(empty) == []
    assert stopping_table(empty) is None


def test_a_rule_that_nobody_has_reached_is_drawn_without_a_way() -> None:
    bare = traced.stopping().with_columns(events=None)
    round_ = Round(plan=plan(), as_of=date(2026, 1, 1), tables={"stopping": bare})
    assert 'class="way"' not in str(staircases(round_)[0].drawing)


def test_names_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    row = {"rule": evil, "scope": evil, "people": 1, "stop_at": 2, "told": evil, "stops": False}
    table = traced.frame(tables.STOPPING, [row])
    round_ = Round(plan=plan(), as_of=date(2026, 1, 1), tables={"stopping": table})
    assert "<script" not in str(staircases(round_)[0].drawing)
