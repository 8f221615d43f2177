"""Which alleles may speak for a bond: not what may have strayed, little what arises often."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.bonds.people import Person
from nanoward.bonds.rules import BondRules
from nanoward.maths.alleles import AlleleTable
from nanoward.maths.parsimony import average_tree, origins

CONSENSUS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What of a table of alleles may speak for a bond.

    carried  (S, F, 5) alleles held at the least share or more that are the host's own
    lots     (S,) number of the lot that each received
    weights  (F,) 1 / independent origins of the site's allele that arose most often
    """

    carried: Bool[np.ndarray, "S F 5"]
    lots: Int[np.ndarray, " S"]
    weights: Float[np.ndarray, " F"]


def evidence_of(
    table: AlleleTable,
    people: Sequence[Person],
    apart: Float[np.ndarray, "S S"],
    rules: BondRules,
) -> Evidence:
    """Alleles without those that may have strayed within a run, weighted by their origins."""
    carried = (table.shares >= rules.least_share) & table.readable[:, :, None]
    carried &= ~strays(table, [one.run for one in people], rules.carry_over)
    joins = average_tree(apart / np.maximum(table.compared, 1))
    flat = carried.reshape(len(carried), -1)
    told = np.repeat(table.readable, 5, axis=1)
    holders = flat.sum(axis=0)
    several = np.flatnonzero((holders >= 2) & (holders < len(flat)))
    times = np.ones(flat.shape[1], np.int64)
    times[several] = np.maximum(1, origins(joins, flat[:, several], told[:, several]))
    most = times.reshape(-1, 5)
    most[np.arange(len(most)), table.origin] = 1
    return Evidence(
        carried=carried,
        lots=np.unique([one.lot for one in people], return_inverse=True)[1].astype(np.int64),
        weights=1.0 / most.max(axis=1),
    )


def strays(
    table: AlleleTable, runs: Sequence[str], carry_over: float
) -> Bool[np.ndarray, "S F 5"]:
    """Alleles at up to `carry_over` that another sample of the same run has at consensus.

    Labels of reads hop between samples that are sequenced together (Sinha et al. 2017, some
    0.5 to 2 % of reads): such an allele may be the neighbour's. False where no run is told.
    """
    found = np.zeros(table.shares.shape, bool)
    names = np.array(runs)
    for run in np.unique(names[names != ""]):
        of = np.flatnonzero(names == run)
        main = (table.shares[of] >= CONSENSUS).sum(axis=0) > 0
        found[of] = main & (table.shares[of] > 0) & (table.shares[of] <= carry_over)
    return found
