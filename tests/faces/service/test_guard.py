from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends
from tests.faces.service.identity.identity_world import bare_programme, looks
from tests.faces.service.service_world import Doors, doors

from nanoward.adapters.accounts.memory_rates import MemoryRates
from nanoward.adapters.accounts.sqlite_accounts import key_of
from nanoward.faces.service.guard import (
    FRESH,
    Guard,
    NotYoursError,
    Open,
    Visitor,
    granted_besides,
)
from nanoward.programme.access.rate_limits import RateLimit
from nanoward.programme.access.rights import Grant, Right, Role, Scope

router = APIRouter()
READ = Guard(Right.READ_CLINICAL, "participant")


@router.get("/trial/{participant}", tags=["trial"])
async def about(participant: str, visitor: Annotated[Visitor, Depends(READ)]) -> dict[str, str]:
    return {"who": participant, "scope": visitor.grant.scope}


@router.post("/trial-export", dependencies=[Depends(Guard(Right.EXPORT))])
async def export() -> dict[str, bool]:
    return {"done": True}


@router.post("/trial-kill", dependencies=[Depends(Guard(Right.APPROVE_KILL, signed=True))])
async def kill() -> dict[str, bool]:
    return {"done": True}


@router.post("/trial-stop", dependencies=[Depends(Guard(Right.STOP_AGENT))])
async def stop() -> dict[str, bool]:
    return {"done": True}


@router.post("/trial-open", dependencies=[Depends(Open("a test"))])
async def anybody() -> dict[str, bool]:
    return {"done": True}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Doors]:
    with doors(bare_programme(tmp_path / "ward"), [router]) as opened:
        yield opened


def test_who_is_not_signed_in_is_told_so(made: Doors) -> None:
    told = made.client().get("/trial/P001")
    assert told.status_code == 401
    assert told.json()["code"] == "SRV-001"
    assert told.headers["content-type"] == "application/problem+json"


def test_the_matrix_decides(made: Doors) -> None:
    nurse, epi = made.client(Role.NURSE), made.client(Role.EPIDEMIOLOGIST)
    own = made.client(Role.PARTICIPANT, participant="P001")
    assert nurse.get("/trial/P001").json()["scope"] == "site"
    assert epi.get("/trial/P001").json()["scope"] == "minimal"
    assert own.get("/trial/P001").json()["scope"] == "own"
    assert own.get("/trial/P002").json()["code"] == "SRV-002"
    assert made.client(Role.ADMINISTRATOR).get("/trial/P001").status_code == 403


@pytest.mark.hazard("H-396")
def test_a_nurse_of_one_site_reads_nobody_of_another_and_nobody_of_none(made: Doors) -> None:
    object.__setattr__(made.service.identity, "site_of", {"P1": "north", "P2": "south"}.get)
    nurse = made.client(Role.NURSE, site="north")
    codes = [nurse.get(f"/trial/{who}").status_code for who in ("P1", "P2", "P3")]
    assert codes == [200, 403, 403]


@pytest.mark.hazard("H-396")
def test_a_person_whom_a_body_names_is_asked_about_as_one_in_the_path(made: Doors) -> None:
    object.__setattr__(made.service.identity, "site_of", {"P1": "north", "P2": "south"}.get)
    made.client(Role.NURSE, site="north")
    (session,) = made.accounts.sessions("nurse")
    held = Grant(right=Right.READ_VISITS, role=Role.NURSE, scope=Scope.SITE)
    visitor = Visitor(session=session, grant=held)
    found = granted_besides(made.service, visitor, Right.BOOK_VISIT, "P1")
    assert found.scope is Scope.SITE
    for right, who in ((Right.BOOK_VISIT, "P2"), (Right.APPROVE_KILL, None)):
        with pytest.raises(NotYoursError):
            granted_besides(made.service, visitor, right, who)


@pytest.mark.hazard("H-401")
def test_some_acts_need_a_fresh_signature(made: Doors) -> None:
    auditor, doctor = made.client(Role.AUDITOR), made.client(Role.INVESTIGATOR)
    assert auditor.post("/trial-export").status_code == 200
    made.clock.advance(FRESH + timedelta(seconds=1))
    assert auditor.post("/trial-export").json()["code"] == "SRV-003"
    assert doctor.post("/trial-kill").status_code == 200  # signed by the act itself
    assert doctor.post("/trial-stop").status_code == 200


@pytest.mark.hazard("H-400")
def test_one_passkey_opens_nothing_but_stops(made: Doors) -> None:
    client = made.client(Role.NURSE)
    value = made.accounts.begin_session("nurse", made.clock.now(), limited=True)
    client.cookies.clear()
    client.headers["cookie"] = f"__Host-session={value}"
    assert client.get("/trial/P001").json()["code"] == "SRV-040"
    assert client.get("/devices").status_code == 200
    assert client.post("/trial-stop").status_code == 200


@pytest.mark.hazard("H-402")
def test_after_a_recovery_nothing_is_signed_for_a_day_and_stops_go_on(made: Doors) -> None:
    client = made.client(Role.INVESTIGATOR)
    made.accounts.hold("investigator", "signing", made.clock.now() + timedelta(hours=24))
    assert client.post("/trial-kill").json()["code"] == "SRV-041"
    assert client.post("/trial-stop").status_code == 200
    assert client.get("/trial/P001").status_code == 200


@pytest.mark.hazard("H-402")
def test_a_role_that_waits_is_not_there(made: Doors) -> None:
    client = made.client(Role.NURSE)
    made.accounts.hold("nurse", "nurse", made.clock.now() + timedelta(minutes=9))
    assert client.get("/trial/P001").json()["code"] == "SRV-002"
    made.clock.advance(timedelta(minutes=9))
    assert client.get("/trial/P001").status_code == 200


@pytest.mark.hazard("H-404")
def test_an_emergency_opens_one_person_until_its_end(made: Doors) -> None:
    client = made.client(Role.PHARMACOLOGIST)
    made.accounts.open_emergency(
        "pharmacologist", "P1", made.clock.now() + timedelta(minutes=9)
    )
    assert client.get("/trial/P1").json()["scope"] == "all"
    assert client.get("/trial/P2").json()["scope"] == "pseudonyms"
    made.clock.advance(timedelta(minutes=9))
    assert client.get("/trial/P1").json()["scope"] == "pseudonyms"


@pytest.mark.hazard("H-403")
def test_every_look_at_another_is_taken_down_and_one_s_own_is_not(made: Doors) -> None:
    made.client(Role.NURSE).get("/trial/P001")
    made.client(Role.PARTICIPANT, participant="P001").get("/trial/P001")
    made.client(Role.ADMINISTRATOR).get("/trial/P001")
    found = [(kind, body["account"]) for kind, body in looks(made)]
    assert found == [("Looked", "nurse"), ("DoorRefused", "administrator")]
    assert looks(made)[0][1]["what"] == "GET /trial/{participant}"


@pytest.mark.hazard("H-404")
def test_whoever_asks_too_often_waits_and_a_stop_never_does(made: Doors) -> None:
    limits = dict.fromkeys(("account", "session", "network"), RateLimit(burst=2, per_minute=1))
    object.__setattr__(made.service.identity, "rates", MemoryRates(limits))
    client, stranger = made.client(Role.NURSE), made.client()
    assert [client.get("/trial/P1").status_code for _ in range(3)] == [200, 200, 429]
    assert [stranger.get("/trial/P1").status_code for _ in range(3)] == [401, 401, 429]
    assert {client.post("/trial-stop").status_code for _ in range(5)} == {200}


def test_another_origin_s_page_acts_for_nobody(made: Doors) -> None:
    auditor = made.client(Role.AUDITOR)
    own = made.service.own_origin
    for headers, status in (
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": own}, 200),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
    ):
        assert auditor.post("/trial-export", headers=headers).status_code == status, headers
        assert auditor.post("/trial-open", headers=headers).status_code == status, headers
    del auditor.headers["origin"]
    told = auditor.post("/trial-export", headers={"sec-fetch-site": "cross-site"})
    assert told.json()["code"] == "SRV-004"
    assert auditor.post("/trial-export").status_code == 200  # no browser at all


def test_no_app_starts_with_a_door_that_has_no_rule(tmp_path: Path) -> None:
    forgotten = APIRouter(prefix="/forgotten")

    @forgotten.get("/door")
    async def door() -> None: ...

    with (
        pytest.raises(RuntimeError, match="/forgotten/door"),
        doors(bare_programme(tmp_path / "ward"), [forgotten]),
    ):
        pass


def test_a_further_right_is_asked_for_and_taken_down(ward: Path) -> None:
    with doors(ward) as made:
        made.client(Role.MONITOR)
        value = made.accounts.begin_session("monitor", made.clock.now())
        session = made.accounts.session(key_of(value), made.clock.now())
        assert session is not None
        held = Grant(right=Right.READ_PROGRAMME, role=Role.MONITOR, scope=Scope.ALL)
        visitor = Visitor(session=session, grant=held)
        told = granted_besides(made.service, visitor, Right.READ_CLINICAL)
        assert told.scope is Scope.ALL
        with pytest.raises(NotYoursError):
            granted_besides(made.service, visitor, Right.UNBLIND)
        made.service.looks.flush()
        looked = [one.body["right"] for one in made.service.looks.records()]
    assert looked == ["read clinical record"]


def test_a_visitor_s_people_are_those_of_their_own_site(ward: Path) -> None:
    near = APIRouter()

    @near.get("/near")
    async def told(visitor: Annotated[Visitor, Depends(Guard(Right.READ_VISITS))]) -> list[str]:
        return sorted(visitor.near)

    with doors(ward, [near]) as made:
        at = {"north": frozenset({"P001", "P002"})}
        object.__setattr__(
            made.service.identity, "people_at", lambda one: at.get(one, frozenset())
        )
        assert made.client(Role.NURSE, site="north").get("/near").json() == ["P001", "P002"]
        assert made.client(Role.NURSE, site="south").get("/near").json() == []
        assert made.client(Role.NURSE).get("/near").json() == []


@pytest.mark.hazard("H-458")
def test_a_reach_of_oneself_or_of_one_site_is_held_where_nobody_is_in_the_path(
    ward: Path,
) -> None:
    some = APIRouter()
    held, bare = Guard(Right.READ_VISITS, own=True), Guard(Right.READ_VISITS)

    @some.get("/held")
    async def reached(visitor: Annotated[Visitor, Depends(held)]) -> list[str] | None:
        people = visitor.reaches()
        return None if people is None else sorted(people)

    @some.get("/bare", dependencies=[Depends(bare)])
    async def anybody_s() -> bool:
        return True

    with doors(ward, [some]) as made:
        near = {"north": frozenset({"P001", "P002"})}
        object.__setattr__(made.service.identity, "people_at", near.get)
        own = made.client(Role.PARTICIPANT, participant="P003")
        assert own.get("/held").json() == ["P003"]
        assert own.get("/bare").json()["code"] == "SRV-002"
        nurse = made.client(Role.NURSE, site="north")
        assert nurse.get("/held").json() == ["P001", "P002"]
        assert nurse.get("/bare").json() is True
        assert made.client(Role.INVESTIGATOR).get("/held").json() is None
