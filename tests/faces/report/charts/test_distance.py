from datetime import date, timedelta

import polars as pl

from nanoward.faces.report.charts.distance import distance_figure


def profiles(people: int, samples: int, typed: str = "agent") -> pl.DataFrame:
    rows = [
        (f"p{who:03}", date(2026, 3, 1) + timedelta(days=9 * at), 1e-3 * (at + who), typed)
        for who in range(people)
        for at in range(samples)
    ]
    names = ["participant", "taken", "distance", "typed_as"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_every_sample_is_a_mark_and_everybody_a_line() -> None:
    figure = distance_figure(profiles(3, 4))
    assert figure is not None
    assert figure.drawing.count("<circle") == 12
    (lines,) = [one for one in figure.drawing.split("<path ") if "var(--faint)" in one]
    assert lines.count("M") == 3
    assert "Drawn are" not in figure.caption


def test_what_is_not_the_agent_has_a_shape_of_its_own() -> None:
    figure = distance_figure(profiles(1, 2, typed="other"))
    assert figure is not None
    assert "<circle" not in figure.drawing
    assert figure.drawing.count('fill="var(--alarm)"') == 2


def test_only_those_who_went_furthest_are_drawn_and_the_caption_says_so() -> None:
    figure = distance_figure(profiles(200, 4))
    assert figure is not None
    assert figure.drawing.count("<circle") == 500
    assert "the 125 people who went furthest, of 200" in figure.caption


def test_one_sample_and_none() -> None:
    assert distance_figure(profiles(1, 1)) is not None
    assert (
        distance_figure(profiles(0, 0).cast({"taken": pl.Date, "distance": pl.Float64})) is None
    )
