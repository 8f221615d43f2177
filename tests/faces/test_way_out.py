"""What a command does at the way out; the stories in tests/safety go through the commands."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nanoward.base.errors import NanowardError, OutsideError, UsageError
from nanoward.faces import way_out
from nanoward.faces.lane import ForeignLaneError, whose
from nanoward.faces.way_out import (
    LaneSaidNoError,
    ask_exit,
    carry_owed,
    give,
    keep_notice,
    near_known,
    reach_lane,
    say,
    was_known,
)


@pytest.fixture
def ward(tmp_path: Path) -> str:
    (tmp_path / "ward" / ".nanoward").mkdir(parents=True)
    return str(tmp_path / "ward")


@pytest.mark.hazard("H-99")
def test_a_notice_that_is_kept_twice_under_one_name_is_one(ward: str) -> None:
    first = keep_notice(ward, "leave", "P1", notice="n", by="P1")
    again = keep_notice(ward, "leave", "P1", notice="n", by="P1")
    assert (first["by_process"], again["receipt"]["repeated"]) == (False, True)
    done = carry_owed(ward)
    assert [one["owed"] for one in done] == [{}]
    assert carry_owed(ward) == []


def test_what_cannot_be_carried_is_named_and_tried_again(
    ward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> Any:
        raise OutsideError("the lane is down")

    with monkeypatch.context() as patch:
        patch.setattr(way_out, "reach_lane", down)
        told = say(ward, "stop", "P1", by="P1")
    assert told["owed"] == {"lane": "the lane is down"}
    assert told["receipt"]["seq"] == 1
    (again,) = carry_owed(ward)
    assert again["owed"] == {}


def test_nobody_speaks_where_nobody_listens(tmp_path: Path) -> None:
    assert ask_exit(tmp_path / "exit.sock", {"do": "notice"}, wait_s=1) is None


def test_a_wish_that_is_none_is_the_askers_mistake(ward: str) -> None:
    with pytest.raises(UsageError):
        keep_notice(ward, "dose", "P1")


def test_near_names_are_of_people_who_were_known_before(ward: str) -> None:
    assert not was_known(ward, "P001")
    say(ward, "leave", "P001")
    assert was_known(ward, " P001")
    assert near_known(ward, "P01") == ("P001",)
    assert say(ward, "leave", "P01")["near"] == ["P001"]


def test_without_a_lane_nobody_is_enrolled_and_what_a_lane_refuses_is_told(
    ward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reach_lane(ward, {"do": "stop", "participant": "P1"}) == {"stopped": []}
    answer = {"refused": "no", "code": "X-1"}
    monkeypatch.setattr(way_out, "ask_lane", lambda *_: answer)
    with pytest.raises(LaneSaidNoError, match="X-1: no"):
        reach_lane(ward, {"do": "stop"})


@pytest.mark.hazard("H-98")
def test_another_users_exit_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "ward" / ".nanoward" / "exit.sock"
    path.parent.mkdir(parents=True)
    path.touch()
    monkeypatch.setattr("socket.socket.connect", refuse)
    with pytest.raises(ForeignLaneError, match=f"exit.sock of ward is user {os.geteuid()}'s"):
        ask_exit(path, {}, wait_s=1)
    assert whose(Path("/nowhere/ward/.nanoward/x")).startswith("x of ward is")
    assert issubclass(ForeignLaneError, NanowardError)


@pytest.mark.hazard("H-415")
def test_who_waits_is_answered_before_everybody_was_told(
    ward: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receipt is there at once; a lane that takes its time is told behind it."""
    go, done = threading.Event(), threading.Event()

    def slow(*_: Any) -> Any:
        go.wait(20)
        done.set()
        return {"stopped": []}

    monkeypatch.setattr(way_out, "reach_lane", slow)
    start = time.monotonic()
    told = give(ward, "stop", "P1", wait_s=0.1, by="P1")
    assert time.monotonic() - start < 5
    assert (told["receipt"]["seq"], told["owed"]) == (1, {"all": "being carried"})
    go.set()
    assert done.wait(20)
    until = time.monotonic() + 20
    while carry_owed(ward) and time.monotonic() < until:
        time.sleep(0.05)
    assert carry_owed(ward) == []
