"""nanoward kinds: what may be named in a plan or on the command line, as it is installed."""

from dataclasses import asdict
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table
from nanoward.faces.cli.registered import Registered


def _names() -> tuple[str, ...]:
    from nanoward.wiring.registries import KINDS

    return tuple(one.name for one in KINDS)


@click.command()
@click.argument("kind", required=False, type=Registered(_names))
@common
def kinds(kind: str | None, *, as_json: bool, **_: Any) -> None:
    """Tell which drivers, notifiers, formats, tables, questionnaires and families there are.

    Each with who declares it. How to add one: docs/howto/extend-nanoward.md.
    """
    from nanoward.wiring.registries import offered

    rows = [asdict(one) for one in offered(kind or "")]
    text = text_table(rows, ("kind", "name", "meaning", "declared_by"))
    print_result({"kinds": rows}, text, as_json=as_json)
