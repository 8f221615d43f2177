"""Letters that primers brought: where an amplicon begins or ends, they are the primer's own.

As ivar trim (Grubaugh et al. 2019 Genome Biol 20:8): a fragment that begins within a primer of
the forward strand, or ends within one of the backward strand, was copied from it. What lies in
the primer is not believed, whatever made the reads and whether or not they were trimmed.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from nanoward.maths.jit.object_cache import kept
from nanoward.sequencing.pileup import PileupBatch
from nanoward.sequencing.read_mapping import END

BEYOND = 2  # letters by which a fragment may begin before its primer


class PrimerSites(NamedTuple):
    """Where primers lie on the concatenated reference, 0-based, behind the last.

    forward, backward  (P, 2) first position and that behind the last, rising
    """

    forward: Int64[np.ndarray, "P 2"]
    backward: Int64[np.ndarray, "Q 2"]


def primer_positions(sites: PrimerSites, length: int) -> Bool[np.ndarray, " L"]:
    """(L,) positions that lie in a primer."""
    masked = np.zeros(length, np.bool_)
    for first, last in np.concatenate([sites.forward, sites.backward]).tolist():
        masked[first:last] = True
    return masked


def without_primers(sheet: PileupBatch, sites: PrimerSites) -> PileupBatch:
    """A block's counts without what lies in the primers that its fragments begin or end in."""
    bounds = np.empty((len(sheet.ends), 2), np.int64)
    _find_bounds(sheet, sites, bounds)
    ends = sheet.ends.copy()
    spans = sheet.spans.copy()
    owner = _owners(sheet.ends[:, 0], len(spans))
    spans[:, 0] = np.maximum(spans[:, 0], bounds[owner, 0])
    spans[:, 1] = np.maximum(np.minimum(spans[:, 1], bounds[owner, 1]), spans[:, 0])
    places = sheet.letters[:, 0] >> 3, sheet.low_quality, sheet.indels[:, 0]
    within = []
    for column, place in enumerate(places, 1):
        owner = _owners(sheet.ends[:, column], len(place))
        own = (bounds[owner, 0] <= place) & (place < bounds[owner, 1])
        ends[:, column] = np.concatenate([[0], np.cumsum(own)])[sheet.ends[:, column]]
        within.append(own)
    return sheet._replace(
        spans=spans,
        letters=sheet.letters[within[0]],
        low_quality=sheet.low_quality[within[1]],
        indels=sheet.indels[within[2]],
        ends=ends,
    )


def _owners(ends: Int64[np.ndarray, " P"], count: int) -> Int64[np.ndarray, " N"]:
    """The pair that each row of a list belongs to."""
    return np.searchsorted(ends, np.arange(count), side="right").astype(np.int64)


@kept()
def _find_bounds(
    sheet: PileupBatch, sites: PrimerSites, bounds: Int64[np.ndarray, "P 2"]
) -> None:
    """First position of each pair that is its own, and that behind the last."""
    span = 0
    for pair in range(len(sheet.ends)):
        first, last = np.int64(1 << 40), np.int64(-1)
        while span < sheet.ends[pair, 0]:
            first = min(first, np.int64(sheet.spans[span, 0]) - END)
            last = max(last, np.int64(sheet.spans[span, 1]) + END)
            span += 1
        bounds[pair, 0], bounds[pair, 1] = 0, np.int64(1 << 40)
        for at in range(len(sites.forward)):
            if sites.forward[at, 0] - BEYOND <= first < sites.forward[at, 1]:
                bounds[pair, 0] = max(bounds[pair, 0], sites.forward[at, 1])
        for at in range(len(sites.backward)):
            if sites.backward[at, 0] < last <= sites.backward[at, 1] + BEYOND:
                bounds[pair, 1] = min(bounds[pair, 1], sites.backward[at, 0])
