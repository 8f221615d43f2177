import asyncio
import json

import pytest
from tests.faces.service.api.api_world import READING, act
from tests.faces.service.service_world import Doors

from nanoward.faces.service.api import events as module
from nanoward.faces.service.api.events import (
    MOST_BEHIND,
    EventHub,
    StreamsFullError,
    _stream,
    event_of,
)
from nanoward.programme.access.rights import Role


def told(chunk: bytes) -> dict[str, str]:
    lines = (one.partition(": ") for one in chunk.decode().splitlines() if one)
    return {name: value for name, _, value in lines}


@pytest.mark.hazard("H-391")
def test_an_event_says_which_room_changed_and_nothing_about_anybody() -> None:
    body = {"participant": "P001", "words": "secret", "standing": "held"}
    event = event_of(7, "clearance.StandingDecided", body)
    assert json.loads(told(event.plain)["data"]) == {"seq": 7, "room": "clearance"}
    assert json.loads(told(event.named)["data"]) == {
        "seq": 7, "room": "clearance", "participants": ["P001"],
    }  # fmt: skip
    assert told(event.named)["id"] == "7"
    assert b"secret" not in event.named
    assert told(event_of(8, "watch.IncidentOpened", {}).plain)["event"] == "alarm"


def test_a_stream_goes_on_where_it_was_cut_and_tells_what_comes(api: Doors) -> None:
    hub = EventHub(api.service)

    async def listen() -> list[bytes]:
        size = await api.service.read(lambda ports: ports.ledger.head().size)
        stream = _stream(hub, hub.join(), size - 2, named=True)
        seen = [await anext(stream) for _ in range(3)]
        await asyncio.to_thread(
            act, api.client(Role.NURSE), "/clearance/participants/P001/readings", READING
        )
        seen.append(await asyncio.wait_for(anext(stream), 20))
        await stream.aclose()
        return [*seen, str(size).encode()]

    seen = asyncio.run(listen())
    size = int(seen[-1])
    assert [int(told(one)["id"]) for one in seen[1:-1]] == [size - 1, size, size + 1]
    assert len(hub) == 0


def test_who_is_too_far_behind_reads_all_anew(
    api: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = EventHub(api.service)
    monkeypatch.setattr(module, "PING_S", 0.01)
    monkeypatch.setattr(module, "LONGEST_S", 0.1)

    async def listen() -> list[bytes]:
        return [one async for one in _stream(hub, hub.join(), 10**9, named=False)]

    seen = asyncio.run(listen())
    assert seen[1] == b"event: reset\ndata: {}\n\n"
    assert seen[-1] == b": ping\n\n"


def test_no_more_streams_than_there_is_room_for(
    api: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_STREAMS", 0)

    async def join() -> None:
        with pytest.raises(StreamsFullError):
            EventHub(api.service).join()

    asyncio.run(join())
    client = api.client(Role.NURSE)
    bad = client.get("/api/v1/events", headers={"Last-Event-ID": "x"})
    assert bad.json()["code"] == "SRV-018"
    assert client.get("/api/v1/events").headers["retry-after"] == "2"


def test_a_reader_that_is_too_slow_is_told_so() -> None:
    queue: asyncio.Queue[object] = asyncio.Queue(2)
    events = [event_of(n, "clearance.X", {}) for n in range(3)]
    module._tell(queue, events)  # type: ignore[arg-type]
    assert queue.get_nowait() is None
    assert MOST_BEHIND >= 100
