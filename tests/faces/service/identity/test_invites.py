from datetime import timedelta

import pytest
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    kinds,
    opened,
    second_key,
    signed_in,
    stranger,
)
from tests.faces.service.service_world import Doors

from nanoward.faces.service.identity.first_start import first_invite
from nanoward.programme.access.rights import Role


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


@pytest.mark.hazard("H-399")
def test_the_first_administrator_comes_by_one_invite_and_registers_two_passkeys(
    made: Doors,
) -> None:
    link, client = path_of(first_invite(made.service)), stranger(made)
    assert "Register a passkey" in client.get(link).text
    first = SoftPasskey(made.service.origin, 1)
    opened(client, link, first)
    assert client.get("/people").json()["code"] == "SRV-040"  # not before the second passkey
    second_key(client, SoftPasskey(made.service.origin, 2))
    assert client.get("/people").status_code == 200
    (account,) = made.accounts.accounts()
    assert account.roles == (Role.ADMINISTRATOR,)
    assert first_invite(made.service) == ""
    assert kinds(made)[-4:] == [
        "AccountOpened", "RoleConfirmed", "DeviceEnrolled", "DeviceEnrolled",
    ]  # fmt: skip


@pytest.mark.hazard("H-399")
def test_an_invite_works_once_for_fifteen_minutes_and_on_the_machine_alone(made: Doors) -> None:
    link = path_of(first_invite(made.service))
    far = made.client()
    assert far.get(link).json()["code"] == "SRV-046"
    behind = stranger(made)
    assert behind.get(link, headers={"x-forwarded-for": "203.0.113.9"}).status_code == 404
    older, link = link, path_of(first_invite(made.service))
    assert stranger(made).get(older).status_code == 404  # a second start voids the first's
    made.clock.advance(timedelta(minutes=15))
    assert stranger(made).get(link).status_code == 404
    link = path_of(first_invite(made.service))
    opened(stranger(made), link, SoftPasskey(made.service.origin, 1))
    assert stranger(made).get(link).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [{"flags": 0x41}, {"origin": "https://evil.example"}, {"type": "webauthn.get"},
     {"cose": {3: -8, 1: 1, -1: 6}}, {"cose": {3: -257}}],
    ids=["no verification", "other origin", "a signature", "EdDSA", "RSA"],
)  # fmt: skip
def test_a_registration_that_is_not_sound_leaves_the_invite_as_it_was(
    made: Doors, changed: dict[str, object]
) -> None:
    link, client = path_of(first_invite(made.service)), stranger(made)
    key = SoftPasskey(made.service.origin, 1)
    asked = client.post(f"{link}/begin", json={}).json()
    told = client.post(link, json={"credential": key.create(asked, **changed)})
    assert told.status_code >= 400
    assert made.accounts.accounts() == []
    opened(client, link, key)


def test_what_a_browser_is_asked_for(made: Doors) -> None:
    link, client = path_of(first_invite(made.service)), stranger(made)
    asked = client.post(f"{link}/begin", json={}).json()["publicKey"]
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == [-7]
    wanted = asked["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert asked["attestation"] == "none"
    assert len(asked["challenge"]) == 43
    assert asked["timeout"] == 120_000


def test_whoever_opened_an_account_signs_in_with_either_passkey(made: Doors) -> None:
    link, client = path_of(first_invite(made.service)), stranger(made)
    keys = [SoftPasskey(made.service.origin, one) for one in (1, 2)]
    opened(client, link, keys[0])
    second_key(client, keys[1])
    for key in keys:
        assert signed_in(stranger(made), key).json()["then"] == "/console/"


@pytest.mark.hazard("H-397")
def test_an_invite_of_staff_is_none_at_the_participants_page(made: Doors) -> None:
    link = path_of(first_invite(made.service))
    assert stranger(made, made.service.own_origin).get(link).status_code == 404
    assert stranger(made).get(link).status_code == 200
