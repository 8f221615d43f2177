"""Data and findings: a file's findings row by row before it is accepted; findings answered."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.base.entries import FileAccepted, kind_of
from nanoward.base.errors import NanowardError
from nanoward.base.findings import Finding
from nanoward.base.ids import Sha256
from nanoward.faces.report.drawing.figures import plain
from nanoward.faces.report.drawing.views import Cell, Table, cells, headings
from nanoward.faces.service.console.console_pages import (
    Acting,
    Content,
    Looking,
    Page,
    answer,
    show,
)
from nanoward.faces.service.console.console_parts import console_of
from nanoward.faces.service.console.console_route import ConsoleRoute
from nanoward.faces.service.console.forms import Field, Filled, Form, choices, read_form
from nanoward.faces.service.console.ledger_tables import ledger_table, some
from nanoward.faces.service.guard import Guard, NotYoursError, Visitor
from nanoward.faces.service.problems import status_of
from nanoward.flows.intake.accept_file import Acceptance, accept_file, keep_for_look
from nanoward.flows.intake.look_at_file import TABLES, FileLook, look_at_file
from nanoward.flows.queries.answer_findings import (
    accept_finding,
    answer_finding,
    assign_finding,
)
from nanoward.ports.formats import BUNDLE, Formats
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]
Clinical = Annotated[Visitor, Depends(Guard(Right.WRITE_CLINICAL))]
Genomic = Annotated[Visitor, Depends(Guard(Right.WRITE_GENOMES))]
MOST_FINDINGS = 500
RIGHTS = {"clinical": Right.WRITE_CLINICAL, "genomic": Right.WRITE_GENOMES}
WHAT = {
    "clinical": choices(
        *TABLES,
        "sdtm.DM",
        "sdtm.AE",
        "sdtm.LB",
        "sdtm.VS",
        "sdtm.EX",
        "sdtm.DS",
        "sdtm.QS",
        "sdtm.SV",
        "sdtm.EG",
        BUNDLE,
    ),
    "genomic": choices("variants", "genomes", "reads", "primers"),
}
TITLES = {
    "clinical": "A new file: clinical data, samples, contacts",
    "genomic": "A new file: genomes, variants, reads",
}
FINDING = Field(name="finding", label="Finding", hint="The beginning of its name is enough.")
FORMS = (
    Form(
        name="answer-finding",
        action="/console/data/answer",
        title="Answer a finding",
        does="Answer",
        note="It stands while the value is the same; no standing changes.",
        fields=(
            FINDING,
            Field(name="answer", label="What was found out, or done", kind="words"),
        ),
    ),
    Form(
        name="accept-finding",
        action="/console/data/accept-finding",
        does="Accept it",
        title="Accept a finding until a day",
        fields=(
            FINDING,
            Field(name="reason", label="Reason", kind="words"),
            Field(name="until", label="Until", kind="day"),
        ),
    ),
    Form(
        name="assign-finding",
        action="/console/data/assign",
        title="Give a finding to a role",
        does="Give it",
        fields=(FINDING, Field(name="role", label="Role")),
    ),
)


def file_form(kind: str) -> Form:
    """Where a file is dropped or chosen."""
    return Form(
        name=f"file-{kind}",
        action=f"/console/data/look/{kind}",
        title=TITLES[kind],
        does="Look at it",
        note="Drop a file here, or choose one: CSV, XPT, VCF, FASTQ, a FHIR "
        "bundle. Its findings are shown before anything of it is used.",
        fields=(
            Field(name="file", label="File", kind="file"),
            Field(
                name="role",
                label="What it holds",
                kind="choice",
                required=False,
                choices=WHAT[kind],
                hint="By its name and content where not said.",
            ),
        ),
    )


def content(looking: Looking) -> Content:
    """Where a file is dropped; files that were accepted; findings of the last round."""
    records = list(looking.ports.ledger.records(kind=kind_of(FileAccepted)))
    rows = [dict(one.body) | {"at": one.at} for one in reversed(records)]
    columns = {
        "path": "File",
        "role": "Holds",
        "rows": "#Rows",
        "errors": "#Errors",
        "warnings": "#Warnings",
        "by": "Accepted by",
        "at": "@At",
        "file_sha256": "Hash",
    }
    kinds = [kind for kind, right in RIGHTS.items() if looking.may(right)]
    forms = FORMS if looking.may(Right.WRITE_CLINICAL) else ()
    table = ledger_table(looking, "Files accepted here", columns, rows)
    return Content(
        tables=some(table), forms=(*map(file_form, kinds), *forms), more={"kinds": kinds}
    )


PAGE = Page(
    name="data",
    title="Data and findings",
    lead="What came in, what is wrong with it, row by row, and what was done about it.",
    template="data_page.html.j2",
    sections=(
        ("findings", Right.READ_CLINICAL),
        ("changed", Right.READ_CLINICAL),
        ("provenance", Right.READ_PROGRAMME),
    ),
    content=content,
)


@router.get("/data")
async def data(request: Request, visitor: Reads) -> Response:
    """Files and findings."""
    return await show(request, visitor, PAGE)


@router.post("/data/look/clinical")
async def look_clinical(request: Request, visitor: Clinical) -> Response:
    """Look at a file of clinical data, samples or contacts; nothing of it is used."""
    return await _look(request, visitor, "clinical")


@router.post("/data/look/genomic")
async def look_genomic(request: Request, visitor: Genomic) -> Response:
    """Look at a file of variants, genomes or reads; nothing of it is used."""
    return await _look(request, visitor, "genomic")


@router.post("/data/accept/clinical")
async def accept_clinical(request: Request, visitor: Clinical) -> Response:
    """Accept a file that was looked at."""
    return await _accept(request, visitor, "clinical")


@router.post("/data/accept/genomic")
async def accept_genomic(request: Request, visitor: Genomic) -> Response:
    """Accept a file that was looked at."""
    return await _accept(request, visitor, "genomic")


async def _look(request: Request, visitor: Visitor, kind: str) -> Response:
    console = console_of(request)
    filled = await read_form(request, file_form(kind))
    told = await request.form()
    again = str(told.get("sha256") or "")
    if "file" not in filled.files and not again:
        return await show(request, visitor, PAGE, filled, 422)
    name, raw = filled.files.get("file", (str(told.get("name") or ""), b""))
    columns = _told_columns(told)

    def look(ports: Ports) -> FileLook:
        kept = ports.blobs.get(Sha256(again)) if again else raw
        found = look_at_file(
            _formats(ports, filled["role"], columns), name, kept, filled["role"]
        )
        if found.is_genomic != (kind == "genomic"):
            raise NotYoursError(f"{found.role} needs the right to {RIGHTS[_other(kind)]}")
        keep_for_look(ports, kept)
        return found

    try:
        found = await console.service.read(look)
    except NanowardError as fault:
        wrong = Filled(
            form=f"file-{kind}",
            typed=filled.typed,
            wrong={"": fault.message},
            next_step=fault.next_step,
        )
        return await show(request, visitor, PAGE, wrong, status_of(fault))
    more = {
        "kind": kind,
        "look": found,
        "role": filled["role"],
        "columns": columns,
        "findings": findings_table(found.findings),
        "rows": rows_tables(found),
        "counts": [(word, found.count(word)) for word in ("error", "warning", "note")],
    }
    return await show(request, visitor, LOOKED, content=Content(more=more))


LOOKED = Page(
    name="data",
    title="A file, before it is accepted",
    lead="Nothing of it is used yet. What a round would use, and every finding, stands below.",
    template="looked_page.html.j2",
)


def _other(kind: str) -> str:
    return "clinical" if kind == "genomic" else "genomic"


def _told_columns(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        name.removeprefix("col-"): str(value)
        for name, value in told.items()
        if name.startswith("col-") and str(value)
    }


def _formats(ports: Ports, role: str, columns: Mapping[str, str]) -> Formats:
    from nanoward.wiring.console import formats_of

    return formats_of(ports.folder.plan(), role, columns)


async def _accept(request: Request, visitor: Visitor, kind: str) -> Response:
    console = console_of(request)
    told = await request.form()
    columns = _told_columns(told)
    role, name = str(told.get("role") or ""), str(told.get("name") or "")
    once = str(told.get("once") or "")
    who, now = visitor.account, console.service.clock.now()

    def act(ports: Ports) -> None:
        if once and console.drafts.answered(who.account, once, now) is not None:
            return
        formats = _formats(ports, role, columns)
        acceptance = Acceptance(
            sha256=str(told.get("sha256") or ""),
            name=name,
            role=role,
            by=who.shown,
            columns=columns if told.get("remember") else {},
            genomic=kind == "genomic",
            near=visitor.reaches(),
        )
        _, entry = accept_file(ports, formats, acceptance)
        said = (
            f"{entry.path} is accepted: {entry.rows} rows; {entry.errors} errors and "
            f"{entry.warnings} warnings were shown. The next round uses it."
        )
        console.drafts.answer(who.account, once, said, now)

    try:
        await console.service.act(act)
    except NanowardError as fault:
        wrong = Filled(
            form=f"file-{kind}", wrong={"": fault.message}, next_step=fault.next_step
        )
        return await show(request, visitor, PAGE, wrong, status_of(fault))
    return RedirectResponse(f"{PAGE.url}?done={once}", 303)


def findings_table(findings: Sequence[Finding]) -> Table | None:
    """Every finding of a file with its line and column, errors first."""
    if not findings:
        return None
    left = len(findings) - MOST_FINDINGS
    return Table(
        caption="Findings, row by row",
        headings=headings("", "@Code", "#Row", "Column", "What is wrong", "What to do"),
        rows=[
            cells(
                Cell(text=one.severity, tone=f"severity {one.severity}"),
                one.code,
                "" if one.line is None else str(one.line),
                one.column,
                one.message,
                one.next_step,
            )
            for one in findings[:MOST_FINDINGS]
        ],
        more=f"{left} more of them." if left > 0 else "",
    )


def rows_tables(look: FileLook) -> Sequence[Table]:
    """The first rows of each table as a round would use them."""
    return [
        Table(
            caption=f"{part}: {look.rows[part]} rows can be used; the first of them",
            headings=headings(*(str(one) for one in rows[0])),
            rows=[cells(*(plain(one) for one in row.values())) for row in rows],
            folded=f"{part}: {look.rows[part]} rows can be used",
        )
        for part, rows in look.shown.items()
        if rows
    ]


@router.post("/data/answer")
async def answer_one(request: Request, visitor: Clinical) -> Response:
    """Answer a finding of the last round."""

    def work(acting: Acting) -> str:
        told = acting.filled
        entry = answer_finding(
            acting.ports, told["finding"], answer=told["answer"], by=acting.by
        )
        return f"{entry.code} is answered."

    return await answer(request, visitor, PAGE, "answer-finding", work)


@router.post("/data/accept-finding")
async def accept_one(request: Request, visitor: Clinical) -> Response:
    """Accept a finding as it is, until a day."""

    def work(acting: Acting) -> str:
        told = acting.filled
        until: date = told.day("until")
        entry = accept_finding(
            acting.ports, told["finding"], reason=told["reason"], until=until, by=acting.by
        )
        return f"{entry.code} is accepted until {entry.until}."

    return await answer(request, visitor, PAGE, "accept-finding", work)


@router.post("/data/assign")
async def assign_one(request: Request, visitor: Clinical) -> Response:
    """Give a finding to a role."""

    def work(acting: Acting) -> str:
        told = acting.filled
        entry = assign_finding(acting.ports, told["finding"], role=told["role"], by=acting.by)
        return f"{entry.code} is with {entry.role}."

    return await answer(request, visitor, PAGE, "assign-finding", work)
