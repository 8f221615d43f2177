"""nanoward catalogue: what was found in these samples?"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.adapt import adapt
from nanoward.faces.cli.catalogue.divergence import divergence
from nanoward.faces.cli.catalogue.inputs import (
    contents,
    least_identity,
    rule_options,
    summary_of,
    up_to,
    write_tables,
)
from nanoward.faces.cli.catalogue.plot import plot
from nanoward.faces.cli.catalogue.presence import presence
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
SHOWN = (
    "sample",
    "participant",
    "taken",
    "readable",
    "consensus_differences",
    "minor_variants",
    "distance",
    "typed_as",
)


@click.group("catalogue")
def group() -> None:
    """What was found in a sample, and how far has it adapted to its host?"""


group.add_command(adapt)
group.add_command(divergence)
group.add_command(plot)
group.add_command(presence)

READS = (".fastq", ".fq", ".fastq.gz", ".fq.gz", ".bam", ".cram", ".sam", ".sam.gz")
TECHNOLOGIES = ("short", "ont", "pacbio", "assembly")
SUMMED = (
    "sample",
    "verdict",
    "alike",
    "reads",
    "placed",
    "duplicates",
    "readable",
    "reference_length",
    "depth",
    "detection_limit",
    "consensus_variants",
    "minor_variants",
    "other_strain",
)


@group.command("type")
@click.argument("genomes", type=FILE, nargs=-1, required=True)
@click.option("--reference", type=FILE, help="Reference of the agent (FASTA).")
@click.option("--variants", type=FILE, help="Minor variants (CSV or VCF).")
@click.option("--samples", type=FILE, help="Samples with participant and day (CSV).")
@click.option(
    "--lineage-column", default="", help="Column of SAMPLES that picks LINEAGE|contig."
)
@click.option(
    "--variant-positions", type=click.Choice(["reference", "consensus"]), default="reference"
)
@click.option("--trim-ends", type=int, default=0, help="Unreadable letters at each end.")
@click.option("--out", type=FOLDER, help="Folder for tables, VCF and consensus.")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option(
    "--technology",
    type=click.Choice(TECHNOLOGIES),
    default="short",
    show_default=True,
    help="What made the reads; assembly: each FASTA is one sample's contigs.",
)
@click.option(
    "--keep-index", is_flag=True, help="Keep the reference's index for the next time."
)
@click.option("--amplicon", is_flag=True, help="Reads of amplicons: keep pairs in one place.")
@click.option("--primers", type=FILE, help="Primers of amplicons (BED): trim their letters.")
@click.option(
    "--phred",
    type=click.Choice(["33", "64"]),
    default="33",
    show_default=True,
    help="What qualities in FASTQ stand above; 64 before 2011.",
)
@columns("samples", "variants")
@least_identity
@common
def type_(genomes: tuple[Path, ...], *, as_json: bool, quiet: bool, **options: Any) -> int:
    """Type GENOMES against a reference: one FASTA or VCF, or files of reads (SAMPLE_1, _2)."""
    assembled = options["technology"] == "assembly"
    if assembled or all(path.name.lower().endswith(READS) for path in genomes):
        return _type_reads(genomes, as_json=as_json, quiet=quiet, options=options)
    if len(genomes) > 1:
        raise UsageError("one file of genomes at a time; several only where all are reads")
    return _type_genomes(genomes[0], as_json=as_json, quiet=quiet, options=options)


def _type_reads(
    paths: tuple[Path, ...], *, as_json: bool, quiet: bool, options: Mapping[str, Any]
) -> int:
    from nanoward.catalogue.calling.calling_rules import read_rules
    from nanoward.flows.catalogue.call_read_files import call_read_files
    from nanoward.flows.catalogue.index_reference import ReferenceFile
    from nanoward.wiring import open_bench, open_indices

    reference: Path | None = options["reference"]
    if reference is None:
        raise UsageError(
            "reads are typed against a reference", next_step="Give --reference reference.fasta"
        )
    bench = open_bench(quiet=quiet, columns=told_columns())
    found = call_read_files(
        [str(path) for path in paths],
        ReferenceFile(
            path=str(reference),
            content=reference.read_bytes(),
            primers=_named_content(options["primers"]),
        ),
        read_rules(
            {
                "technology": options["technology"],
                "phred": int(options["phred"]),
                **({"keep_duplicates": True} if options["amplicon"] else {}),
                **_told_limit(options),
            }
        ),
        bench.formats,
        bench.progress,
        threads=options["threads"],
        kept=open_indices() if options["keep_index"] else None,
    )
    folder: Path | None = options["out"]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in found.files.items():
            (folder / name).write_bytes(content)
    print_result(
        {
            "samples": list(found.summaries),
            "factors": list(found.factors),
            "findings": [one.as_row() for one in found.findings],
            "undecided": [asdict(one) for one in found.undecided],
            "account": [{"sample": name, **asdict(use)} for name, use in found.account],
        },
        text_table(found.summaries, SUMMED),
        as_json=as_json,
    )
    return print_findings(found.findings, quiet=quiet)


def _told_limit(options: Mapping[str, Any]) -> dict[str, float]:
    limit = options["least_identity"]
    return {} if limit is None else {"least_identity": limit}


def _named_content(path: Path | None) -> tuple[str, bytes] | None:
    return None if path is None else (str(path), path.read_bytes())


def _type_genomes(
    genomes: Path, *, as_json: bool, quiet: bool, options: Mapping[str, Any]
) -> int:
    from nanoward.catalogue import catalogue_rules
    from nanoward.flows.catalogue.type_files import sequenced_role, type_files
    from nanoward.wiring import open_bench

    rules = catalogue_rules(rule_options(options))
    bench = open_bench(quiet=quiet, columns=told_columns())
    files = contents(
        {
            sequenced_role(genomes.name): genomes,
            **{
                role: options[role]
                for role in ("reference", "variants", "samples")
                if options[role]
            },
        }
    )
    outcome = type_files(files, rules, bench.formats, bench.runner, bench.progress)
    write_tables(outcome, ("profiles", "factors", "adaptation", "aligned"), options["out"])
    profiles = up_to(outcome, options["as_of"])
    told = summary_of(outcome, "profiles", profiles)
    told["account"] = [{"role": role, **asdict(use)} for role, use in outcome.account]
    print_result(told, text_table(profiles, SHOWN), as_json=as_json)
    return print_findings(outcome.findings, quiet=quiet)
