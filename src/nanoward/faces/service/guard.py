"""The one guard of every route: who is at the door, and what the matrix says."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from nanoward.base.entries.programme import DoorRefused
from nanoward.base.names import identity_of
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.ports.service.accounts import Account, Session
from nanoward.ports.service.looks import LooksDownError
from nanoward.programme.access.rights import (
    LOOKS,
    NEVER_ASKS_AGAIN,
    OWN_ACCOUNT,
    SIGNING,
    STEP_UP,
    Grant,
    Right,
    Role,
    Scope,
    grant,
)

COOKIE = "__Host-session"
FRESH = timedelta(minutes=5)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInError(DoorClosedError):
    """Nobody is signed in here."""

    code = "SRV-001"
    status = 401
    next_step = "Sign in with your passkey. To stop or to leave you need not sign in."


class NotYoursError(DoorClosedError):
    """Your role does not reach this."""

    code = "SRV-002"
    status = 403
    next_step = "Ask an administrator which role has it; the matrix stands under People."


class StepUpError(DoorClosedError):
    """This needs your passkey once more, used in the last five minutes."""

    code = "SRV-003"
    status = 403
    next_step = "Sign with your passkey again, then repeat what you did."


class ForeignPageError(DoorClosedError):
    """A page of another origin asked for an act."""

    code = "SRV-004"
    status = 403
    next_step = "Open the console itself and act there."


class SecondDeviceError(DoorClosedError):
    """The account has one passkey, and its work begins with two."""

    code = "SRV-040"
    status = 403
    next_step = "Register a second passkey under Devices, then sign in again."


class SigningHeldError(DoorClosedError):
    """The account came back without a passkey of its own, and signs nothing for a day."""

    code = "SRV-041"
    status = 403
    next_step = "Wait until the hold is over, or have somebody else of your role sign."


class TooOftenError(DoorClosedError):
    """Too many requests came in too short a time."""

    code = "SRV-042"
    status = 429
    next_step = "Wait a moment. To stop, to leave or to speak a concern you need not wait."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, in which session, and what the matrix grants them here.

    near  the people of the account's site; nobody for an account without a site
    """

    session: Session
    grant: Grant
    near: frozenset[str] = frozenset()

    @property
    def account(self) -> Account:
        """Whose session it is."""
        return self.session.account

    def reaches(self) -> frozenset[str] | None:
        """Whom the grant lets them act for; None for everybody.

        An account without a site is of all sites, as `_is_same_site` has it.
        """
        if self.grant.scope is Scope.OWN:
            return frozenset({self.account.participant or ""})
        return self.near if self.grant.scope is Scope.SITE and self.account.site else None


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks the matrix for a right; a dependency of its route, which gets a Visitor.

    subject  name of the path's parameter that says whom it is about; "" for nobody
    own      the route itself holds whoever reaches themselves alone to what is theirs; a route
             that neither does so nor has a subject is closed to them
    signed   the act itself is signed with a passkey: a fresh sign-in is not asked for besides
    """

    right: Right
    subject: str = ""
    own: bool = False
    signed: bool = False

    async def __call__(self, request: Request) -> Visitor:
        """SignInError, NotYoursError, StepUpError, ForeignPageError; see the errors above."""
        service = service_of(request)
        refuse_foreign(request)
        now = service.clock.now()
        session = session_of(request, now)
        if self.right not in NEVER_ASKS_AGAIN:
            refuse_haste(service, request, session)
        if session is None:
            raise SignInError("this needs somebody who is signed in")
        try:
            visitor = self._granted(service, request, session, now)
        except DoorClosedError as closed:
            _tell_refusal(service, session.account.account, closed, request, now)
            raise
        self._note(service, request, visitor, now)
        return visitor

    def _granted(
        self, service: Service, request: Request, session: Session, now: datetime
    ) -> Visitor:
        account, subject = session.account, self._subject(request)
        found = grant(
            account.roles,
            self.right,
            subject=subject,
            me=account.participant,
            same_site=_is_same_site(service, account, subject),
            opened=session.opened or (),
        )
        if self.right in OWN_ACCOUNT:  # whoever has no role yet has an account all the same
            found = found or Grant(right=self.right, role=Role.PARTICIPANT, scope=Scope.OWN)
        if found is None or (found.scope is Scope.OWN and not self._holds_to_own):
            raise NotYoursError(f"none of your roles may {self.right}")
        if self.right in NEVER_ASKS_AGAIN:
            return Visitor(session=session, grant=found, near=_people_near(service, account))
        if session.limited and self.right not in OWN_ACCOUNT:
            raise SecondDeviceError("your account has one passkey yet")
        if self.right in SIGNING and session.signs_from is not None:
            raise SigningHeldError(f"your account signs from {session.signs_from:%d %b %H:%M}")
        if self.right in STEP_UP and not self.signed and now - session.stepped_up > FRESH:
            raise StepUpError(f"to {self.right} needs a fresh signature")
        return Visitor(session=session, grant=found, near=_people_near(service, account))

    @property
    def _holds_to_own(self) -> bool:
        return bool(self.subject) or self.own or self.right in OWN_ACCOUNT

    def _subject(self, request: Request) -> str | None:
        told = request.path_params.get(self.subject) if self.subject else None
        return None if told is None else identity_of(str(told))

    def _note(
        self, service: Service, request: Request, visitor: Visitor, now: datetime
    ) -> None:
        """Somebody else's data are shown only where it is taken down that they were."""
        if self.right in LOOKS and visitor.grant.scope is not Scope.OWN:
            told = self._subject(request) or ""
            name, what = visitor.account.account, _route_of(request)
            service.identity.looks.note(name, visitor.grant, told, what, now)


def granted_besides(
    service: Service, visitor: Visitor, right: Right, subject: str | None = None
) -> Grant:
    """A further right of a visitor, or their right at a person whom a body names.

    NotYoursError where the matrix refuses it, or the person is of another site.
    """
    account = visitor.account
    who = None if subject is None else identity_of(subject)
    found = grant(
        account.roles,
        right,
        subject=who,
        me=account.participant,
        same_site=_is_same_site(service, account, who),
        opened=visitor.session.opened or (),
    )
    if found is None:
        raise NotYoursError(f"none of your roles may {right}")
    if right in LOOKS and found.scope is not Scope.OWN:
        now, name = service.clock.now(), account.account
        service.looks.note(name, found, who or "", f"a table that needs: {right}", now)
    return found


def session_of(request: Request, now: datetime) -> Session | None:
    """The session whose cookie came with a request; None where nobody is signed in."""
    value = request.cookies.get(COOKIE, "")
    return service_of(request).accounts.session(sha256(value.encode()).hexdigest(), now)


def refuse_haste(service: Service, request: Request, session: Session | None) -> None:
    """TooOftenError by account and session; by network for those who are not signed in.

    A hospital is one network: whoever is signed in is not held up by others of theirs.
    """
    if session is None:
        names = {"network": request.client.host if request.client else ""}
    else:
        names = {"account": session.account.account, "session": session.key}
    now_s = service.clock.monotonic()
    for kind, name in names.items():
        if (wait := service.identity.rates.wait_s(kind, name, now_s)) > 0:
            raise TooOftenError(f"too many requests: wait {wait:.0f} s")


def _is_same_site(service: Service, account: Account, subject: str | None) -> bool:
    """Whose site nobody knows is of no site of somebody who has one."""
    if not account.site or subject is None:
        return True
    return service.identity.site_of(subject) == account.site


def _people_near(service: Service, account: Account) -> frozenset[str]:
    """The people of an account's site, by the same files as `_is_same_site`."""
    return service.identity.people_at(account.site) if account.site else frozenset()


def _tell_refusal(
    service: Service, account: str, closed: DoorClosedError, request: Request, now: datetime
) -> None:
    """A refusal is taken down; that it cannot be opens no door, and closes no other."""
    told = DoorRefused(account=account, code=closed.code, what=_route_of(request))
    with suppress(LooksDownError):
        service.identity.looks.tell(told, account, now)


def _route_of(request: Request) -> str:
    """The route as it is declared: no name of a person stands in it."""
    route = request.scope.get("route")
    return f"{request.method} {getattr(route, 'path', '')}"


@dataclass(frozen=True, slots=True)
class Open:
    """Declares a route that anybody may use, and why."""

    because: str

    async def __call__(self, request: Request) -> None:
        """Refuses acts that another origin's page asks for."""
        refuse_foreign(request)


def refuse_foreign(request: Request) -> None:
    """ForeignPageError where a page of another origin asks for an act (ASVS 3.5.1)."""
    if request.method in SAFE:
        return
    service = service_of(request)
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    named = origin not in (None, "null")  # a form of a page that tells no referrer says "null"
    if named and origin not in (service.origin, service.own_origin):
        raise ForeignPageError("another origin's page asked")
    allowed = ("same-origin",) if origin else (None, "same-origin", "none")
    if not named and site not in allowed:
        raise ForeignPageError(f"a {site or 'nameless'} page asked")


def rule_of(route: BaseRoute) -> Guard | Open | None:
    """The rule of a route: its first dependency that is a Guard or Open."""
    if not isinstance(route, APIRoute):
        return None
    for one in route.dependant.dependencies:
        if isinstance(one.call, Guard | Open):
            return one.call
    return None


def all_routes(
    routes: Iterable[BaseRoute], inside: str = ""
) -> Iterator[tuple[str, BaseRoute]]:
    """Every route with its whole path, those of included routers and mounted apps too.

    Folders of static files have no routes.
    """
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            context: Any = getattr(route, "include_context", None)
            yield from all_routes(included.routes, inside + context.prefix)
        elif isinstance(route, Mount):
            yield from all_routes(route.routes, inside + route.path)
        else:
            yield inside + str(getattr(route, "path", route)), route


def unguarded(routes: Iterable[BaseRoute]) -> list[str]:
    """Paths of routes that have no rule."""
    return [path for path, route in all_routes(routes) if rule_of(route) is None]


def refuse_unguarded(app: FastAPI) -> None:
    """No app starts with a door that has no rule."""
    if found := unguarded(app.routes):
        raise RuntimeError(f"routes without a rule: {', '.join(found)}")
