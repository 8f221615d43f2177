"""nanoward programme: visits, lodging, agreements and books, one file each."""

import click

from nanoward.faces.cli.lazy import LazyGroup

_HERE = "nanoward.faces.cli.programme"
COMMANDS = {
    "agreements": f"{_HERE}.agreements:group",
    "anomaly": f"{_HERE}.anomaly:group",
    "arrive": f"{_HERE}.visits:arrive",
    "ask": f"{_HERE}.visits:ask",
    "board": f"{_HERE}.visits:board",
    "book": f"{_HERE}.visits:book",
    "books": f"{_HERE}.books:group",
    "breach": f"{_HERE}.matters:breach",
    "call-off": f"{_HERE}.visits:call_off",
    "calendar": f"{_HERE}.visits:calendar",
    "capacity": f"{_HERE}.matters:capacity",
    "confirm": f"{_HERE}.visits:confirm",
    "dispute": f"{_HERE}.matters:dispute",
    "done": f"{_HERE}.visits:done",
    "half-day": f"{_HERE}.plan:half_day",
    "exposed": f"{_HERE}.exposed:group",
    "home": f"{_HERE}.lodging:home",
    "lodging": f"{_HERE}.lodging:group",
    "miss": f"{_HERE}.visits:miss",
    "move": f"{_HERE}.visits:move",
    "offer": f"{_HERE}.telling:offer",
    "overbook": f"{_HERE}.plan:overbook",
    "plan": f"{_HERE}.plan:plan",
    "pregnancy": f"{_HERE}.pregnancy:group",
    "release": f"{_HERE}.visits:release",
    "statement": f"{_HERE}.books:statement",
    "tell": f"{_HERE}.telling:tell_command",
    "urgent": f"{_HERE}.urgent:group",
    "waiting": f"{_HERE}.visits:waiting",
}


@click.command(cls=LazyGroup, name="programme", commands_at=COMMANDS)
def group() -> None:
    """Visits, capacity and lodging; agreements and pay; pregnancies, exposed people."""
