"""nanoward control fleet ...: one order for many people, in stages that a person opens."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.control.lane_requests import KEY, PROGRAMME, signer_of
from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.passwords import password_file, password_of

if TYPE_CHECKING:
    from nanoward.control.fleet import FleetState
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.ports.desk import Desk
    from nanoward.ports.signer import Signer

FLEET = click.argument("fleet")


@click.group()
def fleet() -> None:
    """One order for many: 1 person, then 5 %, 25 % and all, each stage opened by a person."""


@fleet.command()
@PROGRAMME
@click.argument("setting")
@click.argument("value", type=float)
@click.argument("unit")
@click.argument("participants", nargs=-1, required=True)
@click.option("--lease", "lease_s", default=600, show_default=True, help="Seconds.")
@KEY
@password_file
@common
def order(programme: str, as_json: bool, quiet: bool, **given: Any) -> None:
    """Write down an order of SETTING at VALUE UNIT for PARTICIPANTS; nothing is sent yet."""
    from nanoward.base.entries import FleetOrdered
    from nanoward.flows.orders.run_fleet import order_fleet

    with _bay(programme, given, quiet=quiet) as bay:
        names = ("setting", "value", "unit", "participants", "lease_s")
        made = FleetOrdered(
            fleet=secrets.token_hex(8),
            ordered_by=bay.actor,
            **{name: given[name] for name in names},
        )
        state = order_fleet(bay.desk, made, actor=bay.actor)
    _tell(state, as_json=as_json)


@fleet.command("open")
@PROGRAMME
@FLEET
@KEY
@password_file
@common
def open_(programme: str, fleet: str, as_json: bool, quiet: bool, **given: Any) -> None:
    """Carry out the next stage of FLEET; the key signs the order of each participant.

    Exit code 4 where so many of the stage failed that the whole order was given up.
    """
    from nanoward.flows.orders.run_fleet import open_stage

    with _bay(programme, given, quiet=quiet) as bay:
        state = open_stage(bay.desk, bay.book, fleet, actor=bay.actor, signer=bay.signer)
    _tell(state, as_json=as_json)
    raise SystemExit(4 if state.aborted else 0)


@fleet.command()
@PROGRAMME
@FLEET
@click.argument("participants", nargs=-1, required=True)
@KEY
@password_file
@common
def harm(programme: str, fleet: str, as_json: bool, quiet: bool, **given: Any) -> None:
    """Say that PARTICIPANTS were harmed (grade 3 or worse): FLEET ends, all are stopped."""
    from nanoward.flows.orders.run_fleet import end_stage

    with _bay(programme, given, quiet=quiet) as bay:
        harmed = tuple(given["participants"])
        state = end_stage(bay.desk, bay.book, fleet, failed=(), harmed=harmed, actor=bay.actor)
    _tell(state, as_json=as_json)


@fleet.command()
@PROGRAMME
@FLEET
@click.option("--reason", required=True)
@KEY
@password_file
@common
def abort(programme: str, fleet: str, as_json: bool, quiet: bool, **given: Any) -> None:
    """Give FLEET up: everybody whom it touched goes back to the safe default."""
    from nanoward.flows.orders.run_fleet import abort_fleet

    with _bay(programme, given, quiet=quiet) as bay:
        state = abort_fleet(bay.desk, bay.book, fleet, [given["reason"]], actor=bay.actor)
    _tell(state, as_json=as_json)


@fleet.command()
@PROGRAMME
@common
def show(programme: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Every fleet order, how far it is, and who is in its next stage."""
    from nanoward.flows.orders.run_fleet import fleets_on
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows = [row_of(one) for one in fleets_on(ports.ledger).values()]
    columns = ("fleet", "setting", "value", "unit", "status", "reached", "people", "next")
    print_result({"fleets": rows}, text_table(rows, columns), as_json=as_json)


def row_of(state: "FleetState") -> dict[str, Any]:
    """A fleet order as a row: what is ordered, how many it reached, who comes next."""
    from nanoward.control.fleet import next_stage, status_of_fleet, touched

    one, step = state.order, next_stage(state)
    return {
        "fleet": one.fleet,
        "setting": one.setting,
        "value": one.value,
        "unit": one.unit,
        "status": status_of_fleet(state),
        "reached": len(touched(state)),
        "people": len(one.participants),
        "next": list(step[1]) if step else [],
        "aborted": list(state.aborted),
    }


def _tell(state: "FleetState", *, as_json: bool) -> None:
    row = row_of(state)
    lines = [
        f"{row['fleet']}: {row['status']}, {row['reached']} of {row['people']} reached",
        *row["aborted"],
    ]
    print_result(row, "\n  ".join(lines), as_json=as_json)


@dataclass(frozen=True, kw_only=True)
class _Bay:
    """A desk, what it knows, and who stands at it with their key."""

    desk: "Desk"
    book: "OrderState"
    actor: str
    signer: "Signer"


@contextmanager
def _bay(programme: str, given: dict[str, Any], *, quiet: bool) -> Iterator[_Bay]:
    from nanoward.flows.desk.order_state import OrderState
    from nanoward.wiring import open_ports
    from nanoward.wiring.control import open_control, read_signing_key

    actor = signer_of(programme, given)
    signer = read_signing_key(given["key_file"], password_of(given["password_file"]))
    with open_ports(programme, quiet=quiet) as ports, open_control(ports, programme) as desk:
        book = OrderState().refresh(desk)
        yield _Bay(desk=desk, book=book, actor=actor, signer=signer)
