"""nanoward programme lodging and home: beds, visitors, contacts, and the way home."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)
BY = click.option("--by", required=True, help="Who does it.")


@click.group(name="lodging")
def group() -> None:
    """Beds by kind, stays, visitors, and contacts through rooms."""


@group.command()
@click.argument("programme", type=_FOLDER)
@common
def beds(programme: str, *, as_json: bool, as_of: date | None, quiet: bool, **_: Any) -> None:
    """Show beds taken and there by kind, and who sleeps where tonight."""
    from nanoward.flows.programme.ask_gate import ledger_entries, rules_of_programme
    from nanoward.programme.lodging.stays import beds_taken, lost_beds, stays_of
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        night, rooms = as_of or ports.today(), rules_of_programme(ports).rooms
        stays = stays_of(ledger_entries(ports, "visits"))
    tonight = [one for one in stays.values() if one.is_there(night)]
    kinds = beds_taken(tonight, rooms, night)
    lost = lost_beds(tonight, rooms, night)
    rows = [
        {"stay": one.stay, "participant": one.participant, "room": one.room, "first": one.first,
         "last": one.last, "note": "the room is not there" if one in lost else ""}
        for one in sorted(tonight, key=lambda one: (one.room, one.participant))
    ]  # fmt: skip
    parts = [f"{kind} {taken} of {there}" for kind, (taken, there) in kinds.items()]
    head = ", ".join(parts)
    told = {"night": night, "beds": {k: list(v) for k, v in kinds.items()}, "stays": rows}
    columns = ("participant", "room", "first", "last", "stay", "note")
    text = f"night of {night}: {head or 'no rooms'}\n{text_table(rows, columns)}"
    print_result(told, text, as_json=as_json)
    raise SystemExit(1 if lost else 0)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("room")
@click.argument("first", type=Day())
@click.option("--last", type=Day(), default=None, help="Last night; open where not given.")
@BY
@common
def begin(
    programme: str, participant: str, room: str, first: date, *, last: date | None, by: str,
    as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Give PARTICIPANT a bed in ROOM (SITE/NAME) from the night of FIRST."""
    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.lodge_people import BedWish, begin_stay
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        known = rules_of_programme(ports).rooms.get(room)
        site, name = room.partition("/")[::2]
        wish = BedWish(
            participant=participant, site=site, room=name,
            kind="" if known is None else known.kind, first=first, last=last,
        )  # fmt: skip
        stay = begin_stay(ports, wish, by=by)
    print_result({"stay": stay}, f"{stay}: {participant} in {room}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("stay")
@click.argument("last", type=Day())
@click.option("--reason", default="")
@BY
@common
def end(
    programme: str, stay: str, last: date, *, reason: str, by: str, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """End STAY after the night of LAST: by the person at once, by others in 14 days."""
    from nanoward.flows.programme.lodge_people import end_stay
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        end_stay(ports, stay, last, reason=reason, by=by)
    print_result({"stay": stay}, f"{stay} ends after {last}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("visitor")
@click.argument("participants", nargs=-1, required=True)
@click.option("--site", required=True)
@click.option("--consent", type=_FILE, required=True, help="The visitor's own, signed.")
@click.option("--rules-read", is_flag=True)
@click.option("--ward-agreed", is_flag=True, help="Where somebody lives apart.")
@BY
@common
def admit(
    programme: str, visitor: str, participants: tuple[str, ...], *, site: str, consent: str,
    rules_read: bool, ward_agreed: bool, by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Let VISITOR in to PARTICIPANTS; whom they meet is a contact."""
    from nanoward.flows.programme.lodge_people import VisitorPass, admit_visitor
    from nanoward.wiring import open_ports

    wanted = VisitorPass(
        visitor=visitor, participants=participants, site=site,
        consent=Path(consent).read_bytes(), rules_read=rules_read, ward_agreed=ward_agreed,
    )  # fmt: skip
    with open_ports(programme, quiet=quiet) as ports:
        admit_visitor(ports, wanted, by=by)
    print_result({"visitor": visitor}, f"{visitor} may come in", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.option("--by", default="lodging")
@common
def contacts(
    programme: str, *, by: str, as_json: bool, as_of: date | None, quiet: bool, **_: Any
) -> None:
    """Put contacts through rooms and waiting rooms on the ledger, for bonds."""
    from nanoward.flows.programme.lodge_people import record_contacts
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        made = record_contacts(ports, as_of or ports.today(), by=by)
    print_result({"contacts": len(made)}, f"{len(made)} contacts", as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--where", default="", help="Where the person is.")
@BY
@common
def home(
    programme: str,
    participant: str,
    *,
    where: str,
    by: str,
    as_json: bool,
    quiet: bool,
    **_: Any,
) -> None:
    """Transport, bed and cost for PARTICIPANT, who left, by [programme.return]."""
    from dataclasses import asdict

    from nanoward.flows.programme.provide_return import provide_return
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        found = provide_return(ports, participant, where=where, by=by)
    missing = f"; still owed: {'; '.join(found.missing)}" if found.missing else ""
    way, bed = found.transport or "no transport", found.room or "none"
    text = f"{participant}: {way}, bed {bed}{missing}"
    print_result(asdict(found), text, as_json=as_json)
    raise SystemExit(1 if found.missing else 0)
