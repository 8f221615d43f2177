"""nanoward programme tell and offer: messages that are owed, and free places to who waits."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import common, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.programme.tell_people import PeopleTold
    from nanoward.ports.ports import Ports

_FOLDER = click.Path(exists=True, file_okay=False)
Said = tuple[dict[str, Any], str]  # as JSON, and in words
Act = Callable[..., Said]
BY = click.option("--by", required=True, help="Who does it.")


def tell(ports: "Ports", by: str) -> "PeopleTold":
    """Write every message that is owed now; commands do so after what they changed."""
    from nanoward.flows.programme.tell_people import tell_people

    return tell_people(ports, secrets.token_bytes, by=by)


def told_text(told: "PeopleTold") -> str:
    """Behind what a command says; empty where nobody had to be told."""
    parts = [
        f"{count} {what}"
        for count, what in (
            (told.visits, "told of their visits"),
            (told.pay, "messages about late pay"),
            (told.closed, "messages closed"),
        )
        if count
    ]
    return f"; {', '.join(parts)}" if parts else ""


def on_booking(*, tells: bool = False) -> Callable[[Act], Callable[..., None]]:
    """Make a command PROGRAMME BOOKING of a function that says what it did.

    tells  whoever it concerns gets a message
    """

    def made(act: Act) -> Callable[..., None]:
        @click.argument("programme", type=_FOLDER)
        @click.argument("booking")
        @BY
        @common
        @wraps(act)
        def command(
            programme: str, booking: str, *, by: str, as_json: bool, quiet: bool,
            as_of: date | None, seed: int, **given: Any,
        ) -> None:  # fmt: skip
            from nanoward.wiring import open_ports

            del as_of, seed  # nothing is done on another day than today, or by chance
            with open_ports(programme, quiet=quiet) as ports:
                said, text = act(ports, booking, by=by, **given)
                text += told_text(tell(ports, by)) if tells else ""
            print_result({"booking": booking, **said}, text, as_json=as_json)

        return command

    return made


@click.command(name="tell")
@click.argument("programme", type=_FOLDER)
@BY
@common
def tell_command(programme: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Tell people whose visits moved or do not take place; close what was paid.

    The messages name nobody and no kind of visit. `nanoward message tick` delivers them.
    """
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        told = tell(ports, by)
    print_result(asdict(told), told_text(told).removeprefix("; ") or "nobody", as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@BY
@common
def offer(programme: str, *, by: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Offer free places to who waits, in the order of the list, and tell them.

    A place is held for two days; one that nobody confirmed goes to the next.
    """
    from nanoward.flows.programme.offer_places import offer_places
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        offers, told = offer_places(ports, secrets.token_bytes, by=by)
    rows = [
        {"booking": one.booking, "participant": one.participant, "day": one.day,
         "half": one.half}
        for one in offers
    ]  # fmt: skip
    text = text_table(rows, ("booking", "participant", "day", "half")) if rows else "none free"
    print_result(
        {"offers": rows, "told": asdict(told)}, text + told_text(told), as_json=as_json
    )
