"""Every route x every role x own, other and none: what the table says, and nothing else.

Routes come from the app itself, so that a new one is asked too. No act is done: behind the
guard stands a stub, so that what is let through is seen, and nothing happens.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fastapi import APIRouter, Response
from fastapi.routing import APIRoute
from tests.faces.service.service_world import ORIGIN, Doors, doors

from nanoward.faces.service.guard import COOKIE, Guard, Open, all_routes, rule_of
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import MATRIX, OWN_ACCOUNT, Right, Role, Scope

OWN, OTHER, NONE = "P001", "P002", ""
LET_IN, WAIT_S = 299, 3.0
CLOSED = {"SRV-001", "SRV-002", "SRV-003", "SRV-004", "SRV-040", "SRV-041", "SRV-042"}
PARAMETER = re.compile(r"\{([^}:]+)(?::[^}]*)?\}")
Case = tuple[str, str, Guard | Open]


def expected(rule: Guard | Open, role: Role | None, whom: str) -> bool:
    """What the table says, read a second time: by hand, and by nothing of the guard's own."""
    if isinstance(rule, Open):
        return True
    if role is None:
        return False
    if rule.right in OWN_ACCOUNT:
        return True
    scope = MATRIX.get((rule.right, role))
    if scope is None:
        return False
    if scope is Scope.OWN and not rule.subject:
        return rule.own
    if not rule.subject or whom == OWN:
        return True
    if scope is Scope.OWN:
        return False
    return scope is not Scope.SITE  # the other person is of another site


def cases(made: Doors) -> Iterator[Case]:
    for path, route in all_routes(made.app.routes):
        rule = rule_of(route)
        assert isinstance(route, APIRoute)
        assert rule is not None
        for method in sorted(route.methods - {"HEAD"}):
            yield method, path, rule


async def let_in(**_: Any) -> Response:
    """In the place of every route's own function: whoever came through gets a number."""
    return Response(status_code=LET_IN)


def address(path: str, rule: Guard | Open, whom: str) -> str:
    """A path with each of its parameters filled; that of the person with whom it is about."""
    subject = rule.subject if isinstance(rule, Guard) else ""

    def fill(one: re.Match[str]) -> str:
        return (whom or OWN) if one[1] == subject else "1"

    return PARAMETER.sub(fill, path)


def visitors(made: Doors) -> dict[Role | None, dict[str, str]]:
    """A session of each role; the nurse's site is that of the own person alone."""
    found: dict[Role | None, dict[str, str]] = {None: {}}
    object.__setattr__(made.service.identity, "site_of", {OWN: "north", OTHER: "south"}.get)
    for role in Role:
        me = OWN if role is Role.PARTICIPANT else None
        site = "north" if role is Role.NURSE else ""
        made.accounts.add_account(
            Account(account=role, shown=role, roles=(role,), participant=me, site=site)
        )
        value = made.accounts.begin_session(role, made.clock.now())
        found[role] = {"cookie": f"{COOKIE}={value}", "origin": ORIGIN}
    return found


async def wrong(made: Doors) -> tuple[list[str], int]:
    """Every case that is not as the table says, and how many were asked."""
    bad, asked, who = [], 0, visitors(made)
    transport = httpx2.ASGITransport(app=made.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        for method, path, rule in cases(made):
            about = isinstance(rule, Guard) and rule.subject
            for whom in (OWN, OTHER) if about else (NONE,):
                for role, headers in who.items():
                    where, closed = address(path, rule, whom), False
                    with anyio.move_on_after(WAIT_S):  # a stream that never ends was let in
                        told = await client.request(
                            method, f"{host(made, path)}{where}", headers=headers
                        )
                        closed = is_closed(told)
                    asked += 1
                    if closed == expected(rule, role, whom):
                        bad.append(f"{method} {where} as {role}: closed is {closed}")
    return bad, asked


def host(made: Doors, path: str) -> str:
    """The host at which a page is at home: the participants' own, or the console's."""
    own = path == "/me" or path.startswith("/me/")
    return made.service.own_origin if own else made.service.origin


def is_closed(told: httpx2.Response) -> bool:
    """Whether the guard stopped it: by a refusal, or on a page by the way to sign in."""
    if told.is_redirect:
        return told.headers["location"].startswith("/sign-in")
    return told.status_code in (401, 403) and _code(told) in CLOSED


def _code(told: httpx2.Response) -> str:
    if "json" in told.headers.get("content-type", ""):
        return str(told.json().get("code"))
    found = re.search(r"SRV-\d{3}", told.text)
    return found[0] if found else ""


@pytest.mark.hazard("H-396")
@pytest.mark.timeout(120)
def test_every_route_lets_in_whom_the_table_lets_in_and_nobody_else(
    ward: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastapi.routing.run_endpoint_function", let_in)
    with doors(ward) as made:
        bad, asked = anyio.run(wrong, made)
    assert bad == []
    assert asked >= 12 * 30


def test_a_route_without_a_rule_keeps_the_app_from_starting(ward: Path) -> None:
    forgotten = APIRouter()

    @forgotten.get("/me/forgotten/{participant}")
    async def door(participant: str) -> str:
        return participant

    with pytest.raises(RuntimeError, match="/me/forgotten"), doors(ward, [forgotten]):
        pass


def test_a_rule_that_looks_at_the_wrong_parameter_is_seen(ward: Path) -> None:
    """The matrix test itself can fail: a guard that knows no person lets a stranger read."""
    from fastapi import Depends

    leaky = APIRouter()
    rule = Guard(Right.READ_CLINICAL, "patient")  # the path says participant

    @leaky.get("/leaky/{participant}", dependencies=[Depends(rule)])
    async def door(participant: str) -> str:
        return participant

    with doors(ward, [leaky]) as made:
        assert unnamed(made) == ["GET /leaky/{participant}"]


def unnamed(made: Doors) -> list[str]:
    """Routes whose rule names a parameter that their path has not, or misses the person's."""
    found = []
    for method, path, rule in cases(made):
        names = set(PARAMETER.findall(path))
        subject = rule.subject if isinstance(rule, Guard) else ""
        people = names & {"participant", "person", "who"}
        missed = isinstance(rule, Guard) and people and subject not in people
        if (subject and subject not in names) or missed:
            found.append(f"{method} {path}")
    return found


def test_every_route_about_a_person_asks_its_rule_about_that_person(ward: Path) -> None:
    with doors(ward) as made:
        assert unnamed(made) == []


OWN_REACH = re.compile(r"/me/|/api/v1/(catalogue|tuning|bonds)/")  # own page; tables of a round
BY_HAND = {
    "GET /api/v1/clearance/participants", "GET /api/v1/control/orders",
    "GET /api/v1/control/kills", "GET /api/v1/control/kills/{order}",
    "POST /api/v1/control/kills", "POST /api/v1/control/kills/{order}/withdrawal",
    "GET /api/v1/programme/findings", "GET /api/v1/programme/visits",
    "POST /api/v1/programme/visits", "POST /api/v1/programme/visits/places",
    "POST /api/v1/programme/visits/{booking}/confirmation",
    "POST /api/v1/programme/visits/{booking}/move",
    "POST /api/v1/programme/visits/{booking}/release", "GET /api/v1/programme/agreements",
    "GET /api/v1/programme/books", "GET /api/v1/programme/messages",
    "POST /api/v1/programme/messages", "POST /api/v1/programme/messages/{message}/reading",
    "POST /api/v1/programme/messages/{message}/acknowledgement",
    "POST /api/v1/programme/messages/{message}/answer",
    "POST /api/v1/programme/messages/{message}/closing", "GET /api/v1/programme/pregnancies",
    "GET /api/v1/programme/exposures", "POST /api/v1/programme/pregnancies",
    "POST /api/v1/programme/pregnancies/{case}/contacts", "POST /api/v1/programme/exposures",
    "GET /api/v1/programme/events", "POST /api/v1/programme/events",
}  # fmt: skip


@pytest.mark.hazard("H-458")
def test_who_reaches_themselves_alone_goes_where_a_route_holds_them_to_it(ward: Path) -> None:
    """Each of these was read for it; the console has none, and a new one is seen here."""
    with doors(ward) as made:
        found = {
            f"{method} {path}"
            for method, path, rule in cases(made)
            if isinstance(rule, Guard) and rule.own and not OWN_REACH.search(path)
        }
        own = made.client(Role.PARTICIPANT, participant=OWN)
        told = own.post("/console/data/accept/clinical", data={"name": "samples.csv"})
        assert (told.status_code, _code(told)) == (403, "SRV-002")
    assert found == BY_HAND
