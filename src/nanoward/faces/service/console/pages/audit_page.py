"""Audit: the ledger's head, its last records and proofs; every file of a round by its hash."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

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
from nanoward.flows.ledger.prove_record import prove_record, shown_records
from nanoward.flows.ledger.verify_ledger import verify_ledger
from nanoward.ports.ledger import ProvenLedger
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_LEDGER))]
MOST = 50
VERIFY = Form(
    name="verify", action="/console/audit/verify", title="Verify the ledger", does="Verify now",
    note="Every hash is computed anew, from the first record on.",
)  # fmt: skip
PROVE = Form(
    name="prove", action="/console/audit/prove", title="Prove one record", does="Prove it",
    fields=(Field(name="seq", label="Number of the record", kind="number"),),
)  # fmt: skip
RECORDS = {"seq": "#Record", "at": "@At", "kind": "Kind", "actor": "By", "sha256": "Hash"}
FILES = {"path": "File of the last round", "sha256": "Hash"}


def content(looking: Looking) -> Content:
    """The last records by kind and hash, and the hashes of the last round's tables."""
    ledger = looking.ports.ledger
    head = ledger.head()
    after = max(head.size - MOST, 0)
    proven = ledger if isinstance(ledger, ProvenLedger) else None
    found = shown_records(proven, after=after, most=MOST) if proven else []
    rows = [
        {"seq": one.seq, "at": one.at, "kind": one.kind, "actor": one.actor, "sha256": one.hash}
        for one in reversed(found)
    ]
    files = [
        dict(zip(FILES, one.split("=", 1), strict=True))
        for one in (looking.kept.held.tables if looking.kept else ())
    ]
    tables = some(
        ledger_table(looking, f"The last {len(rows)} of {head.size} records", RECORDS, rows),
        ledger_table(looking, "Tables of the last round", FILES, files,
                     folded=f"Tables of the last round: {len(files)}, by hash"),
    )  # fmt: skip
    forms = (VERIFY, PROVE) if proven else ()
    return Content(
        tables=tables, notes=(f"Head: record {head.size}, {head.hash}.",), forms=forms
    )


PAGE = Page(
    name="audit",
    title="Audit",
    lead="What is on the ledger, in its order, and how anybody can check it.",
    content=content,
)


@router.get("/audit")
async def audit(request: Request, visitor: Reads) -> Response:
    """Records, hashes, proofs."""
    return await show(request, visitor, PAGE)


@router.post("/audit/verify")
async def verify(request: Request, visitor: Reads) -> Response:
    """Recompute every hash of the ledger; nothing is written."""

    def work(acting: Acting) -> str:
        head = verify_ledger(_proven(acting), acting.ports.progress)
        return f"Every hash is right: {head.size} records, head {head.hash}."

    return await answer(request, visitor, PAGE, "verify", work, reads=True)


@router.post("/audit/prove")
async def prove(request: Request, visitor: Reads) -> Response:
    """The proof that one record is in the ledger."""

    def work(acting: Acting) -> str:
        return str(prove_record(_proven(acting), int(float(acting.filled["seq"]))))

    return await answer(request, visitor, PAGE, "prove", work, reads=True)


def _proven(acting: Acting) -> ProvenLedger:
    ledger = acting.ports.ledger
    assert isinstance(ledger, ProvenLedger)
    return ledger
