"""What gaps gathers."""

import polars as pl

from nanoward.flows.audit.check_gaps import arm_counts


def test_people_are_counted_by_arm_and_by_any_safety_assessment() -> None:
    people = pl.DataFrame(
        {"USUBJID": ["1", "2", "3", "4"], "ARMCD": ["A", "A", "B", "SCRNFAIL"]}
    )
    labs = pl.DataFrame({"USUBJID": ["1", None]})
    assert arm_counts({"sdtm.DM": people, "sdtm.LB": labs}) == (
        {"A": 2, "B": 1},
        {"A": 1, "B": 0},
    )
    assert arm_counts({}) == ({}, {})
