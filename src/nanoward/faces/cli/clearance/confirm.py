"""nanoward clearance confirm: a named person lets go what vanished or was corrected."""

from dataclasses import asdict
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant", default="")
@click.option("--by", default="", help="Who confirms, by name.")
@click.option("--reason", default="", help="Why what vanished or was corrected may go.")
@common
def confirm(
    programme: str, participant: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Show what waits in PROGRAMME since the last round, or confirm it for PARTICIPANT.

    A standing that rests on what vanished stays until then; after it, hold the round again.
    Exit code 0: nothing waits, or it was confirmed; 1: changes wait.
    """
    from nanoward.flows.clearance.confirm_change import confirm_changes, open_changes
    from nanoward.flows.queries.last_round import last_round_table
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        waiting = open_changes(last_round_table(ports, "round_changes"))
        if participant:
            entry = confirm_changes(
                ports, waiting, participant, reason=given["reason"], by=given["by"]
            )
            words = "; ".join(waiting[participant].values())
            text = f"{entry.by} confirmed for {participant}: {words}\nhold the round again"
            print_result(asdict(entry), text, as_json=as_json)
            return
    rows = [
        {"participant": who, "change": name, "what": words}
        for who, some in sorted(waiting.items())
        for name, words in sorted(some.items())
    ]
    text = text_table(rows, ("participant", "change", "what")) if rows else "nothing waits"
    print_result({"waiting": rows}, text, as_json=as_json)
    raise SystemExit(1 if rows else 0)
