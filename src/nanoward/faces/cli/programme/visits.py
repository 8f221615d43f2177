"""nanoward programme ask, book, move, confirm, arrive, done, miss, release, call-off ..."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table
from nanoward.faces.cli.programme.telling import Said, on_booking

if TYPE_CHECKING:
    from nanoward.ports.ports import Ports

MOST_HOURS = 24
LEAST_KEY = 16

_FOLDER = click.Path(exists=True, file_okay=False)
_HALF = click.Choice(("morning", "afternoon"))
BY = click.option("--by", required=True, help="Who does it.")


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("kind")
@click.argument("day", type=Day())
@click.option("--before", type=click.IntRange(0), default=2, show_default=True, help="Days.")
@click.option("--after", type=click.IntRange(0), default=2, show_default=True, help="Days.")
@click.option("--reason", default="")
@BY
@common
def ask(
    programme: str, participant: str, kind: str, day: date, *, before: int, after: int,
    reason: str, by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Put a visit of PARTICIPANT on the waiting list, meant for DAY."""
    from nanoward.flows.programme.ask_gate import unknown_person
    from nanoward.flows.programme.book_visit import VisitAsk, ask_visit
    from nanoward.wiring import open_ports

    wish = VisitAsk(
        participant=participant, kind=kind, planned=day, opens=day - timedelta(days=before),
        closes=day + timedelta(days=after), reason=reason,
    )  # fmt: skip
    with open_ports(programme, quiet=quiet) as ports:
        note = unknown_person(ports, participant)
        name = ask_visit(ports, wish, by=by)
    text = f"{name} waits for a place{'; ' if note else ''}{note}"
    print_result({"booking": name, "note": note}, text, as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.argument("kind")
@click.argument("day", type=Day())
@click.argument("half", type=_HALF)
@click.option("--site", default="", help="Name of the site; the only one where not given.")
@click.option("--booking", default="", help="Of the waiting list; a new one where not given.")
@click.option("--over", is_flag=True, help="A weekly visit beyond the places, by the rule.")
@BY
@common
def book(
    programme: str, participant: str, kind: str, day: date, half: str, *, site: str,
    booking: str, over: bool, by: str, as_json: bool, quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """Book a visit of PARTICIPANT; exit code 4 with every conflict where it cannot be."""
    from nanoward.flows.programme.ask_gate import rules_of_programme
    from nanoward.flows.programme.book_visit import book_visit
    from nanoward.flows.programme.plan_weeks import chosen_site
    from nanoward.programme.visits.booking_rules import PlaceWish
    from nanoward.programme.visits.site_calendar import HalfDay
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        place = chosen_site(rules_of_programme(ports), site)
        wish = PlaceWish(
            booking=booking, participant=participant, kind=kind, site=place.name,
            at=HalfDay(day, half),
        )  # fmt: skip
        name = book_visit(ports, wish, by=by, over=over)
    print_result({"booking": name}, f"{name}: {kind} on {day}, {half}", as_json=as_json)


@click.command()
@on_booking(tells=True)
@click.argument("day", type=Day())
@click.argument("half", type=_HALF)
@click.option("--reason", required=True, help="Why it moves; it stays on the record.")
def move(ports: "Ports", booking: str, *, day: date, half: str, reason: str, by: str) -> Said:
    """Move BOOKING to another half-day; the person is told the new time."""
    from nanoward.flows.programme.book_visit import move_visit
    from nanoward.programme.visits.site_calendar import HalfDay

    move_visit(ports, booking, HalfDay(day, half), reason=reason, by=by)
    return {}, f"{booking} is on {day}, {half}"


@click.command()
@on_booking()
def confirm(ports: "Ports", booking: str, *, by: str) -> Said:
    """The person comes to BOOKING; the gate is asked again."""
    from nanoward.flows.programme.book_visit import confirm_visit

    confirm_visit(ports, booking, by=by)
    return {}, f"{booking} is confirmed"


@click.command()
@on_booking()
def arrive(ports: "Ports", booking: str, *, by: str) -> Said:
    """The person of BOOKING is here; the gate is asked again."""
    from nanoward.flows.programme.record_visit import arrive as arrived

    arrived(ports, booking, by=by)
    return {}, f"{booking}: here"


@click.command()
@on_booking()
@click.option(
    "--outcome",
    type=click.Choice(("done", "broken off", "failed test")),
    default="done",
    show_default=True,
)
@click.option("--nights", type=click.IntRange(0), default=0)
@click.option("--hours", default="0", help="As decimal text.")
def done(
    ports: "Ports", booking: str, *, outcome: str, nights: int, hours: str, by: str
) -> Said:
    """BOOKING was made; what it earns is earned in the same append."""
    import secrets

    from nanoward.flows.programme.record_visit import VisitReport, make_visit

    report = VisitReport(
        booking=booking, outcome=outcome, nights=nights, hours=_hours(hours),
        payee=secrets.token_hex(8),
    )  # fmt: skip
    minor = make_visit(ports, report, by=by)
    told = f"{booking}: {outcome}; {minor} minor units earned"
    return {"earned_minor_units": minor}, told


def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise click.BadParameter(f"{text!r} is no number of hours from 0 to {MOST_HOURS}")
    return hours


@click.command()
@on_booking()
@click.option("--reason", default="")
def miss(ports: "Ports", booking: str, *, reason: str, by: str) -> Said:
    """BOOKING was missed; nothing is taken for it."""
    from nanoward.flows.programme.record_visit import miss_visit

    miss_visit(ports, booking, reason=reason, by=by)
    return {}, f"{booking} was missed"


@click.command()
@on_booking(tells=True)
@click.option("--reason", required=True)
@click.option("--waits", is_flag=True, help="The visit waits for another place.")
def release(ports: "Ports", booking: str, *, reason: str, waits: bool, by: str) -> Said:
    """Give the place of BOOKING back; the person is told."""
    from nanoward.flows.programme.book_visit import release_visit

    release_visit(ports, booking, reason=reason, by=by, waits=waits)
    return {}, f"{booking} is released"


@click.command(name="call-off")
@on_booking(tells=True)
@click.option("--reason", required=True)
@click.option("--late", is_flag=True, help="Less than a day before: half is earned.")
def call_off(ports: "Ports", booking: str, *, reason: str, late: bool, by: str) -> Said:
    """The programme calls BOOKING off: it waits for another place, and the person is told."""
    import secrets

    from nanoward.flows.programme.record_visit import call_off as called_off

    payee = secrets.token_hex(8)
    minor = called_off(ports, booking, reason=reason, late=late, payee=payee, by=by)
    told = f"{booking} is called off; {minor} minor units earned"
    return {"earned_minor_units": minor}, told


def _row(one: Any) -> dict[str, Any]:
    return {
        "booking": one.booking,
        "participant": one.participant,
        "kind": one.kind,
        "state": one.state,
        "day": None if one.at is None else one.at.day,
        "half": "" if one.at is None else one.at.half,
        "planned": one.planned,
        "reason": one.reason,
    }


@click.command()
@click.argument("programme", type=_FOLDER)
@common
def waiting(programme: str, *, as_json: bool, quiet: bool, **_: Any) -> None:
    """Show the waiting list of PROGRAMME in its order."""
    from nanoward.flows.programme.ask_gate import board_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        rows = [_row(one) for one in board_now(ports).waiting()]
    columns = ("booking", "participant", "kind", "planned", "reason")
    print_result({"waiting": rows}, text_table(rows, columns), as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.option("--days", type=click.IntRange(1), default=28, show_default=True)
@common
def board(
    programme: str, *, days: int, as_json: bool, as_of: date | None, quiet: bool, **_: Any
) -> None:
    """Show the bookings of PROGRAMME over the coming days."""
    from nanoward.flows.programme.ask_gate import board_now
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        first = as_of or ports.today()
        known = board_now(ports).bookings.values()
    last = first + timedelta(days=days)
    shown = [one for one in known if one.at is not None and first <= one.at.day < last]
    rows = [_row(one) for one in sorted(shown, key=lambda one: (str(one.at), one.booking))]
    columns = ("day", "half", "participant", "kind", "state", "booking")
    print_result({"bookings": rows}, text_table(rows, columns), as_json=as_json)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant")
@click.option("--key-file", type=click.Path(exists=True, dir_okay=False), required=True,
              help="What makes the feed's numbers; another key ends the feed.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False), default=None)
@common
def calendar(
    programme: str, participant: str, *, key_file: str, out: str | None, as_json: bool,
    quiet: bool, **_: Any,
) -> None:  # fmt: skip
    """The bookings of PARTICIPANT as iCalendar: no name, no kind of visit."""
    from pathlib import Path

    from nanoward.flows.programme.ask_gate import board_now, rules_of_programme
    from nanoward.programme.visits.calendar_feed import FeedKey, calendar_feed
    from nanoward.wiring import open_ports
    from nanoward.wiring.ledgers import write_file

    secret = Path(key_file).read_bytes()
    if len(secret.strip()) < LEAST_KEY:
        raise click.BadParameter(f"a key of a feed has {LEAST_KEY} bytes or more of chance")
    key = FeedKey(secret=secret)
    with open_ports(programme, quiet=quiet, use="read") as ports:
        board = board_now(ports)
        mine = [one for one in board.bookings.values() if one.participant == participant]
        sites = dict(rules_of_programme(ports).visits.sites)
        feed = calendar_feed(mine, sites, key, ports.clock.now())
    if out:
        write_file(out, feed)
    address = f"{key.address(participant)}.ics"
    told = {"address": address, "events": feed.count("BEGIN:VEVENT")}
    print_result(told, address if out else feed, as_json=as_json)
