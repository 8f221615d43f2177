"""Live stopping rules: who counts whole, who waits in part, in which group; by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from nanoward.clearance.monitoring.stopping_status import counts, designed, stopping_rule_status
from nanoward.clearance.policy.stopping_rules import PlannedStop

DAY = date(2026, 3, 1)
RULE = PlannedStop(name="severe", event="severe", risk=0.1, people=30)
GRADES = pl.DataFrame(
    schema={
        "participant": pl.String,
        "term": pl.String,
        "taken": pl.Date,
        "grade": pl.Int64,
        "at_least": pl.Int64,
    }
)


def events(*rows: tuple[str, date | None, str, bool]) -> pl.DataFrame:
    kinds = {"participant": pl.String, "started": pl.Date, "severity": pl.String}
    return pl.DataFrame(
        rows, schema=kinds | {"serious": pl.Boolean}, orient="row"
    ).with_columns(emergent=pl.lit(value=True))


def programme(*people: tuple[str, str, str, str]) -> dict[str, pl.DataFrame]:
    """People: name, site, lot, day of the first dose."""
    names = ("USUBJID", "SITEID", "EXLOT", "EXSTDTC")
    rows = pl.DataFrame(people, schema=names, orient="row")
    return {
        "DM": rows.select("USUBJID", "SITEID"),
        "EX": rows.select("USUBJID", "EXLOT", "EXSTDTC", EXTRT=pl.lit("agent"), EXDOSE=2.0),
        "DS": pl.DataFrame(
            schema=dict.fromkeys(("USUBJID", "DSDECOD", "DSCAT", "DSSTDTC"), pl.String)
        ),
    }


FOUR = (
    ("a", "s1", "L1", "2026-01-01"),  # event on day 9
    ("b", "s1", "L1", "2026-01-01"),  # window over, no event
    ("c", "s2", "L2", "2026-02-15"),  # 14 of 28 days
    ("d", "s2", "L2", "2026-01-01"),  # event long after the window
)
SEEN = events(
    ("a", date(2026, 1, 10), "severe", False), ("d", date(2026, 2, 20), "fatal", True)
)


def test_people_count_whole_with_an_event_or_a_full_window_and_else_in_part() -> None:
    told = counts(RULE, programme(*FOUR), GRADES, SEEN, DAY)
    assert told.rows() == [("programme", 1, 3, [0.5])]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("site", [("s1", 1, 2), ("s2", 0, 1)]),
        ("lot", [("L1", 1, 2), ("L2", 0, 1)]),
        ("setting", [("agent 2.0", 1, 3)]),
    ],
)
def test_each_group_is_counted_by_itself(by: Any, groups: list[tuple[str, int, int]]) -> None:
    rule = PlannedStop(name="x", event="severe", risk=0.1, people=30, by=by)
    told = counts(rule, programme(*FOUR), GRADES, SEEN, DAY)
    assert told.select("group", "events", "whole").rows() == groups


def test_whoever_left_waits_no_longer_and_an_undated_event_counts() -> None:
    domains = programme(("a", "s1", "L1", "2026-02-01"), ("b", "s1", "L1", "2026-02-01"))
    domains["DS"] = pl.DataFrame(
        {
            "USUBJID": ["b"],
            "DSDECOD": ["WITHDRAWAL BY SUBJECT"],
            "DSCAT": ["DISPOSITION EVENT"],
            "DSSTDTC": ["2026-02-08"],
        }
    )
    told = counts(RULE, domains, GRADES, events(("a", None, "severe", False)), date(2026, 4, 1))
    assert told.rows() == [("programme", 1, 1, [0.25])]


def test_other_events_are_serious_grades_and_leaving() -> None:
    domains = programme(*FOUR)
    domains["DS"] = pl.DataFrame(
        {
            "USUBJID": ["b"],
            "DSDECOD": ["ADVERSE EVENT"],
            "DSCAT": ["DISPOSITION EVENT"],
            "DSSTDTC": ["2026-01-20"],
        }
    )
    grades = pl.DataFrame(
        {
            "participant": ["a", "c", "c"],
            "term": ["x", "x", ""],
            "taken": [date(2026, 1, 5), date(2026, 2, 20), date(2026, 2, 20)],
            "grade": [3, None, 4],
            "at_least": [3, 2, 4],
        }
    )
    seen = events(("c", date(2026, 2, 16), "mild", True))
    for event, people in (("serious", 1), ("discontinued", 1), ("grade 3", 1), ("grade 2", 2)):
        rule = PlannedStop(name="x", event=event, risk=0.1, people=30)
        assert counts(rule, domains, grades, seen, DAY)["events"].to_list() == [people]


@pytest.mark.hazard("H-65")
def test_a_rule_that_says_stop_is_a_grave_finding_and_shows_its_staircase() -> None:
    people = [(f"p{n}", "s", "L", "2026-01-01") for n in range(8)]
    harmed = events(*((f"p{n}", date(2026, 1, 5), "severe", False) for n in range(4)))
    states, stairs, findings = stopping_rule_status(
        [RULE], programme(*people), GRADES, harmed, DAY
    )
    (one,) = states.to_dicts()
    assert (one["events"], one["people"], one["limit"], one["stop"]) == (4, 8.0, 4, True)
    assert one["told"] == "4 of 8; STOP: the limit is 4 of 8"
    assert [(found.code, found.severity) for found in findings] == [("CLR-060", "error")]
    assert stairs.filter(pl.col("people") == 30)["stops_at"].to_list() == [8]
    milder, _, none = stopping_rule_status([RULE], programme(*people), GRADES, harmed[:3], DAY)
    assert (milder["stop"].to_list(), none) == ([False], ())
    assert milder["stops_events"].to_list() == [4]


def test_the_reference_staircase_of_thirty_people_is_the_plans() -> None:
    steps = designed(RULE).boundary.stop_at.tolist()
    assert (steps[1], steps[5], steps[9], steps[15], steps[20], steps[27], steps[29]) == (
        *(2, 3, 4, 5),
        *(6, 7, 8),
    )
