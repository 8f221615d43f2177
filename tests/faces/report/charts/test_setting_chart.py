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


def test_of_hundreds_an_even_part_is_drawn_and_the_caption_says_so() -> None:
    advice = courses(400)["recommendations"]
    figures = setting_chart(advice)
    assert len(figures) == 3
    assert "120 of 398 people, evenly along it" in figures[0].caption
    known = advice.filter(pl.col("value").is_not_null()).sort("value", "participant")
    for figure, who in (
        (figures[0], known["participant"][0]),
        (figures[-1], known["participant"][-1]),
    ):
        assert f">{who}: " in figure.drawing
