"""Rounds: each with its tables; a new one is held by a process of its own."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Count
from nanoward.faces.service.api.parts.bodies import Day as DayField
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Asked, Key, once_beside
from nanoward.faces.service.api.parts.tables import Form, Rows, table_answer
from nanoward.faces.service.api.parts.views import (
    NotThereError,
    kept_table,
    seen,
)
from nanoward.faces.service.api.programme.round_jobs import Job, jobs_of
from nanoward.faces.service.guard import Guard, Visitor, granted_besides
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.queries.last_round import NoRoundError
from nanoward.flows.queries.rounds_held import RoundRecord, round_of, rounds_held, table_names
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme", tags=["rounds"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]
Holder = Annotated[Visitor, Depends(Guard(Right.HOLD_ROUND))]
SEED = 7
GENOMES = (
    "profiles", "presence", "coverage", "factors", "aligned", "adaptation", "departures",
    "rates", "acquired", "recurrence", "selection", "guarded_loci", "owners", "carryover",
    "typed_reads", "bonds", "bond_groups", "bond_batches", "bond_scores", "bond_people",
)  # fmt: skip
SETTINGS = (
    "fits", "covariances", "bands", "observed", "frontier", "recommendations", "comparisons",
)  # fmt: skip
TABLE_RIGHTS: dict[str, Right] = {
    **dict.fromkeys(GENOMES, Right.READ_GENOMES),
    **dict.fromkeys(SETTINGS, Right.READ_SETTINGS),
    **dict.fromkeys(("orders", "flushes", "kills", "drills"), Right.READ_CONTROL),
    **dict.fromkeys(("visits", "capacity", "beds"), Right.READ_VISITS),
    **dict.fromkeys(("pay_totals",), Right.READ_AGREEMENTS),
    **dict.fromkeys(("messages", "relay_sites"), Right.READ_MESSAGES),
    **dict.fromkeys(("streams", "watch_alarms", "tracks"), Right.READ_INCIDENTS),
    **dict.fromkeys(
        ("pregnancies", "pregnancy_outcomes", "exposed", "urgent_reports"),
        Right.READ_PREGNANCIES,
    ),
    "partner_claims": Right.READ_PARTNERS,
    "consents": Right.READ_CONSENT,
    "lots": Right.READ_PROGRAMME,
}  # every other table is of the clinical record


class RoundRow(BaseModel):
    """A round that was held."""

    round: str
    as_of: date
    held: datetime
    seq: int
    report_sha256: str


class RoundStory(RoundRow):
    """A round with the names of its tables."""

    tables: list[str]


class RoundBody(Body):
    """The day that the round is of; today where none is named."""

    as_of: DayField | None = None
    seed: Count = SEED


@router.get("/rounds", response_model=Page[RoundRow])
async def rounds(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every round, by the record that concluded it."""

    def find(ports: Ports) -> Any:
        rows = [_row(one) for one in rounds_held(ports)]
        return page_of("rounds", rows, lambda one: f"{one['seq']:012}", after, limit)

    return answer(await service_of(request).read(find))


@router.get("/rounds/{as_of}", response_model=RoundStory)
async def one_round(request: Request, as_of: date, visitor: Reader) -> Response:
    """The last round of a day."""

    def find(ports: Ports) -> Any:
        found = round_of(ports, str(as_of))
        return {**_row(found), "tables": table_names(found)}

    return answer(await service_of(request).read(find))


@router.get("/rounds/{as_of}/tables/{name}", response_model=Rows)
async def table(
    request: Request,
    as_of: date,
    name: str,
    visitor: Reader,
    form: Form = "json",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """A table of a round, as the right that it needs lets you see it."""
    service = service_of(request)
    told = granted_besides(service, visitor, TABLE_RIGHTS.get(name, Right.READ_CLINICAL))

    def find(ports: Ports) -> Any:
        record = round_of(ports, str(as_of))
        found = kept_table(ports, service, record, name)
        return seen(ports, service, visitor, told, found)

    try:
        shown = await service.read(find)
    except NoRoundError as fault:
        raise NotThereError(fault.message) from fault
    return table_answer(shown, name, form, (after, limit))


@router.post("/rounds", response_model=Job, status_code=202)
async def hold(request: Request, visitor: Holder, key: Key, body: RoundBody) -> Response:
    """Hold a round: it begins now, and its job tells how far it has come."""
    jobs = jobs_of(service_of(request))

    def work(asked: Asked) -> Any:
        return jobs.begin(asked.act, body.as_of, body.seed)

    return await once_beside(request, visitor, key, work, status=202, repeats=True)


def _row(one: RoundRecord) -> dict[str, Any]:
    return {
        "round": one.held.round,
        "as_of": one.held.as_of,
        "held": one.at,
        "seq": one.seq,
        "report_sha256": one.held.report_sha256,
    }
