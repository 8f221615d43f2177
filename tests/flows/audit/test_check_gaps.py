"""What gaps gathers."""

from datetime import UTC, datetime

import polars as pl

from nanoward.base.entries import ConsentWithdrawn
from nanoward.flows.audit import check_gaps
from nanoward.flows.audit.check_gaps import arm_counts
from nanoward.testing.fakes import MemoryLedger


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


def test_a_drill_is_found_on_either_ledger_and_one_that_is_not_there_holds_none() -> None:
    ledger, lane = MemoryLedger(), MemoryLedger()
    at = datetime(2026, 11, 23, tzinfo=UTC)
    left = ConsentWithdrawn(participant="P1", withdrawn=at.date())
    lane.append([left], actor="x", at=at)
    for ledgers, count in (([ledger, lane], 1), ([ledger, None], 0), ([None], 0)):
        assert len(check_gaps._bodies(ledgers, ConsentWithdrawn)) == count
