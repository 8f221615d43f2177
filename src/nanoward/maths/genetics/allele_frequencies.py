"""Allele shares of many samples at the sites where they differ.

Shares are rounded to multiples of 2**-20, so that sums of them are exact in float64: a
distance does not depend on the order of samples, on sites that are the same in all, or on
who else is compared. Most samples hold the usual allele at most sites: only what departs from
it is kept, so that a table costs as much as its samples differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

GRAIN = 2.0**20
CHUNK = 65_536  # positions per matrix product
SPARSER = 20.0  # what one product of blanks costs, in products of a dense matrix
OFTEN = 8  # what more than an eighth of all have is multiplied densely
SLOTS = 5  # alleles of a site


@dataclass(frozen=True, slots=True, kw_only=True)
class AlleleTable:
    """Shares at the F sites where any of S samples differs or is mixed.

    samples   names, in the order of the first axis
    sites     (contig, 1-based position, "" or the "ref>alt" of up to four indels there)
    readable  (S, F) the sample tells what stands there
    origin    (F,) allele of the reference, 0 to 4
    compared  (S, S) positions of all contigs that are readable in both samples
    usual     (F,) allele that a readable sample holds alone where no entry speaks of it
    sample, site, allele, share  (N,) each an entry: all that a sample holds at a site, where
              that is not the usual allele alone; sorted by sample and site
    """

    samples: tuple[str, ...]
    sites: tuple[tuple[str, int, str], ...]
    readable: Bool[np.ndarray, "S F"]
    origin: Int[np.ndarray, " F"]
    compared: Int[np.ndarray, "S S"]
    usual: Int[np.ndarray, " F"]
    sample: Int[np.ndarray, " N"]
    site: Int[np.ndarray, " N"]
    allele: Int[np.ndarray, " N"]
    share: Float[np.ndarray, " N"]

    @property
    def feature(self) -> Int[np.ndarray, " N"]:
        """(N,) site and allele as one number, 0 to 5 F - 1."""
        return np.asarray(self.site * SLOTS + self.allele, np.int64)

    @property
    def told(self) -> Bool[np.ndarray, " N"]:
        """(N,) entries of samples that tell the site."""
        return np.asarray(self.readable[self.sample, self.site], bool)

    @property
    def plain(self) -> Bool[np.ndarray, "S F"]:
        """(S, F) the sample holds the usual allele alone."""
        found = self.readable.copy()
        found[self.sample, self.site] = False
        return found

    @property
    def shares(self) -> Float[np.ndarray, "S F 5"]:
        """(S, F, 5) of A, C, G, T, deleted; of none and of each indel where they begin."""
        found = np.zeros((*self.readable.shape, SLOTS))
        rows, columns = np.nonzero(self.plain)
        found[rows, columns, self.usual[columns]] = 1.0
        found[self.sample, self.site, self.allele] = self.share
        return found


class Cells(NamedTuple):
    """The M samples and sites of which entries speak, and the cell (N,) of each entry."""

    sample: Int[np.ndarray, " M"]
    site: Int[np.ndarray, " M"]
    of: Int[np.ndarray, " N"]


def cells_of(table: AlleleTable) -> Cells:
    """Entries by sample and site: they stand side by side."""
    new = np.ones(len(table.sample), bool)
    new[1:] = (np.diff(table.sample) != 0) | (np.diff(table.site) != 0)
    first = np.flatnonzero(new)
    return Cells(table.sample[first], table.site[first], np.cumsum(new) - 1)


def table_of_shares(
    samples: Sequence[str],
    sites: Sequence[tuple[str, int, str]],
    shares: Float[np.ndarray, "S F 5"],
    readable: Bool[np.ndarray, "S F"],
    origin: Int[np.ndarray, " F"],
    compared: Int[np.ndarray, "S S"],
) -> AlleleTable:
    """A table of shares that are at hand for every sample, site and allele."""
    usual = shares.sum(axis=0).argmax(axis=1).astype(np.int64)
    columns = np.arange(len(origin))
    plain = readable & (shares[:, columns, usual] == 1.0) & ((shares != 0).sum(axis=2) == 1)
    held = (shares != 0) & ~plain[:, :, None]
    bare = readable & ~plain & ~held.any(axis=2)  # it tells the site, and holds nothing there
    held[:, columns, usual] |= bare
    sample, site, allele = np.nonzero(held)
    return AlleleTable(
        samples=tuple(samples), sites=tuple(sites), readable=readable, origin=origin,
        compared=compared, usual=usual, sample=sample, site=site, allele=allele,
        share=shares[sample, site, allele],
    )  # fmt: skip


def rows_of(table: AlleleTable, rows: Sequence[int]) -> AlleleTable:
    """The table of some of its samples, at the same sites."""
    kept = np.array(rows, np.int64)
    if np.array_equal(kept, np.arange(len(table.samples))):
        return table
    starts = np.searchsorted(table.sample, np.arange(len(table.samples) + 1))
    spans = [np.arange(starts[row], starts[row + 1]) for row in kept.tolist()]
    own = np.concatenate(spans) if spans else np.zeros(0, np.int64)
    return replace(
        table,
        samples=tuple(table.samples[row] for row in rows),
        readable=table.readable[kept],
        compared=table.compared[np.ix_(kept, kept)],
        sample=np.repeat(np.arange(len(kept)), [len(one) for one in spans]),
        site=table.site[own],
        allele=table.allele[own],
        share=table.share[own],
    )


def jointly_readable(readable: Bool[np.ndarray, "S L"]) -> Int[np.ndarray, "S S"]:
    """(S, S) number of positions that both samples tell.

    Where few positions are blank, from the blanks: all, less those of either, and those that
    both lack once more.
    """
    samples, length = readable.shape
    blank = ~readable
    lacking = blank.sum(axis=0)
    if float((lacking.astype(float) ** 2).sum()) * SPARSER < float(samples) ** 2 * length:
        from scipy import sparse

        held = sparse.csr_array(blank).astype(np.int64)
        own = blank.sum(axis=1)
        both: Int[np.ndarray, "S S"] = (held @ held.T).toarray()
        return np.asarray(length - own[:, None] - own[None] + both, np.int64)
    total = np.zeros((samples, samples), np.int64)
    for start in range(0, length, CHUNK):
        part = readable[:, start : start + CHUNK].astype(np.float32)
        total += (part @ part.T).astype(np.int64)
    return total


def mixed_samples(table: AlleleTable, least: float) -> Bool[np.ndarray, " S"]:
    """(S,) samples with far more minor alleles than the others: two populations in one host.

    More than four times the median number of the others, and at least 20 more.
    """
    cells = cells_of(table)
    minor = (table.share >= least) & (table.share < 0.5) & table.told
    has = np.zeros(len(cells.sample), bool)
    has[cells.of[minor]] = True
    count = np.bincount(cells.sample[has], minlength=len(table.samples))
    usual = float(np.median(count)) if len(count) else 0.0
    found: Bool[np.ndarray, " S"] = count > np.maximum(4 * usual, usual + 20)
    return found


def consensus_only(table: AlleleTable, rows: Bool[np.ndarray, " S"]) -> AlleleTable:
    """The table with only the commonest allele of each site in the samples of `rows`."""
    if not rows.any():
        return table
    cells = cells_of(table)
    held = np.zeros((len(cells.sample), SLOTS))
    held[cells.of, table.allele] = table.share
    best, some = held.argmax(axis=1), held.sum(axis=1) > 0
    told = table.readable[cells.sample, cells.site]
    here = rows[cells.sample]
    usual = told & some & (best == table.usual[cells.site])
    alone = np.flatnonzero(here & ~usual & (some | told))
    rest = ~here[cells.of]
    sample = np.concatenate([table.sample[rest], cells.sample[alone]])
    site = np.concatenate([table.site[rest], cells.site[alone]])
    order = np.lexsort((site, sample))
    return replace(
        table,
        sample=sample[order],
        site=site[order],
        allele=np.concatenate([table.allele[rest], best[alone]])[order],
        share=np.concatenate([table.share[rest], some[alone].astype(float)])[order],
    )


class Carriers(NamedTuple):
    """Which samples carry which feature (site and allele); each once."""

    sample: Int[np.ndarray, " N"]
    feature: Int[np.ndarray, " N"]


def shared_counts(
    rows: Carriers, columns: Carriers, samples: int, often: Bool[np.ndarray, " K"]
) -> Int[np.ndarray, "S S"]:
    """(S, S) features that the row's sample has among `rows` and the column's among `columns`.

    often  features that many carry: these are multiplied densely
    """
    from scipy import sparse

    place = np.cumsum(often) - 1
    found = np.zeros((samples, samples), np.int64)
    dense, thin = [], []
    for one in (rows, columns):
        many = often[one.feature]
        full = np.zeros((samples, int(often.sum())), np.float32)
        full[one.sample[many], place[one.feature[many]]] = 1.0
        dense.append(full)
        few = one.sample[~many], one.feature[~many]
        thin.append(
            sparse.csr_array((np.ones(len(few[0]), np.int64), few), shape=(samples, len(often)))
        )
    if often.any():
        found += (dense[0] @ dense[1].T).astype(np.int64)
    found += (thin[0] @ thin[1].T).toarray()
    return found


def usual_carriers(
    table: AlleleTable, plain: Bool[np.ndarray, "S F"], sites: Int[np.ndarray, " G"]
) -> Carriers:
    """Who holds the usual allele alone at some of the sites."""
    sample, at = np.nonzero(plain[:, sites])
    site = sites[at]
    return Carriers(sample, site * SLOTS + table.usual[site])


def shared_factors(table: AlleleTable, least: float) -> Int[np.ndarray, "S S"]:
    """(S, S) alleles not of the reference that both carry at a share of at least `least`."""
    new = (table.share >= least) & table.told & (table.allele != table.origin[table.site])
    fixed = np.flatnonzero(table.usual != table.origin)
    usual = usual_carriers(table, table.plain, fixed)
    who = Carriers(
        np.concatenate([table.sample[new], usual.sample]),
        np.concatenate([table.feature[new], usual.feature]),
    )
    return shared_counts(who, who, len(table.samples), many_carriers(who, table))


def many_carriers(who: Carriers, table: AlleleTable) -> Bool[np.ndarray, " K"]:
    """(K,) features that more than an eighth of all samples carry."""
    count = np.bincount(who.feature, minlength=SLOTS * len(table.origin))
    return np.asarray(count * OFTEN > len(table.samples), bool)
