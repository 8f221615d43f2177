"""nanoward bonds: who shares factors beyond chance?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.tables.facts import BEFORE_THE_AGENT, MUTE_STRATA
from nanoward.faces.cli.bonds_asked import distances, pair, sharing
from nanoward.faces.cli.catalogue.commands import FILE, FOLDER
from nanoward.faces.cli.catalogue.inputs import (
    contents,
    least_identity,
    rule_options,
    summary_of,
    write_tables,
)
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

NEW = click.Path(dir_okay=False, path_type=Path)

if TYPE_CHECKING:
    from nanoward.flows.steps.step_outcome import Outcome

SHOWN = ("a", "b", "stratum", "differing", "score", "p_value", "q_value", "linked", "contact",
         "direction", "cluster")  # fmt: skip
OF_ALL_PAIRS = ("auspice", "newick", "tn93")  # formats that want every distance
PAGE = ("bonds", "bond_scores", "bond_people", "profiles")
CONTACT_FACTS = (
    "pairs linked",
    "pairs with recorded contact",
    "links without recorded contact",
    "contact against links, p",
    "odds of a link per doubling of contact",
    "share of links attributable to contact",
)

BEFORE_FACTS = (
    BEFORE_THE_AGENT,
    "closer before than pairs without the agent",
    "rise beyond theirs",
)

NO_YARDSTICK, CONTACT_OPEN, BEFORE_OPEN = "BND-905", "BND-906", "BND-907"  # open questions
PAIRS_OPEN = ("BND-904", NO_YARDSTICK)


@click.group("bonds")
def group() -> None:
    """Who shares factors beyond chance?"""


def inputs(command: Any) -> Any:
    """What every command that compares people reads."""
    options = (
        click.argument("sequenced", type=FILE),
        click.option("--samples", type=FILE, required=True, help="Samples with participant."),
        click.option("--contacts", type=FILE, help="Recorded contacts (CSV)."),
        click.option("--reference", type=FILE, help="Reference of the agent (FASTA)."),
        click.option("--variants", type=FILE, help="Minor variants beside a FASTA file."),
        click.option("--strata", default="", help="Columns within which pairs are compared."),
        click.option("--alpha", type=float, default=0.05, show_default=True, help="FDR."),
        click.option("--clock", type=float, default=0.0, help="Substitutions, site and year."),
        click.option("--spec", type=FILE, help="The agent's spec.toml: intervals, clock."),
        click.option(
            "--serial-interval", type=float, default=0.0, help="Mean days between onsets."
        ),
        click.option("--serial-spread", type=float, default=0.0, help="Its deviation, days."),
        click.option("--passings", type=float, default=0.0, help="Passings per carrier, year."),
        click.option("--one-lot", is_flag=True, help="All carry one lot: the reference."),
        click.option("--require", multiple=True, help="COLUMN=VALUE that a sample must have."),
        click.option("--lineage-column", default="", help="Column that picks LINEAGE|contig."),
        click.option(
            "--variant-positions",
            type=click.Choice(["reference", "consensus"]),
            default="reference",
        ),
        click.option("--strict", is_flag=True, help="Benjamini-Yekutieli: any dependence."),
        click.option(
            "--window", type=float, default=0.0, help="Days within which to exchange."
        ),
        click.option(
            "--keep-pairs",
            type=click.IntRange(min=0),
            default=50_000,
            show_default=True,
            help="Pairs up to which each is a row; of more the near ones are.",
        ),
        click.option("--trim-ends", type=int, default=0, help="Unreadable letters at ends."),
        least_identity,
        click.option("--html", type=NEW, help="Write network, timeline, contacts as a page."),
        click.option("--colour", default="cluster", help="Column that colours the page."),
        columns("samples", "contacts", "variants"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def compared(sequenced: Path, options: dict[str, Any], *, quiet: bool) -> "Outcome":
    """Read the files and compare all people in them."""
    from nanoward.bonds import bond_rules
    from nanoward.catalogue import catalogue_rules
    from nanoward.catalogue.rules import NATURAL_IDENTITY
    from nanoward.flows.bonds.find_links_in_files import FileRules, find_links_in_files
    from nanoward.flows.catalogue.type_files import sequenced_role
    from nanoward.wiring import open_bench

    rules = FileRules(
        catalogue=catalogue_rules(
            {"least_identity": NATURAL_IDENTITY, **rule_options(options)}
        ),
        bonds=bond_rules(bond_options(options)),
    )
    bench = open_bench(quiet=quiet, columns=told_columns())
    given = {
        role: options[role]
        for role in ("samples", "contacts", "reference", "variants")
        if options[role]
    }
    files = contents({**given, sequenced_role(sequenced.name): sequenced})
    outcome = find_links_in_files(files, rules, bench.formats, bench.runner, bench.progress)
    if options["html"] is not None:
        write_page(outcome, options, sequenced.stem)
    return outcome


def write_page(outcome: "Outcome", options: dict[str, Any], title: str) -> None:
    """The page of --html."""
    from nanoward.bonds import node_metadata
    from nanoward.faces.report.bonds_page import BondsOfFiles, render_bonds
    from nanoward.flows.bonds.export_bonds import groups_of

    tables = outcome.tables
    known = node_metadata(tables["bonds"], tables.get("samples"), groups_of(tables["bonds"]))
    page = BondsOfFiles(
        title=title,
        as_of=options.get("as_of"),
        tables={name: tables[name] for name in PAGE if name in tables},
        known=known,
        contacts=tables.get("contacts"),
        facts=dict(outcome.facts),
        findings=outcome.findings,
        undecided=outcome.undecided,
    )
    options["html"].write_bytes(render_bonds(page, options["colour"]))


@group.command("find")
@inputs
@click.option("--out", type=FOLDER, help="Folder for the tables as CSV.")
@common
def find(sequenced: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Find people who share factors beyond chance, from VARIANTS.csv, .vcf or GENOMES.fasta."""
    outcome = compared(sequenced, options, quiet=quiet)
    write_tables(outcome, ("bonds", "bond_groups", "profiles", "factors"), options["out"])
    rows = outcome.tables["bonds"].to_dicts()
    print_result(summary_of(outcome, "bonds", rows), text_of(outcome), as_json=as_json)
    return print_findings(outcome.findings, quiet=quiet)


@group.command("contact")
@inputs
@common
def contact(sequenced: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Does contact explain who is linked, and which links does it not explain?"""
    outcome = compared(sequenced, options, quiet=quiet)
    linked = outcome.tables["bonds"].filter("linked")
    rows = linked.to_dicts()
    open_ = [one for one in outcome.undecided if one.code in (NO_YARDSTICK, CONTACT_OPEN)]
    facts = {key: outcome.facts[key] for key in CONTACT_FACTS if key in outcome.facts}
    lines = [f"{key}: {value}" for key, value in facts.items()]
    lines += [f"cannot tell: {one.question} {one.reason}" for one in open_]
    lines += [one.message for one in outcome.findings if one.code == "BND-003"]
    print_result(summary_of(outcome, "bonds", rows), "\n".join(lines), as_json=as_json)
    return print_findings(outcome.findings, quiet=True)


@group.command("before-after")
@inputs
@common
def before_after(sequenced: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Did the bond come before the agent? Contacts or closeness before and after dosing.

    Reads days (first, last) and hours or closeness of the contacts, and the column dosed of the
    samples; pairs who share beyond chance are set beside pairs without the agent.
    """
    outcome = compared(sequenced, options, quiet=quiet)
    facts = {key: outcome.facts[key] for key in BEFORE_FACTS if key in outcome.facts}
    open_ = [one for one in outcome.undecided if one.code == BEFORE_OPEN]
    lines = [f"{key} {value}" for key, value in facts.items()]
    lines += [f"cannot tell: {one.question} {one.reason}" for one in open_]
    if not lines:
        lines = [f"cannot tell: {BEFORE_FACTS[0]} nobody is linked"]
    rows = outcome.tables["bonds"].filter("linked").to_dicts()
    print_result(summary_of(outcome, "bonds", rows), "\n".join(lines), as_json=as_json)
    return print_findings(outcome.findings, quiet=True)


@group.command("network")
@inputs
@click.option(
    "--format",
    "kind",
    type=click.Choice(["graphml", "microbetrace", "auspice", "newick", "tn93"]),
    default="graphml",
    show_default=True,
)
@common
def network(sequenced: Path, *, kind: str, as_json: bool, quiet: bool, **options: Any) -> int:
    """The network of linked people, as GraphML, MicrobeTrace, Auspice, Newick or tn93 CSV."""
    from nanoward.flows.bonds.export_bonds import export_bonds

    if kind in OF_ALL_PAIRS:
        options["keep_pairs"] = 1 << 62
    outcome = compared(sequenced, options, quiet=quiet)
    text = export_bonds(
        outcome.tables["bonds"],
        kind,
        options["as_of"],
        sequenced.stem,
        outcome.tables.get("samples"),
    )
    rows = outcome.tables["bonds"].filter("linked").to_dicts()
    print_result(summary_of(outcome, "bonds", rows), text, as_json=as_json)
    return print_findings(outcome.findings, quiet=quiet)


@group.command("direction")
@click.argument("genomes", type=FILE)
@click.option("--samples", type=FILE, help="Samples with participant, taken and lot (CSV).")
@click.option("--spec", type=FILE, help="The agent's spec.toml: serial interval.")
@columns("samples")
@common
def direction(genomes: Path, *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Which way did it pass, from several aligned genomes of each person (PERSON|CLONE)?"""
    from nanoward.bonds import bond_rules
    from nanoward.flows.bonds.infer_directions import COLUMNS, infer_directions
    from nanoward.flows.catalogue.type_files import read_files
    from nanoward.wiring import open_bench

    given = {"genomes": genomes}
    if options["samples"]:
        given["samples"] = options["samples"]
    tables, findings = read_files(
        contents(given), open_bench(quiet=quiet, columns=told_columns()).formats
    )
    serial = bond_rules({}, spec_options(options["spec"])).serial_interval
    outcome = infer_directions(tables["genomes"], tables.get("samples"), serial)
    rows = outcome.tables["directions"].to_dicts()
    print_result(
        summary_of(outcome, "directions", rows), text_table(rows, COLUMNS), as_json=as_json
    )
    return print_findings(findings, quiet=quiet)


def spec_options(path: Path | None) -> dict[str, Any]:
    """What a spec states of transmission; faults of the file are told as errors."""
    from nanoward.agents import spec_of
    from nanoward.flows.agents.check_agents import BadSpecFileError, spec_document
    from nanoward.flows.bonds.analyse_bonds import transmission_of

    if path is None:
        return {}
    spec, faults = spec_of(spec_document(str(path), path.read_bytes()), str(path))
    if spec is None:
        raise BadSpecFileError("; ".join(one.message for one in faults[:3]), file=str(path))
    return transmission_of(spec)


def bond_options(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says of [bonds]; what it leaves out is left to the spec."""
    pairs = [one.partition("=") for one in options["require"]]
    if any(not sign for _, sign, _ in pairs):
        raise click.UsageError("--require wants COLUMN=VALUE")
    told = {
        "clock_per_site_year": options["clock"],
        "serial_interval_d": options["serial_interval"],
        "serial_interval_spread_d": options["serial_spread"],
    }
    return {
        "strata": [one.strip() for one in options["strata"].split(",") if one.strip()],
        "alpha": options["alpha"],
        "passings_per_year": options["passings"],
        "lot_is_common_source": options["one_lot"],
        "strict": options["strict"],
        "window_d": options["window"],
        "keep_pairs": options["keep_pairs"],
        "require": {column: value for column, _, value in pairs},
        **{name: value for name, value in told.items() if value},
    }


def text_of(outcome: "Outcome", most: int = 40) -> str:
    """The closest pairs as a table, the count of links, and what cannot be told."""
    bonds = outcome.tables["bonds"].sort("score", descending=True, nulls_last=True)
    facts = outcome.facts
    mute = facts[MUTE_STRATA]
    head = (
        f"{facts['pairs linked']} of {facts['pairs compared']} pairs linked "
        f"({facts['people compared']} people, {facts['strata']} strata; in {mute} strata no "
        "link could have been told); the closest:"
    )
    lines = [head, text_table(bonds.head(most).to_dicts(), SHOWN)]
    pairs_first = sorted(outcome.undecided, key=lambda one: one.code not in PAIRS_OPEN)
    lines += [
        f"cannot tell: {one.subject or 'all'}: {one.question} {one.reason}"
        for one in pairs_first[:10]
    ]
    if len(outcome.undecided) > 10:
        lines.append(f"... and {len(outcome.undecided) - 10} more (see --json)")
    return "\n".join(lines)


for _each in (distances, pair, sharing):
    group.add_command(_each)
