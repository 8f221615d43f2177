"""Lines of ASVS 5.0 that the participants' page answers, each with its number in its name."""

import re
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, at_home, make_home
from tests.faces.service.service_world import ORIGIN

from nanoward.faces.service.guard import all_routes
from nanoward.faces.service.participant.two_hosts import OWN, STAFF

PAGES = ("", "home", "settings", "visits", "pay", "consents", "word", "looks", "export")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("asvs") / "home")


def within(path: str, tops: tuple[str, ...]) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in tops)


def test_3_5_4_participants_and_staff_are_on_two_host_names(home: Path) -> None:
    """Every route of the one answers on the other's host as if it were not there."""
    with at_home(home) as doors:
        client = doors.client(ME)
        seen = 0
        for path, route in all_routes(doors.doors.app.routes):
            address = re.sub(r"\{[^}]*\}", "x", path)
            methods = getattr(route, "methods", None) or {"GET"}
            if within(path, OWN):
                wrong = f"{ORIGIN}{address}"
            elif within(path, STAFF):
                wrong = address
            else:
                continue
            seen += 1
            for method in methods:
                assert client.request(method, wrong).status_code == 404, wrong
        assert seen >= 20


def test_14_2_1_no_page_has_a_person_in_its_address(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(ME)
        for name in PAGES:
            page = client.get(f"/me/{name}").text
            for address in re.findall(r'(?:href|action|formaction)="([^"]+)"', page):
                assert f"{ME}" not in address.replace("b-P1", "")
                assert "?" not in address.replace("?v=", "")


def test_14_3_2_no_page_is_kept_on_the_way(home: Path) -> None:
    with at_home(home) as doors:
        for name in PAGES:
            told = doors.client(ME).get(f"/me/{name}")
            assert told.headers["cache-control"] == "no-store"


def test_3_4_3_the_policy_is_strict_on_every_page(home: Path) -> None:
    with at_home(home) as doors:
        for name in PAGES:
            policy = doors.client(ME).get(f"/me/{name}").headers["content-security-policy"]
            for part in ("default-src 'none'", "script-src 'self'", "object-src 'none'",
                         "base-uri 'none'", "frame-ancestors 'none'"):  # fmt: skip
                assert part in policy
            assert "unsafe" not in policy


def test_3_5_3_nothing_is_done_by_asking_for_a_page(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(ME)
        with doors.doors.service.reading() as ports:
            size = ports.ledger.head().size
        for name in (*PAGES, "stop", "leave", "less", "concern", "code", "notices"):
            client.get(f"/me/{name}")
        with doors.doors.service.reading() as ports:
            assert ports.ledger.head().size == size


def test_3_7_2_no_form_leads_away(home: Path) -> None:
    with at_home(home) as doors:
        told = doors.client(ME).post(
            "/me/language", data={"language": "de"},
            headers={"referer": "https://elsewhere.example/me/home"}, follow_redirects=False,
        )  # fmt: skip
    assert told.headers["location"] == "/me/home"
