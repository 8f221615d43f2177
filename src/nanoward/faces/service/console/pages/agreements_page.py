"""Agreements and pay: which versions are drafted, who is bound, what is owed and late."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.entries.books import (
    AgreementDrafted,
    AgreementEnded,
    AgreementSigned,
    PayEarned,
)
from nanoward.base.money import decimal_text
from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    answer,
    show,
)
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Form
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.keep_agreements import (
    draft_agreement,
    drafted_agreements,
    end_agreement,
)
from nanoward.flows.programme.keep_books import books_state
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_AGREEMENTS))]
Writes = Annotated[Visitor, Depends(Guard(Right.WRITE_AGREEMENTS))]
DRAFT = Form(
    name="draft-agreement",
    action="/console/agreements/draft",
    title="Draft an agreement",
    does="Check and keep",
    note="Every exit path is computed; what breaks a rule is refused.",
    fields=(Field(name="file", label="Document", kind="file"),),
)
END = Form(
    name="end-agreement",
    action="/console/agreements/end",
    title="End an agreement",
    does="End it",
    note="What was earned stays owed; the person may end it at once.",
    fields=(
        Field(name="participant", label="With whom"),
        Field(name="agreement", label="Agreement"),
        Field(name="day", label="From", kind="day", required=False),
        Field(name="reason", label="Reason", required=False),
    ),
)


DRAFTED = {
    "agreement": "Agreement",
    "version": "Version",
    "kind": "Kind",
    "drafted": "@Drafted",
    "cost": "#Leaving costs at most",
    "sha256": "Hash",
}
BOUND = {
    "participant": "@Who",
    "agreement": "Agreement",
    "version": "Version",
    "signed": "@Signed",
}
OWED = {
    "participant": "@Who",
    "visit": "For",
    "day": "@Day",
    "due": "@Due",
    "sum": "#Sum",
}
DISPUTES = {
    "dispute": "@Dispute",
    "participant": "@Who",
    "what": "What",
    "due": "@Answer due",
}


def content(looking: Looking) -> Content:
    """Versions, who is bound by which, and money that is owed, as the ledger has it now."""
    ports, today = looking.ports, looking.ports.today()
    drafted = [_drafted(one) for one in drafted_agreements(ports)]
    state = books_state(ports)
    covered = state.covered()
    owed = [_owed(one) for one in state.earnings if one.tx not in covered]
    late = sum(one["due"] < today for one in owed)
    disputes = [
        {name: getattr(one, name) for name in ("dispute", "participant", "what")}
        | {"due": one.answer_due}
        for one in state.disputes
    ]
    tables = some(
        ledger_table(looking, "Agreements that may be signed", DRAFTED, drafted),
        ledger_table(looking, "Who is bound", BOUND, _bound(ledger_entries(ports, "books"))),
        ledger_table(looking, "Earned, and in no payment yet", OWED, owed),
        ledger_table(looking, "Disputes that stand", DISPUTES, disputes),
    )
    notes = () if tables else ("No agreement was drafted, and nobody earned pay yet.",)
    alarms = (f"{late} sums were due and are in no payment",) if late else ()
    forms = (DRAFT, END) if looking.may(Right.WRITE_AGREEMENTS) else ()
    return Content(tables=tables, notes=notes, alarms=alarms, forms=forms)


def _drafted(one: AgreementDrafted) -> dict[str, Any]:
    cost = f"{float(Fraction(one.leave_cost)):.1%}"
    names = ("agreement", "version", "kind", "drafted")
    return {name: getattr(one, name) for name in names} | {
        "cost": cost,
        "sha256": one.agreement_sha256,
    }


def _bound(entries: Sequence[object]) -> list[dict[str, Any]]:
    """Agreements that were signed and have no end."""
    ended = {
        (one.participant, one.agreement) for one in entries if isinstance(one, AgreementEnded)
    }
    return [
        {name: getattr(one, name) for name in BOUND}
        for one in entries
        if isinstance(one, AgreementSigned) and (one.participant, one.agreement) not in ended
    ]


def _owed(one: PayEarned) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("participant", "visit", "day", "due")} | {
        "sum": f"{decimal_text(one.minor, one.currency)} {one.currency}"
    }


PAGE = Page(
    name="agreements",
    title="Agreements and pay",
    lead="What was agreed with whom, what leaving costs under it, and what is owed to people.",
    content=content,
)


@router.get("/agreements")
async def agreements(request: Request, visitor: Reads) -> Response:
    """Agreements and money."""
    return await show(request, visitor, PAGE)


@router.post("/agreements/draft")
async def draft(request: Request, visitor: Writes) -> Response:
    """Check a document over every exit path and keep it; refused where it breaks a rule."""

    def work(acting: Acting) -> str:
        name, raw = acting.filled.files["file"]
        found = draft_agreement(acting.ports, raw, name, by=acting.by)
        cost = "" if found.cost is None else f"; leaving costs at most {float(found.cost):.1%}"
        return f"{found.agreement.name} {found.agreement.version} may be signed{cost}."

    return await answer(request, visitor, PAGE, "draft-agreement", work)


@router.post("/agreements/end")
async def end(request: Request, visitor: Writes) -> Response:
    """End an agreement; what was earned stays owed."""

    def work(acting: Acting) -> str:
        told = acting.filled
        day = end_agreement(
            acting.ports,
            told["participant"],
            told["agreement"],
            day=told.day("day") if told["day"] else None,
            reason=told["reason"],
            by=acting.by,
        )
        return f"{told['agreement']} with {told['participant']} ends on {day}."

    return await answer(request, visitor, PAGE, "end-agreement", work)
