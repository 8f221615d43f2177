"""Audit: the ledger with its proofs, and what partners claimed, owe and were found to do."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Text, Word
from nanoward.faces.service.api.parts.cursors import (
    After,
    BadCursorError,
    Limit,
    Page,
    cursor,
    page_of,
    place,
)
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of
from nanoward.faces.service.guard import Guard, NotYoursError, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.audit.audit_round import partner_rows
from nanoward.flows.audit.claim_book import read_book
from nanoward.flows.ledger.prove_record import prove_record, shown_records
from nanoward.flows.ledger.witness_ledger import cosigned_checkpoint
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_LEDGER))]
PartnersReader = Annotated[Visitor, Depends(Guard(Right.READ_PARTNERS))]
PartnersWriter = Annotated[Visitor, Depends(Guard(Right.WRITE_PARTNERS))]


class Checkpoint(BaseModel):
    """The ledger's key, and the signed checkpoint of its head (a C2SP note)."""

    key: str
    size: int
    head: str
    checkpoint: str


class LedgerRecord(BaseModel):
    """One record; for who sees hashes alone, actor and body are empty."""

    seq: int
    at: datetime
    actor: str
    kind: str
    body: dict[str, Any]
    hash: str


class Proof(BaseModel):
    """That a record stands under the checkpoint (.tlog-proof)."""

    seq: int
    proof: str


class Verification(BaseModel):
    """What a verification found; every record, blob and report was recomputed."""

    records: int
    head: str
    blobs: int
    rounds: int
    findings: list[dict[str, Any]]


class PartnerRow(BaseModel):
    """What a partner claimed of a type, and what was found."""

    partner: str
    type: str
    claims: int
    audited: int
    differing: int
    verdict: str | None
    told: str | None


class ClaimsBody(Body):
    """Signed claims (DSSE envelopes), as text each."""

    envelopes: Annotated[
        list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=1_000)
    ]


class ClaimsTaken(BaseModel):
    """How many came in and count; what was wrong with the others."""

    received: int
    counting: int
    findings: list[dict[str, Any]]


class ScheduleBody(Body):
    """A CSV with partner, type, item, period and due."""

    schedule: Annotated[Text, Field(min_length=1)]


class ScheduleTaken(BaseModel):
    """What is owed now."""

    claims: int
    partners: list[str]
    last_due: date


class JudgementAnswerBody(Body):
    """What a partner says to a judgement, and which referee it asks for."""

    words: Annotated[Text, Field(min_length=1)]
    referee: Text = ""


class AppealBody(Body):
    """Why a judgement is appealed against."""

    reason: Word


class Done(BaseModel):
    """That it was written."""

    judgement: str
    done: str


@router.get("/checkpoint", response_model=Checkpoint)
async def checkpoint(request: Request, visitor: Reader) -> Response:
    """The signed checkpoint, with the cosignatures of all witnesses that have seen it."""
    path = service_of(request).path

    def find(ports: Ports) -> Any:
        from nanoward.wiring.ledgers import witnesses_of

        ledger = _proven(ports)
        note = str(cosigned_checkpoint(ledger, witnesses_of(path).known()))
        head = ledger.head()
        return {"key": str(ledger.key()), "size": head.size, "head": head.hash,
                "checkpoint": note}  # fmt: skip

    return answer(await service_of(request).read(find))


@router.get("/records", response_model=Page[LedgerRecord])
async def records(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Records in order; erased people stay erased."""
    start = place("records", after) or 0
    if not isinstance(start, int) or start < 0:
        raise BadCursorError("the cursor is of another list")

    def find(ports: Ports) -> Any:
        ledger = _proven(ports)
        if start > ledger.head().size:
            raise BadCursorError("the cursor is behind the end")
        shown = shown_records(ledger, after=start, most=limit)
        more = bool(shown) and shown[-1].seq < ledger.head().size
        hidden = visitor.grant.scope is Scope.HASHES
        items = [
            {
                "seq": one.seq,
                "at": one.at,
                "actor": "" if hidden else one.actor,
                "kind": one.kind,
                "body": {} if hidden else dict(one.body),
                "hash": one.hash,
            }
            for one in shown
        ]
        return {"items": items, "next": cursor("records", shown[-1].seq) if more else None}

    return answer(await service_of(request).read(find))


@router.get("/proofs/{seq}", response_model=Proof)
async def proof(request: Request, seq: int, visitor: Reader) -> Response:
    """A receipt of one record that can be verified offline."""
    path = service_of(request).path

    def find(ports: Ports) -> Any:
        from nanoward.wiring.ledgers import witnesses_of

        known = witnesses_of(path).known()
        return {"seq": seq, "proof": str(prove_record(_proven(ports), seq, known))}

    return answer(await service_of(request).read(find))


@router.post("/verification", response_model=Verification, status_code=201)
async def verify(request: Request, visitor: Reader, key: Key) -> Response:
    """Recompute every record, blob and report from the disk; RecordVerified is written."""
    from nanoward.base.entries import RecordVerified
    from nanoward.flows.ledger.verify_record import verify_record

    service = service_of(request)

    def recompute(ports: Ports) -> Any:
        verdict = verify_record(ports)
        return {
            "records": verdict.head.size,
            "head": verdict.head.hash,
            "blobs": verdict.blobs,
            "rounds": verdict.rounds,
            "findings": [one.as_row() for one in verdict.findings],
        }

    found = await service.read(recompute)

    def write(ports: Ports) -> Any:
        entry = RecordVerified(entries=found["records"], head=found["head"])
        ports.ledger.append([entry], actor=by_of(visitor), at=ports.clock.now())
        return found

    return await once(request, visitor, key, write)


@router.get("/partners", response_model=Page[PartnerRow])
async def partners(
    request: Request, visitor: PartnersReader, after: After = None, limit: Limit = 50
) -> Response:
    """Every partner and type that was claimed, expected or judged; a partner sees its own."""

    def find(ports: Ports) -> Any:
        names = tuple(PartnerRow.model_fields)
        rows = [
            {name: row.get(name) for name in names}
            for row in partner_rows(read_book(ports))
            if _is_own(visitor, str(row["partner"]))
        ]
        rows.sort(key=_partner_key)
        return page_of("partners", rows, _partner_key, after, limit)

    return answer(await service_of(request).read(find))


def _partner_key(row: dict[str, Any]) -> str:
    return f"{row['partner']}/{row['type']}"


def _is_own(visitor: Visitor, partner: str) -> bool:
    """A partner's account is shown under the partner's name in the plan."""
    return visitor.grant.scope is not Scope.OWN_LOTS or partner == visitor.account.shown


@router.post("/claims", response_model=ClaimsTaken, status_code=201)
async def claims(
    request: Request, visitor: PartnersWriter, key: Key, body: ClaimsBody
) -> Response:
    """Take signed claims in: nothing is lost, and nothing counts twice."""
    from nanoward.flows.audit.take_claims import take_claims

    def work(ports: Ports) -> Any:
        texts = [(f"claim {n}", text) for n, text in enumerate(body.envelopes, 1)]
        taken = take_claims(ports, texts)
        return {
            "received": len(texts),
            "counting": sum(one.counts for one in taken.taken),
            "findings": [one.as_row() for one in taken.findings],
        }

    return await once(request, visitor, key, work)


@router.post("/schedule", response_model=ScheduleTaken, status_code=201)
async def expect(
    request: Request, visitor: PartnersWriter, key: Key, body: ScheduleBody
) -> Response:
    """Put a schedule of owed claims on the ledger; partners cannot."""
    from nanoward.flows.audit.take_claims import expect_claims

    if visitor.grant.scope is Scope.OWN_LOTS:
        raise NotYoursError("a partner does not say what it owes")

    def work(ports: Ports) -> Any:
        return expect_claims(ports, "schedule.csv", body.schedule.encode())

    return await once(request, visitor, key, work)


@router.post("/judgements/{judgement}/answer", response_model=Done, status_code=201)
async def reply(
    request: Request,
    judgement: str,
    visitor: PartnersWriter,
    key: Key,
    body: JudgementAnswerBody,
) -> Response:
    """What the partner says to a judgement."""
    from nanoward.flows.audit.answer_judgement import answer_judgement

    def work(ports: Ports) -> Any:
        by = by_of(visitor)
        answer_judgement(ports, judgement, by=by, words=body.words, referee=body.referee)
        return {"judgement": judgement, "done": "answered"}

    return await once(request, visitor, key, work)


@router.post("/judgements/{judgement}/appeal", response_model=Done, status_code=201)
async def appeal(
    request: Request, judgement: str, visitor: PartnersWriter, key: Key, body: AppealBody
) -> Response:
    """Appeal against a judgement; once."""
    from nanoward.flows.audit.answer_judgement import appeal_judgement

    def work(ports: Ports) -> Any:
        appeal_judgement(ports, judgement, by=by_of(visitor), reason=body.reason)
        return {"judgement": judgement, "done": "appealed"}

    return await once(request, visitor, key, work)


def _proven(ports: Ports) -> ProvenLedger:
    assert isinstance(ports.ledger, ProvenLedger)
    return ports.ledger
