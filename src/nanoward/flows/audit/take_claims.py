"""Take in what partners state: schedules, signed claims, commitments; sign tables as claims."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nanoward.audit.claims.claim import Claim
from nanoward.audit.claims.dsse import (
    PAYLOAD_TYPE,
    DsseEnvelope,
    key_id,
    pre_authentication,
)
from nanoward.audit.claims.intake import Received, judge_envelope
from nanoward.audit.claims.mapped_tables import claims_of_rows, table_mapping
from nanoward.audit.claims.schedule import overdue, silence_findings
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries.audit import (
    ClaimReceived,
    ClaimRefused,
    ClaimsExpected,
    CommitmentMade,
)
from nanoward.base.entries.codec import Entry, kind_of
from nanoward.base.errors import RefusedError
from nanoward.base.findings import Finding
from nanoward.flows.audit.claim_book import NOBODY, ClaimBook, batch_of, read_book, text_sha256
from nanoward.flows.audit.measured_table import rows_of, schedule_of
from nanoward.ports.designs import Signatures
from nanoward.ports.ports import Ports

ACTOR = "audit"


class AlreadyBoundError(RefusedError):
    """A side is bound already for this purpose; a commitment cannot be exchanged."""

    code = "AUD-015"
    next_step = "Show what you are bound to; nothing was written."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenClaims:
    """What became of the envelopes that were given.

    records  claim to the number of its record, for a receipt
    """

    taken: tuple[Received, ...]
    records: dict[str, int]
    findings: tuple[Finding, ...]


def expect_claims(ports: Ports, path: str, content: bytes) -> ClaimsExpected:
    """Put a schedule of owed claims on the ledger; the same schedule once."""
    book = read_book(ports, ClaimsExpected)
    plain = ports.formats.plain(path, content)
    expected = schedule_of(plain, book.plan, path)
    rows = [
        {"partner": o.partner, "type": o.type, "item": o.item, "period": o.period,
         "due": o.due.isoformat()}
        for o in expected
    ]  # fmt: skip
    blob = canonical_json(rows).encode()
    entry = ClaimsExpected(
        schedule_sha256=sha256_of(blob),
        claims=len(expected),
        partners=tuple(sorted({one.partner for one in expected})),
        last_due=max((one.due for one in expected), default=ports.today()),
    )
    if not set(expected) <= set(book.expected):
        ports.blobs.put(blob)
        ports.ledger.append([entry], actor=ACTOR, at=ports.clock.now())
    return entry


def take_claims(ports: Ports, texts: Sequence[tuple[str, str]]) -> TakenClaims:
    """Judge and keep envelopes (file, text); nothing is lost, and nothing counts twice."""
    book, now = read_book(ports), ports.clock.now()
    start = book.known()
    first, nonces = dict(start.first), set(start.nonces)
    known = replace(start, first=first, nonces=nonces)
    refused = {one["statement_sha256"] for one in book.refused}
    taken: list[Received] = []
    entries: list[Entry] = []
    batch = batch_of([text for _, text in texts])
    for file, text in texts:
        got = judge_envelope(text, book.plan, known, book.programme, now, file)
        taken.append(got)
        name = text_sha256(text)
        if not got.kept and name in refused:
            continue  # it is on the ledger already
        refused.add(name)
        entries.append(_entry(got, name, sha256_of(batch), ports))
        if got.kept and got.claim is not None:
            nonces.add(got.claim.nonce)
            if got.counts:
                first.setdefault((got.claim.partner, *got.claim.about), got.claim)
    if entries:
        ports.blobs.put(batch)
        ports.ledger.append(entries, actor=ACTOR, at=now)
    kept = ports.ledger.about(NOBODY, kinds=[kind_of(ClaimReceived)])
    records = {str(one.body["claim"]): one.seq for one in kept if "claim" in one.body}
    return TakenClaims(
        taken=tuple(taken),
        records=records,
        findings=tuple(one for got in taken for one in got.findings),
    )


def _entry(got: Received, name: str, batch: str, ports: Ports) -> Entry:
    if got.kept and got.claim is not None:
        return ClaimReceived(
            claim=got.claim.claim,
            partner=got.claim.partner,
            statement_sha256=name,
            batch_sha256=batch,
            received=ports.today(),
            type=got.claim.type,
            counts=got.counts,
        )
    first = got.findings[0]
    return ClaimRefused(
        partner="" if got.claim is None else got.claim.partner,
        statement_sha256=name,
        batch_sha256=batch,
        code=first.code,
        reason=first.message,
    )


def commit(ports: Ports, side: str, purpose: str, commitment: str) -> CommitmentMade:
    """Bind a side to what has this hash; AlreadyBoundError where it is bound already."""
    bound = read_book(ports, CommitmentMade).commitments.get(purpose, {}).get(side)
    if bound is not None and bound != commitment:
        raise AlreadyBoundError(f"{side} is bound for {purpose!r} by {bound[:16]}...")
    entry = CommitmentMade(side=side, purpose=purpose, commitment=commitment)
    if bound is None:
        ports.ledger.append([entry], actor=side, at=ports.clock.now())
    return entry


def silences(ports: Ports, book: ClaimBook | None = None) -> tuple[Finding, ...]:
    """Findings on claims that are owed and were not made; of a book that was read already."""
    book = book or read_book(ports, ClaimsExpected, ClaimReceived)
    made = {(one.claim.partner, *one.claim.about) for one in book.claims}
    return silence_findings(overdue(book.expected, made, ports.today()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSigner:
    """What signing needs of the world: a moment, chance, a key, and Ed25519."""

    made: datetime
    nonce: Callable[[], bytes]
    private: str
    signatures: Signatures


def signed_claims(
    mapping: Mapping[str, Any], tables: Sequence[tuple[str, bytes]], signer: ClaimSigner
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The rows of plain CSV tables as signed envelopes, one line each; the partner's side."""
    told = table_mapping(mapping)
    lines: list[str] = []
    findings: list[Finding] = []
    for file, content in tables:
        rows = rows_of(content, (), file)
        claims, odd = claims_of_rows(rows, told, signer.made, signer.nonce, file)
        lines += [signed(one, signer.private, signer.signatures) for one in claims]
        findings += odd
    return tuple(lines), tuple(findings)


def signed(claim: Claim, private: str, signatures: Signatures) -> str:
    """One claim as a signed envelope."""
    payload = claim.payload()
    key, signature = signatures.sign(private, pre_authentication(PAYLOAD_TYPE, payload))
    return DsseEnvelope(
        payload_type=PAYLOAD_TYPE,
        payload=payload,
        signatures=((key_id(key), bytes.fromhex(signature)),),
    ).text()


def envelopes_in(content: str) -> list[str]:
    """The envelopes of a file: one JSON object, or one a line."""
    try:
        if isinstance(json.loads(content), dict):
            return [content.strip()]
    except ValueError:
        pass
    return [line for line in content.splitlines() if line.strip()]
