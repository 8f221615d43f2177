"""nanoward verify."""

from typing import Any

import click

from nanoward.faces.cli.options import common, print_findings, print_result


@click.command()
@click.argument("programme", type=click.Path(file_okay=False))
@common
def verify(programme: str, as_json: bool, quiet: bool, **_: Any) -> None:  # noqa: FBT001
    """Prove that the record of PROGRAMME is whole: ledger, blobs and reports.

    Exit code 0: whole; 1: a report was changed or is missing; 5: ledger or blobs are broken.
    """
    from nanoward.flows.verify_record import verify_record
    from nanoward.wiring import open_site

    with open_site(programme, quiet=quiet) as site:
        verdict = verify_record(site)
    told = {
        "records": verdict.head.size,
        "head": verdict.head.hash,
        "blobs": verdict.blobs,
        "rounds": verdict.rounds,
        "findings": [one.as_row() for one in verdict.findings],
    }
    text = (
        f"ledger: {verdict.head.size} records verify, head {verdict.head.hash}\n"
        f"blobs: {verdict.blobs} hold what their names say\n"
        f"rounds: {verdict.rounds} checked, {len(verdict.findings)} files differ"
    )
    print_result(told, text, as_json=as_json)
    raise SystemExit(print_findings(verdict.findings, quiet=quiet or as_json))
