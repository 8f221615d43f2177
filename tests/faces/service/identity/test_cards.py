import re

import pytest
from fastapi.testclient import TestClient
from tests.faces.service.identity.identity_world import (
    SoftPasskey,
    enrolled,
    entered,
    kinds,
    looks,
    opened,
    signed_in,
    stranger,
)
from tests.faces.service.service_world import Doors

from nanoward.wiring.exit import open_exit_spool


@pytest.fixture(name="nia")
def nurse(made: Doors) -> TestClient:
    return entered(made, enrolled(made, "nia", "nurse", number=1))


def codes(nia: TestClient, who: str = "P001") -> tuple[str, str]:
    """The two codes of a new card: to sign in, and to stop."""
    page = nia.post(f"/people/cards/{who}").text
    (one,) = re.findall(r"/invite/([A-Z2-7-]+)", page)
    (two,) = re.findall(r">([A-Z2-7]{4}(?:-[A-Z2-7]{2,4})+)<", page)
    return one, two


def test_a_card_opens_one_s_own_page_once(made: Doors, nia: TestClient) -> None:
    assert "Make sure in person" in nia.get("/people/cards/P001").text
    code, _ = codes(nia)
    own = stranger(made, made.service.own_origin)
    assert stranger(made).get(f"/invite/{code}").status_code == 404  # not at the console
    key = SoftPasskey(made.service.own_origin, 50)
    opened(own, f"/invite/{code.lower()}", key)
    assert own.get("/devices").status_code == 200
    assert own.get(f"/invite/{code}").status_code == 404
    assert signed_in(stranger(made, made.service.own_origin), key).json()["then"] == "/me/"
    assert "CardUsed" in kinds(made)


def test_another_card_voids_the_one_before_and_the_lost_passkey(
    made: Doors, nia: TestClient
) -> None:
    first, _ = codes(nia)
    second, _ = codes(nia)
    own = stranger(made, made.service.own_origin)
    assert own.get(f"/invite/{first}").status_code == 404
    lost = SoftPasskey(made.service.own_origin, 50)
    opened(own, f"/invite/{second}", lost)
    third, _ = codes(nia)
    again = stranger(made, made.service.own_origin)
    opened(again, f"/invite/{third}", SoftPasskey(made.service.own_origin, 51))
    assert own.get("/devices").status_code == 401
    assert signed_in(stranger(made, made.service.own_origin), lost).status_code == 401


@pytest.mark.hazard("H-404")
def test_the_stop_code_stops_once_and_leaves_once_without_any_account(
    made: Doors, nia: TestClient
) -> None:
    _, code = codes(nia)
    own = stranger(made, made.service.own_origin)
    told = own.post("/card", data={"code": code.lower().replace("-", " "), "wish": "stop"})
    assert "The stop is on its way" in told.text
    assert own.get("/devices").status_code == 401  # it reads nothing
    again = own.post("/card", data={"code": code, "wish": "stop"})
    receipt = re.findall(r"receipt is number (\d+)", told.text)
    assert re.findall(r"receipt is number (\d+)", again.text) == receipt
    assert [kind for kind, _ in looks(made)].count("CardUsed") == 1
    left = own.post("/card", data={"code": code, "wish": "leave"})
    assert "You have left" in left.text
    with open_exit_spool(made.service.path) as spool:
        assert spool is not None
        given = [one.body for one in spool.records() if one.kind == "exit.NoticeGiven"]
    assert [(one["participant"], one["wish"]) for one in given] == [
        ("P001", "stop"), ("P001", "leave"),
    ]  # fmt: skip


def test_a_code_that_nobody_knows_says_whom_to_call(made: Doors) -> None:
    own = stranger(made, made.service.own_origin)
    told = own.post("/card", data={"code": "ABCD-EFGH", "wish": "stop"})
    assert told.status_code == 404
    assert "Call your clinic" in told.text
    assert own.get("/card").status_code == 200
