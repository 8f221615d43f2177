"""A free place goes to who waits first, is held for them, and goes on to the next."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import SECTION, decide, site
from tests.flows.programme.test_book_visit import AT, DAY, wish
from tests.flows.programme.test_tell_people import CHANCE, messages

from nanoward.flows.programme.ask_gate import board_now
from nanoward.flows.programme.book_visit import (
    VisitAsk,
    ask_visit,
    book_visit,
    confirm_visit,
    release_visit,
)
from nanoward.flows.programme.offer_places import offer_places
from nanoward.ports.ports import Ports

ASK = VisitAsk(participant="P1", kind="weekly", opens=DAY, planned=DAY, closes=DAY)


def offered(ports: Ports) -> list[str]:
    return [one.participant for one in offer_places(ports, CHANCE, by="nurse")[0]]


@pytest.mark.hazard("H-319")
def test_places_are_offered_in_the_order_of_the_list_and_lapse() -> None:
    one_place = {"ward": {"capacity": {"clin": 1, "room": 1}}}
    ports = site("P1", "P2", "P3", "P4", section={**SECTION, "sites": one_place})
    taken = [book_visit(ports, wish("P4", at=replace(AT, half=half)), by="n")
             for half in ("morning",)]  # fmt: skip
    full = book_visit(ports, wish("P4", "safety", replace(AT, half="afternoon")), by="n")
    names = {who: ask_visit(ports, replace(ASK, participant=who), by="n")
             for who in ("P1", "P2", "P3")}  # fmt: skip
    assert offered(ports) == []  # nothing is free
    decide(ports, "P1", "discontinued")  # may not come any more: the second in the list has it
    release_visit(ports, taken[0], reason="cannot come", by="P4")
    assert offered(ports) == ["P2"]
    (message,) = messages(ports)
    assert (message.participant, message.wants) == ("P2", "answer")
    assert "2026-12-01 morning" in message.body
    assert board_now(ports).bookings[names["P2"]].state == "held"
    assert offered(ports) == []
    release_visit(ports, full, reason="cannot come", by="P4")
    assert offered(ports) == ["P3"]
    confirm_visit(ports, names["P3"], by="P3")
    ports.clock.advance(timedelta(hours=12))  # type: ignore[attr-defined]
    offer_places(ports, CHANCE, by="nurse")
    board = board_now(ports)
    assert board.bookings[names["P2"]].state == "asked"  # it was not taken in its time
    assert board.bookings[names["P3"]].state == "confirmed"
    assert [one.participant for one in messages(ports)] == ["P2", "P3"]
