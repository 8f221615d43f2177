"""The way out over HTTP, with nothing else running."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.faces.service.participant.me_world import OWN, PHONE, spool_of, stop_code

from nanoward.faces.exit_door import (
    ANSWERED,
    DoorTakenError,
    ExitDoor,
    answer_lines,
    give_at_door,
    open_door,
    wish_of,
)
from nanoward.wiring.exit import open_stop_codes


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "programme.toml").write_text('name = "w"\n')
    return tmp_path / "ward"


@contextmanager
def at(ward: Path) -> Iterator[str]:
    door = ExitDoor(
        programme=str(ward), codes=lambda: open_stop_codes(str(ward)), own_origin=OWN,
        phone=PHONE,
    )  # fmt: skip
    with open_door(("127.0.0.1", 0), door) as port:
        yield f"http://127.0.0.1:{port}"


def ask(
    address: str,
    asked: dict[str, Any] | bytes | None = None,
    *,
    form: bool = False,
    **more: str,
) -> tuple[int, Any, Any]:
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    headers = {"Content-Type": kind} if asked is not None else {}
    content = asked if isinstance(asked, bytes | None) else json.dumps(asked).encode()
    if form and isinstance(asked, dict):
        content = urlencode(asked).encode()
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    wanted = urllib.request.Request(address, data=content, headers=headers)
    try:
        with urllib.request.urlopen(wanted, timeout=20) as found:
            return found.status, found.read().decode(), found.headers
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read().decode(), fault.headers


@pytest.mark.hazard("H-415")
def test_who_leaves_at_the_exit_has_a_receipt_and_one_record(ward: Path) -> None:
    code = stop_code(ward)
    with at(ward) as address:
        asked = {"wish": "leave", "code": code, "notice": "12345678"}
        told = [json.loads(ask(f"{address}/notice", asked)[1]) for _ in range(2)]
    assert told[0]["receipt"]["leaf"] == told[1]["receipt"]["leaf"]
    (kept,) = spool_of(ward)
    assert (kept.body["participant"], kept.body["wish"]) == ("P1", "leave")
    assert kept.body["channel"] == "exit page"


def test_the_page_works_by_its_form_and_in_the_persons_language(ward: Path) -> None:
    code = stop_code(ward)
    with at(ward) as address:
        page = ask(address, Accept_Language="de-CH,de;q=0.9,en;q=0.5")[1]
        assert 'lang="de"' in page
        assert "Jetzt gehen" in page
        assert PHONE in page
        status, told, headers = ask(
            f"{address}/notice", {"wish": "stop", "code": code}, form=True, Origin=address
        )
        assert status == 200
        assert "Your word to stop is kept." in told
        assert "script" not in headers["Content-Security-Policy"]
        assert ask(f"{address}/me.css")[0] == 200
        assert ask(f"{address}/health/live")[0] == 200
        assert ask(f"{address}/else")[0] == 404
    assert len(spool_of(ward)) == 1


@pytest.mark.hazard("H-416")
def test_a_code_that_nobody_has_stops_nobody_and_says_what_to_do(ward: Path) -> None:
    with at(ward) as address:
        assert ask(f"{address}/notice", {"wish": "leave", "code": "x"})[0] == 403
        page = ask(f"{address}/notice", {"wish": "leave", "code": "x"}, form=True)[1]
        assert "We do not know this code." in page
        assert ask(f"{address}/notice", {"wish": "dose", "code": "x"})[0] == 422
        assert ask(f"{address}/notice", b"{")[0] == 422
        assert ask(f"{address}/notice", b"x" * 40_000)[0] == 413
        assert ask(f"{address}/else", {"wish": "leave"})[0] == 404
    assert spool_of(ward) == []


def test_only_the_participants_page_may_ask_from_a_browser(ward: Path) -> None:
    code = stop_code(ward)
    with at(ward) as address:
        asked = {"wish": "stop", "code": code}
        assert ask(f"{address}/notice", asked, Origin="https://elsewhere")[0] == 403
        status, _, headers = ask(f"{address}/notice", asked, Origin=OWN)
        assert (status, headers["Access-Control-Allow-Origin"]) == (200, OWN)
        wanted = urllib.request.Request(
            f"{address}/notice", method="OPTIONS", headers={"Origin": "https://elsewhere"}
        )
        with urllib.request.urlopen(wanted, timeout=20) as told:
            assert told.status == 204
            assert "Access-Control-Allow-Origin" not in told.headers


def test_codes_that_cannot_be_read_and_a_spool_that_cannot_be_written_are_told(
    ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = stop_code(ward)
    door = ExitDoor(programme=str(ward), codes=lambda: open_stop_codes(str(ward)))
    monkeypatch.setattr("nanoward.faces.exit_door.give", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        give_at_door(str(ward), {"wish": "stop"}, "P1", "x")
    monkeypatch.setattr("nanoward.faces.exit_door.give", refuse)
    assert door.notice({"wish": "stop", "code": code})[0] == 503
    assert "It could not be kept here." in door.page("en", 503).decode()
    (ward / ".nanoward" / "stop-codes.db").write_bytes(b"no database" * 999)
    assert door.notice({"wish": "stop", "code": code})[0] == 503


def refuse(*_: Any, **__: Any) -> Any:
    raise OSError("disk")


def test_a_wish_holds_nothing_that_was_not_asked_for() -> None:
    told = wish_of(
        {"wish": "leave", "notice": "12345678", "uses": ["x"], "words": "w", "by": "z"}
    )
    assert told == {"wish": "leave", "notice": "leave-12345678"}
    assert wish_of({"wish": "less", "value": "2,5", "setting": "rate"})["value"] is None
    assert wish_of({"wish": "less", "value": "2.5"})["value"] == 2.5
    assert wish_of({"wish": "stop", "notice": "../../x"})["notice"].startswith("stop-")
    assert "/" not in wish_of({"wish": "stop", "notice": "../../x"})["notice"]


def test_what_is_said_of_the_agent_is_what_is_known() -> None:
    base = {"wish": "stop", "owed": [], "stopped": ["done"]}
    assert "Your agent is stopped." in answer_lines(base)
    assert "Your agent is stopped." not in answer_lines({**base, "owed": ["lane"]})
    assert answer_lines({**base, "owed": ["lane"]})[0].startswith("Not everybody")
    assert answer_lines({**base, "stopped": []}) == ["No agent of yours was known to run."]
    assert "Your agent is stopped." not in answer_lines({**base, "stopped": ["failed"]})


def test_an_address_that_is_taken_is_told(ward: Path) -> None:
    with at(ward) as address:
        port = int(address.rsplit(":", 1)[1])
        door = ExitDoor(programme=str(ward), codes=lambda: open_stop_codes(str(ward)))
        with pytest.raises(DoorTakenError), open_door(("127.0.0.1", port), door):
            pass


@pytest.mark.hazard("H-415")
def test_who_asks_slowly_holds_up_nobody(ward: Path) -> None:
    """Fifty leave at once beside connections that say nothing; all are kept in time."""
    import socket

    code = stop_code(ward)
    took: list[float] = []
    with at(ward) as address:
        host, port = address.removeprefix("http://").split(":")
        silent = [socket.create_connection((host, int(port))) for _ in range(40)]

        def leave(number: int) -> None:
            start = time.monotonic()
            asked = {"wish": "stop", "code": code, "notice": f"number-{number:04d}"}
            assert ask(f"{address}/notice", asked)[0] == 200
            took.append(time.monotonic() - start)

        askers = [threading.Thread(target=leave, args=(one,)) for one in range(50)]
        for one in askers:
            one.start()
        for one in askers:
            one.join()
        for one in silent:
            one.close()
    assert len(took) == 50
    assert len(spool_of(ward)) == 50
    assert ANSWERED > 90
