"""What is known of each sample before it is read, gathered from the tables that came in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding, row_key
from nanoward.base.names import meant, near_names
from nanoward.base.tables import READ, UNREAD
from nanoward.catalogue.rules import CatalogueRules
from nanoward.catalogue.samples.control_background import control_samples

NAMED = 3  # samples that are told by name
NOT_OURS = ("relative",)  # verdicts of the identity gate
Reference = Mapping[str, Mapping[str, str]]  # lineage to contig (as samples call it) to letters


class NoCommonContigError(NotInDataError):
    """Nothing that was sequenced stands in the reference."""

    code = "CAT-010"
    next_step = "Check that the samples and agents/NAME/reference.fasta belong together."


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """One consensus sequence of one run.

    laid  it has one letter for each position of the reference already
    gate  what the identity gate said of the reads that it was made from; "" without reads
    """

    contig: str
    run: str
    sequence: str
    laid: bool = False
    gate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One allele that was seen; ref is "" where the source does not tell.

    last  1-based last position of a run of deleted letters (alt "-") that is not one letter
    """

    contig: str
    position: int
    ref: str
    alt: str
    frequency: float
    depth: int | None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallableRegion:
    """Positions that a source of variants says were read, or were not.

    first, last  1-based, both within; last None: to the end of the contig
    """

    contig: str
    first: int
    last: int | None
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleInput:
    """One sample: whose it is and what was sequenced in it.

    regions  what its variants' source says of positions without a variant
    """

    sample: str
    participant: str
    taken: date | None
    lineage: str = ""
    consensus: tuple[Consensus, ...] = ()
    variants: tuple[Variant, ...] = ()
    regions: tuple[CallableRegion, ...] = ()

    @property
    def told_by_blocks(self) -> bool:
        """Whether the variants' source says itself what was read: only that may be taken."""
        return any(not one.readable and one.last is None for one in self.regions)


def reference_by_lineage(reference: pl.DataFrame, rules: CatalogueRules) -> Reference:
    """Contigs by lineage: "H3N2|HA" under "H3N2" as "HA"; all under "" without lineages."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for contig, sequence in reference.select("contig", "sequence").rows():
        lineage, _, short = contig.partition("|") if rules.lineage_column else ("", "", contig)
        found[lineage][short or contig] = sequence
    return {lineage: dict(contigs) for lineage, contigs in found.items()}


def reference_contig(lineage: str, contig: str) -> str:
    """The name of a contig in the reference."""
    return f"{lineage}|{contig}" if lineage else contig


def sample_inputs(
    tables: Mapping[str, pl.DataFrame], rules: CatalogueRules
) -> tuple[tuple[SampleInput, ...], tuple[Finding, ...]]:
    """One material per sample that was sequenced, by name, and findings on the rest."""
    genomes = _consensus(tables)
    variants, regions = _variants(tables)
    sequenced = sorted({*genomes, *variants})
    samples = {row["sample"]: row for row in tables["samples"].to_dicts()}
    _check_lineage_column(tables["samples"], rules)
    materials, findings = [], []
    controls = control_samples(tables["samples"])
    for sample in sequenced:
        if sample in controls:
            continue
        row = samples.get(sample)
        if row is None or row.get("participant") is None:
            role = "genomes" if sample in genomes else "variants"
            findings.append(unknown_sample(sample, role, samples))
            continue
        materials.append(
            SampleInput(
                sample=sample,
                participant=str(row["participant"]),
                taken=row.get("taken"),
                lineage=str(row.get(rules.lineage_column) or "")
                if rules.lineage_column
                else "",
                consensus=tuple(sorted(genomes.get(sample, ()), key=_place)),
                variants=tuple(sorted(variants.get(sample, ()), key=_allele)),
                regions=tuple(sorted(regions.get(sample, ()), key=_region)),
            )
        )
    return tuple(materials), (*findings, *_without_consensus(materials, tables))


def _without_consensus(
    materials: Sequence[SampleInput], tables: Mapping[str, pl.DataFrame]
) -> list[Finding]:
    """One finding for each file of variants whose samples have no consensus."""
    bare = {one.sample for one in materials if not one.consensus and not one.told_by_blocks}
    if not bare:
        return []
    told = tables["variants"].filter(pl.col("sample").is_in(bare))
    if "file" not in told.columns:
        return [no_consensus(sorted(bare))]
    files = told.group_by("file").agg(pl.col("sample").unique().sort()).sort("file")
    return [no_consensus(samples) for samples in files["sample"].to_list()]


def check_common_contigs(materials: tuple[SampleInput, ...], reference: Reference) -> None:
    """Raise NoCommonContigError where no contig of any sample stands in the reference."""
    seen = {one.contig for material in materials for one in material.consensus}
    seen |= {one.contig for material in materials for one in material.variants}
    seen |= {one.contig for material in materials for one in material.regions}
    known = {contig for contigs in reference.values() for contig in contigs}
    if seen and not seen & known:
        raise NoCommonContigError(
            f"samples hold the contigs {', '.join(sorted(seen)[:8])}; "
            f"the reference holds {', '.join(sorted(known)[:8]) or 'none'}"
        )


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


def unknown_sample(sample: str, role: str, known: Iterable[str]) -> Finding:
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


def only_contig(tables: Mapping[str, pl.DataFrame]) -> str:
    """The reference's contig, where it holds one alone: what names no contig is of that."""
    known = tables["reference"]["contig"].to_list() if "reference" in tables else []
    return str(known[0]) if len(known) == 1 else ""


def _consensus(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[Consensus]]:
    found: dict[str, list[Consensus]] = defaultdict(list)
    only = only_contig(tables)
    if "genomes" in tables:
        names = ("sample", "contig", "run", "sequence", "laid", "verdict")
        for sample, contig, run, sequence, laid, gate in _columns(tables["genomes"], names):
            found[sample].append(
                Consensus(
                    contig=contig or only,
                    run=run or "",
                    sequence=sequence,
                    laid=bool(laid),
                    gate=gate or "",
                )
            )
    return found


def _variants(
    tables: Mapping[str, pl.DataFrame],
) -> tuple[dict[str, list[Variant]], dict[str, list[CallableRegion]]]:
    """Alleles and regions by sample; a sample of which only regions are told has no allele."""
    found: dict[str, list[Variant]] = defaultdict(list)
    regions: dict[str, list[CallableRegion]] = defaultdict(list)
    if "variants" not in tables:
        return found, regions
    names = ("sample", "contig", "position", "ref", "alt", "frequency", "depth", "last")
    for sample, contig, position, ref, alt, share, depth, last in _columns(
        tables["variants"], names
    ):
        if alt in (READ, UNREAD):
            found[sample] += ()
            if contig:
                regions[sample].append(
                    CallableRegion(
                        contig=contig, first=position, last=last, readable=alt == READ
                    )
                )
        elif share is not None and position is not None:
            found[sample].append(
                Variant(
                    contig=contig,
                    position=position,
                    ref=ref or "",
                    alt=alt,
                    frequency=float(share),
                    depth=depth,
                    last=last,
                )
            )
    return found, regions


def _columns(table: pl.DataFrame, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    present = [pl.col(n) if n in table.columns else pl.lit(None).alias(n) for n in names]
    return table.select(present).rows()


def _place(one: Consensus) -> tuple[str, str, str]:
    return one.contig, one.run, one.sequence


def _allele(one: Variant) -> tuple[str, int, str, str]:
    return one.contig, one.position, one.ref, one.alt


def _region(one: CallableRegion) -> tuple[str, int, int, bool]:
    return one.contig, one.first, one.last or 0, one.readable
