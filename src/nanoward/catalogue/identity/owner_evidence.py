"""Evidence that a sample is of a person, from what each person keeps carrying.

Evidence is a log likelihood ratio against a person at random: a factor that a host has at a
share q is found again with a chance that the programme's own pairs of samples tell, in anybody
with its frequency among people. A person has few of all factors, and a sample leaves few of
them untold: only these are held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import sparse

from nanoward.catalogue.evolution.baseline import SETTLED, Host, ObservedSample, Place

BINS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95)  # of a host's mean share of a factor
PRIVATE = 0.1  # share of people below which a factor is private
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFingerprints:
    """Who carries what: S samples of P people, F factors.

    owner   (S,) place of each sample's person
    shares  (S, F) share of each factor, none below 5 % or where the sample cannot tell
    untold  (S, F) 1 where the sample does not tell the position
    """

    people: Sequence[str]
    samples: Sequence[str]
    owner: Int[np.ndarray, " S"]
    shares: sparse.csr_array
    untold: sparse.csr_array


def host_fingerprints(hosts: Sequence[Host]) -> HostFingerprints:
    """The factors of all samples at 5 % or more."""
    rows = [(place, seen) for place, host in enumerate(hosts) for seen in host.samples]
    factors = sorted({one for _, seen in rows for one in _settled(seen)})
    shape = len(rows), len(factors)
    untold = _untold([seen for _, seen in rows], factors)
    column = {one: at for at, one in enumerate(factors)}
    own = [_settled(seen) for _, seen in rows]
    at = np.repeat(np.arange(len(rows)), [len(one) for one in own])
    where = np.array([column[key] for one in own for key in one], np.int64)
    share = np.array([one for some in own for one in some.values()], float)
    told = _at(untold, at, where) == 0
    shares = sparse.csr_array((share[told], (at[told], where[told])), shape)
    shares.sort_indices()
    return HostFingerprints(
        people=[host.participant for host in hosts],
        samples=[seen.sample for _, seen in rows],
        owner=np.array([place for place, _ in rows], np.int64),
        shares=shares,
        untold=untold,
    )


def _settled(seen: ObservedSample) -> dict[tuple[Place, str], float]:
    return {
        (place, allele): share
        for place, alleles in seen.alleles.items()
        for allele, share in alleles.items()
        if share >= SETTLED
    }


def _untold(
    samples: Sequence[ObservedSample], factors: Sequence[tuple[Place, str]]
) -> sparse.csr_array:
    """(S, F) factors at positions that a sample does not tell."""
    layouts = {}
    for contig, some in groupby(enumerate(factors), key=lambda one: one[1][0][0]):
        own = list(some)
        layouts[contig] = own[0][0], np.array([place[1] for _, (place, _) in own], np.int64)
    found = [
        np.concatenate(
            [np.zeros(0, np.int64)]
            + [
                first + _unread(positions, seen.readable.get(contig))
                for contig, (first, positions) in layouts.items()
            ]
        )
        for seen in samples
    ]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in found])])
    columns = np.concatenate([np.zeros(0, np.int64), *found])
    return sparse.csr_array(
        (np.ones(len(columns)), columns, starts), shape=(len(samples), len(factors))
    )


def _unread(
    positions: Int[np.ndarray, " K"], readable: Bool[np.ndarray, " L"] | None
) -> Int[np.ndarray, " N"]:
    """Which of the rising positions (1-based) of a contig are not read."""
    if readable is None:
        return np.arange(len(positions))
    unread = np.flatnonzero(~readable) + 1
    first = np.searchsorted(positions, unread)
    count = np.searchsorted(positions, unread, side="right") - first
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    outside = np.flatnonzero((positions < 1) | (positions > len(readable)))
    return np.union1d(np.repeat(first, count) + step, outside)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFactors:
    """Of every sample, the factors that its person has in any sample: N of them.

    sample, factor  (N,) which ones
    share   in the sample; told: whether the sample tells
    own     mean share in the person's other samples that tell, 0 without one
    sole    the sample alone of its person's has it
    common  people who have it, the person too, / (people + 1)
    """

    sample: Int[np.ndarray, " N"]
    factor: Int[np.ndarray, " N"]
    share: Float[np.ndarray, " N"]
    told: Bool[np.ndarray, " N"]
    own: Float[np.ndarray, " N"]
    sole: Bool[np.ndarray, " N"]
    common: Float[np.ndarray, " N"]


def retention_rates(kept: KeptFactors) -> Float[np.ndarray, " B"]:
    """Chance that a factor is found again, by bin of its mean share in the other samples.

    (found + 1) / (told + 2) over all people, and never falling with the share.
    """
    level = np.digitize(kept.own, BINS)[kept.told]
    again = (kept.share > 0)[kept.told]
    found = np.bincount(level[again], minlength=len(BINS) + 1)[1:] + 1.0
    asked = np.bincount(level, minlength=len(BINS) + 1)[1:] + 2.0
    chances: Float[np.ndarray, " B"] = np.maximum.accumulate(found / asked)
    return chances


class OwnerEvidence:
    """Scores of every sample for every person, a block of samples at a time.

    own      (S,) evidence that a sample is its person's, from the person's other samples;
             NaN for a person without another
    private  (S,) private factors that it was asked for
    """

    def __init__(self, prints: HostFingerprints) -> None:
        self._prints = prints
        people, count = len(prints.people), len(prints.samples)
        member = sparse.csr_array(
            (np.ones(count), (prints.owner, np.arange(count))), (people, count)
        )
        total = sparse.csr_array(member @ prints.shares)
        total.sort_indices()
        blank = sparse.csr_array(member @ prints.untold)
        having = np.bincount(total.indices, minlength=total.shape[1])
        samples = np.bincount(prints.owner, minlength=people)
        self.kept = _kept(prints, total, blank, having, samples)
        self._chances = np.concatenate([[0.0], retention_rates(self.kept)])
        who = np.repeat(np.arange(people), np.diff(total.indptr))
        seen = samples[who] - _at(blank, who, total.indices)
        self._weigh(total, total.data / seen, having[total.indices], people)
        self.own, self.private = self._own(samples[prints.owner] < 2)

    def _weigh(
        self,
        total: sparse.csr_array,
        whole: Float[np.ndarray, " M"],
        having: Int[np.ndarray, " M"],
        people: int,
    ) -> None:
        """What a factor that a person has at a mean share speaks, found again and missing."""
        again, missing = self._words(whole, having / (people + 1.0))
        without, _ = self._words(whole, np.maximum(having - 1, 1) / (people + 1.0))
        shape = total.shape

        def laid(values: Float[np.ndarray, " M"]) -> sparse.csr_array:
            return sparse.csr_array((values, total.indices, total.indptr), shape).T.tocsr()

        self._found, self._missing = laid(again - missing), laid(missing)
        self._alone = laid(without - again)
        self._all = np.bincount(
            np.repeat(np.arange(people), np.diff(total.indptr)), missing, minlength=people
        )
        kept = self.kept
        sole = np.flatnonzero(kept.sole)
        self._sole = sparse.csr_array(
            (np.ones(len(sole)), (kept.sample[sole], kept.factor[sole])),
            self._prints.shares.shape,
        )
        self._carried = self._prints.shares.astype(bool).astype(float)

    def _words(
        self, share: Float[np.ndarray, " M"], common: Float[np.ndarray, " M"]
    ) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
        """log(kept / f) for found again, log((1 - kept) / (1 - f)) for missing.

        0 for a factor that the host does not keep better than people at random have it.
        """
        level = np.digitize(share, BINS)
        chance = self._chances[level]
        spoken = (level > 0) & (chance > common)
        with np.errstate(divide="ignore", invalid="ignore"):
            again = np.where(spoken, np.log(chance / common), 0.0)
            missing = np.where(spoken, np.log((1 - chance) / (1 - common)), 0.0)
        return again, missing

    def _own(
        self, single: Bool[np.ndarray, " S"]
    ) -> tuple[Float[np.ndarray, " S"], Int[np.ndarray, " S"]]:
        kept, count = self.kept, len(self._prints.samples)
        again, missing = self._words(kept.own, kept.common)
        word = np.where(kept.told, np.where(kept.share > 0, again, missing), 0.0)
        own = np.bincount(kept.sample, word, minlength=count)
        asked = (kept.own >= SETTLED) & (kept.common <= PRIVATE) & kept.told
        private = np.bincount(kept.sample[asked], minlength=count)
        return np.where(single, np.nan, own), private

    def scores(self, rows: slice) -> Float[np.ndarray, "N P"]:
        """Evidence that each of some samples is each person's; the own person's as `own`.

        A sample does not count itself as a further carrier of what its person has nowhere
        else.
        """
        prints = self._prints
        spoken = self._carried[rows] @ self._found - prints.untold[rows] @ self._missing
        spoken = spoken + self._sole[rows] @ self._alone
        scores = np.asarray(spoken.toarray() + self._all)
        at = np.arange(len(scores))
        scores[at, prints.owner[rows]] = self.own[rows]
        return scores


def _kept(
    prints: HostFingerprints,
    total: sparse.csr_array,
    blank: sparse.csr_array,
    having: Int[np.ndarray, " F"],
    samples: Int[np.ndarray, " P"],
) -> KeptFactors:
    of = total[prints.owner]
    sample = np.repeat(np.arange(of.shape[0]), np.diff(of.indptr))
    factor, who = of.indices.astype(np.int64), prints.owner[sample]
    share = _at(prints.shares, sample, factor)
    told = _at(prints.untold, sample, factor) == 0
    known = samples[who] - _at(blank, who, factor) - told
    rest = of.data - share
    return KeptFactors(
        sample=sample,
        factor=factor,
        share=share,
        told=told,
        own=np.where(known > 0, rest / np.maximum(known, 1), 0.0),
        sole=(share > 0) & (rest <= NEGLIGIBLE),
        common=having[factor] / (len(prints.people) + 1.0),
    )


def _at(
    table: sparse.csr_array, rows: Int[np.ndarray, " N"], columns: Int[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    """Values at N places, 0 where nothing is held."""
    table.sort_indices()
    width = table.shape[1]
    held = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)) * width + table.indices
    asked = rows * width + columns
    at = np.minimum(np.searchsorted(held, asked), max(len(held) - 1, 0))
    if not len(held):
        return np.zeros(len(asked))
    found: Float[np.ndarray, " N"] = np.where(held[at] == asked, table.data[at], 0.0)
    return found
