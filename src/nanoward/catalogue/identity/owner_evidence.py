"""Evidence that a sample is of a person, from what each person keeps carrying.

Evidence is a log likelihood ratio against a person at random: a factor that a host has at a
share q is found again with a chance that the programme's own pairs of samples tell, in anybody
with its frequency among people. A person has few of all factors, and a sample leaves few of
them untold: only these are held.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int
from scipy import sparse

from nanoward.catalogue.evolution.baseline import SETTLED, Host, ObservedSample, Place
from nanoward.catalogue.identity.untold_positions import (
    Held,
    Layout,
    unread_of,
    untold_of,
    untold_positions,
)

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
    own = [_settled(seen) for _, seen in rows]
    factors = sorted({key for some in own for key in some})
    column = {one: at for at, one in enumerate(factors)}
    layout = Layout.of([one[0][0] for one in factors], np.array([p for (_, p), _ in factors]))
    untold = untold_of(
        [
            {
                contig: first + unread_of(positions, seen.readable[contig])
                for contig, (first, positions) in layout.items()
                if contig in seen.readable
            }
            for _, seen in rows
        ],
        layout,
    )
    at = np.repeat(np.arange(len(rows)), [len(one) for one in own])
    where = np.array([column[key] for one in own for key in one], np.int64)
    share = np.array([one for some in own for one in some.values()], float)
    return _prints(
        [host.participant for host in hosts],
        ([seen.sample for _, seen in rows], np.array([place for place, _ in rows], np.int64)),
        (at, where, share),
        (untold, len(factors)),
    )


def sample_fingerprints(
    profiles: pl.DataFrame, aligned: pl.DataFrame, factors: pl.DataFrame
) -> HostFingerprints:
    """As `host_fingerprints`, of all samples that hold the agent and have a day."""
    known = profiles.filter((pl.col("typed_as") == "agent") & pl.col("taken").is_not_null())
    known = known.sort("participant", "taken", "sample")
    names, people = known["sample"].to_list(), known["participant"].to_list()
    every = sorted(set(people))
    place = {who: at for at, who in enumerate(every)}
    rows = pl.DataFrame({"sample": names}, {"sample": pl.String}).with_row_index("row")
    whole = (pl.col("ref").str.len_chars() == 1) & (pl.col("alt").str.len_chars() == 1)
    told = (
        factors.join(rows, on="sample")
        .with_columns(
            name=pl.when(whole).then("alt").otherwise(pl.concat_str("ref", pl.lit(">"), "alt"))
        )
        .group_by("row", *_KEY, maintain_order=True)
        .agg(pl.col("frequency").sum().clip(upper_bound=1.0))
        .filter(pl.col("frequency") >= SETTLED)
    )
    keys = told.select(_KEY).unique().sort(_KEY).with_row_index("column")
    told = told.join(keys, on=_KEY).sort("row", "column")
    layout = Layout.of(keys["contig"].to_list(), keys["position"].to_numpy())
    return _prints(
        every,
        (names, np.array([place[who] for who in people], np.int64)),
        (
            told["row"].to_numpy().astype(np.int64),
            told["column"].to_numpy().astype(np.int64),
            told["frequency"].to_numpy(),
        ),
        (untold_positions(names, layout, aligned), keys.height),
    )


_KEY = ("contig", "position", "name")
_Places = tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"], Float[np.ndarray, " N"]]


def _prints(
    people: Sequence[str],
    samples: tuple[Sequence[str], Int[np.ndarray, " S"]],
    places: _Places,
    untold: tuple[Held, int],
) -> HostFingerprints:
    """Names and owners of samples, (row, column, share) of factors, and what is not told."""
    (names, owner), (at, where, share), (dark, width) = samples, places, untold
    shape = len(names), width
    blank = sparse.csr_array((np.ones(len(dark.column)), dark.column, dark.starts), shape)
    told = _at(blank, at, where) == 0
    shares = sparse.csr_array((share[told], (at[told], where[told])), shape)
    shares.sort_indices()
    return HostFingerprints(
        people=people, samples=names, owner=owner, shares=shares, untold=blank
    )


def _settled(seen: ObservedSample) -> dict[tuple[Place, str], float]:
    return {
        (place, allele): share
        for place, alleles in seen.alleles.items()
        for allele, share in alleles.items()
        if share >= SETTLED
    }


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
