"""Options and the last step of commands that look at a sample: an alarm in a programme."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError

if TYPE_CHECKING:
    from nanoward.base.entries import AlarmRaised

_FOLDER = click.Path(exists=True, file_okay=False)


def sighting_options(command: Any) -> Any:
    """--subject and --programme."""
    options = (
        click.option("--subject", default="", help="Whose sample it is."),
        click.option("--programme", type=_FOLDER, default=None,
                     help="Raise what is seen as alarms of this programme."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def asked_whose(options: dict[str, Any], *needing: str) -> None:
    """UsageError where what was seen would belong to nobody, or to no day."""
    wanted = [one for one in needing if options.get(one) is not None]
    if wanted and not (options["subject"] and options["as_of"]):
        raise UsageError("what was seen belongs to somebody and a day: give --subject, --as-of")


def raise_in_programme(
    programme: str | None, alarms: "Sequence[AlarmRaised]", *, quiet: bool
) -> list[str]:
    """Incidents that go on in the programme, where one is named."""
    if programme is None:
        return []
    from nanoward.flows.watch.raise_sightings import raise_sightings
    from nanoward.wiring.watch import open_watch

    with open_watch(programme, quiet=quiet) as (ports, notices):
        book = raise_sightings(ports, notices, alarms)
    return [one.name for one in book.incidents.values() if not one.ended]
