"""nanoward report: pages of single people from the last round."""

from typing import Any
from urllib.parse import quote

import click

from nanoward.faces.cli.options import common, print_result


@click.command(name="report")
@click.argument("programme", type=click.Path(file_okay=False))
@click.argument("participants", nargs=-1, required=True)
@common
def report(
    programme: str, participants: tuple[str, ...], *, as_json: bool, quiet: bool, **_: Any
) -> None:
    """Write a page for each of PARTICIPANTS from the last round of PROGRAMME.

    The report of a large programme shows those with something to decide; everybody else's
    time, course and setting stand in rounds/DAY/people/PARTICIPANT.html, made when asked for.
    """
    from nanoward.faces.report.person_page import SHOWN, render_person
    from nanoward.flows.queries.person_of_round import last_round
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet, use="read") as ports:
        round_ = last_round(ports, [*(shape.name for shape in SHOWN), "findings", "undecided"])
        pages = {who: render_person(round_, who) for who in participants}
        day = round_.as_of.isoformat()
        written = [
            ports.folder.add_to_round(day, f"people/{quote(who, safe='')}.html", page)
            for who, page in pages.items()
        ]
    print_result({"pages": written}, "\n".join(written), as_json=as_json)
