"""nanoward catalogue adapt: how far has the agent moved in each host, and how fast?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.inputs import least_identity
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

if TYPE_CHECKING:
    from nanoward.flows.steps.step_outcome import Outcome

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
WRITTEN = (
    "profiles",
    "factors",
    "aligned",
    "acquired",
    "departures",
    "rates",
    "recurrence",
    "selection",
    "guarded_loci",
    "owners",
    "carryover",
)
SHOWN = {
    "departures": ("participant", "sample", "start", "days", "differences", "acquired"),
    "rates": ("participant", "samples", "days", "acquired", "per_site_year", "low", "high"),
}


@click.command()
@click.argument("genomes", type=FILE, nargs=-1, required=True)
@click.option("--samples", type=FILE, help="Samples with participant, day, lot, run (CSV).")
@click.option("--reference", type=FILE, help="Reference of the agent (FASTA).")
@click.option("--variants", type=FILE, help="Minor variants (CSV or VCF).")
@click.option("--spec", type=FILE, help="spec.toml: its loci, frames and kill mechanisms.")
@click.option("--contacts", type=FILE, help="Who met whom (CSV): passing on is no carryover.")
@click.option(
    "--lot", "lots", multiple=True, metavar="LOT=FILE", help="The lot's own variants (VCF)."
)
@click.option("--out", type=FOLDER, help="Folder for all tables (Parquet); see also plot.")
@click.option("--lineage-column", default="", hidden=True)
@click.option(
    "--variant-positions",
    type=click.Choice(["reference", "consensus"]),
    default="reference",
    hidden=True,
)
@click.option("--trim-ends", type=int, default=0, help="Unreadable letters at each end.")
@columns("samples", "variants", "contacts")
@least_identity
@common
def adapt(genomes: tuple[Path, ...], *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Measure how far the agent in GENOMES has moved from what each person received.

    GENOMES are consensus FASTA and VCF, any number of each: data of one's own, or what
    `catalogue type` wrote of reads. Without a lot's variants its recipients are compared with
    their own first samples.
    """
    from nanoward.catalogue import catalogue_rules
    from nanoward.faces.cli.catalogue.inputs import contents, rule_options, summary_of
    from nanoward.flows.agents.check_agents import stated_regions
    from nanoward.flows.lots.measure_adaptation_of_files import (
        AdaptFiles,
        measure_adaptation_of_files,
    )
    from nanoward.wiring import open_bench

    spec: Path | None = options["spec"]
    roles = ("samples", "reference", "variants", "contacts")
    files = AdaptFiles(
        genomes=[(str(path), path.read_bytes()) for path in genomes],
        others=contents({role: options[role] for role in roles if options[role]}),
        lots=_lots(options["lots"]),
        regions=() if spec is None else stated_regions(str(spec), spec.read_bytes()),
    )
    bench = open_bench(quiet=quiet, columns=told_columns())
    rules = catalogue_rules(rule_options(options))
    outcome = measure_adaptation_of_files(
        files, rules, bench.formats, bench.runner, bench.progress
    )
    _write(outcome, options["out"])
    told = summary_of(outcome, "departures", outcome.tables["departures"].to_dicts())
    told["rates"] = outcome.tables["rates"].to_dicts()
    shown = [
        text_table(outcome.tables[name].to_dicts(), columns) for name, columns in SHOWN.items()
    ]
    shown += [f"{name}: {_short(value)}" for name, value in outcome.facts.items()]
    shown += [f"open: {one.subject}: {one.question} {one.reason}" for one in outcome.undecided]
    print_result(
        told, "\n".join([*shown[:1], "", *shown[1:2], "", *shown[2:]]), as_json=as_json
    )
    return print_findings(outcome.findings, quiet=quiet)


def _lots(told: tuple[str, ...]) -> dict[str, tuple[str, bytes]]:
    found = {}
    for one in told:
        lot, _, name = one.partition("=")
        path = Path(name)
        if not lot or not name or not path.is_file():
            raise UsageError(
                f"--lot {one} names no file", next_step="Write --lot LOT-7=lot7.vcf"
            )
        found[lot] = (name, path.read_bytes())
    return found


def _short(value: object) -> str:
    if value is None:
        return "not told"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _write(outcome: "Outcome", folder: Path | None) -> None:
    if folder is None:
        return
    from nanoward.flows.steps.parquet import parquet_of

    folder.mkdir(parents=True, exist_ok=True)
    for name in WRITTEN:
        (folder / f"{name}.parquet").write_bytes(parquet_of(outcome.tables[name]))
