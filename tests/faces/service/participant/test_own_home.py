"""What is known of me, my pay, who looked, and all of it to take along."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, OTHER, at_home, make_home
from tests.flows.participant.test_export_own_record import unpacked

from nanoward.clearance.consent.permissions import closed_by_withdrawal, open_after_withdrawal
from nanoward.faces.service.participant.own_consents import CLOSED, KEPT
from nanoward.faces.service.participant.own_home import looks_about
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Grant, Right, Role, Scope

PAGES = ("home", "settings", "visits", "pay", "consents", "looks", "export")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("own") / "home")


@pytest.mark.hazard("H-418")
def test_a_stale_value_is_never_shown_as_current(home: Path) -> None:
    """nightscout-clock 63, cgm-remote-monitor 2063: struck through, and said in words."""
    with at_home(home) as doors:
        page = doors.client(ME).get("/me/home").text
        assert "64 /min</bdi></p>" in page.replace("\n", "")
        old = page[page.index("36.6 Cel") - 60 : page.index("36.6 Cel") + 200]
        assert "<s>" in old
        assert "days old. It says nothing of today." in old
        doors.doors.clock.advance(timedelta(days=2))


def test_staff_and_strangers_have_no_page_here(home: Path) -> None:
    with at_home(home) as doors:
        for name in PAGES:
            told = doors.client(None).get(f"/me/{name}")
            assert (told.status_code, "Please sign in first." in told.text) == (401, True)
            assert "Stop my agent" in told.text
            staff = doors.client(None, Role.INVESTIGATOR).get(f"/me/{name}")
            assert staff.status_code == 403


@pytest.mark.hazard("H-418")
def test_no_page_names_anybody_else(home: Path) -> None:
    with at_home(home) as doors:
        for name in PAGES:
            assert OTHER not in doors.client(ME).get(f"/me/{name}").text


def test_asvs_14_3_2_no_page_with_data_is_stored_on_the_way(home: Path) -> None:
    with at_home(home) as doors:
        for name in PAGES:
            assert doors.client(ME).get(f"/me/{name}").headers["cache-control"] == "no-store"


def test_leaving_would_change_nothing_of_the_pay(home: Path) -> None:
    with at_home(home) as doors:
        page = doors.client(ME).get("/me/pay").text
    row = page[page.index("If you leave today, you lose") :]
    assert "€0.00" in row[:120]


def test_the_record_is_taken_along_after_the_passkey_once_more(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(ME)
        told = client.get("/me/export/record.zip")
        assert told.headers["content-type"] == "application/zip"
        assert told.headers["content-disposition"].startswith("attachment")
        assert "records-ledger.jsonl" in unpacked(told.content)
        doors.doors.clock.advance(timedelta(minutes=6))
        late = client.get("/me/export/record.zip")
        assert (late.status_code, "passkey once more" in late.text) == (403, True)


def test_who_looked_is_listed_where_it_is_taken_down(home: Path) -> None:
    held = Grant(right=Right.READ_GENOMES, role=Role.MONITOR, scope=Scope.ALL)
    with at_home(home) as doors:
        service, now = doors.doors.service, doors.doors.clock.now()
        service.accounts.add_account(Account(account="a-ro", shown="Ro", roles=(Role.MONITOR,)))
        for _ in range(3):
            service.looks.note("a-ro", held, ME, "GET /console/people", now)
        service.looks.note("a-ro", held, OTHER, "GET /console/people", now)
        service.looks.flush()
        rows = [one for one in looks_about(service, ME) if one["by"] == "Ro"]
        page = doors.client(ME).get("/me/looks").text
    assert [(one["role"], one["about"], one["times"]) for one in rows] == [
        ("monitor", "you", 3)
    ]
    assert "Ro</bdi>" in page
    assert "read genomes: you" in page


def test_every_gate_has_its_sentence() -> None:
    assert set(KEPT) == set(open_after_withdrawal())
    assert set(CLOSED) == set(closed_by_withdrawal())
