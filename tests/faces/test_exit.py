"""The exit's process: a receipt first, then everybody who must act, for as long as it takes."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.faces.exit import ExitServer, refusal
from nanoward.faces.way_out import ask_exit
from nanoward.ports.exit import ExitPorts
from nanoward.testing.way_out import WayOut


@contextmanager
def served(folder: Path, way: WayOut) -> Iterator[tuple[ExitServer, Path]]:
    """An exit that listens; its parts are the way's, on a spool of its own."""

    @contextmanager
    def opened() -> Iterator[ExitPorts]:
        spool = open_spool(folder / ".nanoward")
        made = way.ports
        yield ExitPorts(
            spool=spool, clock=made.clock, ledger=made.ledger, lane=made.lane,
            staff=made.staff, advocate=made.advocate,
        )  # fmt: skip
        spool.close()

    path, ready = folder / "exit.sock", threading.Event()
    server = ExitServer(opened, path)
    thread = threading.Thread(target=server.serve, args=(ready.set,))
    thread.start()
    assert ready.wait(20)
    try:
        yield server, path
    finally:
        server.stop()
        thread.join(20)


def leave(name: str, who: str) -> dict[str, Any]:
    return {"do": "notice", "notice": name, "wish": "leave", "participant": who, "by": who}


@pytest.mark.hazard("H-96")
def test_fifty_who_leave_at_once_are_all_answered_and_all_carried(tmp_path: Path) -> None:
    way, told = WayOut(tmp_path), list[Any]()
    with served(tmp_path, way) as (_, path):
        askers = [
            threading.Thread(
                target=lambda n=n: told.append(
                    ask_exit(path, leave(f"n{n % 40}", f"P{n % 40}"), wait_s=20)
                )
            )
            for n in range(50)
        ]
        for one in askers:
            one.start()
        for one in askers:
            one.join()
        seqs = {one["receipt"]["notice"]: one["receipt"]["seq"] for one in told}
        assert len(told) == 50
        assert len(set(seqs.values())) == len(seqs) == 40
        late = ask_exit(path, {"do": "carried", "notice": "n39", "wait_s": 20}, wait_s=30)
        assert late is not None
        assert late["withdrawal"]["everything"]
        until = time.monotonic() + 20
        while time.monotonic() < until:
            held = list(way.programme.records(kind="clearance.ConsentWithdrawn"))
            if len(held) == 40:
                break
            time.sleep(0.05)
    assert sorted(one.body["notice"] for one in held) == sorted(seqs)
    way.close()


@pytest.mark.hazard("H-96")
def test_what_is_owed_is_tried_until_it_is_done(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    way.down = {"lane", "ledger"}
    with served(tmp_path, way) as (_, path):
        answer = ask_exit(path, leave("n", "P1"), wait_s=20)
        assert answer is not None
        assert "receipt" in answer
        time.sleep(0.3)
        assert way.asked == []
        way.down = set()
        until = time.monotonic() + 20
        while time.monotonic() < until and not (way.asked and way.programme.head().size):
            time.sleep(0.05)
    assert len(way.asked) == 1
    assert way.programme.head().size == 5
    way.close()


def test_what_cannot_be_read_is_answered_and_the_exit_goes_on(tmp_path: Path) -> None:
    way = WayOut(tmp_path)
    with served(tmp_path, way) as (server, path):
        for line in (b"{", b"[]", b'{"do": "dose"}'):
            with socket.socket(socket.AF_UNIX) as link:
                link.connect(str(path))
                link.sendall(line + b"\n")
                assert "refused" in json.loads(link.makefile("rb").readline())
        told = server.answer({"do": "notice", "wish": "dose", "notice": "x"})
        assert (told["code"], told["exit_code"]) == ("USE-097", 2)
        assert server.answer({"do": "carried", "notice": "never"}) == {"pending": True}
        assert "receipt" in server.answer(leave("n", "P1"))
    assert refusal(ValueError("x"))["exit_code"] == 2
    way.close()
