"""The app: routers of every door, one guard, problems as answers."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from nanoward import __version__
from nanoward.faces.service.api.routers import API
from nanoward.faces.service.console.console_route import problem_page
from nanoward.faces.service.console.console_router import router as console
from nanoward.faces.service.guard import refuse_unguarded
from nanoward.faces.service.headers import SafeHeaders
from nanoward.faces.service.health import router as health
from nanoward.faces.service.identity.routers import IDENTITY
from nanoward.faces.service.limits import BodyLimit
from nanoward.faces.service.metrics import router as metrics
from nanoward.faces.service.participant import (
    own_consents,
    own_home,
    own_settings,
    own_shell,
    own_visits,
    own_way_out,
)
from nanoward.faces.service.participant.own_page import draw_problem
from nanoward.faces.service.participant.two_hosts import TwoHosts
from nanoward.faces.service.problem_pages import router as problem_pages
from nanoward.faces.service.problems import PAGES, tell_problems
from nanoward.faces.service.service_parts import Service
from nanoward.faces.service.telemetry import Telemetry, Telling

ME = (own_shell, own_way_out, own_home, own_settings, own_visits, own_consents)
ROUTERS: tuple[APIRouter, ...] = (
    health,
    metrics,
    problem_pages,
    console,
    *IDENTITY,
    *API,
    *(one.router for one in ME),
)
PAGES["/console"] = problem_page
PAGES["/me"] = draw_problem


def service_app(
    service: Service,
    *,
    more: Sequence[APIRouter] = (),
    telemetry: Telemetry | None = None,
) -> FastAPI:
    """The doors of one programme; RuntimeError where a route has no rule.

    more       routers beside our own
    telemetry  metrics, and where lines about requests go: to stderr where none is given
    """
    app = FastAPI(
        title="nanoward",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.telemetry = telemetry or Telemetry()
    tell_problems(app)
    for one in (*ROUTERS, *more):
        app.include_router(one)
    refuse_unguarded(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Telling, telemetry=app.state.telemetry)
    app.add_middleware(TwoHosts, origin=service.origin, own_origin=service.own_origin)
    app.add_middleware(SafeHeaders)
    return app
