"""nanoward report: pages of single people from the last round."""

from typing import Any
from urllib.parse import quote

import click

from nanoward.faces.cli.options import common, print_result
from nanoward.ports.ports import Ports


@click.command(name="report")
@click.argument("programme", type=click.Path(file_okay=False))
@click.argument("participants", nargs=-1)
@click.option("--pdf", is_flag=True, help="The whole report, as PDF.")
@common
def report(
    programme: str, participants: tuple[str, ...], *, pdf: bool, as_json: bool, quiet: bool,
    **_: Any,
) -> None:  # fmt: skip
    """Write a page for each of PARTICIPANTS from the last round of PROGRAMME.

    The report of a large programme shows those with something to decide; everybody else's
    time, course and setting stand in rounds/DAY/people/PARTICIPANT.html, made when asked for.
    --pdf writes rounds/DAY/report.pdf: tagged, for archives, the same bytes for the same round.
    """
    from nanoward.faces.report.person_page import SHOWN, render_person
    from nanoward.flows.queries.person_of_round import last_round
    from nanoward.wiring import open_ports

    if not participants and not pdf:
        raise click.UsageError("name a participant, or say --pdf")
    with open_ports(programme, quiet=quiet, use="read") as ports:
        names = [*(shape.name for shape in SHOWN), "findings", "undecided", "evidence"]
        round_ = last_round(ports, names)
        pages = {
            f"people/{quote(who, safe='')}.html": render_person(round_, who)
            for who in participants
        }
        if pdf:
            pages["report.pdf"] = _report_pdf(ports)
        day = round_.as_of.isoformat()
        written = [ports.folder.add_to_round(day, path, page) for path, page in pages.items()]
    print_result({"pages": written}, "\n".join(written), as_json=as_json)


def _report_pdf(ports: Ports) -> bytes:
    from nanoward.faces.document.round_document import round_document
    from nanoward.faces.document.typst_text import pdf_of
    from nanoward.flows.queries.whole_round import whole_round

    return pdf_of(round_document(whole_round(ports)))
