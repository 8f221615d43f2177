from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, OTHER, make_home

from nanoward.flows.participant.choose_places import free_places, own_booking, read_own_visits
from nanoward.flows.programme.book_visit import book_visit
from nanoward.programme.visits.booking_rules import PlaceWish, UnknownBookingError
from nanoward.wiring import open_ports


def test_a_place_that_is_offered_can_be_had(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home")), quiet=True) as ports:
        (waiting,) = read_own_visits(ports, ME).waiting
        places = free_places(ports, waiting)
        assert places
        assert all(waiting.opens <= at.day <= waiting.closes for _, at in places)  # type: ignore[operator]
        site, at = places[0]
        wish = PlaceWish(
            booking=waiting.booking, participant=ME, kind="weekly", site=site, at=at
        )
        book_visit(ports, wish, by=ME)
        (ahead,) = read_own_visits(ports, ME).ahead
        assert ahead.at == at
        assert (site, at) not in free_places(ports, ahead)  # its own place is no other
        for who in ("P3", "P4"):
            assert read_own_visits(ports, who).ahead == ()


@pytest.mark.hazard("H-418")
def test_anothers_booking_is_not_there(tmp_path: Path) -> None:
    with open_ports(str(make_home(tmp_path / "home")), quiet=True, use="read") as ports:
        assert own_booking(ports, OTHER, "b-P2").participant == OTHER
        with pytest.raises(UnknownBookingError):
            own_booking(ports, ME, "b-P2")
        with pytest.raises(UnknownBookingError):
            own_booking(ports, ME, "b-none")
