"""A simulated ward behind its console, with one account per role: for a tour, never for people.

    python tools/demo_console.py [FOLDER] [--port PORT]

Simulates a programme in FOLDER (where none is), holds its round, serves it on 127.0.0.1 and
prints a link for each role. A link opens one session once; then it is worth nothing. This file
is no part of the package: nothing that is installed can make such links. It listens on loopback
alone, refuses any other host, and refuses a programme that `nanoward simulate` did not write.
"""

import argparse
import hashlib
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from click.testing import CliRunner
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from nanoward.faces.cli import cli
from nanoward.faces.service import serving
from nanoward.faces.service.app import service_app
from nanoward.faces.service.guard import COOKIE, Open
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service
from nanoward.faces.way_out import say
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rights import Role
from nanoward.wiring.service import open_clock

LOOPBACK = "127.0.0.1"
SIMULATED = 'origin = "nanoward simulate'
NAMES = {
    Role.INVESTIGATOR: "Dr Ines Vogel", Role.NURSE: "Noah Reed", Role.MONITOR: "Mia Lang",
    Role.PHARMACOLOGIST: "Dr Paul Sand", Role.EPIDEMIOLOGIST: "Dr Ela Brook",
    Role.COUNCIL: "Cora Hill", Role.PARTNER: "north", Role.AUDITOR: "Arno Keel",
    Role.ADMINISTRATOR: "Ada Moor", Role.ADVOCATE: "Ada Wells",
}  # fmt: skip


class SpentLinkError(DoorClosedError):
    """This link was used already, or never made."""

    code = "DEMO-001"
    status = 404
    next_step = "Start tools/demo_console.py again: it makes new ones."


def one_use_links(service: Service) -> tuple[APIRouter, dict[str, str]]:
    """A door that opens one session per link, and the links by role."""
    router, unused, links = APIRouter(), dict[str, str](), dict[str, str]()
    for role, shown in NAMES.items():
        service.accounts.add_account(
            Account(account=f"demo-{role}", shown=shown, roles=(role,))
        )
        token = secrets.token_urlsafe(32)
        unused[hashlib.sha256(token.encode()).hexdigest()] = f"demo-{role}"
        links[role] = f"{service.origin}/demo/{token}"
    opened = Open("one use, loopback, simulated people: see tools/demo_console.py")

    @router.get("/demo/{token}")
    async def demo(
        token: str, request: Request, _: Annotated[None, Depends(opened)]
    ) -> Response:
        host = (request.url.hostname or "").lower()
        account = unused.pop(hashlib.sha256(token.encode()).hexdigest(), None)
        if account is None or host not in ("localhost", LOOPBACK):
            raise SpentLinkError("this link opens nothing")
        value = service.accounts.begin_session(account, service.clock.now())
        answer = RedirectResponse("/console", 303)
        answer.set_cookie(
            COOKIE, value, secure=True, httponly=True, samesite="strict", path="/"
        )
        return answer

    return router, links


def simulated_ward(folder: Path, size: Sequence[str]) -> None:
    """Simulate a programme and hold its round, where there is none yet."""
    if not (folder / "programme.toml").exists():
        told = ["--as-of", str(datetime.now(UTC).date()), *size]
        _typed("simulate", str(folder), *told, "--visits", "--objects", "--cases")
    text = (folder / "programme.toml").read_text(encoding="utf-8")
    if SIMULATED not in text:
        raise SystemExit(f"{folder} is no simulated programme: no link is made for it")
    if not (folder / "rounds").exists():
        _typed("round", str(folder))
        say(str(folder), "leave", "P019", by="P019", channel="console")  # for page Now
        _typed("message", "write", str(folder), "--body", "The freezer of room 2 is warm.")


def _typed(*arguments: str) -> None:
    told = CliRunner().invoke(cli, [*arguments, "--quiet"])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise SystemExit(f"nanoward {' '.join(arguments)}: {told.output}")


def main(arguments: Sequence[str]) -> None:
    """Serve a simulated ward until stopped."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    asked.add_argument("folder", nargs="?", default="console-ward", type=Path)
    asked.add_argument("--port", type=int, default=8443)
    asked.add_argument("--host", default=LOOPBACK)
    asked.add_argument("--people", default="24")
    given = asked.parse_args(arguments)
    if given.host not in (LOOPBACK, "localhost"):
        raise SystemExit(
            "this console has links instead of passkeys: it listens on loopback alone"
        )
    simulated_ward(
        given.folder, ("--participants", given.people, "--weeks", "12", "--seed", "7")
    )
    door, address = serving.listen(serving.Address(host=LOOPBACK, port=given.port))
    service = serving.make_service(str(given.folder), address, open_clock())
    router, links = one_use_links(service)
    for role, link in links.items():
        print(f"{role:15} {link}", flush=True)
    config: Any = uvicorn.Config(
        service_app(service, more=[router]), log_config=None, access_log=False
    )
    try:
        uvicorn.Server(config).run([door])
    finally:
        service.close()


if __name__ == "__main__":
    main(sys.argv[1:])
