"""What is on the ledger counts in a round as much as what stands in a file."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from nanoward.base.entries import (
    AssessmentRecorded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
)
from nanoward.base.plan import Plan
from nanoward.flows.clearance.clear_participants import clear_participants
from nanoward.flows.clearance.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.steps.step_outcome import Materials
from nanoward.testing.fakes import MemoryLedger
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
TODAY = NOW.date()
SIGNED = ConsentSigned(
    participant="p",
    document_sha256="a" * 64,
    version="1",
    signed=date(2026, 1, 1),
    uses=("take part",),
)
ASSESSED = AssessmentRecorded(
    participant="p", instrument="PHQ9", assessed=date(2026, 1, 11), score=3.0, urgent=False
)


def ledger(*entries: Entry) -> MemoryLedger:
    kept = MemoryLedger()
    kept.append(entries, actor="x", at=NOW)
    return kept


def standing(*entries: Entry, as_of: date = TODAY) -> tuple[str, list[str]]:
    sdtm = {
        "sdtm.DM": pl.DataFrame({"USUBJID": ["p"], "ARM": ["A"]}),
        "sdtm.EX": pl.DataFrame({"USUBJID": ["p"], "EXSTDTC": ["2026-01-02"]}),
        "sdtm.VS": pl.DataFrame({"USUBJID": ["p"], "VSDTC": ["2026-01-11"]}),
    }
    ports = memory_site(Plan(name="t", title="t", sha256=""), {}, now=NOW)
    if entries:
        ports.ledger.append(entries, actor="x", at=NOW)
    found = clear_participants(
        ports, ports.folder.plan(), Materials(tables=sdtm, sources={}), as_of
    )
    row = found.tables["standings"].row(0, named=True)
    return row["standing"], row["reasons"]


def test_without_entries_nothing_is_added() -> None:
    assert recorded_domains(MemoryLedger()) == {}


def test_entries_become_rows_and_one_use_taken_back_is_no_leaving() -> None:
    part = ConsentWithdrawn(participant="p", withdrawn=date(2026, 1, 9), uses=("share",))
    found = recorded_domains(ledger(SIGNED, part, ASSESSED))
    assert found["DS"].select("DSDECOD", "DSSTDTC").rows() == [
        ("INFORMED CONSENT OBTAINED", "2026-01-01")
    ]
    assert found["QS"].select("QSTESTCD", "QSSTRESN").rows() == [
        ("PHQ9TOT", 3.0),
        ("PHQ9.URGENT", 0.0),
    ]


def test_rows_of_files_stay_as_they_are() -> None:
    ds = pl.DataFrame({"USUBJID": ["q"], "DSSEQ": [1]})
    joined = with_recorded({"DS": ds}, recorded_domains(ledger(SIGNED)))
    assert joined["DS"].height == 2
    assert joined["DS"].row(0, named=True)["USUBJID"] == "q"


@pytest.mark.hazard("H-62")
def test_a_round_clears_nobody_who_left_by_the_console() -> None:
    assert standing(SIGNED, ASSESSED)[0] == "cleared"
    gone = ConsentWithdrawn(participant="p", withdrawn=date(2026, 1, 11))
    told, reasons = standing(SIGNED, ASSESSED, gone)
    assert told == "withdrawn"
    assert "consent withdrawn on 2026-01-11" in reasons[0]
    assert standing(SIGNED, ASSESSED, gone, as_of=date(2026, 1, 10))[0] != "withdrawn"


@pytest.mark.hazard("H-64")
def test_a_round_keeps_the_hold_of_an_urgent_answer_until_the_next_sitting() -> None:
    urgent = AssessmentRecorded(
        participant="p", instrument="SITE1", assessed=date(2026, 1, 10), score=1.0, urgent=True
    )
    assert standing(SIGNED, ASSESSED, urgent)[0] == "held"
    again = AssessmentRecorded(
        participant="p", instrument="SITE1", assessed=date(2026, 1, 12), score=1.0, urgent=False
    )
    assert standing(SIGNED, ASSESSED, urgent, again)[0] == "cleared"


def test_without_a_consent_in_a_file_or_on_the_ledger_nobody_is_cleared() -> None:
    assert standing(ASSESSED)[0] == "held"
