from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries import Entry, FlushDecided
from nanoward.base.entries.exit import (
    FollowUpEnded,
    FollowUpOwed,
    HomeConfirmed,
    ReturnArranged,
    ReturnObstructed,
    ReturnOwed,
)
from nanoward.clearance.consent.return_duty import (
    LEVELS,
    follow_up_findings,
    open_follow_ups,
    return_duties,
    return_findings,
)

DAY = date(2026, 11, 30)
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
OWED = ReturnOwed(participant="P1", notice="n", since=DAY, due=DAY + timedelta(days=1))


def arranged(days: int) -> ReturnArranged:
    return ReturnArranged(
        participant="P1", where="ship Aurora", brought_by="pilot boat",
        due=DAY + timedelta(days=days), payer="partner",
    )  # fmt: skip


@pytest.mark.hazard("H-102")
def test_each_day_late_rises_to_the_next_who_must_act() -> None:
    duty = return_duties([OWED])["P1"]
    assert [duty.level(DAY + timedelta(days=n)) for n in range(6)] == [
        "staff", *LEVELS, "help from outside",
    ]  # fmt: skip
    (finding,) = return_findings([duty], DAY)
    assert (finding.code, finding.severity, finding.subject) == ("OUT-070", "error", "P1")
    assert "where not known" in finding.message


@pytest.mark.hazard("H-102")
def test_only_the_person_says_that_they_are_home() -> None:
    said = [HomeConfirmed(participant="P1", confirmed=AT, by="partner")]
    assert return_findings(return_duties([OWED, *said]).values(), DAY)
    said = [HomeConfirmed(participant="P1", confirmed=AT, by="P1")]
    assert return_findings(return_duties([OWED, *said]).values(), DAY) == ()


def test_an_arrangement_is_told_and_puts_the_day_off_so_far_and_no_further() -> None:
    duty = return_duties([OWED, arranged(5)])["P1"]
    assert (duty.due, duty.level(DAY + timedelta(days=5))) == (DAY + timedelta(days=5), "staff")
    assert return_duties([OWED, arranged(500)])["P1"].due == DAY + timedelta(days=14)
    (finding,) = return_findings([duty], DAY)
    assert "where ship Aurora, brought by pilot boat, paid by partner" in finding.message


@pytest.mark.hazard("H-102")
def test_whoever_keeps_a_person_is_in_breach_at_once() -> None:
    kept = ReturnObstructed(participant="P1", obstructed_by="Acme", how="holds the passport")
    (finding,) = return_findings(return_duties([OWED, kept]).values(), DAY)
    assert finding.code == "OUT-071"
    assert "Acme: holds the passport: a partner that does so is in breach" in finding.message
    assert "help from outside must act" in finding.message


@pytest.mark.hazard("H-103")
def test_who_left_is_looked_after_until_the_agent_is_gone() -> None:
    owed: list[Entry] = [FollowUpOwed(participant="P1", since=DAY, care=("samples",))]
    (finding,) = follow_up_findings(open_follow_ups(owed).values())
    assert (finding.code, finding.severity) == ("OUT-072", "warning")
    ended = FollowUpEnded(participant="P1", ended=DAY, reason="was never given any")
    assert open_follow_ups([*owed, ended]) == {}
    flushed = FlushDecided(
        order="k",
        participant="P1",
        outcome="cleared",
        response="yes",
        residual=1e-4,
        earliest=None,
        latest=None,
        reasons=(),
    )
    assert open_follow_ups([*owed, flushed]) == {}
    assert open_follow_ups([*owed, replace(flushed, outcome="verifying")]) != {}
