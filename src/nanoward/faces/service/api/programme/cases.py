"""Cases: pregnancies, and people beside the plan who carry the agent."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Count, Text, Word
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.views import (
    NotThereError,
    by_of,
    seen_rows,
)
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.flows.pregnancies import keep_exposures, keep_pregnancies
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme", tags=["cases"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_PREGNANCIES, own=True))]
Writer = Annotated[Visitor, Depends(Guard(Right.WRITE_PREGNANCIES, own=True))]
Staff = Annotated[Visitor, Depends(Guard(Right.WRITE_PREGNANCIES))]  # who judges a case


class PregnancyRow(BaseModel):
    """A case of a pregnancy."""

    case: str
    participant: str
    relation: str
    reported: date
    open: bool


class ExposureRow(BaseModel):
    """A case of somebody who carries the agent, or may, and was never given it."""

    case: str
    participant: str
    relation: str
    opened: date
    outcome: str


class PregnancyBody(Body):
    """A pregnancy that became known; a participant's agent is held in the same append."""

    participant: Word
    relation: Word = "participant"
    source: Word = "test"
    prospective: bool = True
    reported: DayField | None = None
    case: Text = ""


class PregnancyOpened(BaseModel):
    """The case, whether the agent is held, and the messages that were written."""

    case: str
    held: bool
    messages: list[str]


class ContactBody(Body):
    """A contact with her."""

    day: DayField
    reached: bool = True
    is_pregnant: bool = True
    fetuses: Annotated[Count, Field(le=9)] = 1


class ConceptionBody(Body):
    """Between which days conception was, and by what."""

    earliest: DayField
    latest: DayField
    evidence: Word
    assumes_growth: bool = False


class OutcomeBody(Body):
    """How a pregnancy ended."""

    outcome: Word
    first: DayField
    last: DayField | None = None
    fetus: Annotated[Count, Field(ge=1, le=9)] = 1
    anomaly: Text = "unknown"
    infant: Text = ""


class ExposureBody(Body):
    """Somebody who may carry the agent and was never given it."""

    participant: Word
    relation: Word = "unknown"
    source: Word = "word"
    evidence: Text = ""


class TestBody(Body):
    """A sample of an exposed person that was looked at, by their consent."""

    day: DayField
    result: Literal["carries", "clear", "unreadable"]


class ExposureCloseBody(Body):
    """By what a case ends."""

    outcome: Literal["clear", "declined", "not exposed"]


class CaseDone(BaseModel):
    """A case or event, by its name."""

    case: str


@router.get("/pregnancies", response_model=Page[PregnancyRow])
async def pregnancies(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every case of a pregnancy, by name."""

    def rows(ports: Ports) -> list[dict[str, Any]]:
        known = keep_pregnancies.register_now(ports).cases
        return [
            {
                "case": name,
                "participant": one.participant,
                "relation": one.relation,
                "reported": one.reported,
                "open": one.is_ongoing,
            }
            for name, one in known.items()
        ]

    return await listed_cases(request, visitor, PregnancyRow, "case", rows, (after, limit))


@router.get("/exposures", response_model=Page[ExposureRow])
async def exposures(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every case of an exposed person, by name."""

    def rows(ports: Ports) -> list[dict[str, Any]]:
        return [
            {
                "case": name,
                "participant": one.participant,
                "relation": one.relation,
                "opened": one.opened,
                "outcome": one.outcome,
            }
            for name, one in keep_exposures.cases_now(ports).items()
        ]

    return await listed_cases(request, visitor, ExposureRow, "case", rows, (after, limit))


@router.post("/pregnancies", response_model=PregnancyOpened, status_code=201)
async def open_pregnancy(
    request: Request, visitor: Writer, key: Key, body: PregnancyBody
) -> Response:
    """Open a case; for a participant the hold stands in the same append."""
    service = service_of(request)
    news = keep_pregnancies.PregnancyNews(**body.model_dump())

    def work(ports: Ports) -> Any:
        require_reach(visitor, body.participant)
        return keep_pregnancies.open_pregnancy(
            desk_of_cases(ports, service), news, by=by_of(visitor)
        )

    return await once(request, visitor, key, work)


@router.post("/pregnancies/{case}/conception", response_model=CaseDone, status_code=201)
async def date_pregnancy(
    request: Request, case: str, visitor: Staff, key: Key, body: ConceptionBody
) -> Response:
    """Say when conception was; a later word takes the place of an earlier one."""
    news = keep_pregnancies.ConceptionNews(**body.model_dump())

    def work(ports: Ports, by: str) -> None:
        keep_pregnancies.date_pregnancy(ports, case, news, by=by)

    return await _of_pregnancy(request, visitor, key, case, work)


@router.post("/pregnancies/{case}/contacts", response_model=CaseDone, status_code=201)
async def contact(
    request: Request, case: str, visitor: Writer, key: Key, body: ContactBody
) -> Response:
    """Write down a contact with her."""
    news = keep_pregnancies.ContactNews(**body.model_dump())

    def work(ports: Ports, by: str) -> None:
        keep_pregnancies.record_contact(ports, case, news, by=by)

    return await _of_pregnancy(request, visitor, key, case, work)


@router.post("/pregnancies/{case}/outcomes", response_model=CaseDone, status_code=201)
async def outcome(
    request: Request, case: str, visitor: Staff, key: Key, body: OutcomeBody
) -> Response:
    """Write down an outcome."""
    service, news = service_of(request), keep_pregnancies.OutcomeNews(**body.model_dump())

    def work(ports: Ports, by: str) -> None:
        keep_pregnancies.record_outcome(desk_of_cases(ports, service), case, news, by=by)

    return await _of_pregnancy(request, visitor, key, case, work)


@router.post("/exposures", response_model=CaseDone, status_code=201)
async def open_exposure(
    request: Request, visitor: Writer, key: Key, body: ExposureBody
) -> Response:
    """Open a case, once for each person."""
    news = keep_exposures.ExposureNews(**body.model_dump())

    def work(ports: Ports) -> Any:
        require_reach(visitor, body.participant)
        return {"case": keep_exposures.open_exposure(ports, news, by=by_of(visitor))}

    return await once(request, visitor, key, work)


@router.post("/exposures/{case}/tests", response_model=CaseDone, status_code=201)
async def test_exposed(
    request: Request, case: str, visitor: Staff, key: Key, body: TestBody
) -> Response:
    """A sample of the person was looked at, by their consent."""

    def work(ports: Ports, by: str) -> None:
        keep_exposures.record_test(ports, case, body.day, body.result, by=by)

    return await _of_exposure(request, visitor, key, case, work)


@router.post("/exposures/{case}/closing", response_model=CaseDone, status_code=201)
async def close_exposure(
    request: Request, case: str, visitor: Staff, key: Key, body: ExposureCloseBody
) -> Response:
    """Close a case."""

    def work(ports: Ports, by: str) -> None:
        keep_exposures.close_exposure(ports, case, body.outcome, by=by)

    return await _of_exposure(request, visitor, key, case, work)


async def listed_cases(
    request: Request,
    visitor: Visitor,
    model: type[BaseModel],
    name: str,
    rows_of: Any,
    page: tuple[str | None, int],
) -> Response:
    """A page of cases as the visitor's grant lets them through, by their name."""
    service = service_of(request)

    def find(ports: Ports) -> Any:
        shown = seen_rows(ports, service, visitor, rows_of(ports))
        blank = {"participant": "", "why": ""}
        names = tuple(model.model_fields)
        rows = [
            {one: row.get(one, blank.get(one)) for one in names} for row in shown if name in row
        ]
        rows.sort(key=lambda one: str(one[name]))
        return page_of(name, rows, lambda one: str(one[name]), *page)

    return answer(await service.read(find))


async def _of_pregnancy(
    request: Request, visitor: Visitor, key: str, case: str, act: Any
) -> Response:
    def work(ports: Ports) -> Any:
        known = keep_pregnancies.register_now(ports).cases.get(case)
        if known is not None:
            require_reach(visitor, known.participant)
        act(ports, by_of(visitor))
        return {"case": case}

    return await once(request, visitor, key, work)


async def _of_exposure(
    request: Request, visitor: Visitor, key: str, case: str, act: Any
) -> Response:
    def work(ports: Ports) -> Any:
        known = keep_exposures.cases_now(ports).get(case)
        if known is not None:
            require_reach(visitor, known.participant)
        act(ports, by_of(visitor))
        return {"case": case}

    return await once(request, visitor, key, work)


def require_reach(visitor: Visitor, participant: str) -> None:
    """NotThereError unless the visitor's grant reaches this person."""
    reached = visitor.reaches()
    if reached is not None and participant not in reached:
        raise NotThereError("it is not there, or not yours to see")


def desk_of_cases(ports: Ports, service: Service) -> MessageDesk:
    """The desk of messages, by which people are told of a case."""
    from nanoward.wiring.messages import desk_of

    return desk_of(ports, service.path)
