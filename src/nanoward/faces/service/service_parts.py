"""What the service is made of: one programme's parts, threads that work for it, its hosts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
from fastapi import Request

from nanoward.base.errors import OutsideError
from nanoward.ports.clock import Clock
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Accounts
from nanoward.ports.service.identity_parts import Identity
from nanoward.ports.service.looks import Looks

READERS, WAITING = 8, 64
T = TypeVar("T")


class ServiceBusyError(OutsideError):
    """Too many wait already; nothing was done."""

    code = "OUT-081"
    next_step = "Try again in a moment. Leaving and stopping never wait: use that page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One programme, open to the doors.

    path       the programme's folder
    reading    opens its parts to read; waits for nobody
    acting     opens them to append; one at a time
    identity   passkeys, reads, rates: what the doors know people by
    origin     of the console: scheme, host and port, as a browser says it
    own_origin of the participant's page; the console's where it has none of its own
    """

    path: str
    reading: Callable[[], AbstractContextManager[Ports]]
    acting: Callable[[], AbstractContextManager[Ports]]
    accounts: Accounts
    clock: Clock
    identity: Identity
    origin: str
    own_origin: str
    _readers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(READERS, "reads")
    )
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writes"))

    @property
    def looks(self) -> Looks:
        """Where it is taken down who looks at whose data."""
        return self.identity.looks

    async def read(self, work: Callable[[Ports], T]) -> T:
        """What `work` finds in the programme now; ServiceBusyError when too many ask."""

        def read() -> T:
            with self.reading() as ports:
                return work(ports)

        return await self._in(self._readers, read)

    async def act(self, work: Callable[[Ports], T]) -> T:
        """Have `work` append, one after the other; ServiceBusyError when too many wait."""

        def act() -> T:
            with self.acting() as ports:
                return work(ports)

        return await self._in(self._writer, act)

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if pool._work_queue.qsize() >= WAITING:  # noqa: SLF001 - the pool tells no other way
            raise ServiceBusyError("too many requests wait")
        done = pool.submit(work)
        return await anyio.to_thread.run_sync(done.result, abandon_on_cancel=True)

    def close(self) -> None:
        """Let go of threads and accounts."""
        for pool in (self._readers, self._writer):
            pool.shutdown(cancel_futures=True)
        self.identity.close()
        self.accounts.close()


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    found: Service = request.app.state.service
    return found
