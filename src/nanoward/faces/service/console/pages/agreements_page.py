"""Agreements and pay: which versions are drafted, who is bound, what is owed and late."""

from fractions import Fraction
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.entries.books import AgreementEnded, AgreementSigned
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


def content(looking: Looking) -> Content:
    """Versions, who is bound by which, and money that is owed, as the ledger has it now."""
    ports, today = looking.ports, looking.ports.today()
    entries = ledger_entries(ports, "books")
    ended = {
        (one.participant, one.agreement) for one in entries if isinstance(one, AgreementEnded)
    }
    drafted = [
        {
            "agreement": one.agreement,
            "version": one.version,
            "kind": one.kind,
            "drafted": one.drafted,
            "cost": f"{float(Fraction(one.leave_cost)):.1%}",
            "sha256": one.agreement_sha256,
        }
        for one in drafted_agreements(ports)
    ]
    bound = [
        {
            "participant": one.participant,
            "agreement": one.agreement,
            "version": one.version,
            "signed": one.signed,
        }
        for one in entries
        if isinstance(one, AgreementSigned) and (one.participant, one.agreement) not in ended
    ]
    state = books_state(ports)
    covered = state.covered()
    owed: list[dict[str, Any]] = [
        {
            "participant": one.participant,
            "visit": one.visit,
            "day": one.day,
            "due": one.due,
            "sum": f"{decimal_text(one.minor, one.currency)} {one.currency}",
        }
        for one in state.earnings
        if one.tx not in covered
    ]
    late = [one for one in owed if one["due"] < today]
    disputes = [
        {
            "dispute": one.dispute,
            "participant": one.participant,
            "what": one.what,
            "due": one.answer_due,
        }
        for one in state.disputes
    ]
    alarms = (f"{len(late)} sums were due and are in no payment",) if late else ()
    tables = some(
        ledger_table(
            looking,
            "Agreements that may be signed",
            {
                "agreement": "Agreement",
                "version": "Version",
                "kind": "Kind",
                "drafted": "@Drafted",
                "cost": "#Leaving costs at most",
                "sha256": "Hash",
            },
            drafted,
        ),
        ledger_table(
            looking,
            "Who is bound",
            {
                "participant": "@Who",
                "agreement": "Agreement",
                "version": "Version",
                "signed": "@Signed",
            },
            bound,
        ),
        ledger_table(
            looking,
            "Earned, and in no payment yet",
            {
                "participant": "@Who",
                "visit": "For",
                "day": "@Day",
                "due": "@Due",
                "sum": "#Sum",
            },
            owed,
        ),
        ledger_table(
            looking,
            "Disputes that stand",
            {
                "dispute": "@Dispute",
                "participant": "@Who",
                "what": "What",
                "due": "@Answer due",
            },
            disputes,
        ),
    )
    notes = () if tables else ("No agreement was drafted, and nobody earned pay yet.",)
    forms = (DRAFT, END) if looking.may(Right.WRITE_AGREEMENTS) else ()
    return Content(tables=tables, notes=notes, alarms=alarms, forms=forms)


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
