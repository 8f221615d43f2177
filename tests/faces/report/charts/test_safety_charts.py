import polars as pl
from rounds import ARMS

from nanoward.faces.report.charts.safety_charts import event_chart, grade_chart


def graded(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    table = pl.DataFrame(rows, schema=["participant", "term", "day", "grade"], orient="row")
    return table.with_columns(pl.lit("high").alias("direction"))


def test_a_cell_counts_the_people_at_the_worst_grade_not_their_results() -> None:
    figure = grade_chart(graded(("a", "ALT", 3, 2), ("a", "ALT", 4, 2), ("b", "ALT", 5, 2),
                                ("c", "ALT", 5, 1)))  # fmt: skip
    assert figure is not None
    assert figure.drawing.count("var(--grade2)") == 1
    assert ">2</text>" in figure.drawing
    assert "var(--grade1)" not in figure.drawing


def test_what_was_not_measured_is_empty_and_grade_0_is_not() -> None:
    figure = grade_chart(graded(("a", "ALT", -3, 0), ("a", "AST", 8, 0)))
    assert figure is not None
    assert figure.drawing.count("var(--grade0)") == 2  # of four places
    assert ">before</text>" in figure.drawing


def test_a_long_trial_is_told_in_longer_periods() -> None:
    figure = grade_chart(graded(("a", "ALT", 0, 1), ("a", "ALT", 600, 2)))
    assert figure is not None
    assert "period of 4 weeks" in figure.caption


def test_nothing_graded_gives_no_chart() -> None:
    assert grade_chart(graded(("a", "ALT", 1, 0)).clear()) is None


def test_events_are_shares_of_the_arm_and_every_arm_has_its_shape() -> None:
    events = pl.DataFrame({"participant": ["a", "a", "b"], "term": ["RASH"] * 3,
                           "arm": [ARMS[0], ARMS[0], ARMS[1]]})  # fmt: skip
    figure = event_chart(events, dict.fromkeys(ARMS, 4))
    assert figure is not None
    assert [key for key, _ in figure.legend] == [
        "circle arm1",
        "square arm2",
        "triangle-up arm3",
    ]
    assert figure.legend[0][1] == "Placebo (n = 4)"
    assert ">Rash</text>" in figure.drawing
    assert event_chart(events.clear(), {}) is None
