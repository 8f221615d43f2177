from pathlib import Path

import pytest
from tests.faces.service.console_world import refused, said, send
from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.pages.control_page import stopped_text
from nanoward.programme.access.rights import Role


def test_a_stop_is_kept_with_its_receipt_and_what_is_owed() -> None:
    told = {"receipt": {"seq": 3, "leaf": "ab" * 32}, "stopped": [], "near": ["P001"],
            "owed": {"lane": "no answer"}}  # fmt: skip
    text = stopped_text(told)
    assert "record 3" in text
    assert "Owed to the lane: no answer." in text
    assert "near: P001" in text


@pytest.mark.hazard("H-411")
def test_a_stop_from_the_console_waits_for_no_plan(acting: Doors) -> None:
    plan = Path(acting.service.path) / "programme.toml"
    plan.write_text(plan.read_text() + "\n[broken", encoding="utf-8")
    told = acting.client(Role.NURSE).post("/console/control/stop", data={"who": "P001"})
    assert told.status_code == 200
    assert "Kept as record 1" in said(told)


def test_a_stop_without_a_name_says_so_and_keeps_the_page(acting: Doors) -> None:
    told = acting.client(Role.NURSE).post("/console/control/stop", data={"who": ""})
    assert told.status_code == 422
    assert "This is needed." in refused(told)


def test_a_kill_code_that_the_lane_refuses_is_told_with_all_that_was_typed(
    acting: Doors,
) -> None:
    told = send(
        acting.client(Role.INVESTIGATOR), "/console/control", "kill", "/console/control/kill",
        participant="P001", mechanism="lysis", minutes="15", reason="a reason of mine",
    )  # fmt: skip
    assert told.status_code == 409
    assert refused(told)
    assert "a reason of mine" in told.text


def test_who_may_not_ask_for_a_kill_code_finds_no_form(reading: Doors) -> None:
    page = reading.client(Role.MONITOR).get("/console/control").text
    assert "Stop somebody" in page
    assert "Ask for a kill code" not in page
