"""OWASP ASVS 5.0.0, chapters 3, 14 and 16 as far as identity and sessions go."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from tests.faces.service.asvs.asvs_world import peopled
from tests.faces.service.identity.identity_world import (
    enrolled,
    entered,
    looks,
    signed_in,
    stranger,
)
from tests.faces.service.service_world import Doors, doors

from nanoward.faces.service.guard import COOKIE, Guard, Visitor, all_routes
from nanoward.ports.service.looks import LooksDownError
from nanoward.programme.access.rights import Right

PAGES = ("/sign-in", "/devices", "/sessions", "/people", "/step-up")
router = APIRouter()


@router.get("/asvs/{participant}")
async def read_one(
    participant: str,
    visitor: Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, "participant"))],
) -> dict[str, str]:
    return {"who": participant, "as": visitor.grant.role}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with peopled(tmp_path_factory.mktemp("asvs")) as opened:
        yield opened


def cookie_of(made: Doors, name: str, number: int, participant: str | None = None) -> str:
    role = "participant" if participant else "administrator"
    key = enrolled(made, name, role, number=number, participant=participant)
    told = signed_in(stranger(made, key.origin), key)
    (found,) = told.headers.get_list("set-cookie")
    return str(found)


def test_asvs_3_3_3_the_cookie_has_the_host_prefix(made: Doors) -> None:
    cookie = cookie_of(made, "ada", 1)
    assert cookie.startswith("__Host-")
    assert "Domain" not in cookie
    assert "Path=/" in cookie


def test_asvs_3_3_1_the_cookie_is_secure(made: Doors) -> None:
    assert "; Secure" in cookie_of(made, "ada", 2)


def test_asvs_3_3_2_same_site_is_strict_for_staff_and_lax_for_participants(
    made: Doors,
) -> None:
    assert "SameSite=strict" in cookie_of(made, "ada", 3)
    assert "SameSite=lax" in cookie_of(made, "p1", 4, "P001")


def test_asvs_3_3_4_no_script_reads_the_cookie(made: Doors) -> None:
    assert "; HttpOnly" in cookie_of(made, "ada", 5)


def test_asvs_3_4_3_no_page_runs_what_it_does_not_name(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=6))
    for path in PAGES:
        told = client.get(path)
        assert "default-src 'none'" in told.headers["content-security-policy"]
        assert "unsafe" not in told.headers["content-security-policy"]
        assert "onclick" not in told.text


def test_asvs_3_4_5_no_address_with_a_secret_is_told_to_others(made: Doors) -> None:
    assert stranger(made).get("/sign-in").headers["referrer-policy"] == "no-referrer"


def test_asvs_3_5_1_another_site_s_page_acts_for_nobody(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=7))
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "same-site"},
    ):
        told = client.post("/sessions/end-others", headers=headers)
        assert told.json()["code"] == "SRV-004", headers
    own = {"origin": "null", "sec-fetch-site": "same-origin"}  # a form of a page of ours
    assert client.post("/sessions/end-others", headers=own).status_code == 303


def test_asvs_3_5_3_nothing_is_done_by_a_get(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=8))
    with made.service.reading() as ports:
        before = ports.ledger.head()
    accounts, devices = (
        made.accounts.accounts(),
        made.service.identity.credentials.devices("ada"),
    )
    for path, route in all_routes(made.app.routes):
        assert isinstance(route, APIRoute)
        if "GET" in route.methods and not path.endswith("/events"):  # a stream has no end
            client.get(path.replace("{", "").replace("}", ""))
    with made.service.reading() as ports:
        assert ports.ledger.head() == before
    assert made.accounts.accounts() == accounts
    assert made.service.identity.credentials.devices("ada") == devices


def test_asvs_3_5_4_staff_and_participants_sign_in_at_two_hosts(made: Doors) -> None:
    console = made.service.identity.console.request(challenge=b"c" * 32, devices=[])
    own = made.service.identity.own_page.request(challenge=b"c" * 32, devices=[])
    assert (console["rpId"], own["rpId"]) == ("ward.example", "me.ward.example")


def test_asvs_3_7_2_signing_in_leads_to_no_other_host(made: Doors) -> None:
    for told in ("//evil.example", "https://evil.example", "/\\evil.example"):
        page = stranger(made).get("/sign-in", params={"next": told}).text
        assert "evil.example" not in page


def test_asvs_14_2_1_no_secret_or_person_stands_in_a_query(made: Doors) -> None:
    for _, route in all_routes(made.app.routes):
        assert isinstance(route, APIRoute)
        asked = {one.alias for one in route.dependant.query_params}
        assert not asked & {"participant", "person", "token", "code", "session", "account"}


def test_asvs_14_3_1_the_browser_forgets_at_sign_out(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=9))
    told = client.post("/sign-out")
    assert told.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert COOKIE not in client.cookies


def test_asvs_14_3_2_no_page_is_kept_in_a_cache(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=10))
    for path in PAGES:
        assert client.get(path).headers["cache-control"] == "no-store"


def test_asvs_14_3_3_no_script_of_ours_keeps_anything_in_the_browser() -> None:
    script = Path("src/nanoward/faces/service/identity/static/passkeys.js").read_text()
    for store in ("localStorage", "sessionStorage", "indexedDB", "document.cookie"):
        assert store not in script


def test_asvs_16_2_5_no_secret_stands_in_what_is_taken_down(made: Doors) -> None:
    key = enrolled(made, "ada", "administrator", number=11)
    client = entered(made, key)
    told = json.dumps([body for _, body in looks(made)])
    assert client.cookies[COOKIE] not in told
    assert key.device("ada").public not in told


def test_asvs_16_3_1_signing_in_and_failing_to_is_taken_down(made: Doors) -> None:
    key, before = enrolled(made, "ada", "administrator", number=12), len(looks(made))
    entered(made, key)
    asked = stranger(made).post("/sign-in/begin", json={}).json()
    stranger(made).post("/sign-in", json={"credential": key.get(asked, flags=1)})
    assert [kind for kind, _ in looks(made)[before:]] == ["SignedIn", "DoorRefused"]


def test_asvs_16_3_2_a_closed_door_is_taken_down(made: Doors) -> None:
    client = entered(made, enrolled(made, "dan", "nurse", number=13))
    client.post("/people/invites", data={"shown": "x"})
    kind, body = looks(made)[-1]
    assert (kind, body["account"], body["code"]) == ("DoorRefused", "dan", "SRV-002")
    assert body["what"] == "POST /people/invites"


def test_asvs_16_4_1_no_line_can_be_forged(made: Doors) -> None:
    client, before = stranger(made), len(looks(made))
    client.post("/sign-in", json={"credential": {"id": 'a\n{"forged": 1}'}})
    (told,) = looks(made)[before:]
    assert "forged" not in json.dumps(told)


def test_asvs_16_5_1_a_fault_tells_no_more_than_it_must(made: Doors) -> None:
    client = stranger(made)
    for path, body in (
        ("/sign-in", {"credential": {"id": "x", "response": {"clientDataJSON": "%%"}}}),
        ("/sign-in", {"credential": {}, "sql": "'; --"}),
        ("/invite/nothing", {"credential": {}}),
    ):
        told = client.post(path, json=body)
        assert told.status_code in (401, 404, 422)
        assert "Traceback" not in told.text
        assert "sqlite" not in told.text.lower()


@pytest.mark.hazard("H-403")
def test_asvs_16_5_3_where_reads_cannot_be_recorded_nothing_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.faces.service.identity.identity_world import bare_programme

    with doors(bare_programme(tmp_path / "ward"), [router]) as made:
        client = entered(made, enrolled(made, "ito", "investigator", number=1))
        assert client.get("/asvs/P001").json() == {"who": "P001", "as": "investigator"}
        (kind, body) = looks(made)[-1]
        assert (kind, body["participant"], body["right"]) == (
            "Looked", "P001", "read clinical record",
        )  # fmt: skip

        def down(*_: object) -> None:
            raise LooksDownError("no room")

        monkeypatch.setattr(made.service.looks, "note", down)
        told = client.get("/asvs/P001")
        assert (told.status_code, told.json()["code"]) == (503, "OUT-240")
        assert stranger(made, made.service.own_origin).get("/card").status_code == 200
