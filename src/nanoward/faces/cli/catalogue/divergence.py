"""nanoward catalogue divergence: like the agent, derived from it, wild, or engineered?"""

from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_result, text_table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHARE = click.FloatRange(0, 1, min_open=True)


@click.command()
@click.argument("sequences", type=FILE)
@click.option("--reference", type=FILE, required=True, help="FASTA of the agents.")
@click.option("--derived", type=SHARE, help="Share of differing letters from which derived.")
@click.option("--wild", type=SHARE, help="Share of differing letters from which wild.")
@click.option(
    "--polio",
    is_flag=True,
    help="Limits of VP1; references are poliovirus PV1, PV2, PV3.",
)
@click.option("--marks", type=FILE, help="FASTA of pieces that only engineered ones hold.")
@common
def divergence(sequences: Path, reference: Path, **options: Any) -> None:
    """Tell of each of SEQUENCES (FASTA) how far it is from the nearest agent."""
    from nanoward.catalogue.identity.divergence import DivergenceLimits
    from nanoward.flows.catalogue.classify_divergence import classify_divergence
    from nanoward.wiring import open_bench

    derived, wild = options["derived"], options["wild"]
    limits = None
    if not options["polio"]:
        if derived is None or wild is None or derived >= wild:
            raise UsageError("give --polio, or --derived below --wild")
        limits = DivergenceLimits(derived=derived, wild=wild)
    marks: Path | None = options["marks"]
    table = classify_divergence(
        (str(sequences), sequences.read_bytes()),
        (str(reference), reference.read_bytes()),
        open_bench(quiet=True).formats,
        limits,
        None if marks is None else (str(marks), marks.read_bytes()),
    )
    rows = table.to_dicts()
    print_result({"sequences": rows}, text_table(rows, table.columns),
                 as_json=options["as_json"])  # fmt: skip
