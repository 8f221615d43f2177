import re

import pytest
from tests.faces.service.console_world import hidden, refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.faces.way_out import say
from nanoward.flows.programme.ask_gate import board_now
from nanoward.programme.access.rights import Role

DAY = "2027-06-08"
WISH = {"participant": "P003", "kind": "safety", "day": DAY, "half": "morning", "site": "ward"}
PAGE, BOOK = "/console/visits", "/console/visits/book"


def booked(made: Doors) -> int:
    """How many bookings stand on the day."""
    with made.service.reading() as ports:
        board = board_now(ports)
    return sum(one.at is not None and str(one.at.day) == DAY for one in board.bookings.values())


@pytest.mark.anyio
def test_a_booking_is_made_moved_and_given_back(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    told = send(nurse, PAGE, "book", BOOK, **WISH)
    assert told.status_code == 200
    name = said(told).partition(":")[0]
    assert booked(acting) == 1
    moved = send(nurse, PAGE, "move", "/console/visits/move", booking=name, day=DAY,
                 half="afternoon", reason="a bus")  # fmt: skip
    assert "afternoon" in said(moved)
    send(nurse, PAGE, "cancel", "/console/visits/cancel", booking=name, reason="called")
    assert booked(acting) == 0


@pytest.mark.anyio
@pytest.mark.hazard("H-408")
def test_the_same_form_sent_twice_books_once(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    form = hidden(nurse.get(PAGE).text, "book") | WISH
    answers = [nurse.post(BOOK, data=form) for _ in range(3)]
    assert len({said(one) for one in answers}) == 1
    assert booked(acting) == 1


def test_a_booking_that_cannot_be_says_why_and_loses_nothing(acting: Doors) -> None:
    told = send(acting.client(Role.NURSE), PAGE, "book", BOOK, **{**WISH, "day": "2099-01-01"})
    assert told.status_code == 409
    assert "closed" in refused(told)
    assert re.search(r'name="participant" value="P003"', told.text)


def test_a_day_that_is_none_is_told_at_its_field(acting: Doors) -> None:
    told = send(acting.client(Role.NURSE), PAGE, "book", BOOK, **{**WISH, "day": "8 June"})
    assert told.status_code == 422
    assert "is no day" in told.text
    assert 'value="8 June"' in told.text


def test_nobody_who_left_is_booked(acting: Doors) -> None:
    say(acting.service.path, "leave", "P003", by="P003", channel="console")
    told = send(acting.client(Role.NURSE), PAGE, "book", BOOK, **{**WISH, "kind": "dose"})
    assert told.status_code == 409
    assert refused(told)


def test_a_nurse_of_another_site_books_nobody(acting: Doors) -> None:
    told = send(acting.client(Role.NURSE, site="elsewhere"), PAGE, "book", BOOK, **WISH)
    assert told.status_code == 403
