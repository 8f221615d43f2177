"""nanoward audit pointers: what looks odd in a table, and what else explains it."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_result, text_table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("table", type=_FILE)
@click.option("--person", required=True, help="Column that names the person.")
@click.option("--value", "values", multiple=True, required=True, help="A number; again: more.")
@click.option("--site", default="", help="Column that names the site.")
@click.option("--day", default="", help="Column with the day of the visit.")
@common
def pointers(table: Path, **options: Any) -> int:
    """Point at what looks odd in TABLE: it directs an audit and accuses nobody.

    Repeated rows, people near the centre, too little variance, sites that differ (the person
    is the unit), visits on weekends, last digits. Exit code 1: something is pointed at.
    """
    from nanoward.flows.audit.point_at import TableColumns, point_at
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=True)
    columns = TableColumns(
        person=options["person"], values=options["values"], site=options["site"],
        day=options["day"],
    )  # fmt: skip
    found = point_at(bench.formats.plain(str(table), table.read_bytes()), columns, str(table))
    rows = [
        {"pointer": one.name, "about": one.about, "p": one.p, "told": one.told,
         "innocent": one.innocent, "seen": one in found.seen}
        for one in sorted(found.pointers, key=lambda one: one.p)
    ]  # fmt: skip
    shown = [row for row in rows if row["seen"]]
    text = (
        text_table(shown, ("pointer", "about", "p", "told", "innocent"))
        if shown
        else (f"{len(rows)} pointers, none of them is seen here")
    )
    told = {"pointers": rows, "rows": found.rows}
    print_result(told, text, as_json=options["as_json"])
    return 1 if shown else 0
