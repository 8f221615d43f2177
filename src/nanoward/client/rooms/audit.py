"""Audit: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealBody:
    """Why a judgement is appealed against."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The ledger's key, and the signed checkpoint of its head (a C2SP note)."""

    key: str
    size: int
    head: str
    checkpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsBody:
    """Signed claims (DSSE envelopes), as text each."""

    envelopes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsTaken:
    """How many came in and count; what was wrong with the others."""

    received: int
    counting: int
    findings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """That it was written."""

    judgement: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementAnswerBody:
    """What a partner says to a judgement, and which referee it asks for."""

    words: str
    referee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRecord:
    """One record; for who sees hashes alone, actor and body are empty."""

    seq: int
    at: datetime
    actor: str
    kind: str
    body: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRecordPage:
    """One page of a list; `next` is null on the last."""

    items: list[LedgerRecord]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRow:
    """What a partner claimed of a type, and what was found."""

    partner: str
    type: str
    claims: int
    audited: int
    differing: int
    verdict: str | None
    told: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[PartnerRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a record stands under the checkpoint (.tlog-proof)."""

    seq: int
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleBody:
    """A CSV with partner, type, item, period and due."""

    schedule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTaken:
    """What is owed now."""

    claims: int
    partners: list[str]
    last_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verification found; every record, blob and report was recomputed."""

    records: int
    head: str
    blobs: int
    rounds: int
    findings: list[dict[str, Any]]


class AuditPart:
    """The part of the API about audit."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def checkpoint(self) -> Checkpoint:
        """The signed checkpoint, with the cosignatures of all witnesses that have ..."""
        return self._transport.ask(Checkpoint, "GET", "/api/v1/audit/checkpoint")

    def records(self, *, after: str | None = None, limit: int = 50) -> LedgerRecordPage:
        """Records in order; erased people stay erased."""
        return self._transport.ask(
            LedgerRecordPage,
            "GET",
            "/api/v1/audit/records",
            query={"after": after, "limit": limit},
        )

    def proof(self, seq: int) -> Proof:
        """A receipt of one record that can be verified offline."""
        return self._transport.ask(Proof, "GET", f"/api/v1/audit/proofs/{_quoted(seq)}")

    def verify(self, *, key: str | None = None) -> Verification:
        """Recompute every record, blob and report from the disk; RecordVerified is ..."""
        return self._transport.ask(Verification, "POST", "/api/v1/audit/verification", key=key)

    def partners(self, *, after: str | None = None, limit: int = 50) -> PartnerRowPage:
        """Every partner and type that was claimed, expected or judged; a partner sees ..."""
        return self._transport.ask(
            PartnerRowPage,
            "GET",
            "/api/v1/audit/partners",
            query={"after": after, "limit": limit},
        )

    def claims(self, body: ClaimsBody, *, key: str | None = None) -> ClaimsTaken:
        """Take signed claims in: nothing is lost, and nothing counts twice."""
        return self._transport.ask(
            ClaimsTaken, "POST", "/api/v1/audit/claims", body=body, key=key
        )

    def expect(self, body: ScheduleBody, *, key: str | None = None) -> ScheduleTaken:
        """Put a schedule of owed claims on the ledger; partners cannot."""
        return self._transport.ask(
            ScheduleTaken, "POST", "/api/v1/audit/schedule", body=body, key=key
        )

    def reply(
        self, judgement: str, body: JudgementAnswerBody, *, key: str | None = None
    ) -> Done:
        """What the partner says to a judgement."""
        return self._transport.ask(
            Done,
            "POST",
            f"/api/v1/audit/judgements/{_quoted(judgement)}/answer",
            body=body,
            key=key,
        )

    def appeal(self, judgement: str, body: AppealBody, *, key: str | None = None) -> Done:
        """Appeal against a judgement; once."""
        return self._transport.ask(
            Done,
            "POST",
            f"/api/v1/audit/judgements/{_quoted(judgement)}/appeal",
            body=body,
            key=key,
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
