from dataclasses import replace
from datetime import date, timedelta

import pytest

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    GatesClosed,
    LotRefused,
    ReadingTaken,
    StandingDecided,
)
from nanoward.base.entries.council import CouncilDecided
from nanoward.flows.desk.people_state import PeopleState
from nanoward.testing.desks import NOW, bay_of, lot_of

DAY = date(2026, 11, 23)


def document(name: str) -> ConsentDocumentIssued:
    return ConsentDocumentIssued(
        document_sha256=name,
        version=name,
        issued=DAY,
        needed=("take part",),
        optional=(),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=None,
    )


@pytest.mark.hazard("H-66")
def test_consent_is_folded_with_documents_and_demands() -> None:
    people = PeopleState()
    people.take(document("a"))
    signed = ConsentSigned(participant="P1", document_sha256="a", version="a", signed=DAY)
    people.take(signed)
    assert people.consent("P1").status(DAY) == "active"
    people.take(document("b"))
    assert people.consent("P1").status(DAY) == "renewal"
    people.take(replace(signed, document_sha256="b", version="b"))
    assert people.consent("P1").status(DAY) == "active"
    people.take(
        ConsentRenewalDemanded(participant="P1", demanded=DAY, reason="r", agent_off=True)
    )
    assert people.consent("P1").renewal(DAY) == "r"
    people.take(GatesClosed(participant="P1", since=DAY, closed=(), open=(), reason="left"))
    assert people.consent("P1").status(DAY) == "withdrawn"
    assert people.consent("P2").status(DAY) == "none"


def test_a_standing_has_the_day_that_it_stands_for() -> None:
    people = PeopleState()
    assert (people.standing("P1").word, people.standing("P1").decided) == ("screened", None)
    people.take(
        StandingDecided(participant="P1", standing="held", as_of=DAY, since=None, reasons=())
    )
    assert (people.standing("P1").word, people.standing("P1").decided) == ("held", DAY)


@pytest.mark.hazard("H-74")
def test_the_newest_reading_of_a_quantity_counts_whatever_it_says() -> None:
    people = PeopleState()
    first = ReadingTaken(participant="P1", quantity="pulse", value=70.0, unit="/min", at=NOW)
    worse = replace(first, value=900.0, at=NOW + timedelta(seconds=1))
    other = replace(first, quantity="mood", at=NOW + timedelta(seconds=2))
    for one in (worse, first, other):
        people.take(one)
    assert people.readings[("P1", "pulse")] == worse


def test_lots_are_released_until_they_are_refused() -> None:
    people = PeopleState()
    people.take(lot_of("L1"))
    assert set(people.released) == {"L1"}
    people.take(
        LotRefused(
            lot="L1",
            agent="A1",
            version="1",
            spec_sha256="",
            refused=DAY,
            reasons=(),
            reads=(),
        )
    )
    assert people.released == {}


@pytest.mark.hazard("H-70")
def test_every_driver_ever_enrolled_is_stopped_until_it_was_read_back() -> None:
    people = PeopleState()
    assert people.drivers_to_stop("P1") == ()
    carrier = bay_of().book.carriers["P1"]
    for name in ("a", "b", "c"):
        people.take(replace(carrier, driver=name))
    assert people.drivers_to_stop("P1") == ("c", "a", "b")
    people.at_default |= {("P1", "a"), ("P1", "c"), ("P2", "b")}
    assert people.drivers_to_stop("P1") == ("c", "b")
    people.take(replace(carrier, driver="a"))
    assert people.drivers_to_stop("P1") == ("a", "b", "c")  # all are asked anew


def test_the_newest_reading_counts_in_whatever_order_readings_come() -> None:
    people = PeopleState()
    first = ReadingTaken(participant="P1", quantity="q", value=1.0, unit="u", at=NOW)
    later = replace(first, value=2.0, at=NOW + timedelta(minutes=1))
    for one in (first, later, replace(first, value=3.0)):
        people.take(one)
    assert people.readings["P1", "q"] == later


def test_what_the_council_accepts_is_what_its_last_decision_named() -> None:
    people = PeopleState()
    for accepts in (("sdtm.AE",), ("events",)):
        decided = CouncilDecided(pack="k", decision="raise", positions=(), minority=(),
                                 rests_on=(), at=NOW, by="anna", accepts=accepts)  # fmt: skip
        people.take(decided)
    assert people.accepted == ("events",)
