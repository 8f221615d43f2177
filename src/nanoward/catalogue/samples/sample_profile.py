"""One sample read against the agent's reference: its factors, its profile, and its doubts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import UInt8

from nanoward.base.findings import Finding
from nanoward.catalogue.rules import CatalogueRules
from nanoward.catalogue.samples import sequence_findings
from nanoward.catalogue.samples.reference_alignment import AlignedContig, align_contig
from nanoward.catalogue.samples.sample_inputs import (
    NOT_OURS,
    CallableRegion,
    Consensus,
    Reference,
    SampleInput,
    Variant,
    reference_contig,
)
from nanoward.catalogue.samples.variant_alleles import (
    CONSENSUS,
    AlleleShares,
    IndelCall,
    base_masks,
    contig_alleles,
)
from nanoward.maths.genetics.alleles import (
    DELETED,
    Edit,
    ReferenceAlignment,
    indels_of,
    vcf_allele,
)
from nanoward.maths.genetics.sequences import ALLELES, masks_of, shares_of, text_of
from nanoward.maths.statistics.poisson_limits import byar_limits

MUTE = 4  # differences that tell nothing of a relative, however short the reference


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
    wrong: dict[str, list[Variant]] = field(default_factory=dict)

    def add_wrong(self, wrong: Mapping[str, Sequence[Variant]]) -> None:
        """Variants that are not used, by their cause."""
        for cause, some in wrong.items():
            self.wrong.setdefault(cause, []).extend(some)

    def add_uncovered(
        self,
        placed: Sequence[tuple[Variant, int | None]],
        masks: UInt8[np.ndarray, " L"],
    ) -> None:
        """Variants that stand where the consensus counts as unreadable."""
        dark = [
            one for one, at in placed if at is not None and at < len(masks) and not masks[at]
        ]
        if dark:
            self.add_wrong({"uncovered": dark})


class _Found(NamedTuple):
    """One contig of a sample: what was read, and the shares of what was told."""

    masks: UInt8[np.ndarray, " L"]
    sites: Mapping[int, AlleleShares]
    indels: Mapping[Edit, IndelCall]


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
    regions = _by_contig(material.regions)
    for contig in sorted({*runs, *seen, *regions} - set(contigs) if contigs else ()):
        role = "genomes" if contig in runs else "variants"
        sheet.findings.append(
            sequence_findings.unknown_contig(material.sample, contig, role, contigs)
        )
    aligned = []
    for contig, letters in sorted(contigs.items()):
        name = reference_contig(material.lineage, contig)
        if material.consensus:
            found = _beside_consensus(
                sheet, contig, runs.get(contig, []), seen.get(contig, []), letters, rules
            )
        else:
            found = _variants_alone(
                sheet, seen.get(contig, []), regions.get(contig, []), letters
            )
        _write(sheet, name, found, letters)
        aligned.append((name, text_of(found.masks)))
    profile = _profile(sheet, sum(map(len, contigs.values())), rules)
    return SampleProfile(
        sample=material.sample,
        profile=profile,
        factors=tuple(sorted(sheet.factors, key=_key)),
        aligned=tuple(sorted(aligned)),
        findings=(*sheet.findings, *_wrong_variants(sheet)),
    )


def _by_contig(items: tuple[Any, ...]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        found[item.contig].append(item)
    return found


def _variants_alone(
    sheet: _Sheet,
    variants: Sequence[Variant],
    regions: Sequence[CallableRegion],
    letters: str,
) -> _Found:
    """Variants are all there is: elsewhere stands the reference, unless told as unread."""
    whole = not sheet.material.told_by_blocks
    base = base_masks(letters, regions, whole=whole)
    told = contig_alleles([(one, one.position - 1) for one in variants], letters, base)
    sheet.add_wrong(told.wrong)
    masks = told.consensus.masks
    return _Found(masks=masks, sites=told.sites, indels=told.indels)


def _beside_consensus(
    sheet: _Sheet,
    contig: str,
    runs: list[Consensus],
    variants: list[Variant],
    letters: str,
    rules: CatalogueRules,
) -> _Found:
    """Variants beside a consensus: they tell shares, it tells what was read."""
    laid = align_contig(runs, letters, rules.trim_ends)
    sheet.disputed += laid.disputed
    sheet.unplaced += laid.unplaced
    if laid.unplaced:
        sheet.findings.append(sequence_findings.not_aligned(sheet.material.sample, contig))
    by_reference = rules.variant_positions == "reference"
    placed = [(one, _place(one, laid, by_reference=by_reference)) for one in variants]
    whole = laid.masks if runs and all(one.laid for one in runs) else None
    usable = placed
    if whole is not None:
        usable = [one for one in placed if not _inserted_among_unread(*one, whole)]
    told = contig_alleles(
        usable, letters, masks_of(letters), check=by_reference, consensus=whole
    )
    sheet.add_wrong(told.wrong)
    own = ReferenceAlignment(masks=laid.masks, insertions=laid.insertions)
    if whole is not None:  # it has no room for what was inserted
        own = told.consensus
    sheet.add_uncovered(placed, own.masks)
    certain = IndelCall(1.0, None)
    indels = {one: told.indels.get(one, certain) for one in indels_of(own)}
    indels |= {one: call for one, call in told.indels.items() if is_told(one, own.masks)}
    return _Found(masks=own.masks, sites=told.sites, indels=indels)


def _inserted_among_unread(
    one: Variant, at: int | None, masks: UInt8[np.ndarray, " L"]
) -> bool:
    """Whether letters are inserted before or behind one that is unread.

    Laid among such they could be taken for one of the letters that stand there already.
    """
    if at is None or len(one.ref) != 1 or len(one.alt) < 2 or one.alt[0] != one.ref:
        return False
    return not (masks[at : at + 2] > 0).all()


def _place(one: Variant, laid: AlignedContig, *, by_reference: bool) -> int | None:
    """0-based position on the reference; None where it has none."""
    place = one.position - 1
    if by_reference:
        return place if place >= 0 else None
    if not 0 <= place < len(laid.carried):
        return None
    found = int(laid.carried[place])
    return found if found >= 0 else None


def is_told(one: Edit, masks: UInt8[np.ndarray, " L"]) -> bool:
    """Whether a sample tells if it carries an indel: what stands beside it was read, and of
    what it deletes a part at least."""
    if one.start == one.stop:
        return bool((masks[max(one.start - 1, 0) : one.start + 1] > 0).all())
    beside = one.start == 0 or masks[one.start - 1] > 0
    return bool(beside and (masks[one.start : one.stop] > 0).any())


def _with_rest(shares: Mapping[str, float], mask: np.uint8, reference: str) -> dict[str, float]:
    """Shares that sum to 1: the rest is the consensus's, or else the reference's."""
    rest = max(0.0, 1.0 - sum(shares.values()))
    heirs = [one for one, _ in _consensus_shares(int(mask)) if one not in shares] or [
        reference.upper()
    ]
    total = dict(shares)
    for heir in heirs:
        total[heir] = total.get(heir, 0.0) + rest / len(heirs)
    return {one: min(1.0, share) for one, share in total.items() if share > 0}


def _write(sheet: _Sheet, contig: str, found: _Found, letters: str) -> None:
    """Add every allele of a contig that is not the reference's; a run of letters once."""
    for place in _differing(found, masks_of(letters)):
        ref = letters[place].upper()
        shares, depth = _site_shares(found, place, ref)
        others = {one: share for one, share in shares.items() if one not in (ref, "-", "N")}
        sheet.weight += min(1.0, sum(others.values()))
        top = max(sorted(shares), key=lambda one: shares[one])
        sheet.differing += top in others and shares[top] > CONSENSUS
        for one, share in sorted(others.items()):
            sheet.minor += share < CONSENSUS
            sheet.factors.append(_row(sheet, contig, place, (ref, one), share, depth))
    for edit, call in found.indels.items():
        place, ref, alt = vcf_allele(edit, letters)
        sheet.weight += call.share
        sheet.minor += call.share < CONSENSUS
        sheet.differing += call.share > CONSENSUS
        sheet.factors.append(_row(sheet, contig, place, (ref, alt), call.share, call.depth))
    sheet.readable += int((found.masks > 0).sum())


def _site_shares(found: _Found, place: int, ref: str) -> AlleleShares:
    mask = found.masks[place]
    told = found.sites.get(place)
    if told is not None:
        return AlleleShares(_with_rest(told.shares, mask, ref), told.depth)
    return AlleleShares(dict(_consensus_shares(int(mask))), None)


@cache
def _consensus_shares(mask: int) -> tuple[tuple[str, float], ...]:
    """The alleles that a mask names, and the share of each."""
    own = shares_of(np.array([mask], np.uint8))[0]
    return tuple((one, float(s)) for one, s in zip(ALLELES, own, strict=True) if s > 0)


def _differing(found: _Found, reference: UInt8[np.ndarray, " L"]) -> list[int]:
    """Read positions at which a letter differs, or of which variants speak."""
    masks = found.masks
    other = (masks > 0) & (masks != DELETED) & (masks != reference) & (reference > 0)
    told = [place for place in found.sites if masks[place] > 0]
    return sorted({*np.flatnonzero(other).tolist(), *told})


def _wrong_variants(sheet: _Sheet) -> list[Finding]:
    """One finding for each cause."""
    tell = {
        "no_place": sequence_findings.no_place,
        "other_reference": sequence_findings.other_reference,
        "uncovered": sequence_findings.uncovered,
    }
    return [
        tell[cause](sheet.material.sample, some) for cause, some in sorted(sheet.wrong.items())
    ]


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
    least = rules.least_identity
    if sheet.differing <= max((1.0 - least) * sheet.readable, MUTE):
        return "agent"
    few, many = (one / sheet.readable for one in byar_limits(sheet.differing))
    sure = few > 1.0 - least
    sheet.findings.append(
        sequence_findings.too_different(sheet.material.sample, (1 - many, 1 - few), least)
    )
    return "other" if sure else "agent"


def _key(row: Mapping[str, Any]) -> tuple[str, int, str, str]:
    return row["contig"], row["position"], row["ref"], row["alt"]
