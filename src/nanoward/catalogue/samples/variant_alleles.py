"""A sample's variants on one contig in one form, whatever form their source wrote them in.

A variant that cannot be what it says (another letter in the reference, a place beyond it) is
not used, and where it stands counts as unreadable if variants are all there is of the sample.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import polars as pl
from jaxtyping import UInt8

from nanoward.base.tables import READ, UNREAD
from nanoward.catalogue.samples.sample_inputs import CallableRegion, Variant
from nanoward.maths.genetics.alleles import (
    DELETED,
    NEAR,
    Edit,
    ReferenceAlignment,
    canonical_alignment,
    edits_of,
    indels_of,
    left_aligned,
    vcf_allele,
)
from nanoward.maths.genetics.sequences import ALLELES, masks_of, shares_of

CONSENSUS = 0.5  # share from which an allele is the sample's consensus
NORMALISED = ("contig", "position", "ref", "alt", "frequency")
PLAIN = frozenset("ACGT")
MASKS = {one: masks_of(one)[0] for one in sorted(PLAIN)}
SURPLUS = 1.05  # shares of one allele that sum to more were told twice, not in parts


class AlleleShares(NamedTuple):
    """The share of each allele at one position, and how many reads tell it."""

    shares: dict[str, float]
    depth: int | None


class IndelCall(NamedTuple):
    """The share of reads that carry an indel, and how many reads tell it."""

    share: float
    depth: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContigAlleles:
    """What variants say of one contig.

    sites      0-based position to the shares of letters that were told there
    indels     every insertion and deletion that was told
    consensus  the reference with what more than half of the reads carry
    wrong      cause (the name of a function of sequence_findings) to the variants not used
    """

    sites: Mapping[int, AlleleShares]
    indels: Mapping[Edit, IndelCall]
    consensus: ReferenceAlignment
    wrong: Mapping[str, tuple[Variant, ...]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Gathered:
    sites: dict[int, list[tuple[str, float, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    indels: dict[Edit, list[IndelCall]] = field(default_factory=lambda: defaultdict(list))
    gone: list[tuple[int, int, IndelCall]] = field(default_factory=list)
    written: dict[Edit, Edit] = field(default_factory=dict)
    wrong: dict[str, list[Variant]] = field(default_factory=lambda: defaultdict(list))
    unread: set[int] = field(default_factory=set)

    def add_indel(self, edit: Edit, call: IndelCall, known: str) -> None:
        """An indel at its leftmost place; and where it was written, among the others there."""
        left = left_aligned(edit, known)
        self.indels[left].append(call)
        self.written.setdefault(left, edit)


def contig_alleles(
    placed: Iterable[tuple[Variant, int | None]],
    letters: str,
    base: UInt8[np.ndarray, " L"],
    *,
    check: bool = True,
    consensus: UInt8[np.ndarray, " L"] | None = None,
) -> ContigAlleles:
    """Every variant trimmed, split, its indels to the left, its REF held to the reference.

    placed   variants with their 0-based position on the contig, None where it has none
    letters  the contig
    base     (L,) what stands where no variant is told: 0 where the sample was not read
    check    whether REF must be what the reference holds
    consensus  (L,) the sample's letters where a consensus tells all but what is inserted
    """
    known = letters.upper()
    told = _gathered(placed, known, check=check)
    sites = {
        place: AlleleShares(_summed(some), some[0][2])
        for place, some in sorted(told.sites.items())
    }
    indels = {edit: _call(calls) for edit, calls in sorted(told.indels.items())}
    raw = _consensus(sites, indels, base, told)
    certain: frozenset[Edit] = frozenset()
    if consensus is not None:
        raw = replace(raw, masks=consensus)
        certain = frozenset(indels_of(raw))
    final = canonical_alignment(raw, known)
    heavy = _heavy(sites, indels)
    return ContigAlleles(
        sites=_settled_sites(sites, raw, final, heavy, known),
        indels=_settled_indels(indels, certain, final, heavy),
        consensus=final,
        wrong={cause: tuple(some) for cause, some in told.wrong.items()},
    )


def base_masks(
    letters: str, regions: Sequence[CallableRegion], *, whole: bool
) -> UInt8[np.ndarray, " L"]:
    """(L,) the reference where it may be taken for the sample's own letters, else 0.

    whole  what no region speaks of is as the reference; False where only what was told as
           read (blocks of a gVCF) may be
    """
    known = masks_of(letters)
    masks = known.copy() if whole else np.zeros_like(known)
    told = [one for one in regions if one.readable or one.last is not None]
    for one in sorted(told, key=lambda one: not one.readable):  # what is unread comes last
        last = len(known) if one.last is None else one.last
        span = slice(max(one.first - 1, 0), last)
        masks[span] = known[span] if one.readable else 0
    return masks


def _gathered(
    placed: Iterable[tuple[Variant, int | None]], known: str, *, check: bool
) -> _Gathered:
    told = _Gathered()
    for one, place in placed:
        span = max(len(one.ref), 1)
        if place is None or place + (span if check else 1) > len(known):
            told.wrong["no_place"].append(one)
            continue
        edits = _edits(one, place, known, told, check=check)
        if edits is None:
            told.wrong["other_reference"].append(one)
            told.unread |= set(range(place, place + span))
            continue
        for edit in edits:
            if edit.is_indel:
                told.add_indel(edit, IndelCall(one.frequency, one.depth), known)
            else:
                told.sites[edit.start].append((edit.letters, one.frequency, one.depth))
    for edit, call in _joined(told.gone):
        told.add_indel(edit, call, known)
    return told


def _edits(
    one: Variant, place: int, known: str, told: _Gathered, *, check: bool
) -> tuple[Edit, ...] | None:
    """What one variant changes; None where the reference is not what it says."""
    ref, alt = one.ref.upper().replace("U", "T"), one.alt.upper().replace("U", "T")
    if ref and check and not _agrees(ref, known, place):
        return None
    if alt == "*":  # deleted by a variant that stands elsewhere
        return ()
    if alt == "-":
        call = IndelCall(one.frequency, one.depth)
        told.gone.append((place, one.last or place + max(len(ref), 1), call))
        return ()
    if alt[0] == "+":
        return (Edit(start=place + 1, stop=place + 1, letters=alt[1:]),)
    if alt[0] == "-":
        if check and not _agrees(alt[1:], known, place + 1):
            return None
        return (Edit(start=place + 1, stop=place + len(alt), letters=""),)
    if len(alt) == 1 and len(ref) < 2:
        return (Edit(start=place, stop=place + 1, letters=alt),)
    held = known[place : place + max(len(ref), 1)] if check else ref or known[place]
    return edits_of(place, held, alt)


def _agrees(letters: str, known: str, place: int) -> bool:
    here = known[place : place + len(letters)]
    if len(here) < len(letters):
        return False
    if here == letters:
        return True
    a, b = masks_of(letters), masks_of(here)
    return bool((((a & b) > 0) | (a == 0) | (b == 0)).all())


def _joined(gone: Sequence[tuple[int, int, IndelCall]]) -> list[tuple[Edit, IndelCall]]:
    """Deleted letters told one by one, as one run where share and depth are the same."""
    runs: list[tuple[int, int, IndelCall]] = []
    for first, last, call in sorted(gone):
        if runs and runs[-1][1] == first and runs[-1][2] == call:
            runs[-1] = (runs[-1][0], last, call)
        else:
            runs.append((first, last, call))
    return [(Edit(start=first, stop=last, letters=""), call) for first, last, call in runs]


def _summed(told: Sequence[tuple[str, float, int | None]]) -> dict[str, float]:
    """Shares of A, C, G, T at one position; an IUPAC code gives each of its letters a part."""
    parts: dict[str, list[float]] = defaultdict(list)
    for letters, share, _ in told:
        if letters in PLAIN:
            parts[letters].append(share)
            continue
        own = shares_of(masks_of(letters))[0]
        for allele, part in zip(ALLELES, own.tolist(), strict=True):
            if part > 0:
                parts[allele].append(share * part)
        if not own.any():
            parts["N"].append(share)
    return {allele: _total(some) for allele, some in parts.items()}


def _total(shares: Sequence[float]) -> float:
    return sum(shares) if sum(shares) <= SURPLUS else max(shares)


def _call(calls: Sequence[IndelCall]) -> IndelCall:
    return IndelCall(min(1.0, _total([one.share for one in calls])), calls[0].depth)


def _consensus(
    sites: Mapping[int, AlleleShares],
    indels: Mapping[Edit, IndelCall],
    base: UInt8[np.ndarray, " L"],
    told: _Gathered,
) -> ReferenceAlignment:
    """What more than half of the reads carry, where it was written.

    An indel that moves to the left by itself could pass another one. A letter that nothing
    names is unread.
    """
    masks = base.copy()
    masks[[at for at in told.unread if at < len(masks)]] = 0
    for place, site in sites.items():
        best = max(sorted(site.shares), key=site.shares.__getitem__)
        if site.shares[best] > CONSENSUS:
            masks[place] = MASKS.get(best) or masks_of(best)[0]
    inserted: dict[int, str] = {}
    for left, call in indels.items():
        if call.share <= CONSENSUS:
            continue
        edit = told.written[left]
        if edit.letters:
            inserted[edit.start] = inserted.get(edit.start, "") + edit.letters
        masks[edit.start : edit.stop] = DELETED
    return ReferenceAlignment(
        masks=masks,
        insertions=tuple(
            Edit(start=at, stop=at, letters=letters) for at, letters in sorted(inserted.items())
        ),
    )


_Heavy = list[tuple[int, int, IndelCall]]


def _heavy(sites: Mapping[int, AlleleShares], indels: Mapping[Edit, IndelCall]) -> _Heavy:
    """First, behind the last, and call of everything that more than half of the reads carry."""
    told = [
        (place, place + 1, IndelCall(max(one.shares.values()), one.depth))
        for place, one in sites.items()
        if max(one.shares.values()) > CONSENSUS
    ]
    told += [(one.start, one.stop, c) for one, c in indels.items() if c.share > CONSENSUS]
    return told


def _near(heavy: _Heavy, first: int, last: int) -> IndelCall:
    """The least share of what was told close by: of the same molecule, written otherwise."""
    reach = 2 * NEAR
    some = [c for a, b, c in heavy if a - reach <= last and first - reach <= b]
    return min(some, key=lambda c: c.share) if some else IndelCall(1.0, None)


def _settled_sites(
    sites: dict[int, AlleleShares],
    raw: ReferenceAlignment,
    final: ReferenceAlignment,
    heavy: _Heavy,
    known: str,
) -> dict[int, AlleleShares]:
    """The sites, with what aligning anew changed close to indels."""
    settled = dict(sites)
    for place in np.flatnonzero(raw.masks != final.masks).tolist():
        settled.pop(place, None)
        mask = final.masks[place]
        if mask in (0, DELETED) or mask == masks_of(known[place])[0]:
            continue
        call = _near(heavy, place, place + 1)
        own = shares_of(np.array([mask]))[0].tolist()
        shares = {
            one: call.share * part for one, part in zip(ALLELES, own, strict=True) if part
        }
        settled[place] = AlleleShares(shares, call.depth)
    return dict(sorted(settled.items()))


def _settled_indels(
    indels: Mapping[Edit, IndelCall],
    certain: frozenset[Edit],
    final: ReferenceAlignment,
    heavy: _Heavy,
) -> dict[Edit, IndelCall]:
    """Indels of the minority, and those of the consensus.

    certain  those that a consensus tells of which variants say nothing
    """
    settled = {edit: call for edit, call in indels.items() if call.share <= CONSENSUS}
    for edit in indels_of(final):
        own = IndelCall(1.0, None) if edit in certain else _near(heavy, edit.start, edit.stop)
        call = indels.get(edit, own)
        if call.share <= CONSENSUS:  # other reads tell it by letters
            call = IndelCall(min(1.0, call.share + own.share), call.depth)
        settled[edit] = call
    return dict(sorted(settled.items()))


def normalised_table(variants: pl.DataFrame, letters: Mapping[str, str]) -> pl.DataFrame:
    """Contig, position, ref, alt and frequency of variants, in the form of factors.

    variants  VARIANTS of one lot or sample; rows of what was read or not are left out
    letters   the reference's contigs; what lies on no contig of it, or does not fit, stays as
              it was written
    """
    told = variants.filter(~pl.col("alt").is_in([READ, UNREAD]))
    rows: list[tuple[str, int, str, str, float]] = []
    by_contig: dict[str, list[Variant]] = defaultdict(list)
    for contig, position, ref, alt, share in told.select(NORMALISED).rows():
        by_contig[contig].append(
            Variant(
                contig=contig,
                position=position,
                ref=ref or "",
                alt=alt,
                frequency=share,
                depth=None,
            )
        )
    for contig, some in by_contig.items():
        known = letters.get(contig, "")
        placed = [(one, one.position - 1) for one in some]
        found = contig_alleles(placed, known, masks_of(known))
        rows += [
            (contig, place + 1, known[place], one, share)
            for place, site in found.sites.items()
            for one, share in site.shares.items()
        ]
        for edit, call in found.indels.items():
            place, ref, alt = vcf_allele(edit, known)
            rows.append((contig, place + 1, ref, alt, call.share))
        rows += [
            (contig, one.position, one.ref, one.alt, one.frequency)
            for wrong in found.wrong.values()
            for one in wrong
        ]
    kinds = (pl.String, pl.Int64, pl.String, pl.String, pl.Float64)
    schema = dict(zip(NORMALISED, kinds, strict=True))
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")
