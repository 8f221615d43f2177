from datetime import timedelta

import pytest
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    enrolled,
    entered,
    looks,
    signed_in,
    stranger,
)
from tests.faces.service.service_world import Doors

from nanoward.faces.service.guard import COOKIE
from nanoward.faces.service.identity.sign_in import CLEAR


def test_whoever_holds_a_passkey_signs_in_and_out(made: Doors) -> None:
    key = enrolled(made, "nia", "nurse", number=1)
    client = entered(made, key)
    assert client.get("/devices").status_code == 200
    told = client.post("/sign-out")
    assert (told.status_code, told.headers["location"]) == (303, "/sign-in")
    assert told.headers["clear-site-data"] == CLEAR
    assert client.get("/devices").status_code == 401
    assert [kind for kind, _ in looks(made)][:1] == ["SignedIn"]


@pytest.mark.hazard("H-397")
def test_what_was_signed_once_signs_in_once(made: Doors) -> None:
    key, client = enrolled(made, "nia", "nurse", number=1), stranger(made)
    asked = client.post("/sign-in/begin", json={}).json()
    answer = {"credential": key.get(asked)}
    assert client.post("/sign-in", json=answer).status_code == 200
    told = stranger(made).post("/sign-in", json=answer)
    assert (told.status_code, told.json()["code"]) == (401, "SRV-043")


@pytest.mark.hazard("H-397")
@pytest.mark.parametrize(
    "changed",
    [
        {"flags": 0x01},
        {"flags": 0x04},
        {"origin": "https://evil.example"},
        {"type": "webauthn.create"},
        {"challenge": "AAAA"},
    ],
    ids=["no verification", "no presence", "other origin", "a registration", "other challenge"],
)
def test_an_answer_that_is_not_what_was_asked_for_signs_nobody_in(
    made: Doors, changed: dict[str, object]
) -> None:
    key, client = enrolled(made, "nia", "nurse", number=1), stranger(made)
    asked = client.post("/sign-in/begin", json={}).json()
    told = client.post("/sign-in", json={"credential": key.get(asked, **changed)})
    assert told.json()["code"] == "SRV-043"
    assert COOKIE not in client.cookies


@pytest.mark.hazard("H-397")
def test_a_challenge_is_over_after_two_minutes(made: Doors) -> None:
    key, client = enrolled(made, "nia", "nurse", number=1), stranger(made)
    asked = client.post("/sign-in/begin", json={}).json()
    made.clock.advance(timedelta(minutes=2))
    told = client.post("/sign-in", json={"credential": key.get(asked)})
    assert told.json()["code"] == "SRV-043"


@pytest.mark.hazard("H-398")
def test_a_counter_that_went_back_signs_nobody_in_and_somebody_is_told(made: Doors) -> None:
    key = enrolled(made, "nia", "nurse", number=1)
    entered(made, key)
    client = stranger(made)
    asked = client.post("/sign-in/begin", json={}).json()
    told = client.post("/sign-in", json={"credential": key.get(asked, step=0)})
    assert (told.status_code, told.json()["code"]) == (401, "SRV-044")
    outbox = made.service.path + "/.nanoward/outbox.jsonl"
    with open(outbox, encoding="utf-8") as lines:
        assert "may have been copied" in lines.read()


def test_an_unknown_passkey_is_answered_like_a_known_one(made: Doors) -> None:
    known, client = enrolled(made, "nia", "nurse", number=1), stranger(made)
    unknown = SoftPasskey(made.service.origin, 99)
    answers = []
    for key, changed in ((unknown, {}), (known, {"flags": 0x01})):
        asked = client.post("/sign-in/begin", json={}).json()
        told = client.post("/sign-in", json={"credential": key.get(asked, **changed)})
        answers.append((told.status_code, told.json()))
    assert answers[0] == answers[1]


def test_each_page_has_its_own_passkeys(made: Doors) -> None:
    staff = enrolled(made, "nia", "nurse", number=1)
    person = enrolled(made, "p-1", "participant", number=2, participant="P001")
    for key, base in ((staff, made.service.own_origin), (person, made.service.origin)):
        client = stranger(made, base)
        key.origin, key.domain = base, base.split("//")[1]
        told = signed_in(client, key)
        assert told.json()["code"] == "SRV-043"


def test_signing_in_leads_to_a_page_of_ours_alone(made: Doors) -> None:
    key, client = enrolled(made, "nia", "nurse", number=1), stranger(made)
    for told, leads in (
        ("/people", "/people"),
        ("//evil.example", "/console/"),
        ("https://evil.example", "/console/"),
        ("/\\evil.example", "/console/"),
        ("/a\n", "/console/"),
    ):
        asked = client.post("/sign-in/begin", json={"next": told}).json()
        answer = client.post("/sign-in", json={"credential": key.get(asked)})
        assert answer.json()["then"] == leads


def test_the_page_says_how_to_leave_without_signing_in(made: Doors) -> None:
    told = stranger(made, made.service.own_origin).get("/sign-in")
    assert "/me/leave" in told.text
    assert "/card" in told.text
    assert stranger(made, "https://other.example").get("/sign-in").status_code == 421


@pytest.mark.hazard("H-397")
def test_signing_in_again_ends_the_session_before(made: Doors) -> None:
    key = enrolled(made, "nia", "nurse", number=1)
    client = entered(made, key)
    before = client.cookies.get(COOKIE)
    assert before is not None
    assert signed_in(client, key).status_code == 200
    thief = stranger(made)
    thief.cookies.set(COOKIE, before)
    assert thief.get("/devices").status_code == 401
    assert client.get("/devices").status_code == 200
