"""nanoward watch reads: which known others are in a sample's reads?"""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import common, print_findings, print_result, text_table
from nanoward.faces.cli.watch.sightings import (
    asked_whose,
    raise_in_programme,
    sighting_options,
)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_SHOWN = ("name", "state", "reads", "kmers", "coverage", "limit", "told")


@click.command()
@click.argument("sample", type=_FILE, nargs=-1, required=True)
@click.option("--known", type=_FILE, multiple=True, help="FASTA of one other to look for.")
@click.option("--known-each", type=_FILE, multiple=True,
              help="FASTA of which each record is another to look for.")  # fmt: skip
@click.option("--innocent", type=_FILE, multiple=True, help="FASTA of a relative.")
@click.option("--baseline", type=_FILE, multiple=True,
              help="Reads of an earlier sample of the person; best two or more.")  # fmt: skip
@click.option("--out", type=_NEW, help="Write counts as rows for data/counts/ (CSV).")
@sighting_options
@common
def reads(sample: tuple[Path, ...], **options: Any) -> int:
    """Look in the reads of SAMPLE (FASTQ) for known others, by k-mers that only they have.

    Distinct reads are counted; "not seen" says what would have been. Exit code 1: somebody was
    seen or cannot be told from a relative, or there are findings.
    """
    from nanoward.flows.watch.raise_sightings import known_alarms
    from nanoward.flows.watch.scan_reads import Catalogue, scan_reads
    from nanoward.ports.reads import ReadFile
    from nanoward.wiring import open_bench

    asked_whose(options, "out", "programme")
    bench = open_bench(quiet=options["quiet"])
    catalogue = Catalogue(
        **{
            name: tuple((str(one), one.read_bytes()) for one in options[name])
            for name in ("known", "known_each", "innocent")
        }
    )
    files = [ReadFile(name=str(one), path=str(one)) for one in sample]
    earlier = [ReadFile(name=str(one), path=str(one)) for one in options["baseline"]]
    found = scan_reads(files, catalogue, earlier, bench.formats, bench.progress)
    if options["out"] is not None:
        write_csv(found.rows(options["subject"], options["as_of"]), options["out"])
    alarms = []
    if options["programme"] is not None:
        alarms = known_alarms(found.others, options["subject"], options["as_of"])
    open_ones = raise_in_programme(options["programme"], alarms, quiet=options["quiet"])
    rows = found.as_rows()
    told = {"others": rows, "reads": found.reads, "baselines": found.baselines,
            "incidents": open_ones,
            "findings": [one.as_row() for one in found.findings]}  # fmt: skip
    text = f"{found.reads:,} reads, {found.baselines} earlier samples\n"
    print_result(told, text + text_table(rows, _SHOWN), as_json=options["as_json"])
    code = print_findings(found.findings, quiet=options["quiet"])
    return 1 if code or any(one["state"] != "not seen" for one in rows) else 0
