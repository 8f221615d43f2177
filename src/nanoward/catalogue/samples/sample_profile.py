"""One sample read against the agent's reference: its factors, its profile, and its doubts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import UInt8

from nanoward.base.findings import Finding
from nanoward.catalogue.rules import CatalogueRules
from nanoward.catalogue.samples import sequence_findings
from nanoward.catalogue.samples.reference_alignment import AlignedContig, align_contig
from nanoward.catalogue.samples.sample_inputs import (
    NOT_OURS,
    Consensus,
    Reference,
    SampleInput,
    Variant,
    reference_contig,
)
from nanoward.maths.genetics.sequences import ALLELES, masks_of, shares_of, text_of

BASES = set("ACGT-")
CONSENSUS = 0.5  # share from which an allele is the sample's consensus


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleProfile:
    """What was found in one sample, as plain rows for the tables of base/tables.py.

    aligned  (contig, letters) of every contig of the reference
    """

    sample: str
    profile: Mapping[str, Any]
    factors: tuple[Mapping[str, Any], ...] = ()
    aligned: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """What is being gathered on one sample."""

    material: SampleInput
    factors: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    readable: int = 0
    differing: int = 0
    minor: int = 0
    weight: float = 0.0
    disputed: int = 0
    unplaced: int = 0


class AlleleShares(NamedTuple):
    """The share of each allele at one position, and how many reads tell it."""

    shares: dict[str, float]
    depth: int | None


def profile_sample(
    material: SampleInput, reference: Reference, rules: CatalogueRules
) -> SampleProfile:
    """Read one sample; depends on nothing but the sample, the reference and the rules."""
    contigs = reference.get(material.lineage, {})
    sheet = _Sheet(material=material)
    if not contigs:
        sheet.findings.append(sequence_findings.no_reference(material, sorted(reference)))
    runs = _by_contig(material.consensus)
    seen = _by_contig(material.variants)
    for contig in sorted({*runs, *seen} - set(contigs) if contigs else ()):
        role = "genomes" if contig in runs else "variants"
        sheet.findings.append(sequence_findings.unknown_contig(material.sample, contig, role))
    if seen and not runs:
        sheet.findings.append(sequence_findings.no_consensus(material.sample))
    aligned = []
    for contig, letters in sorted(contigs.items()):
        laid = _laid(sheet, contig, runs.get(contig, []), letters, rules)
        name = reference_contig(material.lineage, contig)
        alleles = _alleles(sheet, laid, seen.get(contig, []), letters, rules)
        _write(sheet, name, laid, alleles, letters)
        aligned.append((name, text_of(laid.masks)))
    profile = _profile(sheet, sum(map(len, contigs.values())), rules)
    return SampleProfile(
        sample=material.sample,
        profile=profile,
        factors=tuple(sorted(sheet.factors, key=_key)),
        aligned=tuple(sorted(aligned)),
        findings=tuple(sheet.findings),
    )


def _by_contig(items: tuple[Any, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        found[item.contig].append(item)
    return found


def _laid(
    sheet: _Sheet, contig: str, runs: list[Consensus], letters: str, rules: CatalogueRules
) -> AlignedContig:
    if not runs and not sheet.material.consensus:  # variants alone: the rest is the reference
        masks = masks_of(letters)
        return AlignedContig(masks=masks, carried=np.arange(len(masks), dtype=np.int64))
    laid = align_contig(runs, letters, rules.trim_ends)
    sheet.disputed += laid.disputed
    sheet.unplaced += laid.unplaced
    if laid.unplaced:
        sheet.findings.append(sequence_findings.not_aligned(sheet.material.sample, contig))
    return laid


def _alleles(
    sheet: _Sheet,
    laid: AlignedContig,
    variants: list[Variant],
    letters: str,
    rules: CatalogueRules,
) -> dict[int, AlleleShares]:
    """Shares by allele at every 0-based position that variants speak of, with the depth.

    What the variants leave over belongs to the consensus; where the consensus is among them,
    to the reference.
    """
    places: dict[int, list[Variant]] = defaultdict(list)
    for one in variants:
        place = _place(one, laid, len(letters), rules)
        if place is None:
            sheet.findings.append(sequence_findings.no_place(sheet.material.sample, one))
            continue
        if one.ref in BASES and one.ref != letters[place].upper() and _is_reference(rules):
            sheet.findings.append(
                sequence_findings.other_reference(sheet.material.sample, one, letters)
            )
            continue
        if not laid.masks[place]:
            sheet.findings.append(sequence_findings.uncovered(sheet.material.sample, one))
        elif len(one.alt) == 1 and len(one.ref) < 2 and one.alt.upper() in BASES:
            places[place].append(one)
        else:
            sheet.factors.append(_factor(sheet, one, place, letters))
    found = {}
    for place, ones in places.items():
        shares: dict[str, float] = defaultdict(float)
        for one in ones:
            shares[one.alt.upper()] += one.frequency
        rest = max(0.0, 1.0 - sum(shares.values()))
        found[place] = AlleleShares(
            _with_rest(shares, rest, laid.masks[place], letters[place]), ones[0].depth
        )
    return found


def _is_reference(rules: CatalogueRules) -> bool:
    return rules.variant_positions == "reference"


def _with_rest(
    shares: Mapping[str, float], rest: float, mask: np.uint8, reference: str
) -> dict[str, float]:
    told = shares_of(np.array([mask]))[0]
    consensus = [one for one, share in zip(ALLELES, told, strict=True) if share > 0]
    heirs = [one for one in consensus if one not in shares] or [reference.upper()]
    total = dict(shares)
    for heir in heirs:
        total[heir] = total.get(heir, 0.0) + rest / len(heirs)
    return {one: min(1.0, share) for one, share in total.items() if share > 0}


def _place(one: Variant, laid: AlignedContig, length: int, rules: CatalogueRules) -> int | None:
    place = one.position - 1
    if not _is_reference(rules):
        if not 0 <= place < len(laid.carried):
            return None
        place = int(laid.carried[place])
    return place if 0 <= place < length else None


def _factor(sheet: _Sheet, one: Variant, place: int, letters: str) -> dict[str, Any]:
    """A variant of several letters, kept as its source wrote it."""
    sheet.minor += one.frequency < CONSENSUS
    sheet.weight += one.frequency
    name = reference_contig(sheet.material.lineage, one.contig)
    ref = one.ref or letters[place]
    return _row(sheet, name, place, (ref, one.alt), one.frequency, one.depth)


def _write(
    sheet: _Sheet,
    contig: str,
    laid: AlignedContig,
    alleles: Mapping[int, AlleleShares],
    letters: str,
) -> None:
    """Add every allele of a contig that is not the reference's."""
    reference = masks_of(letters)
    for place in _differing(laid.masks, reference, alleles):
        own = shares_of(laid.masks[place : place + 1])[0]
        mixed = {one: float(s) for one, s in zip(ALLELES, own, strict=True) if s > 0}
        shares, depth = alleles.get(place, AlleleShares(mixed, None))
        ref = letters[place].upper()
        others = {one: share for one, share in shares.items() if one != ref}
        sheet.weight += min(1.0, sum(others.values()))
        top = max(sorted(shares), key=lambda one: shares[one])
        sheet.differing += top != ref and shares[top] > CONSENSUS
        for one, share in sorted(others.items()):
            sheet.minor += share < CONSENSUS
            sheet.factors.append(_row(sheet, contig, place, (ref, one), share, depth))
    for before, inserted in laid.insertions:
        base = letters[before].upper()
        sheet.weight += 1.0
        sheet.factors.append(_row(sheet, contig, before, (base, base + inserted), 1.0, None))
    sheet.readable += int((laid.masks > 0).sum())


def _differing(
    masks: UInt8[np.ndarray, " L"],
    reference: UInt8[np.ndarray, " L"],
    alleles: Mapping[int, object],
) -> list[int]:
    other = np.flatnonzero((masks > 0) & (masks != reference) & (reference > 0))
    return sorted({*other.tolist(), *alleles})


def _row(
    sheet: _Sheet,
    contig: str,
    place: int,
    change: tuple[str, str],
    share: float,
    depth: int | None,
) -> dict[str, Any]:
    return {
        "sample": sheet.material.sample,
        "contig": contig,
        "position": place + 1,
        "ref": change[0],
        "alt": change[1],
        "frequency": share,
        "depth": depth,
        "evidence": "consensus" if share > CONSENSUS else "minor",
    }


def _profile(sheet: _Sheet, length: int, rules: CatalogueRules) -> dict[str, Any]:
    readable = sheet.readable
    material = sheet.material
    if sheet.disputed > rules.most_run_differences:
        sheet.findings.append(
            sequence_findings.runs_differ(
                material.sample, sheet.disputed, rules.most_run_differences
            )
        )
    return {
        "sample": material.sample,
        "participant": material.participant,
        "taken": material.taken,
        "readable": readable,
        "reference_length": length,
        "consensus_differences": sheet.differing,
        "minor_variants": sheet.minor,
        "distance": sheet.weight / readable if readable else None,
        "typed_as": _typed_as(sheet, length, rules),
    }


def _typed_as(sheet: _Sheet, length: int, rules: CatalogueRules) -> str:
    if sheet.disputed > rules.most_run_differences:
        return "unreadable"
    if any(one.gate in NOT_OURS for one in sheet.material.consensus):
        return "other"
    if sheet.unplaced > sheet.readable:
        return "other"
    if not length or sheet.readable < rules.least_readable * length:
        return "unreadable"
    identity = 1.0 - sheet.differing / sheet.readable
    return "agent" if identity >= rules.least_identity else "other"


def _key(row: Mapping[str, Any]) -> tuple[str, int, str, str]:
    return row["contig"], row["position"], row["ref"], row["alt"]
