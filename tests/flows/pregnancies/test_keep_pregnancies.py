"""Pregnancies from the first word to the infant: held at once, by consent, closed."""

from datetime import date, timedelta
from typing import Any

import pytest

from nanoward.base.entries import StandingDecided
from nanoward.base.entries.bonds import ContactRecorded
from nanoward.clearance.consent.permissions import ACTIVE, ALWAYS
from nanoward.flows.consent.permit_act import permission_now
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.pregnancies.keep_pregnancies import (
    ConceptionNews,
    ContactNews,
    InfantNews,
    OutcomeNews,
    PregnancyNews,
    date_pregnancy,
    open_pregnancy,
    record_contact,
    record_infant,
    record_outcome,
    register_now,
)
from nanoward.programme.pregnancies.cases import (
    ImpossiblePregnancyError,
    PregnancyConsentMissingError,
    UnknownPregnancyError,
)
from nanoward.testing.messages import NOON, MessageBay, consented, message_bay

TODAY = NOON.date()


def bay() -> MessageBay:
    made = message_bay()
    made.desk.ports.ledger.append(consented(), actor="x", at=NOON)
    return made


def opened(made: MessageBay, **news: Any) -> str:
    return open_pregnancy(made.desk, PregnancyNews(participant="P1", **news), by="nurse").case


def entries(made: MessageBay, kind: str) -> list[Any]:
    return list(made.desk.ports.ledger.records(kind=kind))


@pytest.mark.hazard("H-345")
def test_the_agent_is_held_in_the_same_append_and_stop_stays_open() -> None:
    made = bay()
    ports = made.desk.ports
    assert permission_now(ports, on_record(ports.ledger, "P1"), "dose").allowed
    found = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="nurse")
    assert found.held
    reported = entries(made, "pregnancies.PregnancyReported")[0]
    hold = entries(made, "clearance.StandingDecided")[-1]
    assert (hold.seq, hold.body["standing"]) == (reported.seq + 1, "held")
    known = on_record(ports.ledger, "P1")
    closed = [act for act in ACTIVE if not permission_now(ports, known, act, use="").allowed]
    assert {"dose", "order"} <= set(closed)
    assert all(permission_now(ports, known, act).allowed for act in ALWAYS)


@pytest.mark.hazard("H-345")
def test_clinician_and_council_are_asked_about_a_flush_and_the_sponsor_is_told() -> None:
    made = bay()
    found = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="nurse")
    written = [one.body for one in entries(made, "messages.MessageWritten")]
    assert len(found.messages) == len(written) == 3
    asked = {
        one["to"] for one in written if one["wants"] == "answer" and "flush" in one["body"]
    }
    assert asked == {"physician", "council"}
    assert all("P1" not in one["body"] for one in written)
    with pytest.raises(ImpossiblePregnancyError, match="goes on"):
        opened(made)


def test_whoever_left_is_not_drawn_back_by_a_case() -> None:
    made = bay()
    gone = StandingDecided(
        participant="P1", standing="withdrawn", as_of=TODAY, since=TODAY, reasons=()
    )
    made.desk.ports.ledger.append([gone], actor="x", at=NOON)
    found = open_pregnancy(made.desk, PregnancyNews(participant="P1"), by="nurse")
    assert not found.held
    assert on_record(made.desk.ports.ledger, "P1").standing == "withdrawn"


@pytest.mark.hazard("H-347")
def test_what_cannot_be_is_refused_and_nothing_is_lost() -> None:
    made = bay()
    ports = made.desk.ports
    name = opened(made, reported=TODAY - timedelta(days=60))
    when = ConceptionNews(
        earliest=TODAY - timedelta(days=80), latest=TODAY - timedelta(days=74),
        evidence="weekly tests",
    )  # fmt: skip
    date_pregnancy(ports, name, when, by="nurse")
    record_contact(ports, name, ContactNews(day=TODAY - timedelta(days=10), fetuses=2), by="n")
    size = ports.ledger.head().size
    born = OutcomeNews(outcome="live birth", first=TODAY - timedelta(days=90))
    with pytest.raises(ImpossiblePregnancyError, match="not after conception"):
        record_outcome(made.desk, name, born, by="n")
    with pytest.raises(UnknownPregnancyError):
        record_outcome(made.desk, "p-none", born, by="n")
    early = OutcomeNews(outcome="spontaneous loss", first=TODAY - timedelta(days=20))
    with pytest.raises(ImpossiblePregnancyError, match="was pregnant on"):
        record_outcome(made.desk, name, early, by="n")
    with pytest.raises(ImpossiblePregnancyError, match="no outcome is called"):
        record_outcome(made.desk, name, OutcomeNews(outcome="gone", first=TODAY), by="n")
    wrong = ConceptionNews(earliest=TODAY, latest=TODAY - timedelta(days=9), evidence="x")
    with pytest.raises(ImpossiblePregnancyError, match="before it begins"):
        date_pregnancy(ports, name, wrong, by="n")
    assert ports.ledger.head().size == size
    record_outcome(
        made.desk, name, OutcomeNews(outcome="spontaneous loss", first=TODAY), by="n"
    )
    with pytest.raises(ImpossiblePregnancyError, match="has an outcome"):
        record_outcome(made.desk, name, OutcomeNews(outcome="induced", first=TODAY), by="n")
    assert register_now(ports).case(name).is_ongoing  # the twin


def test_twins_and_a_child_by_birth_contact_until_two_years() -> None:
    made = bay()
    ports = made.desk.ports
    name = opened(made)
    for fetus, infant in ((1, "K1"), (2, "K2")):
        news = OutcomeNews(outcome="live birth", first=TODAY, fetus=fetus, infant=infant)
        record_outcome(made.desk, name, news, by="n")
    known = register_now(ports).case(name)
    assert (known.fetuses, known.outcome, known.is_ongoing) == (2, "live birth", False)
    contacts = [one.body for one in entries(made, "bonds.ContactRecorded")]
    assert [(one["a"], one["b"], one["kind"]) for one in contacts] == [
        ("P1", "K1", "birth"), ("P1", "K2", "birth"),
    ]  # fmt: skip
    assert ContactRecorded.__module__.endswith("bonds")
    with pytest.raises(ImpossiblePregnancyError, match="no child"):
        record_infant(ports, name, InfantNews(infant="K9", day=TODAY), by="n")
    record_infant(ports, name, InfantNews(infant="K1", day=TODAY), by="n")
    assert len(register_now(ports).case(name).infants) == 1


def test_a_death_of_the_mother_is_the_outcome_of_every_fetus() -> None:
    made = bay()
    name = opened(made)
    record_contact(made.desk.ports, name, ContactNews(day=TODAY, fetuses=2), by="n")
    news = OutcomeNews(outcome="maternal death", first=TODAY)
    known = record_outcome(made.desk, name, news, by="n")
    assert not known.is_ongoing
    assert {one.outcome for one in known.ends.values()} == {"maternal death"}


@pytest.mark.hazard("H-348")
def test_nobody_else_is_written_down_without_her_own_consent() -> None:
    made = bay()
    size = made.desk.ports.ledger.head().size
    for relation in ("partner", "staff", "resident"):
        news = PregnancyNews(participant="Q", relation=relation)
        with pytest.raises(PregnancyConsentMissingError):
            open_pregnancy(made.desk, news, by="n")
    with pytest.raises(ImpossiblePregnancyError, match="relations"):
        open_pregnancy(made.desk, PregnancyNews(participant="Q", relation="aunt"), by="n")
    with pytest.raises(ImpossiblePregnancyError, match="has not come"):
        opened(made, reported=date(2100, 1, 1))
    assert made.desk.ports.ledger.head().size == size
