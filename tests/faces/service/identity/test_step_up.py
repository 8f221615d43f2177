from datetime import timedelta
from typing import Any

import pytest
from tests.faces.service.identity.identity_world import enrolled, entered, stranger
from tests.faces.service.service_world import Doors

from nanoward.faces.service.guard import COOKIE
from nanoward.faces.service.identity import step_up
from nanoward.flows.access.sign_kill import KillSignature


def test_signing_once_more_makes_the_session_fresh_under_a_new_value(made: Doors) -> None:
    key = enrolled(made, "ada", "administrator", number=1)
    client = entered(made, key)
    before = client.cookies[COOKIE]
    made.clock.advance(timedelta(minutes=6))
    assert (
        client.post("/people/roles", data={"account": "x", "role": "nurse"}).status_code == 403
    )
    asked = client.post("/step-up/begin", json={"next": "/people"}).json()
    told = client.post("/step-up", json={"credential": key.get(asked)})
    assert told.json() == {"then": "/people"}
    assert client.cookies[COOKIE] != before
    assert (
        client.post("/people/roles", data={"account": "x", "role": "nurse"}).status_code == 409
    )
    old = stranger(made).get("/devices", headers={"cookie": f"{COOKIE}={before}"})
    assert old.status_code == 401  # the old value serves no more


@pytest.mark.hazard("H-401")
def test_a_signature_to_sign_in_does_not_step_up_and_the_other_way_round(made: Doors) -> None:
    key = enrolled(made, "ada", "administrator", number=1)
    client = entered(made, key)
    signed = key.get(client.post("/sign-in/begin", json={}).json())
    assert client.post("/step-up", json={"credential": signed}).json()["code"] == "SRV-043"
    signed = key.get(client.post("/step-up/begin", json={}).json())
    assert client.post("/sign-in", json={"credential": signed}).json()["code"] == "SRV-043"


@pytest.mark.hazard("H-401")
def test_another_s_passkey_does_not_step_up_my_session(made: Doors) -> None:
    mine = enrolled(made, "ada", "administrator", number=1)
    theirs = enrolled(made, "ben", "administrator", number=2)
    client = entered(made, mine)
    asked = client.post("/step-up/begin", json={}).json()
    told = client.post("/step-up", json={"credential": theirs.get(asked)})
    assert told.json()["code"] == "SRV-043"


@pytest.mark.hazard("H-401")
def test_what_another_was_asked_and_signed_does_not_step_up_my_session(made: Doors) -> None:
    mine = entered(made, enrolled(made, "ada", "administrator", number=1))
    key = enrolled(made, "ben", "administrator", number=2)
    asked = entered(made, key).post("/step-up/begin", json={}).json()
    told = mine.post("/step-up", json={"credential": key.get(asked)})
    assert told.json()["code"] == "SRV-043"


FORM: dict[str, Any] = {
    "status": "requested", "mechanism": "inducer", "people": 1, "lot": "L1",
    "participants": {"P1": "waiting"}, "reason": "end", "expected_escapees": 1.0,
    "any_escapee": 0.6, "signed": [], "needs": ["physician"], "expires": "soon",
    "request": {"dose": 1.0, "unit": "mg", "requested_by": "anna"},
}  # fmt: skip


@pytest.fixture
def lane(made: Doors, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A lane that takes every signature down, and one code that waits to be signed."""
    asked: list[Any] = []

    def ask(_: str, what: dict[str, Any]) -> dict[str, Any]:
        asked.append(what)
        return FORM

    def to_sign(*given: Any) -> KillSignature:
        *_, account, devices, role = given
        names = tuple(one.device for one in devices)
        message = f"{account.account} {role}".encode()
        return KillSignature(
            order="k1", role=role, signer=account.shown, message=message, devices=names
        )

    monkeypatch.setattr(step_up, "ask_kill_lane", ask)
    monkeypatch.setattr(step_up, "kill_to_sign", to_sign)
    monkeypatch.setattr(step_up, "signing_plan", lambda _: None)
    assert made
    return asked


@pytest.mark.hazard("H-395")
def test_a_kill_code_is_signed_over_its_own_bytes(made: Doors, lane: list[Any]) -> None:
    key = enrolled(made, "ito", "investigator", number=1)
    client = entered(made, key)
    made.clock.advance(timedelta(minutes=10))  # the signature itself is fresh
    assert "inducer" in client.get("/step-up/kill/k1").text
    asked = client.post("/step-up/kill/k1/begin", json={"role": "physician"}).json()
    answer = {"credential": key.get(asked), "role": "physician"}
    assert client.post("/step-up/kill/k1", json=answer).json()["status"] == "requested"
    (approved,) = [one for one in lane if one["do"] == "kill approve"]
    assert (approved["by"], approved["role"], approved["order"]) == ("ito", "physician", "k1")


@pytest.mark.hazard("H-395")
def test_what_was_signed_for_one_role_or_order_serves_no_other(
    made: Doors, lane: list[Any]
) -> None:
    key = enrolled(made, "ito", "investigator", number=1)
    client = entered(made, key)
    asked = client.post("/step-up/kill/k1/begin", json={"role": "physician"}).json()
    answer = {"credential": key.get(asked), "role": "safety_officer"}
    assert client.post("/step-up/kill/k1", json=answer).json()["code"] == "REF-244"
    asked = client.post("/step-up/begin", json={}).json()
    answer = {"credential": key.get(asked), "role": "physician"}
    assert client.post("/step-up/kill/k1", json=answer).json()["code"] == "SRV-043"
    assert all(one["do"] == "kill show" for one in lane)


@pytest.mark.hazard("H-402")
def test_whoever_came_back_without_a_passkey_signs_nothing_for_a_day(
    made: Doors, lane: list[Any]
) -> None:
    key = enrolled(made, "ito", "investigator", number=1)
    made.accounts.hold("ito", "signing", made.clock.now() + timedelta(hours=24))
    told = entered(made, key).post("/step-up/kill/k1/begin", json={"role": "physician"})
    assert told.json()["code"] == "SRV-041"
    made.clock.advance(timedelta(hours=24))
    told = entered(made, key).post("/step-up/kill/k1/begin", json={"role": "physician"})
    assert told.status_code == 200
    assert lane
