"""Which alleles may speak for a bond: not what may have strayed, little what arises often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.bonds.contacts.comparison_set import ComparedParticipant
from nanoward.bonds.rules import BondRules
from nanoward.maths.genetics.allele_frequencies import (
    SLOTS,
    AlleleTable,
    Carriers,
    usual_carriers,
)
from nanoward.maths.genetics.parsimony import average_tree, origins

CONSENSUS = 0.5
CELLS = 8_000_000  # samples times alleles that are followed on the tree at once


@dataclass(frozen=True, slots=True, kw_only=True)
class InformativeAlleles:
    """What of a table of alleles may speak for a bond.

    carried  (N,) entries of the table that are held at the least share or more and are the
             host's own; the usual allele alone always is
    lots     (S,) number of the lot that each received
    weights  (F,) 1 / independent origins of the site's allele that arose most often
    of_lot   (T, F, 5) alleles that were seen in each of T lots itself
    """

    carried: Bool[np.ndarray, " N"]
    lots: Int[np.ndarray, " S"]
    weights: Float[np.ndarray, " F"]
    of_lot: Bool[np.ndarray, "T F 5"]


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
    carried = (table.share >= rules.least_share) & table.told
    carried &= ~carry_over_alleles(table, [one.run for one in people], rules.carry_over)
    names, number = np.unique([one.lot for one in people], return_inverse=True)
    of_lot = np.zeros((len(names), len(table.origin), SLOTS), bool)
    for place, name in enumerate(names.tolist()):
        of_lot[place] = (lots or {}).get(name, False)
    times = _origins(table, carried, apart)
    return InformativeAlleles(
        carried=carried,
        of_lot=of_lot,
        lots=number.astype(np.int64),
        weights=1.0 / times.max(axis=1),
    )


def _origins(
    table: AlleleTable, carried: Bool[np.ndarray, " N"], apart: Float[np.ndarray, "S S"]
) -> Int[np.ndarray, "F 5"]:
    """(F, 5) independent origins of each allele; 1 of the reference's, and of what has no more.

    What one alone carries, or all but one who tell it, arose once at most.
    """
    samples, sites = table.readable.shape
    times = np.ones((sites, SLOTS), np.int64)
    if not (samples and sites):
        return times
    holders = holders_of(table, carried)
    without = table.readable.sum(axis=0)[:, None] - holders
    several = (holders >= 2) & (without >= 2)
    several[np.arange(sites), table.origin] = False
    asked = np.flatnonzero(several.ravel())
    joins = average_tree(apart / np.maximum(table.compared, 1))
    who = carriers_of(table, carried, asked)
    order = np.argsort(who.feature, kind="stable")
    bounds = np.searchsorted(who.feature[order], asked)
    size = max(1, CELLS // samples)
    for first in range(0, len(asked), size):
        some = asked[first : first + size]
        ends = np.append(bounds, len(order))[[first, first + len(some)]]
        own = order[ends[0] : ends[1]]
        has = np.zeros((samples, len(some)), bool)
        has[who.sample[own], np.searchsorted(some, who.feature[own])] = True
        told = table.readable[:, some // SLOTS]
        times.ravel()[some] = np.maximum(1, origins(joins, has, told))
    return times


def holders_of(table: AlleleTable, carried: Bool[np.ndarray, " N"]) -> Int[np.ndarray, "F 5"]:
    """(F, 5) how many samples carry each allele."""
    sites = len(table.origin)
    found = np.bincount(table.feature[carried], minlength=SLOTS * sites).reshape(-1, SLOTS)
    found[np.arange(sites), table.usual] += table.plain.sum(axis=0)
    return np.asarray(found, np.int64)


def carriers_of(
    table: AlleleTable, carried: Bool[np.ndarray, " N"], features: Int[np.ndarray, " K"]
) -> Carriers:
    """Who carries any of some alleles (rising numbers), by entries and by the usual allele."""
    asked = np.zeros(SLOTS * len(table.origin), bool)
    asked[features] = True
    own = carried & asked[table.feature]
    sites = np.flatnonzero(asked[np.arange(len(table.origin)) * SLOTS + table.usual])
    usual = usual_carriers(table, table.plain, sites)
    return Carriers(
        np.concatenate([table.sample[own], usual.sample]),
        np.concatenate([table.feature[own], usual.feature]),
    )


def seen_in_lots(
    table: AlleleTable, lots: Mapping[str, Sequence[int]]
) -> dict[str, Bool[np.ndarray, "F 5"]]:
    """Lot to the alleles that any of its own samples shows, at whatever share.

    lots  rows of the table that were taken of each lot itself
    The lot is a host that infected all its recipients: what it held passed to them from it.
    """
    found, seen, told = {}, table.share > 0, table.told
    columns = np.arange(len(table.origin))
    for lot, rows in lots.items():
        shown = np.zeros((len(columns), SLOTS), bool)
        own = seen & told & np.isin(table.sample, list(rows))
        shown.ravel()[table.feature[own]] = True
        shown[columns, table.usual] |= table.plain[list(rows)].any(axis=0)
        found[lot] = shown
    return found


def carry_over_alleles(
    table: AlleleTable, runs: Sequence[str], carry_over: float
) -> Bool[np.ndarray, " N"]:
    """(N,) entries of up to `carry_over` that another sample of the run has at consensus.

    Labels of reads hop between samples that are sequenced together (Sinha et al. 2017, some
    0.5 to 2 % of reads): such an allele may be the neighbour's. False where no run is told.
    """
    names = np.array(runs)
    found, low = np.zeros(len(table.share), bool), (table.share > 0)
    low &= table.share <= carry_over
    plain, columns = table.plain, np.arange(len(table.origin))
    for run in np.unique(names[names != ""]):
        here = names == run
        own = here[table.sample]
        main = np.zeros((len(columns), SLOTS), bool)
        main.ravel()[table.feature[own & (table.share >= CONSENSUS)]] = True
        main[columns, table.usual] |= plain[here].any(axis=0)
        found |= own & low & main.ravel()[table.feature]
    return found
