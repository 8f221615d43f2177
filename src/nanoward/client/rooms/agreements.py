"""Agreements: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """A version of an agreement that may be signed."""

    agreement: str
    version: str
    kind: str
    agreement_sha256: str
    drafted: date
    leave_cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account stands at, as decimal text."""

    account: str
    currency: str
    balance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Which version binds somebody, and newer ones that do not, with the reasons."""

    participant: str
    agreement: str | None
    version: str | None
    since: date | None
    passed_over: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySignatureBody:
    """One party's signature over the document's bytes."""

    role: str
    name: str
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeBody:
    """A drafted version with the signatures of all its parties."""

    sha256: str
    signatures: list[PartySignatureBody]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """Where it is worse than what binds already it is signed, and does not bind."""

    participant: str
    worse: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBody:
    """The agreement as a document (TOML or JSON text)."""

    name: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """That it may be signed now."""

    agreement: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndBody:
    """The day on which it ends, today where none is named; nobody is asked for a reason."""

    day: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The day on which an agreement ends; what was earned stays owed."""

    agreement: str
    ended: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[AgreementRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancePage:
    """One page of a list; `next` is null on the last."""

    items: list[Balance]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayStatement:
    """What somebody earned, was paid and is owed; amounts in minor units of the currency."""

    participant: str
    currency: str
    earned: int
    paid: int
    pending: int
    owed: int
    due: date | None
    refunds: int
    fees: int
    leaving_changes: int
    tax: str


class AgreementsPart:
    """The part of the API about agreements."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def agreements(self, *, after: str | None = None, limit: int = 50) -> AgreementRowPage:
        """Every version that may be signed."""
        return self._transport.ask(
            AgreementRowPage,
            "GET",
            "/api/v1/programme/agreements",
            query={"after": after, "limit": limit},
        )

    def draft(self, body: DraftBody, *, key: str | None = None) -> Drafted:
        """Keep a version so that it may be signed; refused with the rules that it ..."""
        return self._transport.ask(
            Drafted, "POST", "/api/v1/programme/agreements", body=body, key=key
        )

    def bound(self, participant: str) -> Bound:
        """Which version binds a participant today."""
        return self._transport.ask(
            Bound, "GET", f"/api/v1/programme/participants/{_quoted(participant)}/agreement"
        )

    def conclude(
        self, participant: str, body: ConcludeBody, *, key: str | None = None
    ) -> Concluded:
        """Bind a participant by a drafted version that all parties signed."""
        return self._transport.ask(
            Concluded,
            "POST",
            f"/api/v1/programme/participants/{_quoted(participant)}/agreement",
            body=body,
            key=key,
        )

    def end(
        self, participant: str, agreement: str, body: EndBody, *, key: str | None = None
    ) -> Ended:
        """End an agreement; what was earned stays owed, and nobody is asked why."""
        return self._transport.ask(
            Ended,
            "POST",
            f"/api/v1/programme/participants/{_quoted(participant)}/agreements/{_quoted(agreement)}/end",
            body=body,
            key=key,
        )

    def pay(self, participant: str) -> PayStatement:
        """What a participant earned, was paid and is owed; what leaving today would ..."""
        return self._transport.ask(
            PayStatement, "GET", f"/api/v1/programme/participants/{_quoted(participant)}/pay"
        )

    def books(self, *, after: str | None = None, limit: int = 50) -> BalancePage:
        """The balance of every account; together they are nothing in each currency."""
        return self._transport.ask(
            BalancePage,
            "GET",
            "/api/v1/programme/books",
            query={"after": after, "limit": limit},
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
