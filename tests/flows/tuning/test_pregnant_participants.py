"""Pregnancies that a round's tables or the ledger tell of."""

from datetime import UTC, datetime

import polars as pl
import pytest

from nanoward.base.entries import CarrierEnrolled
from nanoward.flows.tuning.pregnant_participants import pregnant_participants
from nanoward.testing.fakes import MemoryLedger


@pytest.mark.hazard("H-229")
def test_events_tests_and_classes_tell_of_it() -> None:
    ledger = MemoryLedger()
    for name, one in (("d", "pregnant"), ("e", "pregnant"), ("e", "adult")):
        ledger.append(
            [CarrierEnrolled(participant=name, agent="x", spec_sha256="0" * 64, lot="l",
                             driver="d", owner="ours", person_class=one, cells=0.0)],
            actor="t", at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    tables = {
        "sdtm.AE": pl.DataFrame(
            {"USUBJID": ["a", "b", "c"],
             "AETERM": ["Pregnancy", "Pregnancy of partner", "nausea"]}
        ),
        "sdtm.LB": pl.DataFrame(
            {"USUBJID": ["f", "g", "h"], "LBTESTCD": ["HCG", "HCG", "ALT"],
             "LBSTRESC": ["POSITIVE", "NEGATIVE", "POSITIVE"]}
        ),
    }  # fmt: skip
    assert sorted(pregnant_participants(tables, ledger)) == ["a", "d", "f"]
