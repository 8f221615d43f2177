"""nanoward schema: what programme.toml may hold, and whether one holds that."""

from typing import Any

import click

from nanoward.faces.cli.options import common, print_result

FAULTY = 3  # as for every document that does not hold what it claims to


@click.command()
@click.argument("programme", type=click.Path(file_okay=False), required=False)
@common
def schema(programme: str | None, as_json: bool, **_: Any) -> None:
    """Print the JSON schema of programme.toml, or read every section of PROGRAMME's.

    The schema is for editors: `nanoward schema > programme.schema.json`, and
    `#:schema ./programme.schema.json` as the first line of programme.toml. With PROGRAMME each
    section is read as its room reads it; exit code 3 where one of them cannot be.
    """
    from nanoward.flows.ledger.open_programme import schema_text

    if programme is None:
        click.echo(schema_text(), nl=False)
        return
    from nanoward.flows.ledger.read_plan import read_sections
    from nanoward.wiring import open_folder

    read = read_sections(open_folder(programme).plan())
    faults = [
        {"section": name, "code": one.code, "message": one.message, "next_step": one.next_step}
        for name, one in read.items()
        if one is not None
    ]
    lines = [
        f"[{one['section']}] {one['code']}: {one['message']}. {one['next_step']}"
        for one in faults
    ]
    text = "\n".join(lines) or f"{len(read)} sections of programme.toml are understood"
    print_result({"sections": list(read), "faults": faults}, text, as_json=as_json)
    raise SystemExit(FAULTY if faults else 0)
