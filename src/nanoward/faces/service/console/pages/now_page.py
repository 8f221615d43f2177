"""Now: who is leaving, what alarms, what is owed, kill codes in flight, the round's age."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.base.entries import ConsentWithdrawn, kind_of
from nanoward.faces.service.console.console_pages import (
    ROUND_LASTS,
    Content,
    Looking,
    Page,
    show,
)
from nanoward.faces.service.console.console_parts import console_of
from nanoward.faces.service.console.console_route import ConsoleRoute, keep_draft
from nanoward.faces.service.console.kept_rounds import age_of
from nanoward.faces.service.console.lane_status import lane_status
from nanoward.faces.service.console.ledger_tables import redacted_rows
from nanoward.faces.service.console.navigation import first_page
from nanoward.faces.service.console.shell import html_response, rendered
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.flows.exit.carry_notices import SpoolState
from nanoward.flows.watch.keep_incidents import read_incidents
from nanoward.programme.access.rights import Right, Scope

router = APIRouter(prefix="/console", tags=["console"], route_class=ConsoleRoute)
Reads = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]
Anybody = Annotated[Visitor, Depends(Guard(Right.USE_ACCOUNT))]
Stops = Annotated[Visitor, Depends(Guard(Right.STOP_AGENT))]
LEAVING, MOST = timedelta(days=14), 6
ENDED = frozenset({"ended", "cleared", "withdrawn", "expired", "reviewed", "void"})


def card(
    title: str, items: Sequence[str], *, calm: str, url: str, unknown: bool = False
) -> Mapping[str, Any]:
    """One card of the page."""
    return {
        "title": title, "count": "?" if unknown else str(len(items)), "items": items[:MOST],
        "more": max(len(items) - MOST, 0), "calm": calm, "url": url, "unknown": unknown,
        "some": bool(items),
    }  # fmt: skip


def content(looking: Looking) -> Content:
    """Five cards; each as of this moment, by ledger, exit and lane."""
    cards = [_leaving(looking), _alarms(looking), *_lane(looking), _round(looking)]
    return Content(more={"cards": cards})


def _names(looking: Looking, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """People by the names that somebody may know them by; nobody's without a clinical right."""
    held = looking.may(Right.READ_CLINICAL)
    if held is None or held.scope is Scope.HASHES:
        return [{**one, "participant": "somebody"} for one in rows]
    from dataclasses import replace

    near = replace(looking.reach, right=held.right, scope=held.scope,
                   site=looking.account.site if held.scope is Scope.SITE else "")  # fmt: skip
    return redacted_rows(replace(looking, reach=near), rows)


def _leaving(looking: Looking) -> Mapping[str, Any]:
    since = (looking.now - LEAVING).date()
    rows = [
        {"participant": str(one.body["participant"]), "at": f"{one.at:%Y-%m-%d %H:%M}"}
        for one in looking.ports.ledger.records(kind=kind_of(ConsentWithdrawn))
        if not one.body.get("uses") and one.at.date() >= since
    ]
    if looking.ports.spool is not None:
        owed = SpoolState().refresh(looking.ports.spool).owed()
        rows += [
            {"participant": one.given.participant or "everybody",
             "at": f"notice given, owed to {', '.join(one.owed)}"}
            for one in owed
        ]  # fmt: skip
    told = [f"{one['participant']}: {one['at']}" for one in reversed(_names(looking, rows))]
    return card(
        "Leaving now", told, calm="Nobody left in the last 14 days.", url="/console/board"
    )


def _alarms(looking: Looking) -> Mapping[str, Any]:
    going = [one for one in read_incidents(looking.ports).incidents.values() if not one.ended]
    told = [f"{one.opened.title}: {one.holder or 'nobody has it yet'}" for one in going]
    if looking.may(Right.READ_INCIDENTS) is None:
        told = ["an incident goes on"] * len(going)
    return card("Alarms", told, calm="No incident goes on.", url="/console/watch")


def _lane(looking: Looking) -> list[Mapping[str, Any]]:
    status = lane_status(looking.path)
    if status is None:
        words = "The lane does not answer: what is owed cannot be told."
        return [
            card(title, (), calm=words, url="/console/control", unknown=True)
            for title in ("Owed to agents", "Kill codes in flight")
        ]
    owed = [
        {"participant": one["participant"], "order": one["order"]} for one in status["owed"]
    ]
    kills = [
        f"{one['order']}: {one['mechanism']}, {one['status']}"
        for one in status["kills"] if one["status"] not in ENDED
    ]  # fmt: skip
    told = [f"{one['participant']}: {one['order']}" for one in _names(looking, owed)]
    return [
        card("Owed to agents", told, calm="Every stop was answered.", url="/console/control"),
        card("Kill codes in flight", kills, calm="None.", url="/console/control"),
    ]


def _round(looking: Looking) -> Mapping[str, Any]:
    if looking.kept is None:
        return card(
            "Round", (), calm="No round was held yet.", url="/console/data", unknown=True
        )
    days = age_of(looking.kept, looking.now)
    old = timedelta(days=days) > ROUND_LASTS
    told = card(
        "Round's age", [f"older than its limit of {ROUND_LASTS.days} days: hold a round"]
        if old else (), calm=f"Held for {looking.kept.held.as_of}.", url="/console/data",
    )  # fmt: skip
    return {**told, "count": f"{days} d"}


PAGE = Page(
    name="now",
    title="Now",
    lead="Who is leaving, what alarms, what is owed. Nothing else.",
    template="now_page.html.j2",
    content=content,
)


@router.get("")
async def begin(visitor: Anybody) -> Response:
    """The first page that somebody may open."""
    return RedirectResponse(first_page(visitor.account), 303)


@router.get("/now")
async def now(request: Request, visitor: Reads) -> Response:
    """What needs somebody now."""
    return await show(request, visitor, PAGE)


@router.get("/stop")
async def stop_form(request: Request, visitor: Stops) -> Response:
    """A stop for when all else is down: opens no plan and no ledger."""
    del visitor
    return html_response(
        request, rendered("stop.html.j2", {"told": "", "wrong": "", "typed": {}})
    )


@router.post("/drafts")
async def draft(request: Request, visitor: Anybody) -> Response:
    """Keep what was typed so far, under the person, for a day."""
    del visitor
    kept = await keep_draft(console_of(request), request)
    return Response(status_code=204 if kept else 422)
