"""The kill lane as a process of its own: a Unix socket, one JSON line each way.

It shares no memory, no ledger and no queue with the main service, so that whatever befalls
that one, a stop goes through. The socket can be opened by its owner alone; who may kill is
proven by signatures, and a stop needs nobody's leave.
"""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from queue import Queue
from typing import Any

from nanoward.base.errors import OutsideError
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.lane.serve_lane import serve_lane
from nanoward.ports.desk import Desk

URGENT = 3  # stops answered side by side; a driver that hangs holds one
LONGEST_LINE = 10_000_000
PATIENCE_S = 60.0
PRIORITY = -10  # before everything that serves nobody in danger
PARALLEL = ("stop", "less", "status")


class LaneSilentError(OutsideError):
    """The lane did not answer."""

    code = "OUT-061"
    next_step = "Run `nanoward control status`: it says what was done, and what is owed."


class ForeignLaneError(OutsideError):
    """The lane or exit of the programme is another user's."""

    code = "OUT-064"
    next_step = "Run the command as that user, such as with: sudo -u USER nanoward ..."


class LaneServer:
    """Serves until `stop`; sweeps in between. Each worker has a desk of its own."""

    def __init__(
        self,
        open_desk: Callable[[], AbstractContextManager[Desk]],
        path: Path,
        *,
        sweep_s: float = 5.0,
    ) -> None:
        self._open, self._path, self._sweep_s = open_desk, path, sweep_s
        self._urgent: Jobs = Queue()
        self._serial: Jobs = Queue()
        self._over = threading.Event()

    def serve(self, ready: Callable[[], None] = lambda: None) -> None:
        """Listen; returns after `stop`."""
        answer = self.answer

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline(LONGEST_LINE)
                told = json.dumps(answer(_read(line)), default=str)
                with suppress(OSError):  # who asked may have gone
                    self.wfile.write(told.encode() + b"\n")

        hurry()
        with self._open():
            pass  # a fault in the plan or the disk is told here, not in a worker
        workers = [self._worker(self._urgent) for _ in range(URGENT)]
        workers.append(self._worker(self._serial))
        self.answer({"do": "status"})  # every kill code is folded before anybody asks
        self._path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        with Listener(str(self._path), Handler) as server:
            os.umask(mask)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            ready()
            while not self._over.wait(self._sweep_s):
                self.answer({"do": "sweep"})
            server.shutdown()
        for jobs, count in ((self._urgent, URGENT), (self._serial, 1)):
            for _ in range(count):
                jobs.put(None)
        for worker in workers:
            worker.join(PATIENCE_S)
        self._path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Let `serve` return."""
        self._over.set()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request; kill codes go one after the other, a stop beside them."""
        reply: Queue[dict[str, Any]] = Queue()
        (self._urgent if asked.get("do") in PARALLEL else self._serial).put((asked, reply))
        return reply.get()

    def _worker(self, jobs: "Jobs") -> threading.Thread:
        worker = threading.Thread(target=self._work, args=(jobs,), daemon=True)
        worker.start()
        return worker

    def _work(self, jobs: "Jobs") -> None:
        with self._open() as desk:
            book = OrderState().refresh(desk)
            while (job := jobs.get()) is not None:
                asked, reply = job
                reply.put(serve_lane(desk, book, asked))


Jobs = Queue[tuple[Mapping[str, Any], Queue[dict[str, Any]]] | None]


class Listener(socketserver.ThreadingUnixStreamServer):
    """Answers every connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 128


def hurry() -> None:
    """Ask the system to let the lane go before others; where it may not, it goes as they do."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)


def ask_lane(path: Path, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the lane answers; None where no lane listens."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(PATIENCE_S)
        try:
            link.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except PermissionError:
            raise ForeignLaneError(whose(path)) from None
        try:
            link.sendall(json.dumps(asked, default=str).encode() + b"\n")
            with link.makefile("rb") as file:
                line = file.readline(LONGEST_LINE)
        except OSError as fault:
            raise LaneSilentError(f"the lane gave no answer: {fault}") from None
    if not line:
        raise LaneSilentError("the lane closed without an answer")
    found: dict[str, Any] = json.loads(line)
    return found


def whose(path: Path) -> str:
    """Whose process listens at a socket that we may not open, in words."""
    for place in (path, path.parent, path.parent.parent):
        with suppress(OSError):
            return f"{path.name} of {path.parent.parent.name} is user {place.stat().st_uid}'s"
    return f"{path.name} of {path.parent.parent.name} is another user's"


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"do": None}
    return found if isinstance(found, dict) else {"do": None}
