"""One contig of a sample in reference coordinates: its runs laid down and combined.

A dash within an aligned sequence is a deleted letter; dashes before its first or behind its
last letter, or beside letters that could not be read, tell nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, UInt8

from nanoward.catalogue.samples.sample_inputs import Consensus
from nanoward.maths.genetics.alleles import (
    DELETED,
    Edit,
    ReferenceAlignment,
    canonical_alignment,
)
from nanoward.maths.genetics.sequences import masks_of, text_of
from nanoward.sequencing.consensus_alignment import (
    OUTSIDE,
    Placement,
    fits_as_it_stands,
    placement_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedContig:
    """A contig of a sample on the reference.

    masks        (L,) alleles at each reference position, 0 where unreadable
    insertions   letters that stand before a position of the reference
    carried      (Q,) reference position of each letter of the first run's consensus, -1 none
    disputed     differences between two runs: positions, or runs of letters in one alone
    unplaced     letters of runs that could not be laid on the reference
    """

    masks: UInt8[np.ndarray, " L"]
    insertions: tuple[Edit, ...] = ()
    carried: Int[np.ndarray, " Q"]
    disputed: int = 0
    unplaced: int = 0


def align_contig(runs: Sequence[Consensus], reference: str, trim_ends: int) -> AlignedContig:
    """Lay every run of one contig on the reference and combine what they say.

    Where one run is unreadable the other one counts; where two name different alleles, both
    alleles stay possible (an IUPAC code) and the position is counted as disputed.
    """
    target = masks_of(reference)
    masks = np.zeros(len(target), np.uint8)
    carried = np.zeros(0, np.int64)
    insertions: set[Edit] = set()
    disputed = unplaced = placed = 0
    for run in runs:
        found = _run_alignment(run, target, trim_ends)
        if found is None:
            unplaced += sum(letter not in "-Nn" for letter in run.sequence)
            continue
        laid, positions = found
        if not all(one.laid for one in runs):  # else what is inserted stands elsewhere
            laid = canonical_alignment(laid, reference)
        if not len(carried):
            carried = positions
        disputed += _disputed(masks, laid.masks)
        if placed:
            disputed += _disputed_insertions(insertions, laid, masks)
        both = masks & laid.masks
        masks = np.where(both > 0, both, masks | laid.masks)
        insertions |= set(laid.insertions)
        placed += 1
    return AlignedContig(
        masks=masks,
        insertions=tuple(sorted(insertions)),
        carried=carried,
        disputed=disputed,
        unplaced=unplaced,
    )


def _run_alignment(
    run: Consensus, target: UInt8[np.ndarray, " L"], trim_ends: int
) -> tuple[ReferenceAlignment, Int[np.ndarray, " Q"]] | None:
    """One run on the reference, and the position of each of its letters."""
    query = masks_of(run.sequence)
    if run.laid and len(query) == len(target):
        masks = query.copy()
        return ReferenceAlignment(masks=masks), np.flatnonzero(query != DELETED)
    if (query == DELETED).any():
        if fits_as_it_stands(query, target):
            told = _trimmed(_without_unread_dashes(query), trim_ends)
            return ReferenceAlignment(masks=told), np.flatnonzero(query != DELETED)
        query = query[query != DELETED]
    placement = placement_of(query, target)
    if placement is None:
        return None
    laid = aligned_masks(query, placement, trim_ends)
    inserted = tuple(
        Edit(start=before + 1, stop=before + 1, letters=text_of(query[first : first + length]))
        for before, first, length in placement.insertions
    )
    return (
        ReferenceAlignment(masks=laid, insertions=inserted),
        reference_positions(placement, len(query)),
    )


def _without_unread_dashes(query: UInt8[np.ndarray, " Q"]) -> UInt8[np.ndarray, " Q"]:
    """Dashes as unreadable where they stand at an end or beside an unreadable letter."""
    open_ = np.concatenate([[True], (query == DELETED) | (query == 0), [True]])
    told = query.copy()
    turns = np.flatnonzero(open_[1:] != open_[:-1]).tolist()
    edges = [0, *turns, len(query)]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        part = query[first:last]
        if first == 0 or last == len(query) or (part == 0).any():
            told[first:last] = 0
    return told


def _disputed(a: UInt8[np.ndarray, " L"], b: UInt8[np.ndarray, " L"]) -> int:
    """Positions that two runs tell differently; a run of letters in one alone counts once."""
    wrong = (a & b == 0) & (a > 0) & (b > 0)
    gone = wrong & ((a == DELETED) | (b == DELETED))
    return int((wrong & ~gone).sum()) + int((gone & ~_shifted(gone)).sum())


def _shifted(mask: Bool[np.ndarray, " L"]) -> Bool[np.ndarray, " L"]:
    return np.concatenate([[False], mask[:-1]])


def _disputed_insertions(
    insertions: set[Edit], laid: ReferenceAlignment, masks: UInt8[np.ndarray, " L"]
) -> int:
    """Insertions of one alone of two runs, where both read what stands on both sides."""
    both = (masks > 0) & (laid.masks > 0)
    return sum(
        bool(both[max(one.start - 1, 0) : one.start + 1].all())
        for one in insertions ^ set(laid.insertions)
    )


def aligned_masks(
    query: UInt8[np.ndarray, " Q"], placement: Placement, trim_ends: int
) -> UInt8[np.ndarray, " L"]:
    """The query's alleles in reference order; its outermost letters count as unreadable."""
    told = query.copy()
    if trim_ends:
        told[:trim_ends] = 0
        told[-trim_ends:] = 0
    where = placement.where
    laid: UInt8[np.ndarray, " L"] = np.where(
        where >= 0,
        told[np.clip(where, 0, len(query) - 1)],
        np.where(where == OUTSIDE, 0, DELETED),
    ).astype(np.uint8)
    return laid


def _trimmed(query: UInt8[np.ndarray, " Q"], trim_ends: int) -> UInt8[np.ndarray, " Q"]:
    """The outermost letters of an aligned sequence as unreadable."""
    told = query.copy()
    letters = np.flatnonzero((query != 0) & (query != DELETED))
    if trim_ends and len(letters):
        told[: letters[0] + trim_ends] = 0
        told[max(letters[-1] + 1 - trim_ends, 0) :] = 0
    return told


def reference_positions(placement: Placement, length: int) -> Int[np.ndarray, " Q"]:
    """Reference position of each query letter, -1 for letters that have none."""
    back = np.full(length, -1, np.int64)
    there = np.flatnonzero(placement.where >= 0)
    back[placement.where[there]] = there
    return back
