from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.sections import BadSectionError
from nanoward.clearance.watched import (
    WatchedRule,
    steps_of,
    watched_change,
    watched_rules,
    weekly_scores,
)

START = date(2026, 1, 1)
RULE = WatchedRule(risk=0.1, alpha=0.05, most=50, within_days=10)


def people(*days: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "participant": [f"P{at}" for at in range(len(days))],
            "first_dose": [START + timedelta(days=day) for day in days],
        },
        schema={"participant": pl.String, "first_dose": pl.Date},
    )


def events(*rows: tuple[int, int, str]) -> pl.DataFrame:
    """Place of the person, day, severity."""
    return pl.DataFrame(
        [
            {"participant": f"P{who}", "started": START + timedelta(days=day),
             "severity": severity, "emergent": True, "serious": severity == "fatal"}
            for who, day, severity in rows
        ],
        schema={"participant": pl.String, "started": pl.Date, "severity": pl.String,
                "emergent": pl.Boolean, "serious": pl.Boolean},
    )  # fmt: skip


def test_a_person_counts_in_part_until_the_window_has_passed() -> None:
    seen = steps_of(people(0, 5), events(), RULE, START + timedelta(days=10))
    assert seen.counted[[0, 5, 10]] == pytest.approx([0.0, 0.5, 1.5])
    assert (seen.people, seen.pending) == (1, (0.5,))


def test_whoever_had_the_event_counts_at_once() -> None:
    seen = steps_of(people(0, 0), events((0, 2, "severe")), RULE, START + timedelta(days=4))
    assert seen.counted[[1, 2]] == pytest.approx([0.2, 1.2])
    assert seen.events.tolist() == [0, 0, 1, 1, 1]


def test_events_behind_the_window_or_too_mild_do_not_count() -> None:
    late = events((0, 11, "severe"), (1, 2, "moderate"))
    seen = steps_of(people(0, 0), late, RULE, START + timedelta(days=30))
    assert seen.events.max() == 0


def test_a_severity_that_is_not_told_counts_for_it_may_be_grave() -> None:
    untold = events((0, 2, "severe")).with_columns(severity=pl.lit(None, pl.String))
    assert steps_of(people(0), untold, RULE, START + timedelta(days=30)).events.max() == 1


def test_serious_events_count_by_their_flag_alone() -> None:
    rule = WatchedRule(risk=0.1, alpha=0.05, most=5, event="serious")
    seen = steps_of(
        people(0, 0), events((0, 1, "fatal"), (1, 1, "severe")), rule, START + timedelta(3)
    )
    assert seen.events.max() == 1


def test_only_the_first_people_up_to_the_most_are_watched() -> None:
    rule = WatchedRule(risk=0.1, alpha=0.05, most=2, within_days=10)
    seen = steps_of(people(2, 0, 1), events((0, 3, "severe")), rule, START + timedelta(30))
    assert (seen.people, seen.events.max()) == (2, 0)


def test_nobody_dosed_gives_no_step() -> None:
    seen = steps_of(people(), events(), RULE, START)
    assert seen.reached(10) == []


def test_early_events_are_not_counted_before_the_people_without_one() -> None:
    """Twenty start together; one has the event on day 9, when 19 x 0.9 others are counted."""
    seen = steps_of(people(*[0] * 20), events((0, 9, "severe")), RULE, START + timedelta(20))
    assert seen.reached(50) == [0] * 17 + [1, 1, 1]


@given(
    starts=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    had=st.lists(st.integers(0, 9), min_size=12, max_size=12),
    last=st.integers(0, 60),
)
def test_the_way_only_rises_and_ends_at_what_was_seen(
    starts: list[int], had: list[int], last: int
) -> None:
    rows = [(at, day + had[at], "severe") for at, day in enumerate(starts) if had[at] % 3 == 0]
    seen = steps_of(people(*starts), events(*rows), RULE, START + timedelta(days=last))
    way = seen.reached(50)
    assert way == sorted(way)
    if way:
        assert way[-1] == seen.events[-1]
        assert len(way) == max(int(np.floor(seen.counted[-1] + 1e-9)), 1)


def test_rules_of_the_plan_are_read_and_faults_name_their_key() -> None:
    sound = {"risk": 0.1, "alpha": 0.05, "most": 20}
    (rule,) = watched_rules({"stopping": {"a": sound}}).values()
    assert (rule.family, rule.by) == ("pocock", "programme")
    for key, value in (("by", "lot"), ("event", "bad"), ("within_days", 0), ("most", 0)):
        with pytest.raises(BadSectionError, match=key):
            watched_rules({"stopping": {"a": sound | {key: value}}})
    with pytest.raises(BadSectionError, match="alpha"):
        watched_rules({"stopping": {"a": {"risk": 0.1, "most": 5}}})


def test_a_change_needs_scales() -> None:
    assert watched_change({}) is None
    assert watched_change({"change": {"scales": ["PHQ9TOT"]}}) is not None
    with pytest.raises(BadSectionError, match="scales"):
        watched_change({"change": {}})


def test_scores_of_a_day_stand_side_by_side_and_missing_ones_are_null() -> None:
    table = pl.DataFrame(
        {
            "participant": ["p", "p", "p"],
            "day": [START, START, START + timedelta(days=7)],
            "code": ["A", "B", "A"],
            "value": [1.0, 2.0, 3.0],
        }
    )
    days, wide = weekly_scores(table, ("A", "B"))["p"]
    assert days == [START, START + timedelta(days=7)]
    assert wide.rows() == [(1.0, 2.0), (3.0, None)]
    assert weekly_scores(table, ("C",)) == {}
