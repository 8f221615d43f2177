"""Agreements and pay: what may be signed, what binds whom, what was earned and is owed."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Hex, Text, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import by_of, meant
from nanoward.faces.service.guard import Guard, NotYoursError, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.programme.keep_agreements import (
    bound_agreement,
    draft_agreement,
    drafted_agreements,
    end_agreement,
    party_signature,
    sign_agreement,
)
from nanoward.flows.programme.keep_books import (
    books_state,
    person_statement,
    person_tax_notice,
)
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/api/v1/programme", tags=["agreements"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_AGREEMENTS, own=True))]
PersonReader = Annotated[Visitor, Depends(Guard(Right.READ_AGREEMENTS, "participant"))]
Writer = Annotated[Visitor, Depends(Guard(Right.WRITE_AGREEMENTS))]
PersonWriter = Annotated[Visitor, Depends(Guard(Right.WRITE_AGREEMENTS, "participant"))]


class AgreementRow(BaseModel):
    """A version of an agreement that may be signed."""

    agreement: str
    version: str
    kind: str
    agreement_sha256: str
    drafted: date
    leave_cost: str


class Bound(BaseModel):
    """Which version binds somebody, and newer ones that do not, with the reasons."""

    participant: str
    agreement: str | None
    version: str | None
    since: date | None
    passed_over: dict[str, list[str]]


class PayStatement(BaseModel):
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


class Balance(BaseModel):
    """What an account stands at, as decimal text."""

    account: str
    currency: str
    balance: str


class DraftBody(Body):
    """The agreement as a document (TOML or JSON text)."""

    name: Word
    document: Annotated[Text, Field(min_length=1)]


class Drafted(BaseModel):
    """That it may be signed now."""

    agreement: str
    version: str
    sha256: str


class PartySignatureBody(Body):
    """One party's signature over the document's bytes."""

    role: Word
    name: Word
    key: Word
    signature: Annotated[str, Field(min_length=16, max_length=2_000)]


class ConcludeBody(Body):
    """A drafted version with the signatures of all its parties."""

    sha256: Hex
    signatures: Annotated[list[PartySignatureBody], Field(min_length=1, max_length=20)]


class Concluded(BaseModel):
    """Where it is worse than what binds already it is signed, and does not bind."""

    participant: str
    worse: list[str]


class EndBody(Body):
    """The day on which it ends, today where none is named; nobody is asked for a reason."""

    day: DayField | None = None
    reason: Text = ""


class Ended(BaseModel):
    """The day on which an agreement ends; what was earned stays owed."""

    agreement: str
    ended: date


@router.get("/agreements", response_model=Page[AgreementRow])
async def agreements(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every version that may be signed."""

    def find(ports: Ports) -> Any:
        names = tuple(AgreementRow.model_fields)
        rows = [{n: getattr(one, n) for n in names} for one in drafted_agreements(ports)]
        rows.sort(key=_name)
        return page_of("agreements", rows, _name, after, limit)

    return answer(await service_of(request).read(find))


def _name(row: dict[str, Any]) -> str:
    return f"{row['agreement']}/{row['version']}/{row['agreement_sha256']}"


@router.post("/agreements", response_model=Drafted, status_code=201)
async def draft(request: Request, visitor: Writer, key: Key, body: DraftBody) -> Response:
    """Keep a version so that it may be signed; refused with the rules that it breaks."""

    def work(ports: Ports) -> Any:
        found = draft_agreement(ports, body.document.encode(), body.name, by=by_of(visitor))
        one = found.agreement
        return {"agreement": one.name, "version": one.version, "sha256": one.sha256}

    return await once(request, visitor, key, work)


@router.get("/participants/{participant}/agreement", response_model=Bound)
async def bound(request: Request, participant: str, visitor: PersonReader) -> Response:
    """Which version binds a participant today."""
    service = service_of(request)

    def find(ports: Ports) -> Any:
        who = meant(ports, service, visitor, participant)
        found = bound_agreement(ports, who, ports.today())
        one = found.agreement if found else None
        return {
            "participant": who,
            "agreement": one.name if one else None,
            "version": one.version if one else None,
            "since": found.since if found else None,
            "passed_over": dict(found.passed_over) if found else {},
        }

    return answer(await service.read(find))


@router.post("/participants/{participant}/agreement", response_model=Concluded, status_code=201)
async def conclude(
    request: Request, participant: str, visitor: PersonWriter, key: Key, body: ConcludeBody
) -> Response:
    """Bind a participant by a drafted version that all parties signed."""
    from nanoward.wiring.designs import open_signatures

    signed = [party_signature(one.model_dump(), "signature") for one in body.signatures]

    def work(ports: Ports) -> Any:
        worse = sign_agreement(
            ports, body.sha256, participant, signed, open_signatures().verify,
            by=by_of(visitor),
        )  # fmt: skip
        return {"participant": participant, "worse": worse}

    return await once(request, visitor, key, work)


@router.post(
    "/participants/{participant}/agreements/{agreement}/end",
    response_model=Ended,
    status_code=201,
)
async def end(
    request: Request,
    participant: str,
    agreement: str,
    visitor: PersonWriter,
    key: Key,
    body: EndBody,
) -> Response:
    """End an agreement; what was earned stays owed, and nobody is asked why."""

    def work(ports: Ports) -> Any:
        day = end_agreement(
            ports, participant, agreement, day=body.day, reason=body.reason, by=by_of(visitor)
        )
        return {"agreement": agreement, "ended": day}

    return await once(request, visitor, key, work)


@router.get("/participants/{participant}/pay", response_model=PayStatement)
async def pay(request: Request, participant: str, visitor: PersonReader) -> Response:
    """What a participant earned, was paid and is owed; what leaving today would change."""
    service = service_of(request)

    def find(ports: Ports) -> Any:
        who, day = meant(ports, service, visitor, participant), ports.today()
        found = person_statement(ports, who, day)
        names = [name for name in PayStatement.model_fields if name != "tax"]
        told = {name: getattr(found, name) for name in names}
        return {**told, "tax": person_tax_notice(ports, who, day)}

    return answer(await service.read(find))


@router.get("/books", response_model=Page[Balance])
async def books(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """The balance of every account; together they are nothing in each currency."""
    from nanoward.base.money import decimal_text

    if visitor.grant.scope is Scope.OWN:
        raise NotYoursError("a participant reads their own pay")

    def find(ports: Ports) -> Any:
        rows = [
            {"account": name, "currency": coin, "balance": decimal_text(minor, coin)}
            for (name, coin), minor in sorted(books_state(ports).books.balances().items())
        ]
        return page_of("books", rows, _account, after, limit)

    return answer(await service_of(request).read(find))


def _account(row: dict[str, Any]) -> str:
    return f"{row['account']}/{row['currency']}"
