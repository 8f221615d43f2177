"""nanoward bonds: who shares factors beyond chance?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.catalogue import (
    FILE,
    FOLDER,
    contents,
    rule_options,
    summary_of,
    write_tables,
)
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.outcome import Outcome

SHOWN = ("a", "b", "stratum", "differing", "score", "p_value", "q_value", "linked", "contact")


@click.group("bonds")
def group() -> None:
    """Who shares factors beyond chance?"""


@group.command("find")
@click.argument("sequenced", type=FILE)
@click.option("--samples", type=FILE, required=True, help="Samples with participant (CSV).")
@click.option("--contacts", type=FILE, help="Recorded contacts (CSV).")
@click.option("--reference", type=FILE, help="Reference of the agent (FASTA).")
@click.option("--variants", type=FILE, help="Minor variants beside a FASTA file.")
@click.option("--strata", default="", help="Columns within which pairs are compared, by comma.")
@click.option(
    "--alpha", type=float, default=0.05, show_default=True, help="False-discovery rate."
)
@click.option("--clock", type=float, default=0.0, help="Substitutions per site and year.")
@click.option("--require", multiple=True, help="COLUMN=VALUE that a sample must have.")
@click.option(
    "--lineage-column", default="", help="Column of SAMPLES that picks LINEAGE|contig."
)
@click.option(
    "--variant-positions", type=click.Choice(["reference", "consensus"]), default="reference"
)
@click.option("--trim-ends", type=int, default=0, help="Unreadable letters at each end.")
@click.option("--out", type=FOLDER, help="Folder for the tables as CSV.")
@common
def find(sequenced: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Find people who share factors beyond chance, from VARIANTS.csv, .vcf or GENOMES.fasta."""
    from nanoward.bonds import bond_rules
    from nanoward.catalogue import catalogue_rules
    from nanoward.flows.find_bonds import find_bonds, sequenced_role
    from nanoward.wiring import open_bench

    rules = catalogue_rules(rule_options(options)), bond_rules(bond_options(options))
    bench = open_bench(quiet=quiet)
    given = {
        role: options[role]
        for role in ("samples", "contacts", "reference", "variants")
        if options[role]
    }
    files = contents({**given, sequenced_role(sequenced.name): sequenced})
    outcome = find_bonds(files, rules, bench.formats, bench.runner, bench.progress)
    write_tables(outcome, ("bonds", "profiles", "factors"), options["out"])
    rows = outcome.tables["bonds"].to_dicts()
    print_result(summary_of(outcome, "bonds", rows), text_of(outcome), as_json=as_json)
    return print_findings(outcome.findings, quiet=quiet)


def bond_options(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says of [bonds]."""
    pairs = [one.partition("=") for one in options["require"]]
    if any(not sign for _, sign, _ in pairs):
        raise click.UsageError("--require wants COLUMN=VALUE")
    return {
        "strata": [one.strip() for one in options["strata"].split(",") if one.strip()],
        "alpha": options["alpha"],
        "clock_per_site_year": options["clock"],
        "require": {column: value for column, _, value in pairs},
    }


def text_of(outcome: "Outcome", most: int = 40) -> str:
    """The closest pairs as a table, the count of links, and what cannot be told."""
    bonds = outcome.tables["bonds"].sort("score", descending=True, nulls_last=True)
    facts = outcome.facts
    head = (
        f"{facts['pairs linked']} of {facts['pairs compared']} pairs linked "
        f"({facts['people compared']} people, {facts['strata']} strata); the closest:"
    )
    lines = [head, text_table(bonds.head(most).to_dicts(), SHOWN)]
    pairs_first = sorted(outcome.undecided, key=lambda one: "linked" not in one.question)
    lines += [
        f"cannot tell: {one.subject or 'all'}: {one.question} {one.reason}"
        for one in pairs_first[:10]
    ]
    if len(outcome.undecided) > 10:
        lines.append(f"... and {len(outcome.undecided) - 10} more (see --json)")
    return "\n".join(lines)
