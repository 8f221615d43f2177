"""One page of the console: what it needs, what it shows, what can be done on it, and how."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from nanoward.base.errors import NanowardError
from nanoward.faces.report.drawing.views import Table
from nanoward.faces.service.console.console_parts import Console, console_of
from nanoward.faces.service.console.forms import Filled, Form, read_form
from nanoward.faces.service.console.kept_rounds import Drawn, KeptRound, age_of
from nanoward.faces.service.console.looking import Looking
from nanoward.faces.service.console.navigation import links_for
from nanoward.faces.service.console.redacted_round import Reach, reach_of
from nanoward.faces.service.console.shell import html_response, rendered
from nanoward.faces.service.guard import NotYoursError, Visitor
from nanoward.faces.service.problems import status_of
from nanoward.faces.service.service_parts import service_of
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right, Scope, grant

SHOWN_ONCE = "It was shown once, when it was asked for."
STOPPING = 8
ROUND_LASTS = timedelta(days=8)  # a week and a day: the next round is due then


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands on a page, above the sections of the report.

    tables  as the ledger has them now
    notes   sentences
    alarms  sentences that come first
    more    values of a page's own template
    """

    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    alarms: Sequence[str] = ()
    forms: Sequence[Form] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def nothing(_: Looking) -> Content:
    """A page that shows sections alone."""
    return Content()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page by its name within /console/.

    sections  of the report, in order, each with the right that its tables are redacted by
    content   what is now, and the forms
    """

    name: str
    title: str
    lead: str
    sections: Sequence[tuple[str, Right]] = ()
    content: Callable[[Looking], Content] = nothing
    template: str = "page.html.j2"

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"/console/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Somebody who acts by a form."""

    ports: Ports
    path: str
    by: str
    filled: Filled
    now: datetime
    near: frozenset[str] | None = None  # whom a role of one site reaches

    def require(self, participant: str) -> None:
        """NotYoursError where the role does not reach somebody."""
        if self.near is not None and participant not in self.near:
            raise NotYoursError("your role reaches people of its own site alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """All that a page is poured from."""

    content: Content
    sections: Mapping[str, Drawn]
    withheld: Sequence[str]
    kept: KeptRound | None
    title: str
    head: int


async def show(
    request: Request, visitor: Visitor, page: Page, filled: Filled | None = None,
    status: int = 200, content: Content | None = None, told: str = "",
) -> Response:  # fmt: skip
    """A page as somebody may see it; with what they typed where a form was not taken."""
    console = console_of(request)
    seen = await console.service.read(
        lambda ports: _seen(console, request, ports, visitor, page, content)
    )
    now = console.service.clock.now()
    told = told or _told(console, request, visitor, now)
    forms = [_drawn_form(console, visitor, one, filled, now) for one in seen.content.forms]
    text = rendered(
        page.template,
        {
            "page": page,
            "account": visitor.account,
            "opened": visitor.session.opened or {},
            "roles": ", ".join(visitor.account.roles),
            "links": links_for(visitor.account),
            "seen": seen,
            "more": seen.content.more,
            "forms": forms,
            "told": told,
            "now": now,
            "round": _round_words(seen.kept, now),
        },
    )
    return html_response(request, text, seen.sections, status)


def _seen(
    console: Console, request: Request, ports: Ports, visitor: Visitor, page: Page,
    content: Content | None,
) -> _Seen:  # fmt: skip
    looking = looking_of(console, request, ports, visitor)
    kept, sections, withheld = looking.kept, {}, []
    for name, right in page.sections if kept is not None else ():
        assert kept is not None
        held = grant(visitor.account.roles, right, me=visitor.account.participant)
        if held is None or held.scope is Scope.HASHES:
            withheld.append(name)
            continue
        reach = reach_of(visitor, held)
        sections[name] = console.rounds.section(ports, kept, name, reach)
    return _Seen(
        content=content if content is not None else console.contents.of(page, looking),
        sections=sections,
        withheld=withheld,
        kept=kept,
        title=ports.folder.plan().title,
        head=ports.ledger.head().size,
    )


def looking_of(console: Console, request: Request, ports: Ports, visitor: Visitor) -> Looking:
    """Who looks at what, with the last round."""
    return Looking(
        ports=ports,
        path=console.service.path,
        account=visitor.account,
        reach=reach_of(visitor),
        kept=console.rounds.last(ports),
        now=console.service.clock.now(),
        key=console.key,
        query=dict(request.query_params),
    )


Work = Callable[[Acting], str]


async def answer(
    request: Request, visitor: Visitor, page: Page, name: str, work: Work, *,
    shown_once: bool = False, reads: bool = False,
) -> Response:  # fmt: skip
    """Take a form: what is wrong shows again with all that was typed; done is said once.

    The same form sent twice is done once, and both are answered alike.
    shown_once  what it says is shown in this answer alone, and kept nowhere
    reads       it appends nothing, and takes nobody's turn
    """
    console = console_of(request)

    def look(ports: Ports) -> tuple[Content, frozenset[str] | None]:
        looking = looking_of(console, request, ports, visitor)
        return console.contents.of(page, looking), looking.site_people()

    content, near = await console.service.read(look)
    form = next((one for one in content.forms if one.name == name), None)
    if form is None:
        return await show(request, visitor, page, status=409)
    filled = await read_form(request, form)
    if filled.wrong:
        return await show(request, visitor, page, filled, 422)
    who, once = visitor.account.account, filled["once"] or secrets.token_hex(16)
    now, said_now = console.service.clock.now(), []

    def act(ports: Ports) -> None:
        if console.drafts.answered(who, once, now) is not None:
            return
        acting = Acting(ports=ports, path=console.service.path, by=visitor.account.shown,
                        filled=filled, now=now, near=near)  # fmt: skip
        if "participant" in filled.typed:
            acting.require(filled["participant"])
        said = work(acting)
        said_now.append(said)
        console.drafts.answer(who, once, SHOWN_ONCE if shown_once else said, now)

    try:
        await (console.service.read if reads else console.service.act)(act)
    except NanowardError as fault:
        wrong = replace(filled, wrong={"": fault.message}, next_step=fault.next_step)
        return await show(request, visitor, page, wrong, status_of(fault))
    console.drafts.drop(who, form.name)
    if shown_once and said_now:
        return await show(request, visitor, page, told=said_now[0])
    return RedirectResponse(f"{page.url}?done={once}", 303)


AtOnce = Callable[[Mapping[str, str], str, str], str]


async def act_at_once(
    request: Request, visitor: Visitor, page: Page, form: Form, work: AtOnce
) -> Response:
    """What stops or lowers: nothing is opened for it, no plan, no page, no turn is waited for.

    work  of what was typed, the programme's path and who acts; returns what is said
    """
    service = service_of(request)
    filled = await read_form(request, form)
    if filled.wrong:
        told = " ".join(filled.wrong.values())
        return html_response(request, rendered("stop.html.j2", {"told": "", "wrong": told,
                             "typed": filled.typed}), None, 422)  # fmt: skip
    if visitor.grant.scope is Scope.OWN_LOTS:
        raise NotYoursError("a partner's stop goes through its own lots: call the ward")
    said = await to_thread.run_sync(
        work, filled.typed, service.path, visitor.account.shown, limiter=_stopping(request)
    )
    text = rendered("stop.html.j2", {"told": said, "wrong": "", "typed": {}, "back": page.url})
    return html_response(request, text)


def _stopping(request: Request) -> CapacityLimiter:
    """Threads that are there for stops alone."""
    found: CapacityLimiter | None = getattr(request.app.state, "stopping", None)
    if found is None:
        found = request.app.state.stopping = CapacityLimiter(STOPPING)
    return found


def _told(console: Console, request: Request, visitor: Visitor, now: datetime) -> str:
    once = request.query_params.get("done", "")
    return (console.drafts.answered(visitor.account.account, once, now) or "") if once else ""


def _drawn_form(
    console: Console, visitor: Visitor, form: Form, filled: Filled | None, now: datetime
) -> Mapping[str, Any]:
    """A form with what stands in it: just typed, else kept from before, else its own values."""
    account = visitor.account.account
    mine = filled if filled is not None and filled.form == form.name else None
    kept = None if mine is not None else console.drafts.kept(account, form.name, now)
    typed = mine.typed if mine is not None else kept[0] if kept is not None else {}
    return {
        "form": form,
        "values": {one.name: typed.get(one.name, one.value) for one in form.fields},
        "wrong": mine.wrong if mine is not None else {},
        "next_step": mine.next_step if mine is not None else "",
        "kept_at": kept[1] if kept is not None else None,
        "once": (mine["once"] if mine is not None else "") or secrets.token_hex(16),
        "owner": console.owner_mark(account, form.name),
        "files": any(one.kind == "file" for one in form.fields),
    }


def _round_words(kept: KeptRound | None, now: datetime) -> Mapping[str, Any]:
    """The round's day, and whether it is older than its limit: in words."""
    if kept is None:
        return {"as_of": None, "old": True, "words": "No round was held yet."}
    days = age_of(kept, now)
    old = timedelta(days=days) > ROUND_LASTS
    age = "today" if days <= 0 else f"{days} day{'' if days == 1 else 's'} ago"
    limit = f", older than its limit of {ROUND_LASTS.days} days: hold a round" if old else ""
    return {"as_of": kept.held.as_of, "old": old, "words": f"{age}{limit}"}


__all__ = [
    "Acting", "Content", "Looking", "Page", "Reach", "act_at_once", "answer", "looking_of",
    "nothing", "show",
]  # fmt: skip
