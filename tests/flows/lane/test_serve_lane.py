from typing import Any

import pytest

from nanoward.base.entries import body_of
from nanoward.control.kill_bytes import signed_bytes
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill
from nanoward.flows.lane.serve_lane import request_from, serve_lane
from nanoward.flows.orders.send_order import send_order
from nanoward.testing.desks import asked_of, bay_of


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"do": "dance"},
        {"do": "kill fire"},
        {"do": "kill fire", "order": "nothing", "by": "anna"},
        {"do": "kill request", "participants": 7, "mechanism": "x", "reason": "", "by": "a"},
        {
            "do": "kill approve",
            "order": "x",
            "by": "a",
            "role": "b",
            "key": "c",
            "signature": "",
        },
        {"do": "enrol", "participant": "P1"},
        {"do": "flush sample", "sample": {}, "by": "lab"},
        {"do": "kill show", "order": "nothing", "by": "anna", "role": "physician"},
    ],
)
def test_a_request_that_makes_no_sense_is_answered_and_changes_nothing(
    asked: dict[str, Any],
) -> None:
    bay = bay_of()
    size = bay.desk.lane.head().size
    told = serve_lane(bay.desk, bay.book, asked)
    assert told["refused"]
    assert told["exit_code"] in (2, 4, 5)
    assert bay.desk.lane.head().size == size


def test_a_kill_code_that_is_not_there_cannot_be_shown_for_signing() -> None:
    bay = bay_of()
    told = serve_lane(bay.desk, bay.book, {"do": "kill show", "order": "nothing"})
    assert (told["code"], told["refused"]) == ("REF-061", "there is no kill code nothing")
    assert told["exit_code"] == 4


@pytest.mark.hazard("H-21")
def test_everybody_is_stopped_at_once() -> None:
    bay = bay_of()
    for who in ("P1", "P2"):
        asked = asked_of(order=who, participant=who)
        send_order(bay.desk, bay.book, asked, actor="nurse")
    told = serve_lane(bay.desk, bay.book, {"do": "stop"})
    assert [one["outcome"] for one in told["stopped"]] == ["done", "done"]
    for who in ("P1", "P2"):
        assert bay.agents.read(who, "rate", bay.clock.now()) == 0.0


def test_a_sweep_says_what_it_did() -> None:
    bay = bay_of()
    bay.agents.misbehave("P1", ["silent"])
    serve_lane(bay.desk, bay.book, {"do": "stop", "participant": "P1"})
    told = serve_lane(bay.desk, bay.book, {"do": "status"})
    assert told["owed"][0]["participant"] == "P1"
    assert told["drills_due"] == ["inducer"]
    told = serve_lane(bay.desk, bay.book, {"do": "sweep"})
    assert told["resumed"] == [{"order": "stop", "outcome": "done"}]
    assert told["leases ended"] == []


@pytest.mark.hazard("H-23")
def test_what_a_person_signs_is_made_from_what_was_shown() -> None:
    bay = bay_of()
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    shown = serve_lane(bay.desk, bay.book, {"do": "kill show", "order": request.order})
    assert shown["request"] == body_of(request)
    made = signed_bytes(request_from(shown["request"]), signer="anna", role="physician")
    assert (shown["people"], shown["lot"], shown["reason"]) == (1, "L1", "")
    assert made == signed_bytes(request, signer="anna", role="physician")
