from datetime import timedelta
from pathlib import Path

import pytest
from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.console_pages import ROUND_LASTS, Page, nothing
from nanoward.faces.service.console.navigation import LINKS, links_for
from nanoward.programme.access.rights import Role


@pytest.mark.hazard("H-406")
def test_a_value_older_than_its_limit_says_so_in_words(acting: Doors) -> None:
    nurse = acting.client(Role.NURSE)
    old = nurse.get("/console/board").text
    assert "older than its limit of 8 days" in old
    assert 'class="of-round stale"' in old
    acting.clock.advance(-timedelta(days=30))
    fresh = acting.client(Role.NURSE).get("/console/board").text
    assert "older than its limit" not in fresh
    assert 'class="of-round"' in fresh


def test_the_first_page_and_every_other_is_small(reading: Doors) -> None:
    doctor = reading.client(Role.INVESTIGATOR)
    told = doctor.get("/console/now", headers={"accept-encoding": "gzip"})
    files = 0
    for one in ("report.css", "console.css", "report.js", "console.js", "htmx.js"):
        from nanoward.faces.service.console.static_files import static_files

        files += len(static_files()[one].packed)
    assert int(told.headers["content-length"]) + files <= 60_000


def test_every_page_of_the_list_opens_for_somebody(reading: Doors) -> None:
    for one in LINKS:
        if not one.url.startswith("/console/"):
            continue
        role = Role.COUNCIL if one.url == "/console/council" else Role.INVESTIGATOR
        assert reading.client(role).get(one.url).status_code == 200, one.url


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.PARTICIPANT])
def test_every_page_opens_for_every_role_that_finds_it(reading: Doors, role: Role) -> None:
    client = reading.client(role)
    account = reading.accounts.account(role)
    assert account is not None
    for _, links in links_for(account):
        for one in links:
            if one.url.startswith("/console/"):
                assert client.get(one.url).status_code == 200, one.url


def test_without_a_round_the_pages_say_so(ward: Path) -> None:
    from tests.faces.service.service_world import doors

    with doors(ward) as made:
        page = made.client(Role.NURSE).get("/console/board")
    assert page.status_code == 200
    assert "No round was held yet" in page.text


def test_a_page_has_its_address_and_shows_nothing_by_itself() -> None:
    page = Page(name="x", title="X", lead="")
    assert page.url == "/console/x"
    assert page.content is nothing
    assert timedelta(days=7) < ROUND_LASTS
