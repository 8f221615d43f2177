"""What is known of me and since when; my pay; who looked at it; all of it to take along."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.errors import UsageError
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.participant.own_page import OwnRoute, draw, me_of
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.faces.words import N_
from nanoward.flows.access.looks_of import looks_of
from nanoward.flows.participant.export_own_record import export_own_record
from nanoward.flows.participant.read_own_record import OwnRecord, read_own_record
from nanoward.flows.programme.ask_gate import UnknownPersonError
from nanoward.flows.programme.keep_books import person_statement, person_tax_notice
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right
from nanoward.programme.own_record.own_facts import OwnFact

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])

STANDINGS: Mapping[str, str] = {
    "screened": N_("You are being checked. Nothing has begun."),
    "cleared": N_("You may take part."),
    "held": N_("Nothing new is given to you for now."),
    "recalled": N_("The agent is being taken back."),
    "withdrawn": N_("You have left."),
    "completed": N_("You have finished."),
    "discontinued": N_("You get no more of the agent."),
    "died": N_("The programme has ended for this person."),
}
CONSENTS: Mapping[str, str] = {
    "active": N_("You agreed to take part."),
    "none": N_("You have not signed yet."),
    "renewal": N_("A new signature is asked for."),
    "withdrawn": N_("You took your agreement back."),
}
GRADES: Mapping[str, str] = {
    "measured": N_("This was measured."),
    "inferred": N_("This was worked out from what was measured."),
    "said": N_("This is what you told us."),
}
GROUPS: tuple[tuple[str, str], ...] = (
    ("standing", N_("Where you stand")),
    ("reading", N_("Readings")),
    ("laboratory", N_("Blood and other tests")),
    ("assessment", N_("Questions that you answered")),
    ("event", N_("What happened to you")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCard:
    """One fact as the page shows it.

    text  to be translated, or None where `value` is the source's own word
    """

    about: str
    name: str
    value: str
    text: str | None
    as_of: date
    old: bool
    age: int
    grade: str
    reasons: tuple[str, ...]


def fact_card(fact: OwnFact, today: date) -> FactCard:
    """A fact with whether it is too old to say anything of now."""
    return FactCard(
        about=fact.about,
        name=fact.name,
        value=fact.value,
        text=STANDINGS.get(fact.value) if fact.about == "standing" else None,
        as_of=fact.as_of,
        old=fact.is_old(today),
        age=fact.age(today),
        grade=GRADES[fact.grade],
        reasons=fact.reasons,
    )


@router.get("/home")
async def home(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, own=True))]
) -> Response:
    """What is known of me, each with its day."""
    me = me_of(visitor)
    record: OwnRecord = await service_of(request).read(lambda ports: read_own_record(ports, me))
    cards = [fact_card(one, record.today) for one in record.facts]
    groups = [(title, [one for one in cards if one.about == about]) for about, title in GROUPS]
    return draw(
        request, "home.html.j2", account=visitor.account, record=record,
        consent=CONSENTS[record.consent], groups=[one for one in groups if one[1]],
    )  # fmt: skip


@router.get("/pay")
async def pay(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.READ_AGREEMENTS, own=True))],
) -> Response:
    """What I earned, and what leaving would change: nothing."""
    me = me_of(visitor)
    told, tax = await service_of(request).read(lambda ports: _money(ports, me))
    return draw(request, "pay.html.j2", account=visitor.account, money=told, tax=tax)


def _money(ports: Ports, me: str) -> tuple[Any, str]:
    day = ports.today()
    try:
        return person_statement(ports, me, day), person_tax_notice(ports, me, day)
    except UnknownPersonError:
        return None, ""


@router.get("/looks")
async def looks(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_LOOKS, own=True))]
) -> Response:
    """Who looked at my data, newest first."""
    me, service = me_of(visitor), service_of(request)
    rows = await service.read(lambda _: looks_about(service, me))
    return draw(request, "looks.html.j2", account=visitor.account, rows=rows)


def looks_about(service: Service, me: str) -> list[Mapping[str, Any]]:
    """Rows of last, by, role, right, about, times."""
    return [asdict(one) for one in looks_of(service.looks, service.accounts, me)]


@router.get("/export")
async def export(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_CLINICAL, own=True))]
) -> Response:
    """What a person may take along, and the way to it."""
    me_of(visitor)
    return draw(request, "export.html.j2", account=visitor.account)


@router.get("/export/record.zip")
async def record_file(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.EXPORT, own=True))]
) -> Response:
    """My whole record as one file; the passkey is asked for once more."""
    me = me_of(visitor)
    content = await service_of(request).read(lambda ports: export_own_record(ports, me))
    headers = {"Content-Disposition": 'attachment; filename="my-record.zip"'}
    return Response(content, headers=headers, media_type="application/zip")


class NothingChosenError(UsageError):
    """A form was sent without what it asks for."""

    code = "USE-250"
    next_step = "Choose one of what is offered, and press again."
