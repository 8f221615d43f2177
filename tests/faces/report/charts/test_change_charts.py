import re
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import traced
from rounds import plan

from nanoward.base import tables
from nanoward.faces.report.charts.change_charts import (
    change_figures,
    change_table,
    changed_first,
)
from nanoward.faces.report.charts.life import Span
from nanoward.flows.round.round import Round

START = date(2013, 12, 2)


def told(**more: pl.DataFrame) -> Round:
    return Round(plan=plan(), as_of=date(2014, 6, 2), tables={**traced.changes(), **more})


def test_only_those_who_changed_are_drawn() -> None:
    (figure,) = change_figures(told())
    assert figure.caption == ("P1: changed; the scores follow the load of the agent (p 0.012)")
    assert [row["participant"] for row in changed_first(told())] == ["P1", "P3", "P2"]


def test_the_change_point_stands_on_its_day() -> None:
    (figure,) = change_figures(told())
    turns = {
        kind: float(x)
        for x, kind in re.findall(r'd="M([\d.]+) 16V[\d.]+" class="turn (\w+)"',
                                  str(figure.drawing))
    }  # fmt: skip
    span = Span(first=START, last=START + timedelta(days=175), left=44, width=430)
    assert turns == {
        "began": round(span.x(START + timedelta(days=105)), 1),
        "seen": round(span.x(START + timedelta(days=119)), 1),
    }


def test_every_score_of_every_scale_is_a_dot() -> None:
    (figure,) = change_figures(told())
    dots = re.findall(r'<path d="([^"]+)" class="dots small (arm\d)"', str(figure.drawing))
    assert [path.count("M") for path, _ in dots] == [26, 26]
    assert [text for _, text in figure.legend] == ["GAD7TOT", "PHQ9TOT"]


def test_a_measured_load_is_drawn_else_what_was_given() -> None:
    (figure,) = change_figures(told())
    assert "load of the agent, as measured" in str(figure.drawing)
    weeks = traced.changes()["courses"].filter(pl.col("what") != "load")
    dose = {"participant": "P1", "day": START, "until": START + timedelta(days=60),
            "kind": "dose", "what": "AGENT 5 mg"}  # fmt: skip
    (bare,) = change_figures(
        told(courses=weeks, timeline=traced.frame(tables.TIMELINE, [dose]))
    )
    assert "the load was not measured" in str(bare.drawing)
    assert "AGENT 5 mg" in str(bare.drawing)


def test_where_nobody_changed_the_nearest_is_shown() -> None:
    changes = traced.changes()["changes"].with_columns(changed=pl.lit(value=False))
    (figure,) = change_figures(told(changes=changes))
    assert figure.caption.startswith("P1")


def test_every_no_says_what_would_have_been_seen() -> None:
    table = change_table(told())
    assert table is not None
    assert [row[1].text for row in table.rows] == ["yes", "no", "no"]
    assert table.rows[1][8].text == "no change found"


def test_without_weeks_there_is_nothing() -> None:
    empty = replace(told(), tables={})
    assert change_figures(empty) == []
    assert change_table(empty) is None


def test_names_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    both = {
        name: table.with_columns(participant=pl.lit(evil))
        for name, table in traced.changes().items()
    }
    weeks = both["courses"].with_columns(
        what=pl.col("what").replace({"PHQ9TOT": evil, "GAD7TOT": evil})
    )
    for figure in change_figures(told(changes=both["changes"], courses=weeks)):
        assert "<script" not in str(figure.drawing)
