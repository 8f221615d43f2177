"""How the client asks: one session, problems as exceptions, and again only what is safe.

A GET is asked again where the link broke or the house was full. An act is sent again only under
the same Idempotency-Key, so that it is done once however often it is sent.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import httpx2

from nanoward.client.json_values import from_value, to_value

T = TypeVar("T")
COOKIE = "__Host-session"
FULL = (429, 502, 503, 504)
TIMEOUT_S = 30.0


class ProblemError(Exception):
    """The service said no (RFC 9457): its code, why, and what to do next."""

    def __init__(self, told: Mapping[str, Any], status: int) -> None:
        self.status = status
        self.code = str(told.get("code", f"HTTP-{status}"))
        self.detail = str(told.get("detail", ""))
        self.next_step = str(told.get("next_step", ""))
        self.problem = dict(told)
        super().__init__(f"{self.code}: {self.detail}\n  what to do: {self.next_step}")


class Transport:
    """One session with a service.

    origin   as a browser would say it: https://NAME
    session  value of the session's cookie
    tries    how often a request is sent at most
    sleep    how to wait; tests wait for nothing
    """

    def __init__(
        self,
        origin: str,
        session: str,
        *,
        tries: int = 4,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tries, self._sleep = tries, sleep
        self._origin = origin
        self._http = httpx2.Client(
            base_url=origin,
            timeout=TIMEOUT_S,
            transport=transport,
            headers={"Origin": origin, "Accept": "application/json"},
            cookies={COOKIE: session},
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def ask(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        version: int | None = None,
    ) -> T:
        """Ask, and read the answer as a value of this kind; ProblemError.

        key      Idempotency-Key of an act; drawn where none is given
        version  what was read before: sent as If-Match
        """
        answer = self.send(method, path, query=query, body=body, key=key, version=version)
        return from_value(kind, answer.json())

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """As `ask`, with the answer as it came; a body of bytes goes as it is."""
        told = dict(headers or {})
        if method == "POST":
            told["Idempotency-Key"] = key or secrets.token_hex(16)
        if version is not None:
            told["If-Match"] = f'"{version}"'
        content: dict[str, Any] = {}
        if isinstance(body, bytes):
            content["content"] = body
            told.setdefault("Content-Type", "application/octet-stream")
        elif body is not None:
            content["json"] = to_value(body)
        asked = {name: to_value(one) for name, one in (query or {}).items() if one is not None}
        for left in range(self._tries - 1, -1, -1):
            try:
                answer = self._http.request(
                    method, path, params=asked or None, headers=told, **content
                )
            except httpx2.TransportError:
                if not left:
                    raise
                self._sleep(0.1 * 2 ** (self._tries - 1 - left))
                continue
            if answer.status_code not in FULL or not left:
                return _sound(answer)
            self._sleep(_pause(answer))
        raise AssertionError("unreachable")

    def stream(self, path: str, last: int | None = None) -> Iterator[str]:
        """Lines of an event stream until it ends."""
        headers = {"Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        with self._http.stream("GET", path, headers=headers) as answer:
            if answer.status_code >= 400:
                answer.read()
                _sound(answer)
            yield from answer.iter_lines()


def _sound(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code < 400:
        return answer
    try:
        told = answer.json()
    except ValueError:
        told = {}
    raise ProblemError(told if isinstance(told, dict) else {}, answer.status_code)


def _pause(answer: httpx2.Response) -> float:
    told = answer.headers.get("Retry-After", "1")
    return min(float(told), 60.0) if told.replace(".", "", 1).isdigit() else 1.0
