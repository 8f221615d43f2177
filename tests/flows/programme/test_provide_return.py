"""Who left gets transport, a bed and its cost; nobody who goes home waits for a booking."""

import pytest
from tests.flows.programme.programme_site import NOW, SECTION, TODAY, site
from tests.flows.programme.test_lodge_people import bed

from nanoward.base.entries.exit import HomeConfirmed, ReturnArranged
from nanoward.flows.consent.withdraw_participant import withdraw_participant
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.keep_books import books_state
from nanoward.flows.programme.lodge_people import begin_stay
from nanoward.flows.programme.provide_return import NoReturnOwedError, provide_return
from nanoward.programme.lodging.stays import stays_of


@pytest.mark.hazard("H-314")
def test_transport_bed_and_cost_in_one_append() -> None:
    ports = site("P1")
    withdraw_participant(ports, "P1", by="P1")
    before = ports.ledger.head().size
    found = provide_return(ports, "P1", where="clinic", by="staff")
    assert (found.transport, found.room, found.set_aside, found.missing) == (
        "taxi",
        "r1",
        12_000,
        (),
    )
    kinds = {one.kind for one in ports.ledger.records(after=before)}
    assert kinds == {"exit.ReturnArranged", "visits.StayBegun", "books.TransactionPosted"}
    (way,) = (one for one in ledger_entries(ports, "exit") if isinstance(one, ReturnArranged))
    assert (way.where, way.brought_by, way.payer) == ("clinic", "taxi", "programme")
    again = provide_return(ports, "P1", where="", by="staff")
    assert again.set_aside == 0
    sums = books_state(ports).books.balances()
    assert sums == {("cost:return", "EUR"): 12_000, ("held:return", "EUR"): -12_000}
    assert len(stays_of(ledger_entries(ports, "visits"))) == 1


@pytest.mark.hazard("H-314")
def test_what_could_not_be_had_is_told_and_holds_nobody_up() -> None:
    ports = site("P1", "P2", "P3", section={**SECTION, "return": {"room": "ward/r1"}})
    for who in ("P2", "P3"):
        begin_stay(ports, bed(who), by="nurse")
    withdraw_participant(ports, "P1", by="P1")
    found = provide_return(ports, "P1", where="", by="staff")
    assert "names no transport" in found.missing[0]
    assert "2 beds" in found.missing[1]
    assert [one for one in ledger_entries(ports, "exit") if isinstance(one, ReturnArranged)]


def test_a_person_with_a_bed_keeps_it_and_nobody_else_is_owed() -> None:
    ports = site("P1")
    begin_stay(ports, bed("P1"), by="nurse")
    withdraw_participant(ports, "P1", by="P1")
    assert provide_return(ports, "P1", where="", by="staff").room == ""
    home = HomeConfirmed(participant="P1", confirmed=NOW, by="P1")
    ports.ledger.append([home], actor="P1", at=NOW)
    for who in ("P1", "P9"):
        with pytest.raises(NoReturnOwedError):
            provide_return(ports, who, where="", by="staff")
    assert ports.today() == TODAY
