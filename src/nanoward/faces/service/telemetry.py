"""What the service tells of itself: a line of JSON for each request, and metrics; no names.

A line says the route, never the path, for paths name people; it is ASCII on one line, whatever
somebody sends (ASVS 16.2.5, 16.4.1).
"""

import json
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
NOWHERE = "(no route)"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def to_stderr(line: str) -> None:
    """Where lines go where nobody says otherwise."""
    sys.stderr.write(line)


@dataclass(slots=True)
class Telemetry:
    """Metrics of one service, and where its lines go."""

    write: Callable[[str], None] = to_stderr
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    records: Gauge = field(init=False)
    queue: Gauge = field(init=False)
    streams: Gauge = field(init=False)

    def __post_init__(self) -> None:
        names = ("method", "route", "status")
        told = self.registry
        self.requests = Counter("nanoward_requests", "Answers.", names, registry=told)
        self.seconds = Histogram(
            "nanoward_request_seconds", "Until an answer began.", ("route",), buckets=BUCKETS,
            registry=told,
        )  # fmt: skip
        self.records = Gauge("nanoward_ledger_records", "Records.", registry=told)
        self.queue = Gauge("nanoward_queue_load", "Fuller queue, 0 to 1.", registry=told)
        self.streams = Gauge("nanoward_event_streams", "Open streams.", registry=told)

    def text(self) -> bytes:
        """Metrics as Prometheus reads them."""
        return generate_latest(self.registry)

    def answered(self, request: str, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer, and say a line of it."""
        route, method = route_of(scope), scope["method"]
        if method not in METHODS:
            method = "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        self.say(
            "request", request=request, method=method, route=route, status=status,
            ms=round(seconds * 1e3, 1),
        )  # fmt: skip

    def failed(self, request: str, scope: Scope, fault: BaseException) -> None:
        """Say where a fault of ours was; not what it said, which may name people."""
        places = traceback.extract_tb(fault.__traceback__)[-6:]
        self.say(
            "fault", request=request, route=route_of(scope), fault=type(fault).__name__,
            where=[f"{one.filename.rsplit('nanoward/', 1)[-1]}:{one.lineno}" for one in places],
        )  # fmt: skip

    def say(self, event: str, **told: Any) -> None:
        """One line."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.write(json.dumps({"at": now, "event": event, **told}) + "\n")


def route_of(scope: Scope) -> str:
    """The route that a request came to, as it is written in the code: no name of anybody."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    if path is None:
        return NOWHERE
    return str(scope.get("route_path_format") or path)


class Telling:
    """Measures every request and says a line of it."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app, self._telemetry = app, telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, told = time.perf_counter(), 0
        request = str(scope.get("state", {}).get("request_id", ""))

        async def noted(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start" and not told:
                told = message["status"]
                took = time.perf_counter() - start
                await send(message)
                self._telemetry.answered(request, scope, told, took)
                return
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as fault:
            self._telemetry.failed(request, scope, fault)
            if not told:
                self._telemetry.answered(request, scope, 500, time.perf_counter() - start)
            raise
