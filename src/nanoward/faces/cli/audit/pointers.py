"""nanoward audit pointers: what looks odd in a table, and what else explains it."""

from math import isnan
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
@click.option("--group", default="", help="Column that names the person's group.")
@click.option("--edited", default="", help="Column with the moment of the last edit.")
@click.option("--edit-days", type=click.IntRange(0), default=14, show_default=True,
              help="Days after the visit from which on an edit is late.")  # fmt: skip
@click.option("--number", default="", help="Column with an instrument's sequence number.")
@click.option("--instrument", default="", help="Column that names the instrument.")
@click.option("--before", multiple=True, help="Value before a question; one for each --value.")
@click.option("--asked", default="", help="Column that says yes where somebody asked.")
@click.option("--events", default="", help="Column with the number of events told.")
@click.option("--visits", default="", help="Column with the visits that they are of; else 1.")
@common
def pointers(table: Path, **options: Any) -> int:
    """Point at what looks odd in TABLE: it directs an audit and accuses nobody.

    Repeated rows, people near the centre, too little variance, too good a fit, sites that
    differ or tell fewer events (the person is the unit), groups too alike, visits on weekends,
    last digits, late edits, numbers that skip, values that move after a question. What the
    table has no column for is told. Exit code 1: something is pointed at.
    """
    from nanoward.flows.audit.point_at import TableColumns, point_at
    from nanoward.flows.audit.point_at_records import RecordColumns
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=True)
    columns = TableColumns(
        person=options["person"], values=options["values"], site=options["site"],
        day=options["day"], group=options["group"],
        records=RecordColumns(
            edited=options["edited"], edit_days=options["edit_days"],
            number=options["number"], instrument=options["instrument"],
            before=options["before"], asked=options["asked"],
            events=options["events"], visits=options["visits"],
        ),
    )  # fmt: skip
    found = point_at(bench.formats.plain(str(table), table.read_bytes()), columns, str(table))
    rows = [
        {"pointer": one.name, "about": one.about, "p": None if isnan(one.p) else one.p,
         "told": one.told, "innocent": one.innocent, "seen": any(one is o for o in found.seen)}
        for one in sorted(found.pointers, key=lambda one: 2.0 if isnan(one.p) else one.p)
    ]  # fmt: skip
    shown = [row for row in rows if row["seen"]]
    text = (
        text_table(shown, ("pointer", "about", "p", "told", "innocent"))
        if shown
        else (f"{len(rows)} pointers, none of them is seen here")
    )
    lines = [
        f"for a person to judge, without a p: {row['pointer']}: {row['told']}; innocent: "
        f"{row['innocent']}"
        for row in rows
        if row["p"] is None
    ]
    if found.sites:
        named = ", ".join(f"{site} {rank:.2f}" for site, rank in found.sites[:5])
        lines.append(f"sites to look at first (mean rank, 0 to 1): {named}")
    lines += [f"not looked at: {why} ({name})" for name, why in found.unlooked.items()]
    told = {"pointers": rows, "rows": found.rows, "not_looked_at": found.unlooked}
    told["sites"] = [{"site": site, "rank": rank} for site, rank in found.sites]
    print_result(told, "\n".join([text, *lines]), as_json=options["as_json"])
    return 1 if shown else 0
