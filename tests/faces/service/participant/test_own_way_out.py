"""Stop, less, leave, a private word: by a session, by a stop code, by a form, by a phone."""

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.faces.service.participant.me_world import (
    ME,
    OTHER,
    PHONE,
    at_home,
    make_home,
    spool_of,
    stop_code,
)

from nanoward.faces.service.service_parts import READERS, WAITING
from nanoward.programme.access.rights import Role


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home")


@pytest.mark.hazard("H-415")
def test_who_is_signed_in_leaves_by_one_form_and_has_a_receipt(home: Path) -> None:
    with at_home(home) as doors:
        told = doors.client(ME).post("/me/leave", data={"notice": "n" * 16})
    assert told.status_code == 200
    assert "You have left." in told.text
    (kept,) = spool_of(home)
    assert (kept.body["participant"], kept.body["wish"]) == (ME, "leave")
    assert kept.body["channel"] == "own page"
    assert kept.seq == 1
    assert "Number <bdi>1</bdi> in the record." in told.text


@pytest.mark.hazard("H-416")
def test_a_stop_code_does_for_its_person_without_signing_in(home: Path) -> None:
    code = stop_code(home, OTHER)
    with at_home(home) as doors:
        client = doors.client(None)
        assert client.post("/me/stop", data={"code": code.lower()}).status_code == 200
        assert client.get("/me/home").status_code == 401
    (kept,) = spool_of(home)
    assert kept.body["participant"] == OTHER


def test_nobody_is_stopped_by_whoever_cannot_say_who_they_are(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(None)
        told = client.post("/me/leave", data={"code": "WRONG", "notice": "k" * 16})
        assert told.status_code == 403
        assert "We do not know this code." in told.text
        assert f'value="{"k" * 16}"' in told.text  # pressed again it is the same wish
        assert PHONE in told.text
        assert "Who are you?" in client.post("/me/stop").text
        staff = doors.client(None, Role.NURSE)
        assert staff.post("/me/leave").status_code == 403
        asked = {"wish": "leave", "notice": "n" * 16}
        assert client.post("/me/notices", json=asked).status_code == 403
    assert spool_of(home) == []


@pytest.mark.hazard("H-415")
def test_a_phone_that_sends_it_often_has_one_record(home: Path) -> None:
    asked = {"wish": "leave", "notice": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    answers: list[Any] = []
    with at_home(home) as doors:
        client = doors.client(ME)

        def send() -> None:
            answers.append(client.post("/me/notices", json=asked))

        senders = [threading.Thread(target=send) for _ in range(8)]
        for one in senders:
            one.start()
        for one in senders:
            one.join()
        stop = client.post("/me/notices", json=asked | {"wish": "stop"})
    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["receipt"]["leaf"] for one in answers}) == 1
    assert stop.json()["receipt"]["seq"] != answers[0].json()["receipt"]["seq"]
    assert sorted(one.body["wish"] for one in spool_of(home)) == ["leave", "stop"]


def test_less_is_sent_at_once_and_a_word_reaches_the_advocate(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(ME)
        fields = {"setting": "inducer", "value": "25", "unit": "mg", "notice": "l" * 16}
        assert client.post("/me/less", data=fields).status_code == 200
        told = client.post("/me/concern", data={"words": "they hold my passport"})
        assert "Only the advocate reads it." in told.text
        assert client.get("/me/word").status_code == 200
    less, word = spool_of(home)
    assert (less.body["setting"], less.body["value"], less.body["unit"]) == (
        "inducer",
        25,
        "mg",
    )
    assert word.body["wish"] == "concern"
    assert "they hold my passport" in (home / ".nanoward" / "advocate.jsonl").read_text()


def test_a_phone_gets_a_code_of_its_own_for_its_person_alone(home: Path) -> None:
    with at_home(home) as doors:
        code = doors.client(ME).post("/me/code").json()["code"]
        assert doors.client(None).post("/me/code").status_code == 401
        told = doors.client(None).post("/me/stop", data={"code": code})
    assert told.status_code == 200
    assert spool_of(home)[0].body["participant"] == ME


@pytest.mark.hazard("H-415")
def test_leaving_waits_for_no_reader_no_writer_and_no_account(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The house is full: every other page answers 503, the way out answers."""
    go, code = threading.Event(), stop_code(home)
    with at_home(home) as doors:
        service = doors.doors.service
        held = [service._readers.submit(go.wait, 30) for _ in range(READERS + WAITING + 9)]
        held.append(service._writer.submit(go.wait, 30))
        try:
            assert doors.client(ME).get("/me/home").status_code == 503
            assert doors.client(ME).post("/me/leave").status_code == 200

            def broken(*_: Any) -> Any:
                raise OSError("accounts are gone")

            monkeypatch.setattr(doors.doors.accounts, "session", broken)
            told = doors.client(None).post("/me/stop", data={"code": code})
            assert told.status_code == 200
        finally:
            go.set()
    assert len(spool_of(home)) == 2
    assert len(held) == READERS + WAITING + 10


def test_what_cannot_be_kept_is_said_with_the_phone_number(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise OSError("disk")

    monkeypatch.setattr("nanoward.faces.exit_door.give", broken)
    with at_home(home) as doors:
        told = doors.client(ME).post("/me/leave")
        assert told.status_code == 503
        assert PHONE in told.text
        assert "<h1>You have left." not in told.text
        asked = {"wish": "leave", "notice": "n" * 16}
        assert doors.client(ME).post("/me/notices", json=asked).status_code == 503


def test_another_pages_form_stops_nobody(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(ME)
        client.headers["origin"] = "https://elsewhere.example"
        assert client.post("/me/leave").status_code == 403
    assert spool_of(home) == []
