"""Everybody's weeks at once: planted changes are found, quiet people mostly are not."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from nanoward.clearance.wellbeing.weekly_change import reversed_goals, weekly, weekly_changes
from nanoward.maths.statistics.change_point import NullScores, simulated_null_scores

SCALES = ("A", "B", "C", "D")
START = date(2026, 1, 5)
NO_LOAD = pl.DataFrame(schema={"participant": pl.String, "day": pl.Date, "value": pl.Float64})


def answers(people: np.ndarray, prefix: str = "p") -> pl.DataFrame:
    rows = [
        {
            "participant": f"{prefix}{who:02d}",
            "day": START + timedelta(weeks=week),
            "code": scale,
            "value": float(people[who, week, place]),
        }
        for who in range(people.shape[0])
        for week in range(people.shape[1])
        for place, scale in enumerate(SCALES)
    ]
    return pl.DataFrame(rows)


def ward(shift: float, *, people: int = 12, weeks: int = 20) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    quiet = simulated_null_scores(NullScores(scales=4), 30, weeks, rng)
    others = simulated_null_scores(NullScores(scales=4), people, weeks, rng)
    others[:, 10:, :2] += shift
    return pl.concat([answers(quiet, "c"), answers(others)])


CONTROLS = frozenset(f"c{n:02d}" for n in range(30))


def test_a_shift_of_three_is_seen_in_nearly_everybody_and_none_in_few() -> None:
    rng = np.random.default_rng(7)
    changed, courses, undecided = weekly_changes(ward(3.0), NO_LOAD, SCALES, CONTROLS, rng)
    assert changed.height == 12  # nobody who gives the norms is judged
    assert changed["changed"].sum() >= 10
    began = changed.filter("changed")["began"]
    assert ((began - (START + timedelta(weeks=10))).dt.total_days().abs() <= 28).mean() > 0.8
    assert undecided == ()
    quiet, _, _ = weekly_changes(ward(0.0), NO_LOAD, SCALES, CONTROLS, np.random.default_rng(7))
    assert quiet["changed"].sum() <= 3
    one = courses.filter(pl.col("participant") == "p00")
    assert one["what"].unique().sort().to_list() == ["A", "B", "C", "D", "statistic"]
    assert one.filter(pl.col("what") == "statistic")["value"].null_count() == 5
    assert "2 SD shift" in quiet.filter(~pl.col("changed"))["told"][0]


def test_scores_that_follow_the_load_have_a_small_p_and_load_in_their_course() -> None:
    rng = np.random.default_rng(3)
    table = ward(0.0, people=1)
    load = np.where(np.arange(20) % 8 < 4, 0.0, 1.0) + 0.05 * rng.standard_normal(20)
    days = [START + timedelta(weeks=week) for week in range(20)]
    loads = pl.DataFrame({"participant": ["p00"] * 20, "day": days, "value": load})
    moved = table.join(
        loads.rename({"value": "load"}), on=["participant", "day"], how="left"
    ).with_columns(value=pl.col("value") + 3 * pl.col("load").fill_null(0.0))
    told, courses, _ = weekly_changes(
        moved.drop("load"), loads, SCALES, CONTROLS, np.random.default_rng(7)
    )
    assert told["load_p"][0] < 0.01
    assert courses.filter(pl.col("what") == "load").height == 20
    plain, _, _ = weekly_changes(table, loads, SCALES, CONTROLS, np.random.default_rng(7))
    assert plain["load_p"][0] > 0.05


def test_too_few_weeks_or_no_norms_are_open_questions() -> None:
    rng = np.random.default_rng(7)
    short = ward(0.0).filter(
        ~pl.col("participant").str.starts_with("p")
        | (pl.col("day") < START + timedelta(weeks=3))
    )
    told, _, undecided = weekly_changes(short, NO_LOAD, SCALES, CONTROLS, rng)
    assert (told.height, len(undecided)) == (0, 12)
    assert undecided[0].reason.startswith("3 complete weeks")
    assert {one.question for one in undecided} == {"has this person changed?"}
    none, _, open_ = weekly_changes(
        short.filter(pl.col("participant") == "p00"), NO_LOAD, SCALES, CONTROLS, rng
    )
    assert (none.height, len(open_)) == (0, 1)
    assert "norms need two people" in open_[0].reason
    assert open_[0].subject == ""
    assert open_[0].question != "has this person changed?"


def test_norms_from_everybody_are_said_to_be() -> None:
    told, _, _ = weekly_changes(
        ward(0.0), NO_LOAD, SCALES, frozenset(), np.random.default_rng(7)
    )
    assert told.height == 42
    assert told["told"].str.ends_with("norms from everybody").all()


def test_a_week_is_complete_or_is_none() -> None:
    table = ward(0.0, people=1).filter(
        (pl.col("participant") == "p00") & ~((pl.col("code") == "A") & (pl.col("day") == START))
    )
    assert weekly(table, SCALES).height == 19
    assert weekly(table.filter(pl.col("code") != "A"), SCALES).height == 0


def test_goals_that_cross_the_middle_are_told() -> None:
    rows = [
        ("p", START, "GOAL1", 4.0),
        ("p", START, "GOAL2", 0.0),
        ("p", START + timedelta(weeks=9), "GOAL1", 1.0),
        ("p", START + timedelta(weeks=9), "GOAL2", 1.0),
        ("q", START, "GOAL1", 4.0),
        ("q", START + timedelta(weeks=9), "GOAL1", 3.0),
        ("q", START, "PHQ9TOT", 4.0),
    ]
    kinds = {"participant": pl.String, "day": pl.Date, "code": pl.String, "value": pl.Float64}
    found = reversed_goals(pl.DataFrame(rows, schema=kinds, orient="row"), "GOAL")
    assert [(one.subject, one.code) for one in found] == [("p", "CLR-062")]
    assert found[0].message == pytest.approx("goals of p turned since enrolment: GOAL1")
