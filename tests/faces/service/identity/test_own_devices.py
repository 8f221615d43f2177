from datetime import timedelta

import pytest
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    enrolled,
    entered,
    kinds,
    second_key,
    stranger,
)
from tests.faces.service.service_world import Doors


@pytest.mark.hazard("H-400")
def test_with_one_passkey_nothing_opens_but_one_s_own_devices(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=1, keys=1))
    assert client.get("/people").json()["code"] == "SRV-040"
    assert "one passkey" in client.get("/devices").text
    second_key(client, SoftPasskey(made.service.origin, 77))
    assert client.get("/people").status_code == 200


def test_a_passkey_is_removed_and_two_stay(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=1, keys=2))
    devices = made.service.identity.credentials.devices("ada")
    told = client.post(f"/devices/{devices[1].device}/removal")
    assert told.json()["code"] == "SRV-047"
    second_key(client, SoftPasskey(made.service.origin, 77))
    assert client.post(f"/devices/{devices[1].device}/removal").status_code == 303
    assert kinds(made)[-1] == "DeviceRemoved"
    assert len(made.service.identity.credentials.devices("ada")) == 2


def test_another_s_passkey_cannot_be_removed(made: Doors) -> None:
    enrolled(made, "ben", "nurse", number=2, keys=3)
    theirs = made.service.identity.credentials.devices("ben")[0]
    client = entered(made, enrolled(made, "ada", "administrator", number=1, keys=3))
    assert client.post(f"/devices/{theirs.device}/removal").status_code == 404


def test_devices_change_only_after_a_fresh_signature(made: Doors) -> None:
    client = entered(made, enrolled(made, "ada", "administrator", number=1))
    made.clock.advance(timedelta(minutes=6))
    assert client.post("/devices/begin", json={}).json()["code"] == "SRV-003"
    assert stranger(made).post("/devices/begin", json={}).json()["code"] == "SRV-001"
