import re
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, OTHER, at_home, make_home

from nanoward.faces.service.participant.own_home import NothingChosenError
from nanoward.faces.service.participant.own_visits import place_of


def offered(page: str) -> list[str]:
    return re.findall(r'<option value="(\d{4}-[^"]+)"', page)


def test_a_visit_is_booked_moved_and_cancelled(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        first = offered(client.get("/me/visits").text)[0]
        page = client.post("/me/visits/b-P1/place", data={"place": first}).text
        assert "Booked." in page
        second = offered(page)[-1]
        assert second != first
        page = client.post("/me/visits/b-P1/place", data={"place": second}).text
        assert first in offered(page)
        assert second not in offered(page)
        page = client.post("/me/visits/b-P1/cancel").text
        assert "Given back." in page


@pytest.mark.hazard("H-418")
def test_nobody_moves_or_cancels_anothers_visit(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        place = offered(doors.client(OTHER).get("/me/visits").text)[0]
        told = doors.client(ME).post("/me/visits/b-P2/place", data={"place": place})
        assert told.status_code >= 400
        assert doors.client(ME).post("/me/visits/b-P2/cancel").status_code >= 400
        assert "Waiting for a place." in doors.client(OTHER).get("/me/visits").text


def test_what_cannot_be_booked_says_why_and_changes_nothing(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        told = client.post("/me/visits/b-P1/place", data={"place": "2020-01-01 morning ward"})
        assert told.status_code == 409
        assert "Nothing was changed." in told.text
        assert "is past" in told.text
        assert client.post("/me/visits/b-P1/place").status_code == 422


@pytest.mark.parametrize(
    "text", ["", "x", "2026-01-01", "2026-01-01 night ward", "z morning w"]
)
def test_a_place_that_is_none_is_the_askers_mistake(text: str) -> None:
    with pytest.raises(NothingChosenError):
        place_of(text)
