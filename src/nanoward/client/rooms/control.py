"""Control: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class KillCode:
    """A kill code: whom it is fired at, who signed, and how many survivors to expect."""

    order: str
    status: str
    mechanism: str
    participants: dict[str, str]
    expires: datetime
    signed: list[list[str]]
    lot: str
    reason: str
    people: int
    needs: list[str]
    expected_escapees: float
    any_escapee: float
    request: dict[str, Any] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Kill codes, orders that are owed, leases that stand, sealed codes."""

    kills: list[KillCode]
    owed: list[dict[str, Any]]
    leases: list[dict[str, Any]]
    sealed: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBody:
    """One physician's own signature, for one participant; it is reviewed within a day."""

    by: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillBody:
    """A kill code at people, by a mechanism; nothing is fired by it."""

    participants: list[str]
    mechanism: str
    reason: str
    minutes: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KillWithdrawalBody:
    """Why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswer:
    """What became of an order: done, queued, refused, failed, unanswered, doubted."""

    order: str
    outcome: str
    value: float | None
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBody:
    """An order for one setting: `set` within the certified range and signed, or `less`."""

    agent: str
    setting: str
    kind: Literal["set", "less"] = "set"
    value: float | None = None
    unit: str
    lease_s: int = 600
    order: str | None = None
    issued: datetime | None = None
    requested_by: str | None = None
    role: str = "unknown"
    scopes: list[str] = field(default_factory=list)
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBody:
    """A second person reviews a code that one person released, with a key of their own."""

    by: str
    note: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBody:
    """A signature over the order's own bytes (control/kill_bytes.py), by name and role."""

    by: str
    role: str
    key: str
    signature: str


class ControlPart:
    """The part of the API about control."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def orders(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Orders that passed the gate, as the last round has them."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/control/orders", query={"after": after, "limit": limit}
        )

    def order(
        self,
        participant: str,
        body: OrderBody,
        *,
        key: str | None = None,
        version: int | None = None,
    ) -> OrderAnswer:
        """Send an order; its own name is the order's, so that twice sent it is one."""
        return self._transport.ask(
            OrderAnswer,
            "POST",
            f"/api/v1/control/orders/{_quoted(participant)}",
            body=body,
            key=key,
            version=version,
        )

    def kills(self) -> Control:
        """Every kill code, what became of whom, and what is owed."""
        return self._transport.ask(Control, "GET", "/api/v1/control/kills")

    def request_kill(self, body: KillBody, *, key: str | None = None) -> KillCode:
        """Ask for a kill code; a participant asks for their own alone. Nothing is ..."""
        return self._transport.ask(
            KillCode, "POST", "/api/v1/control/kills", body=body, key=key
        )

    def kill(self, order: str) -> KillCode:
        """One kill code, with the request whose bytes are signed."""
        return self._transport.ask(KillCode, "GET", f"/api/v1/control/kills/{_quoted(order)}")

    def approve(self, order: str, body: SignatureBody, *, key: str | None = None) -> KillCode:
        """One signature over the order's bytes; the last that is needed releases it."""
        return self._transport.ask(
            KillCode,
            "POST",
            f"/api/v1/control/kills/{_quoted(order)}/approval",
            body=body,
            key=key,
        )

    def glass(self, order: str, body: GlassBody, *, key: str | None = None) -> KillCode:
        """One physician releases a code for one participant; the council is told at ..."""
        return self._transport.ask(
            KillCode,
            "POST",
            f"/api/v1/control/kills/{_quoted(order)}/break-glass",
            body=body,
            key=key,
        )

    def fire(self, order: str, *, key: str | None = None) -> KillCode:
        """Fire a released code at everybody whom it names and who was not fired at ..."""
        return self._transport.ask(
            KillCode, "POST", f"/api/v1/control/kills/{_quoted(order)}/fire", key=key
        )

    def withdraw(
        self, order: str, body: KillWithdrawalBody, *, key: str | None = None
    ) -> KillCode:
        """End a code for everybody at whom it was not fired yet: by who reaches all ..."""
        return self._transport.ask(
            KillCode,
            "POST",
            f"/api/v1/control/kills/{_quoted(order)}/withdrawal",
            body=body,
            key=key,
        )

    def review(self, order: str, body: ReviewBody, *, key: str | None = None) -> KillCode:
        """Review a code that one person released."""
        return self._transport.ask(
            KillCode,
            "POST",
            f"/api/v1/control/kills/{_quoted(order)}/review",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
