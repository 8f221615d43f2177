"""My papers, before and after leaving."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import (
    ME,
    PAPER,
    at_home,
    give_certificate,
    make_home,
)

from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.faces.service.participant.own_consents import CLOSED, KEPT

FIELDS = {
    "use:take part": "yes", "use:share samples": "no", "name": "Ada", "explained_by": "Dr Ro",
    "witnessed_by": "Kim",
}  # fmt: skip


def document(page: str) -> dict[str, str]:
    found = re.search(r'name="document" value="(\w+)"', page)
    assert found
    return {"document": found[1]}


def history(page: str) -> list[str]:
    part = page[page.index('class="cards history"') :]
    return re.findall(r"<h3>(.*?)</h3>", part[: part.index("</section>")])


def test_a_consent_is_signed_with_a_fresh_passkey_and_a_name(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home", signed=False)) as doors:
        client = doors.client(ME)
        page = client.get("/me/consents").text
        assert PAPER.splitlines()[0] in page
        told = client.post("/me/consents", data=FIELDS | document(page))
        assert "You have signed. Your receipt:" in told.text
        assert len(history(told.text)) == 1
        doors.doors.clock.advance(timedelta(minutes=6))
        late = client.post("/me/consents", data=FIELDS | document(page))
        assert (late.status_code, "passkey once more" in late.text) == (403, True)


def test_what_was_typed_is_still_there_when_a_signature_is_refused(tmp_path: Path) -> None:
    """openemr 3279, qualix 105: nobody types it again."""
    with at_home(make_home(tmp_path / "home", signed=False)) as doors:
        client = doors.client(ME)
        given = FIELDS | document(client.get("/me/consents").text) | {"witnessed_by": "Dr Ro"}
        told = client.post("/me/consents", data=given)
        assert told.status_code == 422
        assert "the witness must be neither" in told.text
        assert 'value="Ada"' in told.text
        assert re.search(r'name="use:share samples" value="no" checked', told.text)


@pytest.mark.hazard("H-419")
def test_a_consent_text_is_shown_as_it_was_written_in_every_language(tmp_path: Path) -> None:
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        for language in ("en", "de", "fr", "ar"):
            page = client.get("/me/consents", headers={"accept-language": language}).text
            for line in filter(None, PAPER.splitlines()):
                assert line in page


@pytest.mark.hazard("H-422")
def test_consent_history_after_withdrawal_is_the_history_before_and_one_line(
    tmp_path: Path,
) -> None:
    """fda-mystudies 4389, 4750: it vanished."""
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        before = history(client.get("/me/consents").text)
        client.post("/me/leave")
        after = history(client.get("/me/consents").text)
        assert after[1:] == before
        assert after[0].startswith("Taken back on")
        for name in ("home", "pay", "visits", "settings", "looks", "export"):
            assert client.get(f"/me/{name}").status_code == 200


@pytest.mark.hazard("H-422")
def test_data_deleted_is_not_said_and_what_is_kept_is_the_gates_own_list(
    tmp_path: Path,
) -> None:
    """carp_study_app 233: the text comes from the gates, one sentence for each."""
    with at_home(make_home(tmp_path / "home")) as doors:
        client = doors.client(ME)
        assert "Your data are not deleted." not in client.get("/me/consents").text
        client.post("/me/leave")
        page = client.get("/me/consents").text
    assert "Your data are not deleted." in page
    lists = re.findall(r"<li>([^<]+)</li>", page[: page.index("What you signed")])
    wanted = [KEPT[one] for one in open_after_withdrawal()]
    wanted += [CLOSED[one] for one in closed_by_withdrawal()]
    assert lists == wanted


@pytest.mark.hazard("H-422")
def test_who_left_is_pushed_nothing_and_can_book_nothing(tmp_path: Path) -> None:
    """episphere/connect 935: the server refuses, whatever a page still offers."""
    home = make_home(tmp_path / "home")
    give_certificate(home)
    with at_home(home) as doors:
        client = doors.client(ME)
        page = client.get("/me/visits").text
        place = re.findall(r'<option value="(\d{4}-[^"]+)"', page)[0]
        client.post("/me/leave")
        told = client.post("/me/visits/b-P1/place", data={"place": place})
        assert told.status_code == 409
        assert "consent was withdrawn" in told.text
        page = client.get("/me/settings").text
        assert "Nothing may be set alone now." in page
        assert "data-certificate=" not in page
        assert client.post("/me/stop").status_code == 200
        assert client.post("/me/concern").status_code == 200
