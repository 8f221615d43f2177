"""Partners: what they claimed, what was measured again, verdicts, answers and appeals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.errors import InputError
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
from nanoward.flows.audit.answer_judgement import answer_judgement, appeal_judgement
from nanoward.flows.audit.audit_round import partner_rows
from nanoward.flows.audit.claim_book import read_book
from nanoward.flows.audit.take_claims import envelopes_in, take_claims
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_PARTNERS))]
Writes = Annotated[Visitor, Depends(Guard(Right.WRITE_PARTNERS))]
COLUMNS = {
    "partner": "Partner", "type": "Type", "claims": "#Claims", "expected": "#Expected",
    "audited": "#Audited", "differing": "#Differing", "missing": "#Missing",
    "verdict": "Verdict", "appeal": "Appeal", "told": "What was found",
}  # fmt: skip
JUDGEMENT = Field(name="judgement", label="Judgement", hint="PARTNER/PERIOD/TYPE")
CLAIM = Form(
    name="claim", action="/console/partners/claim", title="Take claims in", does="Take in",
    note="Signed envelopes, .json or .jsonl. What does not count is kept and told.",
    fields=(Field(name="file", label="File of claims", kind="file"),),
)  # fmt: skip
ANSWER = Form(
    name="answer-judgement", action="/console/partners/answer", does="Answer",
    title="Answer a judgement",
    fields=(JUDGEMENT, Field(name="words", label="What is said to it", kind="words"),
            Field(name="referee", label="Referee asked for", required=False)),
)  # fmt: skip
APPEAL = Form(
    name="appeal", action="/console/partners/appeal", does="Appeal", title="Appeal, once",
    fields=(JUDGEMENT, Field(name="reason", label="Why", kind="words")),
)  # fmt: skip


def content(looking: Looking) -> Content:
    """How every partner stands now."""
    plan = looking.ports.folder.plan()
    if "audit" not in plan.sections:
        return Content(notes=("The plan names no partner: [audit] of programme.toml.",))
    rows = partner_rows(read_book(looking.ports))
    if looking.reach.scope is Scope.OWN_LOTS:
        rows = [one for one in rows if one["partner"] == looking.account.shown]
    table = ledger_table(looking, "Partners now", COLUMNS, rows)
    forms = (CLAIM, ANSWER, APPEAL) if looking.may(Right.WRITE_PARTNERS) else ()
    return Content(tables=some(table), forms=forms)


PAGE = Page(
    name="partners",
    title="Partners",
    lead="What each partner stated under their signature, and what was found of it.",
    sections=(("partners", Right.READ_PARTNERS),),
    content=content,
)


@router.get("/partners")
async def partners(request: Request, visitor: Reads) -> Response:
    """Claims, audits and verdicts."""
    return await show(request, visitor, PAGE)


@router.post("/partners/claim")
async def claim(request: Request, visitor: Writes) -> Response:
    """Take a file of signed claims in."""

    def work(acting: Acting) -> str:
        name, raw = acting.filled.files["file"]
        texts = [(name, one) for one in envelopes_in(raw.decode("utf-8", "surrogateescape"))]
        if not texts:
            raise InputError("the file holds no envelope", file=name)
        taken = take_claims(acting.ports, texts)
        count = sum(one.counts for one in taken.taken)
        told = "".join(f" {one.code}: {one.message}." for one in taken.findings[:3])
        return f"{len(texts)} received, {count} count.{told}"

    return await answer(request, visitor, PAGE, "claim", work)


@router.post("/partners/answer")
async def answer_one(request: Request, visitor: Writes) -> Response:
    """Answer a judgement."""

    def work(acting: Acting) -> str:
        told = acting.filled
        answer_judgement(acting.ports, told["judgement"], by=acting.by, words=told["words"],
                         referee=told["referee"])  # fmt: skip
        return f"{told['judgement']}: answered."

    return await answer(request, visitor, PAGE, "answer-judgement", work)


@router.post("/partners/appeal")
async def appeal(request: Request, visitor: Writes) -> Response:
    """Appeal against a judgement, once."""

    def work(acting: Acting) -> str:
        told = acting.filled
        appeal_judgement(acting.ports, told["judgement"], by=acting.by, reason=told["reason"])
        return f"{told['judgement']}: appealed."

    return await answer(request, visitor, PAGE, "appeal", work)
