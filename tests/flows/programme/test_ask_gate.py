"""One gate for visits: ahead the age of a standing is not held against the day, then it is."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import NOW, TODAY, decide, site, standing

from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import (
    board_now,
    gate_reasons,
    ledger_entries,
    open_kinds,
    person_on_record,
    rules_of_programme,
)

MONTH = TODAY + timedelta(days=30)


@pytest.mark.hazard("H-300")
def test_a_dose_is_planned_ahead_and_asked_again_when_it_counts() -> None:
    ports = site("P1")
    known = person_on_record(ports, "P1")
    assert gate_reasons(ports, known, "dose", TODAY) == ()
    assert gate_reasons(ports, known, "dose", MONTH, planning=True) == ()
    old = standing("P1", "cleared", TODAY - timedelta(days=40))
    ports.ledger.append([old], actor="x", at=NOW)
    known = person_on_record(ports, "P1")
    assert "older than" in gate_reasons(ports, known, "dose", TODAY)[0]


@pytest.mark.hazard("H-300")
def test_held_recalled_and_withdrawn() -> None:
    ports = site("P1")
    decide(ports, "P1", "held")
    known = person_on_record(ports, "P1")
    assert "standing held" in gate_reasons(ports, known, "dose", MONTH, planning=True)[0]
    assert gate_reasons(ports, known, "weekly", MONTH, planning=True) == ()
    withdraw_participant(ports, "P1", by="P1")
    known = person_on_record(ports, "P1")
    assert gate_reasons(ports, known, "weekly", TODAY)
    assert gate_reasons(ports, known, "safety", TODAY) == ()


def test_unknown_kinds_and_visitors() -> None:
    ports = site("P1")
    known = person_on_record(ports, "P1")
    assert gate_reasons(ports, known, "party", TODAY)
    assert gate_reasons(ports, known, "visitor", TODAY) == ()


def test_kinds_that_a_standing_leaves_open_are_the_gates() -> None:
    assert "dose" in open_kinds("cleared")
    assert "dose" not in open_kinds("held")
    assert open_kinds("withdrawn") == {"safety", "flush", "exit"}
    ports = site("P1")
    assert rules_of_programme(ports).currency == "EUR"
    assert board_now(ports).standing == {"P1": "cleared"}
    assert ledger_entries(ports, "visits") == []
