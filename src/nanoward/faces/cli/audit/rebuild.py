"""nanoward rebuild."""

from typing import Any

import click

from nanoward.faces.cli.options import common, print_result


@click.command()
@click.argument("programme", type=click.Path(file_okay=False))
@common
def rebuild(programme: str, as_json: bool, quiet: bool, **_: Any) -> None:
    """Make what is kept per person in PROGRAMME again from its records.

    The records themselves are not touched; see `nanoward verify`.
    """
    from nanoward.flows.ledger.verify_projection import rebuild_projections
    from nanoward.wiring.ledgers import open_every_ledger

    with open_every_ledger(programme, quiet=quiet) as (ledgers, progress):
        done = rebuild_projections(ledgers, progress)
    text = "\n".join(f"{name}: {count} records folded" for name, count in done.items())
    print_result({"folded": done}, text, as_json=as_json)
