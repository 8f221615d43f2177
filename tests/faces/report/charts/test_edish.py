import re
from datetime import date

import polars as pl
import traced
from rounds import plan, standings

from nanoward.base import tables
from nanoward.faces.report.charts.edish import edish_figure, edish_table, liver_people
from nanoward.flows.round.round import Round

EVIL = '<script>alert("1")</script>'


def people(count: int = 60) -> pl.DataFrame:
    who = standings(count)
    round_ = Round(
        plan=plan(),
        as_of=date(2026, 1, 1),
        tables={"standings": who, "liver": traced.liver(who)},
    )
    return liver_people(round_)


def test_as_many_points_are_drawn_as_people_have_both_tests() -> None:
    table = people()
    figure = edish_figure(table)
    assert figure is not None
    drawn = re.findall(r'<path d="([^"]+)" class="(?:dots|shapes) arm\d"', str(figure.drawing))
    known = table.drop_nulls(["transaminase", "bilirubin"]).height
    assert sum(path.count("M") for path in drawn) == known == 59


def test_each_point_stands_where_the_table_says() -> None:
    table = people().head(1)
    figure = edish_figure(table)
    assert figure is not None
    found = re.search(
        r'<path d="M([\d.]+) ([\d.]+)[^"]*" class="(?:dots|shapes)', str(figure.drawing)
    )
    assert found is not None
    x, y = float(found[1]), float(found[2])
    lines = re.search(r'd="M([\d.]+) [\d.]+V[\d.]+M[\d.]+ ([\d.]+)H', str(figure.drawing))
    assert lines is not None  # transaminase 4.0 right of the line at 3, bilirubin 5.9 above 2
    assert x > float(lines[1])
    assert y < float(lines[2])


def test_people_outside_the_normal_corner_are_named() -> None:
    table = people()
    figure = edish_figure(table)
    assert figure is not None
    for who in table["participant"].head(3):
        assert f">{who}</text>" in str(figure.drawing)


def test_the_table_holds_everybody_outside_and_says_what_is_open() -> None:
    table = people()
    shown = edish_table(table)
    assert shown is not None
    assert [row[0].text for row in shown.rows] == [
        table["participant"][at] for at in (0, 2, 1, 3)
    ]
    assert "0 by FDA 2009, 1 by the pilot's criteria" in shown.caption
    assert "Open for 1" in shown.caption
    assert shown.rows[0][9].mark == "alarm"
    assert shown.rows[3][8].text == "open: a test is missing"


def test_nobody_measured_gives_no_picture() -> None:
    empty = Round(plan=plan(), as_of=date(2026, 1, 1), tables={})
    assert edish_figure(liver_people(empty)) is None
    assert edish_table(liver_people(empty)) is None


def test_names_stay_text() -> None:
    row = {"participant": EVIL, "transaminase": 9.0, "bilirubin": 9.0, "quadrant": "hy"}
    table = traced.frame(tables.LIVER, [row]).with_columns(arm=pl.lit(EVIL))
    figure = edish_figure(table)
    assert figure is not None
    assert "<script" not in str(figure.drawing)
    assert "&lt;script&gt;" in str(figure.drawing)
