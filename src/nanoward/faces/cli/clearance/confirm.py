"""nanoward clearance confirm: a named person lets go what vanished or was corrected."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.passwords import password_file, password_of

if TYPE_CHECKING:
    from nanoward.base.entries import ChangeConfirmed
    from nanoward.ports.ports import Ports

_FOLDER = click.Path(exists=True, file_okay=False)


@click.command()
@click.argument("programme", type=_FOLDER)
@click.argument("participant", default="")
@click.option("--by", default="", help="Who confirms, by name, where no key says it.")
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False),
    default=None,
    help="Your own key: asked for where the plan names who may sign.",
)
@password_file
@click.option("--reason", default="", help="Why what vanished or was corrected may go.")
@common
def confirm(
    programme: str, participant: str, *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Show what waits in PROGRAMME since the last round, or confirm it for PARTICIPANT.

    A standing that rests on what vanished stays until then; after it, hold the round again.
    Exit code 0: nothing waits, or it was confirmed; 1: changes wait.
    """
    from nanoward.flows.clearance.confirm_change import open_changes
    from nanoward.flows.queries.last_round import last_round_table
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        waiting = open_changes(last_round_table(ports, "round_changes"))
        if participant:
            entry = _confirmed(programme, ports, waiting, participant, given)
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


def _confirmed(
    programme: str,
    ports: "Ports",
    waiting: Mapping[str, Mapping[str, str]],
    participant: str,
    given: Mapping[str, Any],
) -> "ChangeConfirmed":
    from nanoward.flows.clearance.confirm_change import confirm_changes
    from nanoward.flows.clearance.sign_confirmation import signing_confirmer
    from nanoward.wiring.control import open_control, read_signing_key

    reason, by = given["reason"], given["by"]
    if not given["key_file"]:
        return confirm_changes(ports, waiting, participant, reason=reason, by=by)
    key = read_signing_key(given["key_file"], password_of(given["password_file"]))
    with open_control(ports, programme) as desk:
        sign = signing_confirmer(desk, key)
        return confirm_changes(ports, waiting, participant, reason=reason, by=by, sign=sign)
