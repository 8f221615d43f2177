import polars as pl
from rounds import courses

from nanoward.faces.report.charts.setting_chart import setting_chart


def test_everybody_with_a_setting_is_a_row_by_its_size() -> None:
    advice = courses(5)["recommendations"]
    (figure,) = setting_chart(advice)
    ordered = advice.sort("value")["participant"].to_list()
    places = [figure.drawing.index(f">{who}: ") for who in ordered]
    assert places == sorted(places)


def test_refused_people_are_not_drawn() -> None:
    (figure,) = setting_chart(courses(32)["recommendations"])
    assert ">17: " not in figure.drawing
    assert ">16: " in figure.drawing


def test_more_people_than_fit_on_a_page_take_several_charts() -> None:
    figures = setting_chart(courses(60)["recommendations"])
    assert len(figures) == 2


def test_nobody_gives_no_chart() -> None:
    assert setting_chart(courses(1)["recommendations"].filter(pl.col("value") < 0)) == []
