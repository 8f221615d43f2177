"""What is known of each sample before it is read, gathered from the tables that came in."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding
from nanoward.base.tables import READ, UNREAD
from nanoward.catalogue.rules import CatalogueRules
from nanoward.catalogue.samples.sequenced_samples import (
    columns_of,
    only_contig,
    sequenced_samples,
)

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
    sequenced = sequenced_samples(tables, rules)
    return inputs_of(tables, rules, sequenced.names), sequenced.findings


def inputs_of(
    tables: Mapping[str, pl.DataFrame], rules: CatalogueRules, names: Sequence[str]
) -> tuple[SampleInput, ...]:
    """One material for each of some samples that were sequenced, in their order."""
    genomes = _consensus(tables)
    variants, regions = _variants(tables)
    wanted = pl.Series(names, dtype=pl.String).implode()
    some = tables["samples"].filter(pl.col("sample").is_in(wanted))
    samples = {row["sample"]: row for row in some.to_dicts()}
    return tuple(
        SampleInput(
            sample=sample,
            participant=str(samples[sample]["participant"]),
            taken=samples[sample].get("taken"),
            lineage=str(samples[sample].get(rules.lineage_column) or "")
            if rules.lineage_column
            else "",
            consensus=tuple(sorted(genomes.get(sample, ()), key=_place)),
            variants=tuple(sorted(variants.get(sample, ()), key=_allele)),
            regions=tuple(sorted(regions.get(sample, ()), key=_region)),
        )
        for sample in names
    )


def check_common_contigs(seen: Collection[str], reference: Reference) -> None:
    """Raise NoCommonContigError where no contig of any sample stands in the reference."""
    known = {contig for contigs in reference.values() for contig in contigs}
    if seen and not set(seen) & known:
        raise NoCommonContigError(
            f"samples hold the contigs {', '.join(sorted(seen)[:8])}; "
            f"the reference holds {', '.join(sorted(known)[:8]) or 'none'}"
        )


def _consensus(tables: Mapping[str, pl.DataFrame]) -> dict[str, list[Consensus]]:
    found: dict[str, list[Consensus]] = defaultdict(list)
    only = only_contig(tables)
    if "genomes" in tables:
        names = ("sample", "contig", "run", "sequence", "laid", "verdict")
        for sample, contig, run, sequence, laid, gate in columns_of(
            tables["genomes"], names
        ).rows():
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
    for sample, contig, position, ref, alt, share, depth, last in columns_of(
        tables["variants"], names
    ).rows():
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


def _place(one: Consensus) -> tuple[str, str, str]:
    return one.contig, one.run, one.sequence


def _allele(one: Variant) -> tuple[str, int, str, str]:
    return one.contig, one.position, one.ref, one.alt


def _region(one: CallableRegion) -> tuple[str, int, int, bool]:
    return one.contig, one.first, one.last or 0, one.readable
