"""Live events: what changed, by the ledger's sequence, and nothing about anybody (SSE).

One look at the ledger serves every stream. An event says which room changed, and whose record
to those who see everybody by name; the page then asks with its own rights. A stream that was
cut goes on from its Last-Event-ID; one too far behind is told to read anew.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse

from nanoward.audit.leaves import everybody_in
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import MATRIX, Right, Scope

router = APIRouter(prefix="/api/v1", tags=["events"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]
LOOK_S, PING_S = 0.25, 15.0
LONGEST_S = 300.0  # then a stream ends, and its client comes again with its session
MOST_BEHIND = 1_000
MOST_STREAMS = 5_000
ALARMS = frozenset(
    {"watch.AlarmRaised", "watch.IncidentOpened", "watch.IncidentEscalated",
     "clearance.DangerSignalled"}
)  # fmt: skip


class StreamsFullError(DoorClosedError):
    """Too many streams are open."""

    code = "SRV-017"
    status = 503
    next_step = "Ask again in a moment, or read the pages without a stream."


class BadEventIdError(DoorClosedError):
    """A Last-Event-ID that no stream of ours gave."""

    code = "SRV-018"
    next_step = "Open the stream without Last-Event-ID."


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One record as a stream tells it: for those who see everybody, and for others."""

    seq: int
    named: bytes
    plain: bytes


class EventHub:
    """Looks at the ledger while anybody listens, and tells all of them."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._seq = -1

    def __len__(self) -> int:
        return len(self._streams)

    def join(self) -> "asyncio.Queue[Event | None]":
        """A queue of what comes from now on; StreamsFullError."""
        if len(self._streams) >= MOST_STREAMS:
            raise StreamsFullError(f"{MOST_STREAMS} streams are open")
        queue: asyncio.Queue[Event | None] = asyncio.Queue(MOST_BEHIND)
        self._streams.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())
        return queue

    def leave(self, queue: "asyncio.Queue[Event | None]") -> None:
        """Nobody listens to it any more."""
        self._streams.discard(queue)

    async def since(self, seq: int) -> list[Event] | None:
        """What came behind a record; None where that is too much, or another ledger's."""
        return await self._service.read(lambda ports: _since(ports, seq))

    async def _look(self) -> None:
        self._seq = await self._service.read(_size)
        while self._streams:
            await asyncio.sleep(LOOK_S)
            try:
                if await self._service.read(_size) == self._seq:
                    continue
                fresh = await self.since(self._seq)
                self._seq = fresh[-1].seq if fresh else await self._service.read(_size)
            except Exception:  # noqa: BLE001, S112 - the ledger may be away for a moment
                continue
            for queue in list(self._streams):
                _tell(queue, fresh)


def _tell(queue: "asyncio.Queue[Event | None]", fresh: list[Event] | None) -> None:
    """A stream that reads too slowly is told to read anew."""
    for one in fresh if fresh is not None else [None]:
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            one = None  # noqa: PLW2901
        queue.put_nowait(one)


def _size(ports: Ports) -> int:
    return ports.ledger.head().size


def _since(ports: Ports, seq: int) -> list[Event] | None:
    size = _size(ports)
    if not 0 <= seq <= size or size - seq > MOST_BEHIND:
        return None
    return [event_of(one.seq, one.kind, one.body) for one in ports.ledger.records(after=seq)]


def event_of(seq: int, kind: str, body: object) -> Event:
    """A record as an event: its room, and of whom, and never what it says."""
    word = "alarm" if kind in ALARMS else "changed"
    plain = {"seq": seq, "room": kind.partition(".")[0]}
    people = sorted(set(everybody_in(body))) if isinstance(body, Mapping) else []
    named = {**plain, "participants": people}
    return Event(seq=seq, named=_written(seq, word, named), plain=_written(seq, word, plain))


def _written(seq: int, word: str, told: object) -> bytes:
    data = json.dumps(told, separators=(",", ":"))
    return f"id: {seq}\nevent: {word}\ndata: {data}\n\n".encode()


def hub_of(service: Service) -> EventHub:
    """The hub of a service."""
    return service.once_made("events", lambda: EventHub(service))


@router.get("/events", response_class=StreamingResponse)
async def events(
    request: Request,
    visitor: Reader,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> StreamingResponse:
    """What changes, as it changes: `changed`, `alarm`, or `reset` where all is to be read anew.

    `id` is the ledger's sequence; a comment comes each 15 s where nothing does.
    """
    if last is not None and not (last.isascii() and last.isdigit()):
        raise BadEventIdError("Last-Event-ID is no number")
    hub = hub_of(service_of(request))
    queue = hub.join()
    stream = _stream(hub, queue, int(last) if last else None, named=_sees_all(visitor))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, 200, headers, "text/event-stream")


def _sees_all(visitor: Visitor) -> bool:
    """Whether one of the visitor's roles sees every clinical record by name."""
    return any(
        MATRIX.get((Right.READ_CLINICAL, role)) is Scope.ALL for role in visitor.account.roles
    )


async def _stream(
    hub: EventHub, queue: "asyncio.Queue[Event | None]", last: int | None, *, named: bool
) -> AsyncIterator[bytes]:
    over = asyncio.get_running_loop().time() + LONGEST_S
    sent = last if last is not None else -1
    try:
        yield b"retry: 500\n\n"
        if last is not None:
            missed = await hub.since(last)
            if missed is None:
                yield b"event: reset\ndata: {}\n\n"
            for one in missed or ():
                sent = one.seq
                yield one.named if named else one.plain
        while (left := over - asyncio.get_running_loop().time()) > 0:
            try:
                told = await asyncio.wait_for(queue.get(), min(PING_S, left))
            except TimeoutError:
                yield b": ping\n\n"
                continue
            if told is None:
                yield b"event: reset\ndata: {}\n\n"
            elif told.seq > sent:
                sent = told.seq
                yield told.named if named else told.plain
    finally:
        hub.leave(queue)
