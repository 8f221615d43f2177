"""The slow way to the same pairs: dense arrays of alleles, and loops over all pairs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import numpy as np
import polars as pl
from dense_alleles import AlleleTable
from jaxtyping import Bool, Float, Int

from nanoward.bonds import BondRules, ComparedParticipant
from nanoward.bonds.direction.dates import (
    ContactHistory,
    Dose,
    Pair,
    _least,
    _most,
    _odds_of_days,
)
from nanoward.maths.genetics.parsimony import average_tree, origins

CONSENSUS = 0.5
SITES = 2048


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


def rarity(
    table: AlleleTable,
    evidence: InformativeAlleles,
    *,
    minor_only: bool,
) -> Float[np.ndarray, "S S"]:
    """Evidence from shared rare factors: the sum of log(share / frequency), never below 0.

    A factor that one carries at share g passes a narrow bottleneck with chance g; a stranger
    carries it with frequency f = (c + 1) / (S - 2 + 2), c its carriers among the S - 2 others.
    Two recipients of one lot are strangers of that lot: f is then the larger of this and the
    same within the lot, so that what the lot held is no evidence; where the lot itself was
    sequenced, what was seen in it counts nothing between two that received it. What arose k
    times independently counts 1 / k.
    minor_only  count alleles that are below consensus in at least one of the two (the others
                speak through the differences already); else all but the reference's alleles
    """
    people = len(table.samples)
    total = np.zeros((people, people))
    carried = evidence.carried
    of_lot = np.bincount(evidence.lots, minlength=people + 1)
    mains = (table.shares >= CONSENSUS).sum(axis=0)
    looked = _worth_looking(table, carried, minor_only=minor_only)
    for site, allele in zip(*np.nonzero(looked), strict=True):
        who = np.flatnonzero(carried[:, site, allele])
        frequency = (len(who) - 1) / people
        if frequency >= CONSENSUS:
            continue
        lots = evidence.lots[who]
        within = (np.bincount(lots, minlength=len(of_lot))[lots] - 1) / of_lot[lots]
        same = (lots[:, None] == lots[None]) * within[:, None]
        share = table.shares[who, site, allele]
        highest = np.maximum(share[:, None], share[None])
        gain = np.maximum(0.0, np.log(highest / np.maximum(frequency, same)))
        if minor_only:
            main = (share >= CONSENSUS).astype(int)
            elsewhere = mains[site, allele] - main[:, None] - main[None]
            gain = gain * (np.minimum(share[:, None], share[None]) < CONSENSUS)
            gain = gain * (elsewhere == 0)
        given = evidence.of_lot[who, site, allele]
        gain = gain * ~(given[:, None] & given[None])
        total[np.ix_(who, who)] += gain * evidence.weights[site]
    np.fill_diagonal(total, 0.0)
    return total


def _worth_looking(
    table: AlleleTable, carried: Bool[np.ndarray, "S F 5"], *, minor_only: bool
) -> Bool[np.ndarray, "F 5"]:
    """(F, 5) alleles that two or more carry, and that may count."""
    several: Bool[np.ndarray, "F 5"] = carried.sum(axis=0) >= 2
    if minor_only:
        return several & (carried & (table.shares < CONSENSUS)).any(axis=0)
    several[np.arange(len(table.origin)), table.origin] = False
    return several


def chances_from_shares(
    carried: Bool[np.ndarray, "S F 5"], origin: Int[np.ndarray, " F"]
) -> Float[np.ndarray, "S S"]:
    """(S, S) probability that row gave it to column, from one sample of each.

    Counts sites at which the one is mixed and the other has just one of those alleles, and it
    is not the root's: a population that still varies where another has settled came before.
    The odds are (1 + n) / (1 + m), n such sites one way and m the other: Laplace's rule, so
    that one site gives 2 to 1.
    """
    ways = np.ones((len(carried), len(carried)))
    for first in range(0, len(origin), SITES):  # whole numbers: parts add up
        part = carried[:, first : first + SITES]
        new = part.copy()
        new[:, np.arange(part.shape[1]), origin[first : first + SITES]] = False
        count = part.sum(axis=2)
        mixed, settled = (
            (new & kind[:, :, None]).reshape(len(part), -1).astype(np.float32)
            for kind in (count > 1, count == 1)
        )
        ways += mixed @ settled.T
    chance: Float[np.ndarray, "S S"] = ways / (ways + ways.T)
    return chance


def odds_by_pair(
    people: Sequence[ComparedParticipant],
    doses: Mapping[str, Dose],
    serial: tuple[float, float] | None = None,
) -> dict[Pair, float]:
    """Log odds that a gave it to b from dates and doses, for pairs whom these tell apart.

    Somebody found to carry the agent before their own first dose counts as not dosed. People
    of two strata are no pair; of somebody in several, the first day found in any counts. Days
    are those of onset where both are told.
    serial  mean and standard deviation of the agent's serial interval, if known
    """
    first: dict[str, date] = {}
    onset = {one.participant: one.onset for one in people if one.onset is not None}
    strata: dict[str, set[str]] = defaultdict(set)
    for one in people:
        strata[one.stratum].add(one.participant)
        if one.first is not None:
            first[one.participant] = min(one.first, first.get(one.participant, one.first))
    odds: dict[Pair, float] = {}
    known = cache(partial(_odds_of_days, serial))  # pairs are many, gaps of days are few
    for members in strata.values():
        names = sorted(members)
        for k, a in enumerate(names):
            for b in names[k + 1 :]:
                days = first.get(a), first.get(b)
                ill = (onset[a], onset[b]) if a in onset and b in onset else days
                found = known(
                    doses.get(a, Dose()).before(days[0]),
                    doses.get(b, Dose()).before(days[1]),
                    (ill[1] - ill[0]).days if ill[0] and ill[1] else None,
                )
                if found:
                    odds[a, b] = found
    return odds


def dated(
    bonds: pl.DataFrame,
    met: Mapping[Pair, ContactHistory],
    people: Sequence[ComparedParticipant],
    doses: Mapping[str, Dose],
) -> pl.DataFrame:
    """BONDS with the columns on contact, `first_possible` and `last_seen`.

    The agent can pass between two from the day on which one of them was dosed (the earlier of
    the two, if both were), and not before they met, if their first meeting is on record.
    """
    taken = {one.sample: one.taken for one in people}
    rows = []
    for a, b, x, y in bonds.select("a", "b", "sample_a", "sample_b").rows():
        meeting = met.get((a, b))
        doses_known = [doses[who].first for who in (a, b) if who in doses]
        dosed = _least(doses_known)
        start = meeting.first if meeting else None
        days = [taken.get(x), taken.get(y)]
        rows.append(
            {
                "contact_hours": meeting.told if meeting else None,
                "contact_first": start,
                "contact_last": meeting.last if meeting else None,
                "first_possible": _most([dosed, start]),
                "last_seen": _most(days) if None not in days else None,
            }
        )
    kinds = {name: bonds.schema[name] for name in _FILLED}
    return bonds.with_columns(pl.DataFrame(rows, schema=kinds).get_columns())


_FILLED = ("contact_hours", "contact_first", "contact_last", "first_possible", "last_seen")
