"""Agents: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """The last word on a lot."""

    lot: str
    agent: str
    version: str
    spec_sha256: str
    released: bool
    decided: date
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[LotRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecRow:
    """A published spec of an agent."""

    agent: str
    version: str
    spec_sha256: str
    reference_length: int
    published: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[SpecRow]
    next: str | None


class AgentsPart:
    """The part of the API about agents."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def specs(self, *, after: str | None = None, limit: int = 50) -> SpecRowPage:
        """Every published spec, by agent and version."""
        return self._transport.ask(
            SpecRowPage, "GET", "/api/v1/agents/specs", query={"after": after, "limit": limit}
        )

    def lots(self, *, after: str | None = None, limit: int = 50) -> LotRowPage:
        """Every lot that was decided on, by name."""
        return self._transport.ask(
            LotRowPage, "GET", "/api/v1/agents/lots", query={"after": after, "limit": limit}
        )
