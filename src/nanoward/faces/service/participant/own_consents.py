"""My papers: what I signed and took back; signing; what is kept after leaving."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from nanoward.base.entries import ConsentSigned
from nanoward.faces.service.guard import FRESH, Guard, StepUpError, Visitor
from nanoward.faces.service.participant.own_page import OwnRoute, draw, me_of
from nanoward.faces.service.service_parts import service_of
from nanoward.faces.words import N_
from nanoward.flows.consent.sign_consent import ConsentRefusedError
from nanoward.flows.participant.sign_own_consent import (
    OwnPapers,
    OwnSignature,
    SignAtClinicError,
    read_own_papers,
    sign_own_consent,
)
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/me", route_class=OwnRoute, tags=["me"])
LONGEST_READING_S = 86_400
KEPT: Mapping[str, str] = {  # one sentence for each gate that leaving leaves open, or closes
    "withdraw": N_("You can leave at any time."),
    "doubt": N_("You can say a private word."),
    "safety follow-up": N_("We look after your health, if you want."),
    "adverse event report": N_("You can tell us if something happens to you."),
    "flush": N_("The agent can be taken out of you."),
    "kill code": N_("The agent in you can be ended."),
    "pay owed": N_("You are paid what is owed to you."),
    "own record": N_("You can read your own record, and these papers."),
}
CLOSED: Mapping[str, str] = {
    "dose": N_("No dose is given to you."),
    "order": N_("Nobody can set your agent any more, but to stop it."),
    "visit": N_("No visit is planned for you."),
    "assessment": N_("No test is asked of you."),
    "message": N_("The programme does not write to you."),
    "sample": N_("No sample is taken from you."),
    "data use": N_("Your data are not used for anything new."),
    "pay reduction": N_("Your pay is not made less."),
    "clawback": N_("Nobody asks for pay back."),
    "forfeiture": N_("You lose nothing that you earned."),
}
NOT_DELETED = N_(
    "Your data are not deleted. What was written down before you left stays in the record,"
    " and shows that you left."
)


@router.get("/consents")
async def consents(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ_CONSENT, own=True))]
) -> Response:
    """History and receipts, also after leaving; the paper in force, as it was written."""
    return await _page(request, visitor, {})


@router.post("/consents")
async def sign(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.SIGN_CONSENT, own=True))]
) -> Response:
    """Sign with a fresh passkey and a printed name; a refusal says every reason."""
    me, service = me_of(visitor), service_of(request)
    now = service.clock.now()
    if now - visitor.session.stepped_up > FRESH:
        raise StepUpError("to sign needs a fresh signature")
    form = await request.form(max_fields=200, max_part_size=10_000)
    typed = {name: str(value) for name, value in form.items()}
    name = typed.get("document", "")
    shown = _shown(request).pop((visitor.session.key, name), now)
    uses = [str(one)[4:] for one in form if str(one).startswith("use:")]
    given = OwnSignature(
        document_sha256=name,
        uses=[one for one in uses if typed[f"use:{one}"] == "yes"],
        refused=[one for one in uses if typed[f"use:{one}"] == "no"],
        printed_name=typed.get("name", ""),
        explained_by=typed.get("explained_by", ""),
        witnessed_by=typed.get("witnessed_by", ""),
        read_s=int(min((now - shown).total_seconds(), LONGEST_READING_S)),
        agent_off=typed.get("agent_off") == "yes",
    )
    try:
        bound, _ = await service.act(lambda ports: sign_own_consent(ports, me, given))
    except (ConsentRefusedError, SignAtClinicError) as fault:
        _shown(request)[visitor.session.key, name] = shown  # the time of reading goes on
        return await _page(request, visitor, typed, refusal=fault.message, status=422)
    return await _page(request, visitor, {}, signed=bound)


async def _page(
    request: Request, visitor: Visitor, typed: Mapping[str, str], *, refusal: str = "",
    status: int = 200, signed: ConsentSigned | None = None,
) -> Response:  # fmt: skip
    me, service = me_of(visitor), service_of(request)
    papers: OwnPapers = await service.read(lambda ports: read_own_papers(ports, me))
    if papers.due and papers.document is not None:
        key = (visitor.session.key, papers.document.document_sha256)
        _shown(request).setdefault(key, service.clock.now())
    return draw(
        request, "consents.html.j2", status=status, account=visitor.account, papers=papers,
        history=[history_row(one) for one in reversed(papers.consent.history)],
        kept=[KEPT[one] for one in papers.kept],
        closed=[CLOSED[one] for one in papers.closed],
        not_deleted=NOT_DELETED, typed=typed, refusal=refusal, signed=signed,
    )  # fmt: skip


def history_row(one: Any) -> dict[str, Any]:
    """A signature or a withdrawal as the page lists it."""
    if isinstance(one, ConsentSigned):
        return {
            "signed": True, "day": one.signed, "version": one.version, "uses": one.uses,
            "refused": one.refused, "receipt": one.signature_sha256,
        }  # fmt: skip
    return {
        "signed": False, "day": one.withdrawn, "version": "", "uses": one.uses, "refused": (),
        "receipt": one.notice,
    }  # fmt: skip


def _shown(request: Request) -> dict[tuple[str, str], datetime]:
    """When each session was first shown each text; the browser is not asked."""
    state = request.app.state
    if not hasattr(state, "papers_shown"):
        state.papers_shown = {}
    found: dict[tuple[str, str], datetime] = state.papers_shown
    while len(found) > 10_000:
        found.pop(next(iter(found)))
    return found
