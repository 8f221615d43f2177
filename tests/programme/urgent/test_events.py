"""Where an event stands follows from entries and the moment alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nanoward.base.entries.urgent import EventAssessed, EventDecided, EventKnown, EventReported
from nanoward.programme.urgent.events import (
    EventState,
    decision_faults,
    event_state,
    report_faults,
    urgent_events,
)
from nanoward.programme.urgent.reference_safety import ReferenceSafety

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RSI = ReferenceSafety(version="IB")


def known(days: int = 0) -> EventKnown:
    return EventKnown(event="e", participant="P", kind="adverse event", term="Uveitis",
                      known=NOW + timedelta(days=days), source="s", by="x")  # fmt: skip


def assessed(role: str = "investigator", word: str = "related", **told: Any) -> EventAssessed:
    given = {"criteria": ("disability",), "severity": "severe", "known": NOW, **told}
    return EventAssessed(event="e", participant="P", role=role, causality=word, by="x", **given)


def sent(days: int, number: int = 1) -> EventReported:
    return EventReported(event="e", participant="P", number=number, to="authority",
                         file_sha256="f", sent=NOW + timedelta(days=days), by="x")  # fmt: skip


def state(*entries: Any, days: int = 0, rsi: ReferenceSafety = RSI) -> EventState:
    event = urgent_events(entries)["e"]
    return event_state(event, rsi, "UTC", NOW + timedelta(days=days))


@pytest.mark.hazard("H-353")
def test_waits_then_overdue_then_late_or_reported() -> None:
    told = (known(), assessed())
    assert state(*told).word == "waits"
    assert state(*told, days=15).word == "waits"
    assert state(*told, days=16).word == "overdue"
    assert state(*told, sent(15), days=30).word == "reported"
    assert state(*told, sent(16), days=30).word == "late"


@pytest.mark.hazard("H-353")
def test_known_earlier_than_told_moves_the_clock_back() -> None:
    assert state(known(), assessed()).clock.due == date(2026, 3, 17)
    assert state(known(), assessed(), known(-5)).clock.due == date(2026, 3, 12)


def test_a_grave_report_is_followed_up_and_news_are_owed() -> None:
    grave = assessed(severity="fatal", criteria=("death",))
    assert state(known(), grave, sent(3)).follow_up == date(2026, 3, 17)
    assert state(known(), grave, sent(3), sent(9, 2)).follow_up is None
    news = assessed("sponsor", known=NOW + timedelta(days=20))
    assert state(known(), assessed(), sent(3), news, days=21).follow_up == date(2026, 4, 6)


@pytest.mark.hazard("H-352")
def test_a_person_decides_where_a_rule_does_not_and_not_elsewhere() -> None:
    event = urgent_events([known()])["e"]
    doubt = state(known())
    assert decision_faults(doubt, "urgent") == ()
    assert "a decision is" in decision_faults(doubt, "maybe")[0]
    assert "a person decides first" in report_faults(event, doubt, "authority")[0]
    sure = state(known(), assessed())
    assert "a rule decides" in decision_faults(sure, "not urgent")[0]
    no = EventDecided(event="e", participant="P", verdict="not urgent", reason="r", decided=NOW,
                      by="Dr A")  # fmt: skip
    assert state(known(), no).word == "none"
    news = assessed(word="unknown", severity="fatal", known=NOW + timedelta(days=1))
    assert state(known(), no, news, days=2).word == "waits"  # and the person is asked again
    assert "not owed" in report_faults(event, state(known(), no), "authority")[0]


@pytest.mark.hazard("H-353")
def test_none_is_reported_twice() -> None:
    told = (known(), assessed(), sent(1))
    event = urgent_events(told)["e"]
    assert "nothing was known since" in report_faults(event, state(*told), "authority")[0]
    assert report_faults(event, state(*told), "council") == ()
    assert report_faults(event, state(*told), "press")
