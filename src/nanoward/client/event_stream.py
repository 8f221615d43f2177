"""What changes, as it changes: events of the service, resumed where a stream was cut."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nanoward.client.transport import Transport

PATH = "/api/v1/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEvent:
    """One event: `changed`, `alarm`, or `reset` where all is to be read anew."""

    event: str
    seq: int | None = None
    room: str = ""
    participants: list[str] = field(default_factory=list)


def events(transport: Transport, last: int | None = None) -> Iterator[ServiceEvent]:
    """Events behind a record until the stream ends; ask again with the last `seq` seen."""
    told: dict[str, Any] = {}
    for line in transport.stream(PATH, last):
        if not line:
            if "event" in told:
                yield _event(told)
            told = {}
            continue
        name, _, value = line.partition(":")
        told[name] = value.lstrip()


def _event(told: dict[str, Any]) -> ServiceEvent:
    data = json.loads(told.get("data") or "{}")
    return ServiceEvent(
        event=str(told["event"]),
        seq=data.get("seq"),
        room=str(data.get("room", "")),
        participants=list(data.get("participants", [])),
    )
