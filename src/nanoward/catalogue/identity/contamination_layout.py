"""The samples of a run, and what others show of their alleles, laid out for compiled code."""

import numpy as np
from jaxtyping import Float

from nanoward.catalogue.identity.contamination_kernel import RunAlleles, RunCounts
from nanoward.catalogue.identity.contamination_panel import LEAST_FOREIGN, MAJOR, PURE
from nanoward.catalogue.identity.informative_sites import own_error
from nanoward.catalogue.identity.programme_alleles import RunPanel


def run_alleles(own: RunPanel, needed: Float[np.ndarray, "M M"]) -> RunAlleles:
    """The alleles of a run's own samples, laid out for compiled code."""
    panel, members = own.panel, own.members
    share, depth, told = panel.shares[members], panel.depth[members], panel.told[members]
    foreign = told & (share < MAJOR) & (_before(own) < panel.floor[members][:, None])
    pure = told & (share >= PURE) & np.isfinite(depth)
    shown = np.nonzero(share >= LEAST_FOREIGN)
    pures = np.nonzero(pure)
    edges = np.arange(len(members) + 1)
    return RunAlleles(
        share=share,
        depth=np.where(np.isfinite(depth), depth, -1.0).astype(float),
        told=told.astype(np.uint8),
        wanted=foreign.astype(np.uint8),
        person=panel.person[members],
        place=np.unique(panel.place, return_inverse=True)[1].astype(np.int64),
        floor=panel.floor[members],
        usual=panel.usual[members],
        error=np.array([own_error(panel, one) for one in members.tolist()]),
        kind=np.zeros(len(members), np.int64),
        shown=shown[1].astype(np.int64),
        own=pures[1].astype(np.int64),
        starts=np.array([np.searchsorted(one[0], edges) for one in (shown, pures)], np.int64),
        needed=needed,
        asked=np.ones(needed.shape, np.uint8),
    )


def _before(own: RunPanel) -> Float[np.ndarray, "M F"]:
    """The largest share of each allele in the person's samples of other runs."""
    panel, members = own.panel, own.members
    run = int(panel.run[members[0]])
    found = np.zeros((len(members), panel.shares.shape[1]))
    elsewhere = np.flatnonzero(panel.run != run)
    for at, one in enumerate(members.tolist()):
        rows = elsewhere[panel.person[elsewhere] == panel.person[one]]
        if len(rows):
            found[at] = panel.shares[rows].max(axis=0)
    return found


def run_counts(own: RunPanel) -> RunCounts:
    """How often others show each allele as a minor one, laid out for compiled code."""
    beside, of_person, row = own.chances.of_run(int(own.panel.run[own.members[0]]))
    return RunCounts(
        beside=beside,
        of_person=of_person,
        prior=own.chances.prior,
        row=row[own.panel.person[own.members]],
        band=np.zeros(2),
        slack=0.0,
    )
