"""One contig of a sample in reference coordinates: its runs laid down and combined."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, UInt8

from nanoward.catalogue.samples.sample_inputs import Consensus
from nanoward.maths.genetics.sequences import masks_of, text_of
from nanoward.sequencing.consensus_alignment import OUTSIDE, Placement, placement_of

DELETION = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedContig:
    """A contig of a sample on the reference.

    masks        (L,) alleles at each reference position, 0 where unreadable
    insertions   (0-based reference position before, letters): inserted after that position
    carried      (Q,) reference position of each letter of the first run's consensus, -1 none
    disputed     positions at which two runs name different alleles
    unplaced     letters of runs that could not be laid on the reference
    """

    masks: UInt8[np.ndarray, " L"]
    insertions: tuple[tuple[int, str], ...] = ()
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
    insertions: set[tuple[int, str]] = set()
    disputed = unplaced = 0
    for run in runs:
        query = masks_of(run.sequence)
        placement = (
            Placement(where=np.arange(len(target), dtype=np.int64))
            if run.laid and len(query) == len(target)
            else placement_of(query, target)
        )
        if placement is None:
            unplaced += len(query)
            continue
        if not len(carried):
            carried = reference_positions(placement, len(query))
        laid = aligned_masks(query, placement, 0 if run.laid else trim_ends)
        disputed += int(((masks & laid == 0) & (masks > 0) & (laid > 0)).sum())
        masks = np.where((masks & laid) > 0, masks & laid, masks | laid)
        insertions |= {
            (before, text_of(query[first : first + length]))
            for before, first, length in placement.insertions
        }
    return AlignedContig(
        masks=masks,
        insertions=tuple(sorted(insertions)),
        carried=carried,
        disputed=disputed,
        unplaced=unplaced,
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
        np.where(where == OUTSIDE, 0, DELETION),
    ).astype(np.uint8)
    return laid


def reference_positions(placement: Placement, length: int) -> Int[np.ndarray, " Q"]:
    """Reference position of each query letter, -1 for letters that have none."""
    back = np.full(length, -1, np.int64)
    there = np.flatnonzero(placement.where >= 0)
    back[placement.where[there]] = there
    return back
