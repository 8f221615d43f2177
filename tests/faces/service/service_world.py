"""A ward's doors in one process: the app over a programme's folder, and who asks it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter
from fastapi.testclient import TestClient

from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts
from nanoward.faces.service import app as app_module
from nanoward.faces.service.guard import COOKIE
from nanoward.faces.service.service_parts import Service
from nanoward.faces.service.telemetry import Telemetry
from nanoward.ports.service.accounts import Account
from nanoward.programme.access.rate_limits import RateLimit
from nanoward.programme.access.rights import Role
from nanoward.testing.fakes import SteppedClock
from nanoward.wiring.service import begin, open_identity, to_append, to_read, turn

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)
ORIGIN = "https://ward.example"
WIDE = dict.fromkeys(
    ("account", "session", "network"), RateLimit(burst=1_000_000, per_minute=1e6)
)  # the clock of these tests stands still: what they ask for must not add up


class Doors:
    """The app of one programme, and clients signed in to it."""

    def __init__(self, folder: Path, more: Sequence[APIRouter] = ()) -> None:
        begin(str(folder))
        self.clock = SteppedClock(NOON)
        self.accounts = SqliteAccounts(folder / ".nanoward" / "accounts.db")
        self.service = Service(
            path=str(folder),
            reading=lambda: to_read(str(folder)),
            acting=lambda: to_append(str(folder)),
            turn=lambda ports: turn(str(folder), ports),
            accounts=self.accounts,
            clock=self.clock,
            identity=open_identity(
                str(folder), origin=ORIGIN, own_origin="https://me.ward.example", limits=WIDE
            ),
            origin=ORIGIN,
            own_origin="https://me.ward.example",
        )
        self.lines: list[str] = []  # what the service said of itself
        telemetry = Telemetry(write=self.lines.append)
        self.app = app_module.service_app(self.service, more=more, telemetry=telemetry)

    def client(
        self, *roles: Role, participant: str | None = None, site: str = ""
    ) -> TestClient:
        """A client whose session holds these roles; nobody signed in without any."""
        client = TestClient(self.app, base_url=ORIGIN, raise_server_exceptions=False)
        if roles:
            name = "-".join(roles) + (participant or "")
            self.accounts.add_account(
                Account(
                    account=name, shown=name, roles=roles, participant=participant, site=site
                )
            )
            value = self.accounts.begin_session(name, self.clock.now())
            client.cookies.set(COOKIE, value)
            client.headers["origin"] = ORIGIN
        return client


@contextmanager
def doors(folder: Path, more: Sequence[APIRouter] = ()) -> Iterator[Doors]:
    """The doors of a programme until they are closed."""
    made = Doors(folder, more)
    try:
        yield made
    finally:
        made.service.close()
