"""Tuning: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


class TuningPart:
    """The part of the API about tuning."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def fits(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Individual parameters of the last round."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/tuning/fits", query={"after": after, "limit": limit}
        )

    def bands(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """What a new observation of each person may be."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/tuning/bands", query={"after": after, "limit": limit}
        )

    def observed(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """What was observed of each person."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/tuning/observed", query={"after": after, "limit": limit}
        )

    def frontier(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Benefit and side effect of every setting, by person."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/tuning/frontier", query={"after": after, "limit": limit}
        )

    def recommendations(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Settings that were recommended, or why not."""
        return self._transport.ask(
            Rows,
            "GET",
            "/api/v1/tuning/recommendations",
            query={"after": after, "limit": limit},
        )

    def comparisons(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Paired comparisons of settings."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/tuning/comparisons", query={"after": after, "limit": limit}
        )
