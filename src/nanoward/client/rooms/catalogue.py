"""Catalogue: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from nanoward.client.rooms.shared import Rows
from nanoward.client.transport import Transport


class CataloguePart:
    """The part of the API about catalogue."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def profiles(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Samples that were typed."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/profiles", query={"after": after, "limit": limit}
        )

    def presence(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Whether the agent was there, with its limit."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/presence", query={"after": after, "limit": limit}
        )

    def coverage(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """How deep each sample was read."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/coverage", query={"after": after, "limit": limit}
        )

    def factors(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Factors that samples carry."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/factors", query={"after": after, "limit": limit}
        )

    def adaptation(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """A participant's samples over days."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/adaptation", query={"after": after, "limit": limit}
        )

    def acquired(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Variants that a participant's start did not have."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/acquired", query={"after": after, "limit": limit}
        )

    def departures(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """How far each sample is from its recipient's start."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/departures", query={"after": after, "limit": limit}
        )

    def guarded_loci(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Kill and safety loci of each sample."""
        return self._transport.ask(
            Rows,
            "GET",
            "/api/v1/catalogue/guarded-loci",
            query={"after": after, "limit": limit},
        )

    def owners(self, *, after: str | None = None, limit: int = 50) -> Rows:
        """Whose sample each is, by what is private in it."""
        return self._transport.ask(
            Rows, "GET", "/api/v1/catalogue/owners", query={"after": after, "limit": limit}
        )
