import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    enrolled,
    entered,
    kinds,
    opened,
    role_facts,
    second_key,
    stranger,
)
from tests.faces.service.service_world import Doors

from nanoward.programme.access.rights import Role


@pytest.fixture(name="ada")
def first_administrator(made: Doors) -> TestClient:
    role_facts(made, ("ada", "administrator"))
    return entered(made, enrolled(made, "ada", "administrator", number=1))


def invited(made: Doors, client: TestClient, name: str, number: int) -> tuple[TestClient, str]:
    """Somebody is invited, opens their account, and is signed in with two passkeys."""
    told = client.post("/people/invites", data={"shown": name})
    assert told.status_code == 201
    (link,) = re.findall(r"/invite/([\w-]+)", told.text)
    theirs = stranger(made)
    opened(theirs, f"/invite/{link}", SoftPasskey(made.service.origin, number))
    second_key(theirs, SoftPasskey(made.service.origin, number + 1))
    (account,) = [one.account for one in made.accounts.accounts() if one.shown == name]
    return theirs, account


def proposes(client: TestClient, account: str, role: str) -> int:
    told = client.post(
        "/people/roles", data={"account": account, "role": role, "reason": "their work"}
    )
    return int(told.status_code)


def waiting(client: TestClient) -> list[str]:
    return re.findall(r"/people/roles/(\w+)/confirmation", client.get("/people").text)


@pytest.mark.hazard("H-399")
def test_roles_need_a_second_administrator_and_then_two_people(
    made: Doors, ada: TestClient
) -> None:
    _, nurse = invited(made, ada, "Nia", 20)
    assert proposes(ada, nurse, "nurse") == 409  # nobody could confirm it
    ben, second = invited(made, ada, "Ben", 30)
    assert ben.get("/people").json()["code"] == "SRV-002"  # an invite gives no role
    assert proposes(ada, second, "administrator") == 303
    ben = entered(made, used(made, 30))
    assert proposes(ada, nurse, "nurse") == 303
    (grant,) = waiting(ada)
    assert ada.post(f"/people/roles/{grant}/confirmation").status_code == 409
    assert made.accounts.account(nurse).roles == ()  # type: ignore[union-attr]
    assert ben.post(f"/people/roles/{grant}/confirmation").status_code == 303
    assert made.accounts.account(nurse).roles == (Role.NURSE,)  # type: ignore[union-attr]
    assert kinds(made)[-2:] == ["RoleProposed", "RoleConfirmed"]


def used(made: Doors, number: int) -> SoftPasskey:
    """The passkey of a number, after it was used in another client."""
    key = SoftPasskey(made.service.origin, number)
    key.counter = 50
    return key


@pytest.mark.hazard("H-403")
def test_a_lost_role_ends_every_session_at_once(made: Doors, ada: TestClient) -> None:
    role_facts(made, ("ben", "administrator"), ("cem", "administrator"), ("nia", "nurse"))
    nia = entered(made, enrolled(made, "nia", "nurse", number=4))
    assert nia.get("/devices").status_code == 200
    told = ada.post("/people/accounts/nia/roles/nurse/end", data={"reason": "left"})
    assert told.status_code == 303
    assert nia.get("/devices").status_code == 401


def test_a_refused_form_comes_back_with_what_was_typed(made: Doors, ada: TestClient) -> None:
    role_facts(made, ("ben", "administrator"))
    told = ada.post(
        "/people/roles", data={"account": "ben", "role": "nurse", "reason": "night <shift>"}
    )
    assert told.status_code == 409
    assert "night &lt;shift&gt;" in told.text
    assert "does not go together" in told.text


@pytest.mark.hazard("H-402")
def test_whoever_lost_every_passkey_comes_back_by_two_administrators(
    made: Doors, ada: TestClient
) -> None:
    role_facts(made, ("ben", "administrator"), ("ito", "investigator"))
    ben = entered(made, enrolled(made, "ben", "administrator", number=2))
    old = enrolled(made, "ito", "investigator", number=5)
    assert ada.post("/people/accounts/ito/recovery").status_code == 409  # who saw them, how?
    told = ada.post("/people/accounts/ito/recovery", data={"identity_check": "passport"})
    assert told.status_code == 303
    (recovery,) = re.findall(r"/people/recoveries/(\w+)/", ada.get("/people").text)
    assert ada.post(f"/people/recoveries/{recovery}/confirmation").status_code == 409
    told = ben.post(f"/people/recoveries/{recovery}/confirmation")
    (link,) = re.findall(r"/invite/([\w-]+)", told.text)
    ito = stranger(made)
    opened(ito, f"/invite/{link}", SoftPasskey(made.service.origin, 60))
    second_key(ito, SoftPasskey(made.service.origin, 61))
    assert "signs nothing until" in ito.get("/devices").text
    session = made.accounts.sessions("ito")[0]
    assert session.signs_from == made.clock.now() + timedelta(hours=24)
    with pytest.raises(AssertionError):
        entered(made, old)  # what was lost opens nothing


def test_a_declined_role_waits_no_more(made: Doors, ada: TestClient) -> None:
    role_facts(made, ("ben", "administrator"), ("nia", ""))
    enrolled(made, "nia", number=4)
    ben = entered(made, enrolled(made, "ben", "administrator", number=2))
    assert proposes(ada, "nia", "nurse") == 303
    (grant,) = waiting(ben)
    assert (
        ben.post(f"/people/roles/{grant}/declination", data={"reason": "no"}).status_code == 303
    )
    assert waiting(ben) == []


def test_an_account_is_signed_out_everywhere(made: Doors, ada: TestClient) -> None:
    nia = entered(made, enrolled(made, "nia", "nurse", number=4))
    assert ada.post("/people/accounts/nia/sessions/end").status_code == 303
    assert nia.get("/devices").status_code == 401


def test_every_role_of_the_staff_is_offered_and_that_of_participants_is_not(
    made: Doors, ada: TestClient
) -> None:
    invited(made, ada, "Nia", 20)
    text = ada.get("/people").text
    offered = set(re.findall(r"<option[^>]*?value=\"?([a-z-]+)", text)) | set(
        re.findall(r"<option>([a-z-]+)", text)
    )
    assert {one.value for one in Role} - {"participant"} <= offered
    assert "participant" not in offered
