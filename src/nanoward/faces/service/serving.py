"""The web process of a programme: the app on uvicorn, until it is told to end."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import uvicorn

from nanoward.faces.addresses import AddressTakenError, reserve
from nanoward.faces.service.app import service_app
from nanoward.faces.service.service_parts import Service
from nanoward.ports.clock import Clock

LONGEST_REQUEST_S = 30
BACKLOG = 512
ENDS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the service listens, and how browsers name it.

    host      address to bind
    port      0 takes a free one
    origin    of the console; http://localhost:PORT where ""
    own       origin of the participant's page; http://me.localhost:PORT where ""
    """

    host: str = "127.0.0.1"
    port: int = 8443
    origin: str = ""
    own: str = ""


def make_service(path: str, address: Address, clock: Clock) -> Service:
    """The parts of a programme's service; its ledger is begun here, before many ask for it."""
    from nanoward.wiring.service import (
        begin,
        open_accounts,
        open_identity,
        to_append,
        to_read,
        turn,
    )

    begin(path)
    origin = address.origin or f"http://localhost:{address.port}"
    own = address.own or f"http://me.localhost:{address.port}"
    return Service(
        path=path,
        reading=lambda: to_read(path),
        acting=lambda: to_append(path),
        turn=lambda ports: turn(path, ports),
        accounts=open_accounts(path),
        clock=clock,
        identity=open_identity(path, origin=origin, own_origin=own),
        origin=origin,
        own_origin=own,
    )


def listen(address: Address) -> tuple[socket.socket, Address]:
    """A socket that is bound, and the address with the port that it got.

    AddressTakenError where somebody else listens there.
    """
    door, port = reserve(address.host, address.port)
    try:
        door.listen(BACKLOG)
    except OSError as fault:
        door.close()
        raise AddressTakenError(f"{address.host}:{port}: {fault.strerror}") from fault
    return door, replace(address, port=port)


def serve(
    service: Service, door: socket.socket, ready: Callable[[], None] = lambda: None,
    *, exit_origin: str = "",
) -> None:  # fmt: skip
    """Answer requests until SIGINT or SIGTERM; `ready` is called once it listens."""
    app = service_app(service)
    app.state.exit_origin = exit_origin

    class Told(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """A signal ends it in order; it is not raised again afterwards."""
            before = {one: signal.signal(one, self.handle_exit) for one in ENDS}
            try:
                yield
            finally:
                for one, handler in before.items():
                    signal.signal(one, handler)

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=LONGEST_REQUEST_S,
    )
    try:
        Told(config).run([door])
    finally:
        service.close()
