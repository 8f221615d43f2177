"""OWASP ASVS 5.0.0, chapters 2, 6, 7 and 8 as far as identity and sessions go."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from tests.faces.service.asvs.asvs_world import peopled
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    bare_programme,
    enrolled,
    entered,
    opened,
    role_facts,
    signed_in,
    stranger,
)
from tests.faces.service.service_world import Doors, doors

from nanoward.adapters.accounts.memory_rates import LIMITS, MemoryRates
from nanoward.faces.service.guard import COOKIE, Guard, Open, all_routes, rule_of
from nanoward.flows.access.issue_card import BITS, code_of
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill
from nanoward.flows.lane.serve_lane import serve_lane
from nanoward.programme.access.redaction import redact
from nanoward.programme.access.rights import (
    NEVER_ASKS_AGAIN,
    STEP_UP,
    Grant,
    Right,
    Role,
    Scope,
)
from nanoward.testing.desks import bay_of

WAYS_IN = {"/sign-in/begin", "/sign-in", "/invite/{token}/begin", "/invite/{token}"}
stops = APIRouter()


@stops.post("/asvs-stop/{participant}", dependencies=[Depends(Guard(Right.STOP_AGENT))])
async def stop(participant: str) -> str:
    return participant


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with peopled(tmp_path_factory.mktemp("asvs")) as opened_doors:
        yield opened_doors


def test_asvs_2_4_1_too_many_requests_wait_and_a_stop_never_does(tmp_path: Path) -> None:
    with doors(bare_programme(tmp_path / "ward"), [stops]) as made:
        object.__setattr__(made.service.identity, "rates", MemoryRates(LIMITS))
        client = entered(made, enrolled(made, "nia", "nurse", number=1))
        codes = [client.get("/devices").status_code for _ in range(450)]
        assert codes[:390] == [200] * 390
        assert 429 in codes
        told = client.get("/devices")
        assert (told.json()["code"], told.headers["retry-after"]) == ("SRV-042", "2")
        for _ in range(450):
            assert client.post("/asvs-stop/P001").status_code == 200
        strangers = [
            stranger(made).post("/sign-in/begin", json={}).status_code for _ in range(130)
        ]
        assert strangers.count(429) >= 8
        assert client.get("/card").status_code == 200


def test_asvs_6_1_3_every_way_in_is_listed_and_needs_a_passkey(made: Doors) -> None:
    found = {
        path
        for path, route in all_routes(made.app.routes)
        if isinstance(route, APIRoute)
        and "POST" in route.methods
        and isinstance(rule_of(route), Open)
        and path.startswith(("/sign-in", "/invite"))
    }
    assert found == WAYS_IN


def test_asvs_6_3_2_there_is_no_account_that_nobody_opened(tmp_path: Path) -> None:
    with doors(bare_programme(tmp_path / "ward")) as made:
        assert made.accounts.accounts() == []


@pytest.mark.hazard("H-397")
def test_asvs_6_3_3_a_passkey_without_pin_or_finger_opens_nothing(made: Doors) -> None:
    key, client = enrolled(made, "nia", "nurse", number=2), stranger(made)
    asked = client.post("/sign-in/begin", json={}).json()
    assert asked["publicKey"]["userVerification"] == "required"
    told = client.post("/sign-in", json={"credential": key.get(asked, flags=0x01)})
    assert told.status_code == 401


def test_asvs_6_3_4_no_way_in_is_weaker_than_another(made: Doors) -> None:
    told = stranger(made).post("/sign-in", json={"credential": {}, "password": "x"})
    assert told.status_code == 422


def test_asvs_6_4_1_an_invite_is_over_and_works_once(made: Doors) -> None:
    ada = entered(made, enrolled(made, "ada", "administrator", number=3))
    page = ada.post("/people/invites", data={"shown": "Zoe"}).text
    (link,) = re.findall(r"(/invite/[\w-]+)", page)
    assert len(link.split("/")[2]) == 43  # 256 bits
    opened(stranger(made), link, SoftPasskey(made.service.origin, 700))
    assert stranger(made).get(link).status_code == 404


@pytest.mark.hazard("H-402")
def test_asvs_6_4_4_a_recovery_is_as_strong_as_an_enrolment(made: Doors) -> None:
    ada = entered(made, enrolled(made, "ada", "administrator", number=4))
    enrolled(made, "zed", "nurse", number=5)
    role_facts(made, ("zed", "nurse"))
    form = {"identity_check": "passport"}
    assert ada.post("/people/accounts/zed/recovery", data=form).status_code == 303
    (name,) = re.findall(r"/people/recoveries/(\w+)/", ada.get("/people").text)
    assert ada.post(f"/people/recoveries/{name}/confirmation").status_code == 409


def test_asvs_6_5_1_a_card_s_code_works_once(made: Doors) -> None:
    nia = entered(made, enrolled(made, "nia", "nurse", number=6))
    page = nia.post("/people/cards/P010").text
    (code,) = re.findall(r"/invite/([A-Z2-7-]+)", page)
    own = stranger(made, made.service.own_origin)
    opened(own, f"/invite/{code}", SoftPasskey(made.service.own_origin, 701))
    assert own.get(f"/invite/{code}").status_code == 404


def test_asvs_6_5_2_a_card_s_code_is_kept_by_its_hash(made: Doors) -> None:
    nia = entered(made, enrolled(made, "nia", "nurse", number=7))
    page = nia.post("/people/cards/P011").text
    kept = Path(made.service.path, ".nanoward", "accounts.db").read_bytes()
    for code in re.findall(r"([A-Z2-7]{4}(?:-[A-Z2-7]{2,4})+)", page):
        assert code.replace("-", "").encode() not in kept


def test_asvs_6_5_3_a_card_s_code_is_drawn_by_the_system_s_chance(made: Doors) -> None:
    import os

    assert made.service.identity.chance is os.urandom


def test_asvs_6_5_4_a_card_s_code_has_128_bits() -> None:
    assert BITS == 128
    assert len(code_of(b"x" * 16).replace("-", "")) == 26


def test_asvs_6_5_5_a_card_s_code_is_over_after_seven_days(made: Doors) -> None:
    nia = entered(made, enrolled(made, "nia", "nurse", number=8))
    page = nia.post("/people/cards/P012").text
    (code,) = re.findall(r"/invite/([A-Z2-7-]+)", page)
    made.clock.advance(timedelta(days=7))
    own = stranger(made, made.service.own_origin)
    assert own.get(f"/invite/{code}").status_code == 404


def test_asvs_7_2_3_a_session_has_256_bits(made: Doors) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=9))
    assert len(client.cookies[COOKIE]) == 43


@pytest.mark.hazard("H-403")
def test_asvs_7_2_4_signing_in_gives_a_new_session_and_ends_the_old(made: Doors) -> None:
    key = enrolled(made, "nia", "nurse", number=10)
    client = entered(made, key)
    before = client.cookies[COOKIE]
    assert signed_in(client, key).status_code == 200
    assert client.cookies[COOKIE] != before
    old = stranger(made).get("/devices", headers={"cookie": f"{COOKIE}={before}"})
    assert old.status_code == 401


def test_asvs_7_3_1_staff_who_do_nothing_are_signed_out(made: Doors) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=11))
    made.clock.advance(timedelta(minutes=15, seconds=1))
    assert client.get("/devices").status_code == 401


def test_asvs_7_3_2_nobody_of_the_staff_stays_longer_than_a_day_of_work(made: Doors) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=12))
    for _ in range(42):
        made.clock.advance(timedelta(minutes=14))
        client.get("/devices")
    assert client.get("/devices").status_code == 200
    made.clock.advance(timedelta(minutes=14))
    assert client.get("/devices").status_code == 401


def test_asvs_7_4_1_signing_out_ends_the_session_here_and_not_in_the_browser_alone(
    made: Doors,
) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=13))
    value = client.cookies[COOKIE]
    client.post("/sign-out")
    old = stranger(made).get("/devices", headers={"cookie": f"{COOKIE}={value}"})
    assert old.status_code == 401


@pytest.mark.hazard("H-403")
def test_asvs_7_4_2_a_lost_role_ends_every_session(made: Doors) -> None:
    role_facts(made, ("lea", "nurse"))
    lea = entered(made, enrolled(made, "lea", "nurse", number=14))
    ada = entered(made, enrolled(made, "ada", "administrator", number=15))
    assert ada.post("/people/accounts/lea/roles/nurse/end").status_code == 303
    assert lea.get("/devices").status_code == 401


def test_asvs_7_4_3_whoever_removes_a_passkey_ends_the_other_sessions(made: Doors) -> None:
    key = enrolled(made, "tom", "nurse", number=16, keys=3)
    mine, other = entered(made, key), entered(made, key)
    device = made.service.identity.credentials.devices("tom")[-1].device
    assert mine.post(f"/devices/{device}/removal").status_code == 303
    assert other.get("/devices").status_code == 401
    assert mine.get("/devices").status_code == 200


def test_asvs_7_4_4_every_page_has_a_way_to_sign_out(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=17))
    for path in ("/devices", "/sessions", "/people", "/step-up"):
        assert 'action="/sign-out"' in client.get(path).text


def test_asvs_7_4_5_an_administrator_ends_anybody_s_sessions(made: Doors) -> None:
    nia = entered(made, enrolled(made, "nia", "nurse", number=18))
    ada = entered(made, enrolled(made, "ada", "administrator", number=19))
    assert ada.post("/people/accounts/nia/sessions/end").status_code == 303
    assert nia.get("/devices").status_code == 401


@pytest.mark.hazard("H-401")
def test_asvs_7_5_1_devices_change_after_a_fresh_signature_alone(made: Doors) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=20))
    made.clock.advance(timedelta(minutes=5, seconds=1))
    assert client.post("/devices/begin", json={}).json()["code"] == "SRV-003"


def test_asvs_7_5_2_one_sees_and_ends_one_s_sessions(made: Doors) -> None:
    key = enrolled(made, "uma", "nurse", number=21)
    one, two = entered(made, key), entered(made, key)
    assert one.post("/sessions/end-others").status_code == 303
    assert two.get("/sessions").status_code == 401


def test_asvs_7_5_3_what_is_grave_needs_a_fresh_signature_and_what_stops_none() -> None:
    grave = {
        Right.APPROVE_KILL, Right.UNBLIND, Right.EXPORT, Right.PROPOSE_ROLE,
        Right.CONFIRM_ROLE, Right.USE_DEVICES, Right.MANAGE_ACCOUNTS,
    }  # fmt: skip
    assert grave <= STEP_UP
    assert not STEP_UP & NEVER_ASKS_AGAIN


def test_asvs_8_2_1_what_a_role_may_not_do_is_closed(made: Doors) -> None:
    """Every route and role: tests/faces/service/test_authorisation_matrix.py."""
    nia = entered(made, enrolled(made, "nia", "nurse", number=25))
    assert nia.post("/people/invites", data={"shown": "x"}).json()["code"] == "SRV-002"


@pytest.mark.hazard("H-396")
def test_asvs_8_2_2_another_person_s_record_is_closed(made: Doors) -> None:
    own = entered(made, enrolled(made, "p7", "participant", number=26, participant="P007"))
    assert own.get("/people/cards/P008").status_code in (403, 404)  # or not at this host
    far = entered(made, enrolled(made, "wim", "nurse", number=27, site="north"))
    assert far.get("/people/cards/P008").json()["code"] == "SRV-002"  # of no site of theirs


@pytest.mark.hazard("H-396")
def test_asvs_8_2_3_a_field_that_a_role_may_not_read_is_not_there() -> None:
    table = pl.DataFrame({"participant": ["P1"], "name": ["Ada"], "alt": [30.0]})
    held = Grant(right=Right.READ_CLINICAL, role=Role.MONITOR, scope=Scope.ALL)
    told = redact(table, held, me=None, site_people=frozenset(), key=b"k" * 32)
    assert told.columns == ["participant", "alt"]


@pytest.mark.hazard("H-395")
def test_asvs_2_3_1_and_2_3_5_a_kill_code_s_steps_and_people_cannot_be_left_out() -> None:
    bay = bay_of(("P1",))
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="end", requested_by="cara"
    )
    order = request_kill(bay.desk, bay.book, asked, actor="cara").order
    early = serve_lane(bay.desk, bay.book, {"do": "kill fire", "order": order, "by": "anna"})
    assert "was not released" in early["refused"]


@pytest.mark.hazard("H-403")
def test_asvs_8_3_2_what_is_taken_away_is_gone_at_the_next_request(made: Doors) -> None:
    key = enrolled(made, "vic", "administrator", number=22)
    client = entered(made, key)
    assert client.get("/people").status_code == 200
    enrolled(made, "vic", "nurse", number=23)  # the account's roles change
    assert client.get("/people").status_code == 401


def test_asvs_8_4_1_two_programmes_on_one_machine_know_nothing_of_each_other(
    made: Doors, tmp_path: Path
) -> None:
    client = entered(made, enrolled(made, "nia", "nurse", number=24))
    with doors(bare_programme(tmp_path / "other")) as other:
        headers = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
        assert stranger(other).get("/devices", headers=headers).status_code == 401
        assert other.service.identity.pseudonyms != made.service.identity.pseudonyms
