"""Urgent reports: messages escalate, the register knows, none goes out twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.flows.pregnancies.test_keep_pregnancies import bay

from nanoward.base.plan import Plan
from nanoward.flows.pregnancies.keep_urgent import (
    AssessmentNews,
    EventNews,
    ReportNews,
    assess_event,
    decide_event,
    events_now,
    know_event,
    report_event,
    state_now,
    tell_reader,
)
from nanoward.programme.urgent.case_check import missing_elements
from nanoward.programme.urgent.events import (
    ImpossibleEventError,
    NoReportError,
    UnknownEventError,
)
from nanoward.testing.messages import NOON, MessageBay

URGENT: dict[str, Any] = {
    "reference": "IB 4", "sender": "WARD", "receiver": "EVTEST", "number": "DE-WARD",
    "expected": {"Headache": "severe"},
}  # fmt: skip
REPORT = ReportNews(
    meddra=("27.1", "10019692"), outcome="fatal", narrative="Fell ill.", product="Agent"
)


def stated() -> MessageBay:
    """A bay whose plan states reference information."""
    made = bay()
    folder = made.desk.ports.folder
    plan: Plan = folder.plan()
    section = {**plan.section("programme"), "urgent": URGENT}
    folder._plan = replace(plan, sections={"programme": section})  # type: ignore[attr-defined]
    return made


def grave(made: MessageBay) -> str:
    event = know_event(made.desk, EventNews(participant="P1", term="Uveitis"), by="nurse")
    news = AssessmentNews(role="investigator", causality="related", criteria=("death",),
                          severity="fatal")  # fmt: skip
    assess_event(made.desk, event, news, by="Dr A")
    return event


def written(made: MessageBay) -> list[Any]:
    return [one.body for one in made.desk.ports.ledger.records(kind="messages.MessageWritten")]


@pytest.mark.hazard("H-353")
def test_reported_in_time_and_the_message_is_closed() -> None:
    made = stated()
    event = grave(made)
    known, state = state_now(made.desk.ports, event)
    assert (state.word, state.clock.days) == ("waits", 7)
    bodies = written(made)
    assert len(bodies) == 2  # fifteen days at the first word, seven with the assessment
    assert all("P1" not in one["body"] for one in bodies)
    content, entry = report_event(made.desk, event, REPORT, by="safety officer")
    assert missing_elements(content) == ()
    assert b"P1" not in content
    assert entry.number == 1
    assert state_now(made.desk.ports, event)[1].word == "reported"
    closed = list(made.desk.ports.ledger.records(kind="messages.MessageClosed"))
    assert len(closed) >= 1
    tell_reader(made.desk, event, "ethics board", b"summary", by="safety officer")
    assert [one.to for one in events_now(made.desk.ports)[event].reports] == [
        "authority", "ethics board",
    ]  # fmt: skip
    assert known.participant == "P1"


@pytest.mark.hazard("H-353")
def test_overdue_escalates_to_further_roles() -> None:
    made = stated()
    event = grave(made)
    roles: set[str] = set()
    for _ in range(9):
        summary = made.tick(timedelta(days=1))
        roles |= {role for role, _, _ in summary.told} | {r for _, r in summary.escalated}
    assert state_now(made.desk.ports, event)[1].word == "overdue"
    assert {"physician", "council"} <= roles


@pytest.mark.hazard("H-352")
def test_nothing_goes_out_that_is_not_owed_or_that_nobody_decided() -> None:
    made = stated()
    event = know_event(made.desk, EventNews(participant="P1", term="Headache"), by="n")
    with pytest.raises(NoReportError, match="a person decides first"):
        report_event(made.desk, event, REPORT, by="s")
    news = AssessmentNews(role="investigator", causality="related", severity="mild",
                          criteria=("hospitalisation",))  # fmt: skip
    assert assess_event(made.desk, event, news, by="Dr A").word == "none"
    with pytest.raises(NoReportError, match="expected"):
        report_event(made.desk, event, REPORT, by="s")
    near = know_event(made.desk, EventNews(participant="P1", term="Cluster headache"), by="n")
    assess_event(made.desk, near, news, by="Dr A")
    with pytest.raises(ImpossibleEventError, match="without a reason"):
        decide_event(made.desk, near, "urgent", " ", by="Dr B")
    decide_event(made.desk, near, "urgent", "another disease", by="Dr B")
    report_event(made.desk, near, REPORT, by="s")


@pytest.mark.hazard("H-352")
def test_without_reference_information_it_is_told_and_nothing_is_lost() -> None:
    made = bay()
    event = know_event(made.desk, EventNews(participant="P1", term="Uveitis"), by="n")
    news = AssessmentNews(role="sponsor", causality="related", criteria=("disability",))
    state = assess_event(made.desk, event, news, by="s")
    assert (state.verdict.word, state.word) == ("needs a person", "waits")
    assert "no reference" in state.verdict.why


def test_what_cannot_be_is_refused() -> None:
    made = stated()
    tomorrow = EventNews(participant="P1", term="x", known=NOON + timedelta(days=1))
    with pytest.raises(ImpossibleEventError, match="has not come"):
        know_event(made.desk, tomorrow, by="n")
    with pytest.raises(ImpossibleEventError):
        know_event(made.desk, EventNews(participant="P1", term=" "), by="n")
    with pytest.raises(UnknownEventError):
        state_now(made.desk.ports, "e-none")
    event = know_event(made.desk, EventNews(participant="P1", term="x"), by="n")
    for wrong in (
        AssessmentNews(role="nurse", causality="related"),
        AssessmentNews(role="sponsor", causality="related", criteria=("bad",)),
        AssessmentNews(role="sponsor", causality="related", severity="awful"),
        AssessmentNews(role="sponsor", causality="related", known=NOON + timedelta(days=9)),
    ):
        with pytest.raises(ImpossibleEventError):
            assess_event(made.desk, event, wrong, by="s")
