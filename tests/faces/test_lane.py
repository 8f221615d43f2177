"""The lane over its socket; the command line runs it as a process in cli/test_control.py."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.faces.lane import LaneServer, LaneSilentError, ask_lane
from nanoward.ports.desk import Desk
from nanoward.testing.desks import bay_of


class Slow:
    """Hands desks out; the drivers of P1 hang until they are let go."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.let_go = folder, threading.Event()
        with self.open() as desk:
            assert desk.lane.head().size

    @contextmanager
    def open(self) -> Iterator[Desk]:
        ledger = SqliteLedger(self.folder / "lane.db")
        bay = bay_of(ledger=ledger, lane=ledger)
        apply = bay.agents.apply

        def hang(command, now):  # type: ignore[no-untyped-def]
            if command.participant == "P1":
                self.let_go.wait(20)
            apply(command, now)

        bay.agents.apply = hang  # type: ignore[method-assign]
        yield bay.desk
        ledger.close()


@pytest.fixture(name="lane")
def running_lane(tmp_path: Path) -> Iterator[tuple[Path, Slow]]:
    slow, ready = Slow(tmp_path), threading.Event()
    server = LaneServer(slow.open, tmp_path / "s", sweep_s=60)
    thread = threading.Thread(target=server.serve, args=(ready.set,))
    thread.start()
    assert ready.wait(20)
    yield tmp_path / "s", slow
    slow.let_go.set()
    server.stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.hazard("H-31")
def test_a_driver_that_hangs_delays_nobody_elses_stop(lane: tuple[Path, Slow]) -> None:
    path, slow = lane
    told: list[object] = []
    stuck = threading.Thread(
        target=lambda: told.append(ask_lane(path, {"do": "stop", "participant": "P1"}))
    )
    stuck.start()
    time.sleep(0.05)
    other = ask_lane(path, {"do": "stop", "participant": "P2"})
    assert other is not None
    assert other["stopped"][0]["outcome"] == "done"
    assert told == []
    slow.let_go.set()
    stuck.join(20)
    assert told


def test_the_socket_is_its_owners_alone(lane: tuple[Path, Slow]) -> None:
    assert lane[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("line", [b"no json\n", b"[]\n", b"\n", b'{"do": 7}\n', b"\xff\n"])
def test_nonsense_on_the_socket_is_answered_and_the_lane_lives(
    lane: tuple[Path, Slow], line: bytes
) -> None:
    path, _ = lane
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(path))
        link.sendall(line)
        assert b"refused" in link.recv(10_000)
    assert ask_lane(path, {"do": "status"}) is not None


def test_where_no_lane_listens_nobody_answers(tmp_path: Path) -> None:
    assert ask_lane(tmp_path / "nothing", {"do": "status"}) is None


def test_a_lane_that_closes_without_a_word_is_told_as_silent(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "s"))
        door.listen()

        def close() -> None:
            link, _ = door.accept()
            link.recv(10_000)
            link.close()

        thread = threading.Thread(target=close)
        thread.start()
        with pytest.raises(LaneSilentError) as fault:
            ask_lane(tmp_path / "s", {"do": "status"})
        thread.join(20)
    assert fault.value.code == "OUT-061"
    assert ask_lane(tmp_path / "nobody", {"do": "status"}) is None
