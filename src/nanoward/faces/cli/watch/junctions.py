"""nanoward watch junctions: is the agent joined to something else?"""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_findings, print_result, text_table
from nanoward.faces.cli.watch.sightings import (
    asked_whose,
    raise_in_programme,
    sighting_options,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = ("kind", "contig", "strand", "position", "reads", "share", "sequence")


@click.command()
@click.argument("sample", type=_FILE, nargs=-1, required=True)
@click.option("--agent", type=_FILE, multiple=True, required=True,
              help="FASTA of our agent.")  # fmt: skip
@sighting_options
@common
def junctions(sample: tuple[Path, ...], **options: Any) -> int:
    """Look in the reads of SAMPLE (FASTQ) for our agent's parts joined to something else.

    Two distinct reads or more must share a break point and what follows it. Deletions and
    rearrangements of the agent with itself are told apart and raise nothing. Exit code 1: a
    chimera, or findings.
    """
    from nanoward.flows.watch.raise_sightings import junction_alarms
    from nanoward.flows.watch.scan_junctions import scan_junctions
    from nanoward.ports.reads import ReadFile
    from nanoward.wiring import open_bench

    asked_whose(options, "programme")
    bench = open_bench(quiet=options["quiet"])
    files = [ReadFile(name=str(one), path=str(one)) for one in sample]
    agent = [(str(one), one.read_bytes()) for one in options["agent"]]
    found = scan_junctions(files, agent, bench.formats)
    alarms = []
    if options["programme"] is not None:
        alarms = junction_alarms(found.junctions, options["subject"], options["as_of"])
    open_ones = raise_in_programme(options["programme"], alarms, quiet=options["quiet"])
    rows = found.as_rows()
    told = {"junctions": rows, "reads": found.reads, "depth": found.depth,
            "limit": found.limit, "incidents": open_ones,
            "findings": [one.as_row() for one in found.findings]}  # fmt: skip
    print_result(told, _text(found, rows), as_json=options["as_json"])
    code = print_findings(found.findings, quiet=options["quiet"])
    return 1 if code or found.chimeras else 0


def _text(found: Any, rows: list[dict[str, Any]]) -> str:
    shown = [{**one, "sequence": one["sequence"][:40]} for one in rows]
    would = (
        f"a junction in {found.limit:.2g} of the agent's copies would have been seen at 95 %"
        if found.depth > 0
        else "cannot tell: the agent is not in these reads"
    )
    head = f"{found.reads:,} reads, {found.depth:.3g} span a place of the agent; {would}"
    return f"{head}\n{text_table(shown, _SHOWN) if rows else 'no junctions'}"
