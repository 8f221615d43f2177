"""The way out as a process of its own: a Unix socket, one JSON line each way.

Who speaks here is answered once the word is on the disk; telling the lane, the programme's
ledger and the staff follows, and is tried again for as long as it takes. It opens no plan, no
blob and no data, and holds no lock that a round could hold.
"""

import json
import os
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from nanoward.base.errors import NanowardError
from nanoward.faces.lane import hurry
from nanoward.flows.consent.withdraw_participant import Withdrawal
from nanoward.flows.exit.carry_notices import Carriage, SpoolState, carry_notice
from nanoward.flows.exit.give_notice import give_notices, notice_from
from nanoward.ports.exit import ExitPorts

LONGEST_LINE = 1_000_000
MOST = 64  # notices kept in one append
FIRST_S, LONGEST_S = 0.2, 20.0  # between tries to carry what is owed
SWITCH_S = 2e-4  # who carries hands over at once to who keeps
WAIT_S = 10.0  # for what was carried, at most
YIELD_S = 1.0  # a notice that is to be carried waits so long, at most, for those to be kept
Answer = dict[str, Any]


class ExitServer:
    """Serves until `stop`: one thread keeps notices, another carries them."""

    def __init__(
        self, open_ports: Callable[[], AbstractContextManager[ExitPorts]], path: Path
    ) -> None:
        self._open, self._path = open_ports, path
        self._asked: Queue[tuple[Mapping[str, Any], Queue[Answer]] | None] = Queue()
        self._done: dict[str, Answer] = {}
        self._told = threading.Condition()
        self._due, self._over = threading.Event(), threading.Event()
        self._quiet = threading.Event()  # nobody waits for their word to be kept
        self._quiet.set()

    def serve(self, ready: Callable[[], None] = lambda: None) -> None:
        """Listen; returns after `stop`."""
        answer = self.answer

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                line = self.rfile.readline(LONGEST_LINE)
                said = json.dumps(answer(_read(line)), default=str)
                with suppress(OSError):  # who asked may have gone
                    self.wfile.write(said.encode() + b"\n")

        hurry()
        sys.setswitchinterval(SWITCH_S)
        with self._open():
            pass  # a disk that cannot be written is told here, not in a thread
        threads = [
            threading.Thread(target=work, daemon=True) for work in (self._keep, self._carry)
        ]
        for one in threads:
            one.start()
        self._path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        with ExitListener(str(self._path), Handler) as server:
            os.umask(mask)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            ready()
            self._over.wait()
            server.shutdown()
        self._asked.put(None)
        self._due.set()
        for one in threads:
            one.join(WAIT_S)
        self._path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Let `serve` return; what is owed is carried by the next who opens the spool."""
        self._over.set()

    def answer(self, asked: Mapping[str, Any]) -> Answer:
        """A receipt for a notice, what became of one, or what is owed."""
        if asked.get("do") == "notice":
            reply: Queue[Answer] = Queue()
            self._asked.put((asked, reply))
            return reply.get()
        if asked.get("do") == "carried":
            return self._carriage(str(asked.get("notice")), float(asked.get("wait_s") or 0))
        return {"refused": f"nothing is called {asked.get('do')!r}", "code": "USE-097"}

    def _carriage(self, notice: str, wait_s: float) -> Answer:
        with self._told:
            self._told.wait_for(lambda: notice in self._done, min(wait_s, WAIT_S))
            return self._done.get(notice, {"pending": True})

    def _keep(self) -> None:
        """Keep notices as they come; those that wait together share one append."""
        with self._open() as ports:
            while True:
                group = self._waiting()
                if not group:
                    return
                self._quiet.clear()
                given, replies = [], []
                for asked, reply in group:
                    try:
                        given.append(notice_from(asked, ports.clock))
                        replies.append(reply)
                    except (NanowardError, KeyError, TypeError, ValueError) as fault:
                        reply.put(refusal(fault))
                try:
                    receipts = give_notices(ports.spool, given, ports.clock)
                except Exception as fault:  # noqa: BLE001 - whoever waits is told
                    for reply in replies:
                        reply.put(refusal(fault))
                    receipts = ()
                for reply, receipt in zip(replies, receipts, strict=False):
                    reply.put({"receipt": asdict(receipt)})
                if self._asked.empty():
                    self._quiet.set()
                self._due.set()

    def _waiting(self) -> list[tuple[Mapping[str, Any], Queue[Answer]]]:
        first = self._asked.get()
        if first is None:
            return []
        group = [first]
        while len(group) < MOST:
            try:
                more = self._asked.get_nowait()
            except Empty:
                break
            if more is None:
                self._asked.put(None)
                break
            group.append(more)
        return group

    def _carry(self) -> None:
        wait, owed, state = 0.0, False, SpoolState()
        while not self._over.is_set():
            came = self._due.wait(wait)
            self._due.clear()
            began_owed, owed = owed, self._carried_once(state)
            if not owed:
                wait = LONGEST_S
            elif came or not began_owed:
                wait = FIRST_S
            else:
                wait = min(LONGEST_S, wait * 2)

    def _carried_once(self, state: SpoolState) -> bool:
        """One try to carry all that is owed; a fault of ours is no reason to end.

        Between two notices whoever waits for theirs to be kept goes first.
        """
        owed = False
        try:
            with self._open() as ports:
                for one in state.refresh(ports.spool).owed():
                    self._quiet.wait(YIELD_S)
                    done = carry_notice(ports, one)
                    owed = owed or bool(done.owed)
                    self._tell(done)
                    if self._over.is_set():
                        return True
                state.refresh(ports.spool)
        except Exception:  # noqa: BLE001 - tried again
            time.sleep(FIRST_S)
            return True
        return owed

    def _tell(self, done: Carriage) -> None:
        """Who waits for what became of a notice is told at once."""
        with self._told:
            self._done[done.notice.notice] = told_of(done)
            while len(self._done) > 10 * MOST * MOST:
                self._done.pop(next(iter(self._done)))
            self._told.notify_all()


class ExitListener(socketserver.ThreadingUnixStreamServer):
    """Answers every connection in a thread of its own."""

    daemon_threads = True
    request_queue_size = 256


def told_of(one: Carriage) -> Answer:
    """What became of a notice, as plain values."""
    return {
        "carried": dict(one.carried),
        "owed": dict(one.owed),
        "stopped": [dict(row) for row in one.stopped],
        "withdrawal": None if one.withdrawal is None else withdrawal_of(one.withdrawal),
    }


def withdrawal_of(left: Withdrawal) -> Answer:
    """What the programme's ledger closed, as plain values."""
    head = {"size": left.head.size, "hash": left.head.hash}
    return {one.name: getattr(left, one.name) for one in fields(left)} | {"head": head}


def refusal(fault: BaseException) -> Answer:
    """A fault as an answer."""
    return {
        "refused": getattr(fault, "message", f"the request cannot be read: {fault!r}"),
        "code": getattr(fault, "code", "USE-097"),
        "exit_code": getattr(fault, "exit_code", 2),
        "next_step": getattr(fault, "next_step", ""),
    }


def _read(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"do": None}
    return found if isinstance(found, dict) else {"do": None}
