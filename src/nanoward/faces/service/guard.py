"""The one guard of every route: who is at the door, and what the matrix says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount

from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import service_of
from nanoward.ports.service.accounts import Account, Session
from nanoward.programme.access.rights import STEP_UP, Grant, Right, grant

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, in which session, and what the matrix grants them here."""

    session: Session
    grant: Grant

    @property
    def account(self) -> Account:
        """Whose session it is."""
        return self.session.account


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks the matrix for a right; a dependency of its route, which gets a Visitor.

    subject  name of the path's parameter that says whom it is about; "" for nobody
    """

    right: Right
    subject: str = ""

    async def __call__(self, request: Request) -> Visitor:
        """SignInError, NotYoursError, StepUpError, ForeignPageError."""
        service = service_of(request)
        refuse_foreign(request)
        now = service.clock.now()
        value = request.cookies.get(COOKIE, "")
        session = service.accounts.session(sha256(value.encode()).hexdigest(), now)
        if session is None:
            raise SignInError("this needs somebody who is signed in")
        account = session.account
        told = request.path_params.get(self.subject) if self.subject else None
        found = grant(account.roles, self.right, subject=told, me=account.participant)
        if found is None:
            raise NotYoursError(f"none of your roles may {self.right}")
        if self.right in STEP_UP and now - session.stepped_up > FRESH:
            raise StepUpError(f"to {self.right} needs a fresh signature")
        return Visitor(session=session, grant=found)


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
