"""Which samples were sequenced, whose they are, and what is known of each: column by column.

A round that knows most samples already reads only those of which something changed. What each
sample depends on has a digest, made without a row of it being read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding, row_key
from nanoward.base.names import meant, near_names
from nanoward.base.tables import READ, UNREAD
from nanoward.catalogue.rules import CatalogueRules
from nanoward.catalogue.samples.control_background import control_samples

NAMED = 3  # samples that are told by name
TELLS = ("sample", "participant", "taken")
GENOME = ("contig", "run", "sequence", "laid", "verdict")
ALLELE = ("contig", "position", "ref", "alt", "frequency", "depth", "last")
Tables = Mapping[str, pl.DataFrame]
Kinds = dict[str, type[pl.DataType]]
KINDS: Kinds = {
    "position": pl.Int64, "frequency": pl.Float64, "depth": pl.Int64, "last": pl.Int64,
    "laid": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SequencedSamples:
    """Samples that were sequenced and are somebody's, by name.

    contigs   all contigs that anything of them names
    findings  on samples that nobody took, and on variants without a consensus
    """

    names: Sequence[str]
    contigs: frozenset[str]
    findings: tuple[Finding, ...]


def only_contig(tables: Tables) -> str:
    """The reference's contig, where it holds one alone: what names no contig is of that."""
    known = tables["reference"]["contig"].to_list() if "reference" in tables else []
    return str(known[0]) if len(known) == 1 else ""


def columns_of(table: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Those columns, null where the table lacks one."""
    return table.select(
        pl.col(one)
        if one in table.columns
        else pl.lit(None, KINDS.get(one, pl.String)).alias(one)
        for one in names
    )


def sequenced_samples(tables: Tables, rules: CatalogueRules) -> SequencedSamples:
    """Samples of the consensus and variant tables that a person of the samples table gave."""
    _check_lineage_column(tables["samples"], rules)
    genomes, variants = _genomes(tables), _variants(tables)
    with_consensus = set(genomes["sample"].unique().to_list())
    controls = control_samples(tables["samples"])
    owners = dict(tables["samples"].select("sample", "participant").rows())
    names, findings = [], []
    for one in sorted(with_consensus | set(variants["sample"].unique().to_list())):
        if one in controls:
            continue
        if owners.get(one) is None:
            role = "genomes" if one in with_consensus else "variants"
            findings.append(unknown_sample(one, role, owners))
        else:
            names.append(one)
    told = variants.filter(
        pl.col("region") & (pl.col("alt") == UNREAD) & pl.col("last").is_null()
    )
    bare = set(names) - with_consensus - set(told["sample"].unique().to_list())
    own = pl.Series(names, dtype=pl.String).implode()
    speaks = pl.col("sample").is_in(own) & (pl.col("region") | pl.col("allele"))
    seen = pl.concat(
        [
            genomes.filter(pl.col("sample").is_in(own))["contig"],
            variants.filter(speaks)["contig"],
        ]
    )
    return SequencedSamples(
        names=names,
        contigs=frozenset(seen.drop_nulls().unique().to_list()),
        findings=(*findings, *_without_consensus(bare, tables)),
    )


def part_of_samples(tables: Tables, names: Collection[str]) -> dict[str, pl.DataFrame]:
    """The tables with the consensus and variants of some samples alone."""
    own = pl.Series(sorted(names), dtype=pl.String).implode()
    some = {
        role: tables[role].filter(pl.col("sample").is_in(own))
        for role in ("genomes", "variants")
        if role in tables
    }
    return {**tables, **some}


def sample_digests(
    tables: Tables, rules: CatalogueRules, names: Sequence[str]
) -> dict[str, str]:
    """64 hexadecimal digits over all that is known of each sample before it is read.

    Rows count in the order in which they are read, whatever the order they came in.
    """
    samples = tables["samples"]
    told = [*TELLS, *([rules.lineage_column] if rules.lineage_column else [])]
    whose = {row[0]: row for row in samples.select(told).rows()}
    digest = {one: sha256(repr(whose[one]).encode()) for one in names}
    genomes = _genomes(tables).sort("sample", "contig", "run", "sequence", maintain_order=True)
    for sample, *row in genomes.select("sample", *GENOME).rows():
        if sample in digest:
            digest[sample].update(repr(row).encode())
    variants = _variants(tables).filter(pl.col("region") | pl.col("allele"))
    for part in (variants.filter("region"), variants.filter(~pl.col("region"))):
        for sample, text in _texts(part).rows():
            if sample in digest:
                digest[sample].update(text.encode())
    return {one: made.hexdigest() for one, made in digest.items()}


def _texts(variants: pl.DataFrame) -> pl.DataFrame:
    """Sample and all its rows as one text: lengths before letters, shares bit by bit."""
    ordered = variants.sort(
        "sample", "contig", "position", "ref", "alt", maintain_order=True, nulls_last=True
    )
    share = ordered["frequency"].cast(pl.Float64).to_numpy().view(np.int64)
    letters = [
        text
        for name in ("contig", "ref", "alt")
        for text in (pl.col(name).str.len_bytes().cast(pl.String), pl.col(name))
    ]
    numbers = [pl.col(name).cast(pl.String) for name in ("position", "depth", "last", "share")]
    line = pl.concat_str([one.fill_null("-") for one in [*numbers, *letters]], separator=" ")
    return (
        ordered.with_columns(share=pl.Series(share))
        .group_by("sample", maintain_order=True)
        .agg(text=line.str.join("\n"))
    )


def _genomes(tables: Tables) -> pl.DataFrame:
    """Consensus rows; a row that names no contig is of the reference's only one."""
    table = tables.get("genomes", pl.DataFrame(schema={"sample": pl.String}))
    contig = pl.when(pl.col("contig").is_null() | (pl.col("contig") == "")).then(
        pl.lit(only_contig(tables))
    )
    return columns_of(table, ("sample", *GENOME)).with_columns(
        contig=contig.otherwise(pl.col("contig")), run=pl.col("run").fill_null("")
    )


def _variants(tables: Tables) -> pl.DataFrame:
    """Rows that say something: `allele`, or `region` of positions that were read or not; a
    sample of which only regions without a contig are told has neither."""
    table = columns_of(
        tables.get("variants", pl.DataFrame(schema={"sample": pl.String})),
        ("sample", *ALLELE),
    )
    block = pl.col("alt").is_in([READ, UNREAD]).fill_null(value=False)
    known = pl.col("frequency").is_not_null() & pl.col("position").is_not_null()
    return (
        table.filter(block | known)
        .with_columns(
            region=block & pl.col("contig").is_not_null() & (pl.col("contig") != ""),
            allele=~block,
        )
        .with_columns(pl.col("region").fill_null(value=False))
    )


def _without_consensus(bare: Collection[str], tables: Tables) -> list[Finding]:
    """One finding for each file of variants whose samples have no consensus."""
    if not bare:
        return []
    told = tables["variants"].filter(pl.col("sample").is_in(sorted(bare)))
    if "file" not in told.columns:
        return [no_consensus(sorted(bare))]
    files = told.group_by("file").agg(pl.col("sample").unique().sort()).sort("file")
    return [no_consensus(samples) for samples in files["sample"].to_list()]


def no_consensus(samples: Sequence[str]) -> Finding:
    """Variants of samples, all of one file, without the consensus that they stand on."""
    one = len(samples) == 1
    more = f" and {len(samples) - NAMED} more" if len(samples) > NAMED else ""
    names = f"{'sample' if one else 'samples'} {', '.join(samples[:NAMED])}{more}"
    return Finding(
        code="CAT-004",
        severity="warning",
        message=(
            f"{names} {'has' if one else 'have'} variants but no consensus: positions without "
            "a variant were taken to be as the reference"
        ),
        next_step="Give the consensus too, with N where it could not be read",
        subject=samples[0] if one else "",
        row=row_key("variants", sample=samples[0]),
    )


def unknown_sample(sample: str, role: str, known: Collection[str]) -> Finding:
    """Somebody sequenced a sample that nobody took; the samples it may be are named."""
    return Finding(
        code="CAT-001",
        severity="error",
        message=f"sample {sample} was sequenced but stands in no samples table; not used"
        + meant(near_names(sample, known)),
        next_step="Add its row to data/samples.csv, or remove its sequences",
        subject=sample,
        row=row_key(role, sample=sample),
    )


def _check_lineage_column(samples: pl.DataFrame, rules: CatalogueRules) -> None:
    if rules.lineage_column and rules.lineage_column not in samples.columns:
        raise NotInDataError(
            f"[catalogue] lineage_column names {rules.lineage_column!r}, "
            f"which the samples table lacks",
            file="programme.toml",
            column="lineage_column",
        )
