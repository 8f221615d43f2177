"""What the service is made of: one programme's parts, threads that work for it, its hosts."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request

from nanoward.base.errors import NanowardError, OutsideError
from nanoward.base.plan import Plan
from nanoward.ports.clock import Clock
from nanoward.ports.folder import Folder
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Accounts
from nanoward.ports.service.identity_parts import Identity
from nanoward.ports.service.looks import Looks

READERS, WAITING, URGENT = 8, 256, 4
REMEMBERED = 2_000  # answers and tables
T = TypeVar("T")
Opened = AbstractContextManager[Ports]


class ServiceBusyError(OutsideError):
    """Too many wait already; nothing was done."""

    code = "OUT-081"
    next_step = "Try again in a moment. Leaving and stopping never wait: use that page."


class PlannedFolder:
    """A folder whose plan is read once: its parts are opened anew where it changes."""

    def __init__(self, folder: Folder) -> None:
        self._folder, self._plan = folder, folder.plan()

    def plan(self) -> Plan:
        """The plan as it was when the parts were opened."""
        return self._plan

    def __getattr__(self, name: str) -> Any:
        return getattr(self._folder, name)


class OpenedParts(threading.local):
    """A programme's parts, opened once in each thread, anew where its plan changed or failed.

    The ledger's own reads see what others append; only the plan, and what was made from it
    when the parts were opened, can be of yesterday.
    """

    def __init__(
        self, open_: Callable[[], Opened], folder: Path, everybody: list[Opened]
    ) -> None:
        self._open, self._everybody = open_, everybody
        self._files = (folder / "programme.toml", folder / ".nanoward" / "ledger.db")
        self._held: Opened | None = None
        self._ports: Ports | None = None
        self._read: tuple[int, ...] | None = None

    def ports(self) -> Ports:
        """The parts, as the plan is now; what opening them raises."""
        now = self._stamp()
        if self._ports is not None and now is not None and now == self._read:
            return self._ports
        self.close()
        held = self._open()
        ports = held.__enter__()
        self._ports = replace(ports, folder=PlannedFolder(ports.folder))
        self._read = now
        self._held = held
        self._everybody.append(held)
        return self._ports

    def close(self) -> None:
        """Let go of what this thread holds."""
        held, self._held, self._ports = self._held, None, None
        if held is not None and held in self._everybody:
            self._everybody.remove(held)
            held.__exit__(None, None, None)

    def _stamp(self) -> tuple[int, ...] | None:
        plan, ledger = self._files
        try:
            told = plan.stat()
            return told.st_mtime_ns, told.st_size, told.st_ino, ledger.stat().st_ino
        except OSError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One programme, open to the doors.

    path       the programme's folder
    reading    opens its parts to read; waits for nobody
    identity   passkeys, reads, rates: what the doors know people by
    acting     opens them to append, at a wait for others that append
    turn       held for each act, where `acting` opens parts that stay open
    made       parts that live as long as the service does
    memo       what was made of the programme as it was, by all that it depends on
    running    requests that are being answered now, by their key: body and answer to come
    origin     of the console: scheme, host and port, as a browser says it
    own_origin of the participant's page; the console's where it has none of its own
    """

    path: str
    reading: Callable[[], Opened]
    acting: Callable[[], Opened]
    accounts: Accounts
    clock: Clock
    identity: Identity
    origin: str
    own_origin: str
    turn: Callable[[Ports], AbstractContextManager[object]] | None = None
    _readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(READERS, "reads")
    )
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writes"))
    _urgent: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(URGENT, "urgent")
    )
    made: dict[str, Any] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    _parts: dict[str, OpenedParts] = field(default_factory=dict)
    _held: list[Opened] = field(default_factory=list)
    running: dict[str, tuple[str, asyncio.Future[Any]]] = field(default_factory=dict)

    @property
    def looks(self) -> Looks:
        """Where it is taken down who looks at whose data."""
        return self.identity.looks

    async def read(self, work: Callable[[Ports], T]) -> T:
        """What `work` finds in the programme now; ServiceBusyError when too many ask."""
        parts = self._opened("read", self.reading)

        def read() -> T:
            return _with(parts, work)

        return await self._in(self._readers, read)

    async def act(self, work: Callable[[Ports], T]) -> T:
        """Have `work` append, one after the other; ServiceBusyError when too many wait."""

        def act() -> T:
            turn = self.turn
            if turn is None:
                with self.acting() as ports:
                    return work(ports)

            def alone(ports: Ports) -> T:
                with turn(ports):
                    return work(ports)

            return _with(self._opened("act", self.acting), alone)

        return await self._in(self._writer, act)

    async def hurry(self, work: Callable[[], T]) -> T:
        """What stops, leaves or speaks a concern: threads of its own, never refused."""
        return await asyncio.wrap_future(self._urgent.submit(work))

    async def beside(self, work: Callable[[], T]) -> T:
        """What opens parts of its own, in a reader's thread: the lane, messages, a witness."""
        return await self._in(self._readers, work)

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What was made under a key that says all it depends on; made where it is forgotten."""
        found: T | None = self.memo.get(key)
        if found is None:
            found = make()
            if len(self.memo) >= REMEMBERED:
                self.memo.clear()
            self.memo[key] = found
        return found

    def once_made(self, name: str, make: Callable[[], T]) -> T:
        """A part that lives as long as the service, made when it is first asked for."""
        if name not in self.made:
            self.made[name] = make()
        found: T = self.made[name]
        return found

    def is_idle(self) -> bool:
        """Whether no act waits behind the one that is being done."""
        return not _waiting(self._writer)

    def load(self) -> float:
        """How full the fuller of the two queues is, 0 to 1."""
        return max(_waiting(self._readers), _waiting(self._writer)) / WAITING

    def close(self) -> None:
        """Let go of threads and accounts."""
        for pool in (self._readers, self._writer, self._urgent):
            pool.shutdown(cancel_futures=True)
        self.identity.close()
        while self._held:
            self._held.pop().__exit__(None, None, None)
        self.accounts.close()

    def _opened(self, use: str, open_: Callable[[], Opened]) -> OpenedParts:
        found = self._parts.get(use)
        if found is None:
            parts = OpenedParts(open_, Path(self.path), self._held)
            found = self._parts.setdefault(use, parts)
        return found

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if _waiting(pool) >= WAITING:
            raise ServiceBusyError("too many requests wait")
        return await asyncio.wrap_future(pool.submit(work))


def _with(parts: OpenedParts, work: Callable[[Ports], T]) -> T:
    """A fault of the store closes the parts: the next request opens them anew."""
    try:
        return work(parts.ports())
    except NanowardError as fault:
        if fault.exit_code in (5, 6):
            parts.close()
        raise


def _waiting(pool: ThreadPoolExecutor) -> int:
    return pool._work_queue.qsize()  # noqa: SLF001 - the pool tells no other way


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    found: Service = request.app.state.service
    return found
