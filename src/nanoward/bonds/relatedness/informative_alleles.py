"""Which alleles may speak for a bond: not what may have strayed, little what arises often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.rules import BondRules
from nanoward.maths.genetics.allele_frequencies import AlleleTable
from nanoward.maths.genetics.parsimony import average_tree, origins

CONSENSUS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class InformativeAlleles:
    """What of a table of alleles may speak for a bond.

    carried  (S, F, 5) alleles held at the least share or more that are the host's own
    lots     (S,) number of the lot that each received
    weights  (F,) 1 / independent origins of the site's allele that arose most often
    of_lot   (S, F, 5) alleles that were seen in the lot itself which each received
    """

    carried: Bool[np.ndarray, "S F 5"]
    lots: Int[np.ndarray, " S"]
    weights: Float[np.ndarray, " F"]
    of_lot: Bool[np.ndarray, "S F 5"]


def informative_alleles(
    table: AlleleTable,
    people: Sequence[ComparedParticipant],
    apart: Float[np.ndarray, "S S"],
    rules: BondRules,
    lots: Mapping[str, Bool[np.ndarray, "F 5"]] | None = None,
) -> InformativeAlleles:
    """Alleles without those that may have strayed within a run, weighted by their origins.

    lots  what was seen in each lot itself, where that was sequenced: see `seen_in_lots`
    """
    carried = (table.shares >= rules.least_share) & table.readable[:, :, None]
    carried &= ~carry_over_alleles(table, [one.run for one in people], rules.carry_over)
    joins = average_tree(apart / np.maximum(table.compared, 1))
    flat = carried.reshape(len(carried), -1)
    told = np.repeat(table.readable, 5, axis=1)
    holders = flat.sum(axis=0)
    several = np.flatnonzero((holders >= 2) & (holders < len(flat)))
    times = np.ones(flat.shape[1], np.int64)
    times[several] = np.maximum(1, origins(joins, flat[:, several], told[:, several]))
    most = times.reshape(-1, 5)
    most[np.arange(len(most)), table.origin] = 1
    of_lot = np.zeros_like(carried)
    for place, one in enumerate(people):
        of_lot[place] = (lots or {}).get(one.lot, False)
    return InformativeAlleles(
        carried=carried,
        of_lot=of_lot,
        lots=np.unique([one.lot for one in people], return_inverse=True)[1].astype(np.int64),
        weights=1.0 / most.max(axis=1),
    )


def seen_in_lots(
    table: AlleleTable, lots: Mapping[str, Sequence[int]]
) -> dict[str, Bool[np.ndarray, "F 5"]]:
    """Lot to the alleles that any of its own samples shows, at whatever share.

    lots  rows of the table that were taken of each lot itself
    The lot is a host that infected all its recipients: what it held passed to them from it.
    """
    return {
        lot: ((table.shares[list(rows)] > 0) & table.readable[list(rows)][:, :, None]).any(
            axis=0
        )
        for lot, rows in lots.items()
    }


def carry_over_alleles(
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
