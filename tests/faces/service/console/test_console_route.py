import re
from datetime import timedelta

import pytest
from tests.faces.service.console_world import hidden
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role

TYPED = {"participant": "P003", "kind": "safety", "day": "2027-06-08", "half": "morning",
         "site": "ward"}  # fmt: skip


@pytest.mark.hazard("H-407")
def test_what_was_typed_is_back_after_the_session_ended(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    form = hidden(nurse.get("/console/visits").text, "book") | TYPED
    acting.clock.advance(timedelta(minutes=16))
    told = nurse.post("/console/visits/book", data=form, follow_redirects=False)
    assert told.headers["location"] == "/sign-in?next=/console/visits"
    again = acting.client(Role.NURSE).get("/console/visits").text
    assert re.search(r'name="participant" value="P003"', again)
    assert "was kept, and stands here again" in again
    other = acting.client(Role.INVESTIGATOR).get("/console/visits").text
    assert 'value="P003"' not in other
    acting.clock.advance(timedelta(hours=24, minutes=1))
    assert 'value="P003"' not in acting.client(Role.NURSE).get("/console/visits").text


def test_a_form_that_is_not_ours_keeps_nothing(acting: Doors) -> None:
    told = acting.client().post(
        "/console/visits/book", data={"owner": "nurse\nbook\n00", **TYPED},
        follow_redirects=False,
    )  # fmt: skip
    assert told.status_code == 303
    assert 'value="P003"' not in acting.client(Role.NURSE).get("/console/visits").text


def test_another_origin_s_form_keeps_nothing(acting: Doors) -> None:
    told = acting.client().post(
        "/console/visits/book", data=TYPED, headers={"origin": "https://elsewhere.example"}
    )
    assert told.status_code == 403


def test_who_is_not_signed_in_is_led_there_and_nobody_is_named(reading: Doors) -> None:
    told = reading.client().get("/console/people/P001", follow_redirects=False)
    assert told.headers["location"] == "/sign-in?next=/console/board"


def test_a_fault_is_a_page_for_people(reading: Doors) -> None:
    told = reading.client(Role.PARTNER).get("/console/safety")
    assert told.status_code == 403
    assert told.headers["content-type"].startswith("text/html")
    assert "Ask an administrator" in told.text
