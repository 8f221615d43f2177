"""Clearance: people, consent, standings, assessments, readings; leaving and concerns."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import to_json

from nanoward.base.entries import ReadingTaken
from nanoward.faces.service.api.parts.bodies import Body, Number, Text, Whole, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, Told, once
from nanoward.faces.service.api.parts.versions import (
    IfMatch,
    IfNoneMatch,
    Written,
    etag,
    matches,
    require_version,
    version_of,
    written,
)
from nanoward.faces.service.api.parts.views import (
    NotThereError,
    by_of,
    meant,
    people_list,
    require_here,
    seen_row,
    seen_rows,
)
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.clearance.record_assessment import record_assessment
from nanoward.flows.consent.permit_act import permit_act
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.queries.list_people import ListedPerson
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/api/v1/clearance", tags=["clearance"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, own=True))]
PersonReader = Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, "participant"))]
Writer = Annotated[Visitor, Depends(Guard(Right.WRITE_CLINICAL, "participant"))]
Cleared = Annotated[Visitor, Depends(Guard(Right.SIGN_STANDING, "participant"))]


class PersonRow(BaseModel):
    """A participant in the list, with the standing that counts now."""

    participant: str
    standing: str
    since: date | None
    as_of: date | None


class Person(BaseModel):
    """A participant: standing, consent, and by which record of them this is what stands."""

    participant: str
    standing: str
    decided: date | None
    consent: str
    orders_waiting: int
    orders_sent: int
    paused: list[str]
    version: int


class AssessmentBody(Body):
    """The answers to one instrument; null: left out."""

    instrument: Word
    answers: dict[str, Whole | None]
    assessed: DayField | None = None


class Assessment(BaseModel):
    """The score of an assessment; urgent: somebody goes there now."""

    instrument: str
    score: float | None
    band: str
    missing: list[str]
    urgent: bool
    told: str
    dangers: list[str]


class ReadingBody(Body):
    """A measurement that was taken now."""

    quantity: Word
    value: Number
    unit: Word


class ReadingRow(BaseModel):
    """A reading as it was recorded."""

    participant: str
    quantity: str
    value: float
    unit: str
    at: datetime


class GateBody(Body):
    """An act that somebody wants to do with a person."""

    act: Word
    use: Text = ""


class GateAnswer(BaseModel):
    """Yes, or no with every reason."""

    allowed: bool
    reasons: list[str]


class ConfirmationBody(Body):
    """Every open change of a person is confirmed, for this reason."""

    reason: Word


@router.get("/participants", response_model=Page[PersonRow])
async def participants(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Everybody, by name, with the standing that counts now."""
    service = service_of(request)

    def find(ports: Ports) -> bytes:
        size = ports.ledger.head().size
        account, scope = visitor.account, visitor.grant.scope
        key = ("people", size, scope, account.participant, account.site, after, limit)
        return service.remembered(
            key, lambda: to_json(_listed(ports, service, visitor, after, limit))
        )

    return Response(await service.read(find), media_type="application/json")


def _listed(
    ports: Ports, service: Service, visitor: Visitor, after: str | None, limit: int
) -> dict[str, Any]:
    rows = people_list(service).rows(ports)
    if visitor.grant.scope in (Scope.ALL, Scope.CODED_ARM):
        shown = page_of("people", rows, lambda one: one.participant, after, limit)
        return {**shown, "items": [_row(one) for one in shown["items"]]}
    names = ("participant", "standing", "since", "as_of")
    reached = [
        {name: one.get(name) for name in names}
        for one in seen_rows(ports, service, visitor, [_row(one) for one in rows])
        if one.get("participant")
    ]
    reached = [{**one, "standing": one["standing"] or ""} for one in reached]
    reached.sort(key=lambda one: str(one["participant"]))
    return page_of("people", reached, lambda one: str(one["participant"]), after, limit)


def _row(one: ListedPerson) -> dict[str, Any]:
    return {
        "participant": one.participant,
        "standing": one.standing,
        "since": one.since,
        "as_of": one.as_of,
    }


@router.get("/participants/{participant}", response_model=Person)
async def person(
    request: Request, participant: str, visitor: PersonReader, told: IfNoneMatch = None
) -> Response:
    """One participant; the ETag is the last record that names them."""
    service = service_of(request)

    def find(ports: Ports) -> tuple[int, bytes]:
        who = meant(ports, service, visitor, participant)
        size = ports.ledger.head().size
        version = service.remembered(("version", who, size), lambda: version_of(ports, who))
        today = ports.today()
        if not version:
            raise NotThereError("it is not there, or not yours to see")
        grant, me = visitor.grant.scope, visitor.account.participant
        key = ("person", who, version, today, grant, me)
        return version, service.remembered(
            key, lambda: _person(ports, service, visitor, who, version)
        )

    version, content = await service.read(find)
    headers = {"ETag": etag(version)}
    if told is not None and matches(told, version):
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, "application/json")


def _person(ports: Ports, service: Service, visitor: Visitor, who: str, version: int) -> bytes:
    known = on_record(ports.ledger, who)
    row = {
        "participant": known.participant,
        "standing": known.standing,
        "decided": known.stood.decided,
        "consent": known.consent.status(ports.today()),
        "orders_waiting": len(known.waiting),
        "orders_sent": len(known.sent),
        "paused": list(known.paused),
        "version": version,
    }
    if visitor.grant.scope is not Scope.ALL:
        allowed = seen_row(ports, service, visitor, row)
        row = {**_blank(row), **{name: allowed[name] for name in row if name in allowed}}
        row["version"] = version
    return to_json(row)


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    """What a grant does not reach is empty, never guessed."""
    blanks: dict[type, Any] = {str: "", int: 0, list: []}
    return {name: blanks.get(type(value)) for name, value in row.items()}


@router.post(
    "/participants/{participant}/assessments", response_model=Assessment, status_code=201
)
async def assess(
    request: Request, participant: str, visitor: Writer, key: Key, body: AssessmentBody
) -> Response:
    """Record the answers to an instrument; with danger the hold stands in the same append."""
    from nanoward.clearance.wellbeing.questionnaire import QUESTIONNAIRES, shipped
    from nanoward.wiring.people import open_duty

    service = service_of(request)
    instrument = shipped(body.instrument)
    if instrument is None:
        raise NotThereError(f"the instruments are {', '.join(QUESTIONNAIRES.names())}")

    def work(ports: Ports) -> Any:
        who = meant(ports, service, visitor, participant)
        return record_assessment(
            ports, who, instrument, body.answers, assessed=body.assessed or ports.today(),
            by=by_of(visitor), duty=open_duty(service.path),
        )  # fmt: skip

    return await once(request, visitor, key, work)


@router.post("/participants/{participant}/readings", response_model=ReadingRow, status_code=201)
async def read(
    request: Request, participant: str, visitor: Writer, key: Key, body: ReadingBody
) -> Response:
    """Record a measurement of a participant, taken now; refused once they have left."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        who = meant(ports, service, visitor, participant)
        require_here(ports, service, who)
        now = ports.clock.now()
        entry = ReadingTaken(participant=who, at=now, **body.model_dump())
        ports.ledger.append([entry], actor=by_of(visitor), at=now)
        return {"participant": who, "at": now, **body.model_dump()}

    return await once(request, visitor, key, work)


@router.post("/participants/{participant}/gate", response_model=GateAnswer, status_code=201)
async def gate(
    request: Request, participant: str, visitor: Writer, key: Key, body: GateBody
) -> Response:
    """Ask the gate whether an act may be done; the answer is kept before it is given."""
    service = service_of(request)

    def work(ports: Ports) -> Any:
        who = meant(ports, service, visitor, participant)
        return permit_act(ports, who, body.act, by=by_of(visitor), use=body.use)

    return await once(request, visitor, key, work)


@router.post("/participants/{participant}/standing", response_model=Written, status_code=201)
async def confirm(
    request: Request,
    participant: str,
    visitor: Cleared,
    key: Key,
    body: ConfirmationBody,
    told: IfMatch = None,
) -> Response:
    """Confirm every open change of a person: their standing follows from the data again."""
    from nanoward.flows.clearance.confirm_change import confirm_changes, open_changes
    from nanoward.flows.queries.last_round import last_round_table

    def work(ports: Ports) -> Told:
        require_version(ports, participant, told)
        changes = open_changes(last_round_table(ports, "round_changes"), participant)
        confirm_changes(ports, changes, participant, reason=body.reason, by=by_of(visitor))
        return written(ports, participant)

    return await once(request, visitor, key, work)
