"""nanoward access ...: accounts, roles and sessions, for whoever holds the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import common, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.access.grant_roles import Acting
    from nanoward.ports.service.accounts import Account, Accounts

PROGRAMME = click.argument("programme", type=click.Path(exists=True, file_okay=False))
ORIGIN = click.option(
    "--origin", default="http://localhost:8443", show_default=True, help="Of the console."
)
TERMINAL = "terminal"


@click.group("access")
def group() -> None:
    """Accounts, roles and sessions of the ward's doors."""


@group.command()
@PROGRAMME
@click.option("--name", default="", help="Of whom it is for; not for the first administrator.")
@click.option("--site", default="", help="Where their role reaches one site alone.")
@ORIGIN
@common
def invite(programme: str, name: str, site: str, origin: str, as_json: bool, **_: Any) -> None:
    """Make an invite: the first administrator's where there is none, else somebody's account.

    An account has no role by that: an administrator proposes it, and another person confirms.
    """
    from nanoward.flows.access.open_account import (
        drawn_by,
        invite_first,
        invite_staff,
        is_empty,
    )
    from nanoward.wiring.service import open_chance, open_credentials

    drawn = drawn_by(open_chance())
    with _acting(programme) as on:
        credentials = open_credentials(programme)
        try:
            if is_empty(on):
                secret = invite_first(on, credentials, drawn)
            else:
                secret = invite_staff(on, credentials, drawn, shown=name, site=site)
        finally:
            credentials.close()
    link = f"{origin}/invite/{secret}"
    print_result({"link": link}, f"works once: {link}", as_json=as_json)


@group.command()
@PROGRAMME
@common
def accounts(programme: str, as_json: bool, **_: Any) -> None:
    """Every account with its roles, passkeys and sessions."""
    from nanoward.wiring.service import open_accounts, open_credentials

    kept, credentials = open_accounts(programme), open_credentials(programme)
    try:
        rows = [
            {
                "account": one.account,
                "shown": one.shown,
                "roles": sorted(one.roles),
                "site": one.site,
                "passkeys": len(credentials.devices(one.account)),
                "sessions": len(kept.sessions(one.account)),
            }
            for one in kept.accounts()
        ]
    finally:
        credentials.close()
        kept.close()
    columns = ("account", "shown", "roles", "site", "passkeys", "sessions")
    print_result({"accounts": rows}, text_table(rows, columns), as_json=as_json)


@group.command()
@PROGRAMME
@common
def roles(programme: str, as_json: bool, **_: Any) -> None:
    """Who holds which role by the ledger, what waits, and emergencies that nobody reviewed."""
    from nanoward.flows.access.role_facts import role_book

    with _acting(programme) as on:
        book = role_book(on.ledger)
        told: dict[str, list[Any]] = {
            "held": [
                {"account": name, "name": book.names.get(name, ""), "roles": sorted(held)}
                for name, held in sorted(book.roles.items())
            ],
            "waiting": [
                {"grant": one.grant, "account": one.account, "role": one.role}
                for one in book.waiting.values()
            ],
            "overdue": [one.access for one in book.overdue(on.at)],
        }
    lines = [text_table(told["held"], ("account", "name", "roles"))]
    lines += [f"waiting: {one['role']} for {one['account']}" for one in told["waiting"]]
    lines += [f"emergency access {one}: not reviewed in 24 hours" for one in told["overdue"]]
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(1 if told["overdue"] else 0)


@group.command("end-sessions")
@PROGRAMME
@click.argument("account")
@common
def end_sessions(programme: str, account: str, as_json: bool, **_: Any) -> None:
    """Sign ACCOUNT out everywhere, at once."""
    from nanoward.wiring.service import open_accounts

    kept = open_accounts(programme)
    try:
        _known(kept, account)
        ended = kept.end_sessions(account)
    finally:
        kept.close()
    print_result({"ended": ended}, f"{ended} sessions ended", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("account")
@click.option("--role", required=True, help="physician, safety_officer, council.")
@click.option("--write", is_flag=True, help="Add the lines to programme.toml.")
@ORIGIN
@common
def signer(
    programme: str, account: str, role: str, write: bool, origin: str, as_json: bool, **_: Any
) -> None:
    """The lines of programme.toml that let ACCOUNT's passkeys sign kill codes as ROLE.

    Whoever writes them decides it: open kill codes were asked for under the plan before, and
    cannot be released any more.
    """
    from nanoward.flows.access.enrol_signer import signer_lines
    from nanoward.wiring import open_folder
    from nanoward.wiring.service import open_accounts, open_credentials

    kept, credentials = open_accounts(programme), open_credentials(programme)
    try:
        found, devices = _known(kept, account), credentials.devices(account)
    finally:
        credentials.close()
        kept.close()
    section = open_folder(programme).plan().section("control")
    lines = signer_lines(found, devices, role, section, origin)
    if write and lines:
        with (Path(programme) / "programme.toml").open("a", encoding="utf-8") as plan:
            plan.write(f"\n{lines}")
    print_result({"lines": lines}, lines or "enrolled already", as_json=as_json)


@group.command()
@PROGRAMME
@click.argument("participant")
@common
def looks(programme: str, participant: str, as_json: bool, **_: Any) -> None:
    """Who looked at PARTICIPANT's data, as what, and when last."""
    from nanoward.flows.access.looks_of import looks_of
    from nanoward.wiring.service import open_accounts, open_looks

    kept, ledger = open_accounts(programme), open_looks(programme)
    try:
        found = looks_of(ledger, kept, participant)
    finally:
        ledger.close()
        kept.close()
    rows = [
        {
            "last": one.last.isoformat(timespec="minutes"),
            "by": one.by,
            "role": one.role,
            "right": one.right,
            "about": one.about,
            "times": one.times,
        }
        for one in found
    ]
    columns = ("last", "by", "role", "right", "about", "times")
    text = text_table(rows, columns) if rows else "nobody has looked"
    print_result({"looks": rows}, text, as_json=as_json)


@contextmanager
def _acting(programme: str) -> "Iterator[Acting]":
    """The programme's ledger and accounts, for whoever holds the machine."""
    from nanoward.flows.access.grant_roles import Acting
    from nanoward.wiring.service import open_accounts, to_act

    kept = open_accounts(programme)
    try:
        with to_act(programme) as ports:
            now = ports.clock.now()
            yield Acting(ledger=ports.ledger, accounts=kept, by=TERMINAL, at=now)
    finally:
        kept.close()


def _known(kept: "Accounts", account: str) -> "Account":
    from nanoward.flows.access.open_account import NoSuchAccountError

    found = kept.account(account)
    if found is None:
        raise NoSuchAccountError(f"there is no account {account!r}")
    return found
