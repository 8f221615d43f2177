import re
from datetime import date

import polars as pl
import traced
from rounds import plan

from nanoward.faces.report.charts.staircase import staircases, states, stepped, stopping_table
from nanoward.flows.round.round import Round


def told(*, stop: bool = False, **more: pl.DataFrame) -> Round:
    found = {**traced.stopping(stop=stop), **more}
    return Round(plan=plan(), as_of=date(2026, 1, 1), tables=found)


def test_a_rule_that_says_stop_stands_first_then_the_nearest_to_it() -> None:
    assert [row["group"] for row in states(told(stop=True))] == ["Low", "High"]
    assert [row["group"] for row in states(told())] == ["High", "Low"]


def test_a_staircase_goes_across_and_then_up() -> None:
    assert stepped([(1, 2), (2, 2), (3, 5)]) == [(1, 2), (2, 2), (3, 2), (3, 5)]


def test_the_dot_stands_in_the_scale_of_the_axes() -> None:
    drawn = str(staircases(told())[0].drawing)
    dot = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"', drawn)
    assert dot is not None
    across = {
        text: float(x) for x, text in re.findall(r'class="x" x="([\d.]+)"[^>]*>(\d+)<', drawn)
    }
    a_person = (across["40"] - across["0"]) / 40
    assert abs(float(dot[1]) - (across["0"] + 30.5 * a_person)) < 0.2


def test_the_steps_of_the_table_are_the_steps_of_the_line() -> None:
    drawn = str(staircases(told())[0].drawing)
    line = re.search(r'<path d="([^"]+)" class="limit"', drawn)
    assert line is not None
    heights = {float(one.split(" ")[1]) for one in line[1].removeprefix("M").split("L")}
    limits = traced.stopping()["stairs"].filter(pl.col("stops_at") <= pl.col("people"))
    assert len(heights) == limits["stops_at"].n_unique()


def test_a_stop_is_marked_in_picture_and_table() -> None:
    assert 'class="point out"' in str(staircases(told(stop=True))[0].drawing)
    table = stopping_table(told(stop=True))
    assert table is not None
    assert table.caption == "2 stopping rules, 1 of them saying stop"
    assert table.rows[0][5].mark == "alarm"
    assert [cell.text for cell in table.rows[0][:5]] == ["severe", "Low", "30.5", "9", "5"]


def test_without_rules_there_is_nothing() -> None:
    empty = Round(plan=plan(), as_of=date(2026, 1, 1), tables={})
    assert staircases(empty) == []
    assert stopping_table(empty) is None


def test_names_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    named = {
        name: table.with_columns(pl.lit(evil).alias("rule"))
        for name, table in traced.stopping().items()
    }
    assert "<script" not in str(staircases(told(**named))[0].drawing)
