"""All that the ledger holds of partners' claims and audits, folded in one pass."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from nanoward.audit.claims.claim import Claim, read_claim
from nanoward.audit.claims.claim_types import AuditPlan, audit_plan
from nanoward.audit.claims.dsse import DsseEnvelope, read_dsse
from nanoward.audit.claims.intake import KnownClaims
from nanoward.audit.claims.schedule import ExpectedClaim
from nanoward.audit.evidence.comparison import Measured
from nanoward.base.canonical import sha256_of
from nanoward.base.entries.audit import (
    AppealDecided,
    AuditDrawn,
    AuditPlanned,
    ClaimReceived,
    ClaimRefused,
    ClaimsExpected,
    CommitmentMade,
    DrawCheckpointFixed,
    JudgementAnswered,
    JudgementAppealed,
    MeasurementsRevealed,
    PartnerJudged,
)
from nanoward.base.entries.codec import kind_of
from nanoward.base.ids import Sha256
from nanoward.flows.audit.measured_table import measured_of
from nanoward.ports.blobs import Blobs
from nanoward.ports.ledger import Record
from nanoward.ports.ports import Ports

NOBODY = ""  # no entry of claims and audits names a person, so that the index has them by kind
_KINDS = {
    kind_of(one): one.__name__
    for one in (
        ClaimReceived, ClaimRefused, ClaimsExpected, CommitmentMade, AuditPlanned,
        DrawCheckpointFixed, AuditDrawn, MeasurementsRevealed, PartnerJudged,
        JudgementAnswered, JudgementAppealed, AppealDecided,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """A signed claim as it was received.

    counts  it is the partner's first word on its item, before our measurement was revealed
    """

    claim: Claim
    envelope: DsseEnvelope
    at: datetime
    seq: int
    counts: bool


@dataclass(slots=True, kw_only=True)
class ClaimBook:
    """Claims, schedules, plans, draws, measurements and judgements of all partners.

    bodies of plans, checkpoints, draws, judgements and so on stand as they are on the ledger
    """

    plan: AuditPlan
    programme: str
    claims: list[KeptClaim] = field(default_factory=list)
    refused: list[Mapping[str, Any]] = field(default_factory=list)
    expected: list[ExpectedClaim] = field(default_factory=list)
    commitments: dict[str, dict[str, str]] = field(default_factory=dict)
    plans: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    checkpoints: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    draws: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    measured: dict[str, dict[tuple[str, str, str], Measured]] = field(default_factory=dict)
    revealed: dict[tuple[str, str, str, str], datetime] = field(default_factory=dict)
    judgements: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    appeals: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    decisions: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def known(self) -> KnownClaims:
        """What intake needs of it; its mappings are this call's own."""
        first: dict[tuple[str, str, str, str], Claim] = {}
        for one in self.claims:
            if one.counts:
                first.setdefault((one.claim.partner, *one.claim.about), one.claim)
        nonces = {one.claim.nonce for one in self.claims}
        return KnownClaims(first=first, nonces=nonces, revealed=self.revealed)

    def of_partner(self, partner: str) -> list[KeptClaim]:
        """A partner's claims in the order in which they came."""
        return [one for one in self.claims if one.claim.partner == partner]


def read_book(ports: Ports, *entries: type) -> ClaimBook:
    """The book of a programme, at the cost of its own records, however long the ledger is.

    entries  fold these alone, where that is enough; claims are the most and cost the most
    """
    plan = ports.folder.plan()
    kinds = [kind_of(one) for one in entries] or list(_KINDS)
    return folded(
        ports.ledger.about(NOBODY, kinds=kinds),
        ports.blobs,
        audit_plan(plan.section("audit")),
        plan.name,
    )


def folded(
    records: Iterable[Record], blobs: Blobs, plan: AuditPlan, programme: str
) -> ClaimBook:
    """The book of these records; every kind is folded by one line or one function."""
    book = ClaimBook(plan=plan, programme=programme)
    batches: dict[str, dict[str, str]] = {}
    for record in records:
        name = _KINDS.get(record.kind)
        if name is None:
            continue
        body = record.body
        match name:
            case "ClaimReceived":
                batch = record.body["batch_sha256"]
                if batch not in batches:
                    batches[batch] = texts_in(_blob(blobs, batch))
                _receive(book, record, batches[batch][record.body["statement_sha256"]])
            case "ClaimsExpected":
                book.expected += expected_of(_blob(blobs, body["schedule_sha256"]))
            case "CommitmentMade":
                sides = book.commitments.setdefault(body["purpose"], {})
                sides.setdefault(body["side"], body["commitment"])  # the first one binds
            case "MeasurementsRevealed":
                _reveal(book, record, blobs)
            case "JudgementAnswered":
                book.answers.setdefault(body["judgement"], []).append(body)
            case "ClaimRefused":
                book.refused.append(body)
            case _:
                _keep(book, name, body)
    return book


def _keep(book: ClaimBook, name: str, body: Mapping[str, Any]) -> None:
    """Plans, checkpoints, draws, appeals: the first one binds; of judgements the last."""
    places = {
        "AuditPlanned": (book.plans, "plan"),
        "DrawCheckpointFixed": (book.checkpoints, "plan"),
        "AuditDrawn": (book.draws, "plan"),
        "JudgementAppealed": (book.appeals, "judgement"),
        "AppealDecided": (book.decisions, "judgement"),
    }
    if name == "PartnerJudged":
        book.judgements[body["judgement"]] = body
    else:
        place, key = places[name]
        place.setdefault(body[key], body)


def batch_of(texts: Sequence[str]) -> bytes:
    """All that came in one call as one blob, to the letter, whatever it is."""
    return json.dumps(list(texts)).encode("ascii")


def texts_in(batch: bytes) -> dict[str, str]:
    """What `batch_of` kept, by its SHA-256."""
    return {text_sha256(one): one for one in json.loads(batch)}


def text_sha256(text: str) -> str:
    """The name of what was received."""
    return sha256_of(text.encode("utf-8", "surrogatepass"))


def _receive(book: ClaimBook, record: Record, text: str) -> None:
    envelope = read_dsse(text)
    book.claims.append(
        KeptClaim(
            claim=read_claim(envelope.payload),
            envelope=envelope,
            at=record.at,
            seq=record.seq,
            counts=bool(record.body.get("counts", True)),
        )
    )


def _reveal(book: ClaimBook, record: Record, blobs: Blobs) -> None:
    name = record.body["plan"]
    planned = book.plans.get(name, {})
    found = measured_of(_blob(blobs, record.body["measurements_sha256"]), book.plan)
    place = book.measured.setdefault(name, {})
    for one in found:
        about = (one.type, one.item, one.period)
        place.setdefault(about, one)
        book.revealed.setdefault((str(planned.get("partner", "")), *about), record.at)


def expected_of(content: bytes) -> list[ExpectedClaim]:
    """The schedule of a blob that `expect_claims` wrote."""
    return [
        ExpectedClaim(**{**row, "due": date.fromisoformat(row["due"])})
        for row in json.loads(content)
    ]


def _blob(blobs: Blobs, name: str) -> bytes:
    return blobs.get(Sha256(name))
