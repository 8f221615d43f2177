"""nanoward bonds distances, sharing and pair: what is asked of many pairs, or of one."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from nanoward.base.findings import Finding
from nanoward.faces.cli.catalogue.commands import FILE, FOLDER
from nanoward.faces.cli.catalogue.inputs import contents, summary_of, write_tables
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

SHOWN_NEAR = 40
PAIR = ("a", "b", "stratum", "shared", "differing", "compared", "score", "p_value", "q_value",
        "p_needed", "linked", "contact")  # fmt: skip


@click.command("distances")
@click.argument("genomes", type=FILE)
@click.option(
    "--most",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Differences up to which a pair is a row.",
)
@click.option("--out", type=FOLDER, help="Folder for the tables as CSV: near, distances.")
@common
def distances(genomes: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """How far apart are all pairs of aligned genomes (FASTA), and which are near?

    For thousands of genomes: every pair is counted by its differences, the near ones are told.
    """
    from nanoward.flows.bonds.near_genomes import PAIRS, near_genomes
    from nanoward.flows.catalogue.type_files import read_files
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=quiet, columns=told_columns()).formats
    tables, findings = read_files(contents({"genomes": genomes}), formats)
    outcome = near_genomes(tables["genomes"], options["most"])
    write_tables(outcome, ("near", "distances"), options["out"])
    near = outcome.tables["near"]
    told = [f"{name}: {value}" for name, value in outcome.facts.items()]
    table = text_table(near.head(SHOWN_NEAR).to_dicts(), PAIRS)
    rows = near.to_dicts() if as_json else []
    text = "\n".join([*told, table] if near.height else told)
    print_result(summary_of(outcome, "near", rows), text, as_json=as_json)
    return print_findings((*findings, *outcome.findings), quiet=quiet)


@click.command("sharing")
@click.argument("pairs", type=FILE, required=False)
@click.option("--variants", type=FILE, help="Minor variants, instead of ready-made values.")
@click.option("--samples", type=FILE, help="Samples with participant, beside --variants.")
@click.option("--strata", default="", help="Columns of the samples within which to compare.")
@click.option("--out", type=FOLDER, help="Folder for the table as CSV: sharing.")
@columns("samples", "variants")
@common
def sharing(pairs: Path | None, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Who shares more than they share with everybody? PAIRS.csv (a, b, rate or distance).

    Strains of the gut, of the mouth, of desks: rates of sharing that another program found, or
    distances between samples, within villages or surfaces (column block). With --variants and
    --samples, the minor variants that two people share.
    """
    import polars as pl

    from nanoward.flows.bonds.sharing_beyond import sharing_of_pairs, sharing_of_variants
    from nanoward.flows.catalogue.type_files import read_files
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=quiet, columns=told_columns()).formats
    findings: Sequence[Finding] = ()
    if pairs is not None and not options["variants"]:
        content = formats.plain(str(pairs), pairs.read_bytes())
        outcome = sharing_of_pairs(pl.read_csv(io.BytesIO(content)), str(pairs))
    elif pairs is None and options["variants"] and options["samples"]:
        given = {name: options[name] for name in ("variants", "samples")}
        tables, findings = read_files(contents(given), formats)
        strata = [one.strip() for one in options["strata"].split(",") if one.strip()]
        outcome = sharing_of_variants(tables["variants"], tables["samples"], strata)
    else:
        raise click.UsageError("Give PAIRS.csv, or --variants with --samples")
    write_tables(outcome, ("sharing",), options["out"])
    rows = outcome.tables["sharing"]
    told = ", ".join(f"{name}: {value}" for name, value in outcome.facts.items())
    shown = text_table(rows.head(SHOWN_NEAR).to_dicts(), ("a", "b", "block", "score"))
    summary = summary_of(outcome, "sharing", rows.to_dicts() if as_json else [])
    print_result(summary, f"{told}\n{shown}", as_json=as_json)
    return print_findings(findings, quiet=quiet)


@click.command("pair")
@click.argument("programme", type=click.Path(file_okay=False))
@click.argument("people", nargs=-1, required=True)
@click.option("--round", "name", default="", help="Day of the round; the last if not given.")
@common
def pair(
    programme: str, people: tuple[str, ...], *, name: str, as_json: bool, quiet: bool, **_: Any
) -> int:
    """How near are two people of a programme, or one and all others, in a round?

    A round of many people keeps its near pairs alone: any other is compared again here.
    """
    from nanoward.flows.queries.pair_of_round import pair_of_round
    from nanoward.wiring import open_ports

    if len(people) > 2:
        raise click.UsageError("Give one person, or two")
    with open_ports(programme, quiet=quiet, workers=1) as ports:
        rows = pair_of_round(ports, people, name)
    shown = text_table(rows.head(SHOWN_NEAR).to_dicts(), PAIR)
    print_result({"pairs": rows.to_dicts() if as_json else []}, shown, as_json=as_json)
    return 0
