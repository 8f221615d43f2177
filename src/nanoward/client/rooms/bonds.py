"""Bonds: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from typing import Literal

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


class BondsPart:
    """The part of the API about bonds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def bonds(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Pairs of the last round, with p- and q-values."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/bonds/pairs", query={"after": after, "limit": limit}
        )

    def bond_groups(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Groups of linked people of the last round."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/bonds/groups", query={"after": after, "limit": limit}
        )

    def bond_batches(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Batches of tests of all rounds so far."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/bonds/batches", query={"after": after, "limit": limit}
        )

    def network(self, *, kind: Literal["graphml", "microbetrace"] = "graphml") -> bytes:
        """The network of the last round as a file for other programs; people as you ..."""
        return self._transport.send(
            "GET", "/api/v1/bonds/network", query={"kind": kind}
        ).content
