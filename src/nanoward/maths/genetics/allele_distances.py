"""Distances of many samples from their allele shares: exact, and as dear as they differ."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.maths.genetics.allele_frequencies import OFTEN, AlleleTable, cells_of

AT_ONCE = 1_000_000  # pairs of carriers that are looked at together


def distances(
    table: AlleleTable, weights: Float[np.ndarray, " F"] | None = None
) -> Float[np.ndarray, "S S"]:
    """(S, S) expected differing sites: total variation of the shares, over what both tell.

    1 for different bases, 0 for equal mixtures, |p - q| where one allele has shares p and q.
    weights  (F,) what a site counts, 1 if not given
    """
    count = np.ones(len(table.origin)) if weights is None else np.round(weights * 64) / 64
    cells, told = cells_of(table), table.told
    is_usual = table.allele == table.usual[table.site]
    away = np.ones(len(cells.sample))
    np.subtract.at(away, cells.of[is_usual], table.share[is_usual])
    short, rest = away.copy(), ~is_usual
    np.subtract.at(short, cells.of[rest], table.share[rest])
    known = table.readable[cells.sample, cells.site]
    rest &= told & (table.share != 0)
    far = known & (away != 0)
    least = _least(
        np.concatenate([table.sample[rest], cells.sample[far]]),
        np.concatenate([table.site[rest] * 6 + table.allele[rest], cells.site[far] * 6 + 5]),
        np.concatenate([table.share[rest], away[far]]),
        table.readable,
        np.repeat(count, 6),
    )
    less = known & (short != 0)
    return np.asarray(
        _told_apart(
            table.readable,
            (away[far], (cells.sample[far], cells.site[far])),
            (short[less], (cells.sample[less], cells.site[less])),
            count,
        )
        - least,
        float,
    )


Entries = tuple[Float[np.ndarray, " M"], tuple[Int[np.ndarray, " M"], Int[np.ndarray, " M"]]]


def _told_apart(
    told: Bool[np.ndarray, "S F"], away: Entries, short: Entries, count: Float[np.ndarray, " F"]
) -> Float[np.ndarray, "S S"]:
    """Distances as they were if no two samples were away from the usual alleles at one site.

    away, short  1 less the share of a site's usual allele, and less that of all alleles
    Of sites that both tell: half of both sums of shares, less the share of the usual allele
    that both have at least.
    """
    from scipy import sparse

    blank = sparse.csr_array(~told).astype(float)
    weighed = sparse.csr_array(blank * count[None]).T.tocsr()
    unread = blank @ count
    both = count.sum() - unread[:, None] - unread[None] + (blank @ weighed).toarray()
    far, less = (sparse.csr_array(one, shape=told.shape) for one in (away, short))
    own = (far @ count)[:, None] - (far @ weighed).toarray()  # away, where the other tells
    gone = (less @ count)[:, None] - (less @ weighed).toarray()
    half: Float[np.ndarray, "S S"] = own + own.T - (gone + gone.T) / 2
    return half if both.size else both


def _least(
    sample: Int[np.ndarray, " N"],
    feature: Int[np.ndarray, " N"],
    value: Float[np.ndarray, " N"],
    told: Bool[np.ndarray, "S F"],
    weight: Float[np.ndarray, " K"],
) -> Float[np.ndarray, "S S"]:
    """Sum over K features of the smaller of two samples' values; few samples have each.

    feature  six of each site
    Where all who have a feature have all of it, a product says the same.
    """
    from scipy import sparse

    samples = len(told)
    found = np.zeros((samples, samples))
    if not len(feature):
        return found
    order = np.argsort(feature, kind="stable")
    sample, feature, value = sample[order], feature[order], value[order]
    starts = np.flatnonzero(np.concatenate([[True], feature[1:] != feature[:-1]]))
    ends = np.concatenate([starts[1:], [len(feature)]])
    low, top = np.minimum.reduceat(value, starts), np.maximum.reduceat(value, starts)
    group = np.repeat(np.arange(len(starts)), ends - starts)
    whole = (low == 1) & (top == 1)
    often = whole & ((ends - starts) * OFTEN > samples)
    heavy = weight[feature[starts]]
    for kept, dense in ((often, True), (whole & ~often, False)):
        own = kept[group]
        place = np.cumsum(kept) - 1
        shape = samples, int(kept.sum())
        some = sparse.csr_array((value[own], (sample[own], place[group[own]])), shape)
        if dense:
            full = some.toarray()
            found += (full * heavy[kept]) @ full.T
        else:
            found += (some @ sparse.csr_array(some * heavy[kept][None]).T).toarray()
    part = ~whole & (low >= 0)
    own = part[group]
    found[np.diag_indices(samples)] += np.bincount(
        sample[own], value[own] * heavy[group[own]], minlength=samples
    )
    for left, right in pairs_within(group[own]):
        i, j = sample[own][left], sample[own][right]
        gain = heavy[group[own][left]] * np.minimum(value[own][left], value[own][right])
        added = np.bincount(i * samples + j, gain, minlength=samples * samples)
        found += (square := added.reshape(samples, samples)) + square.T
    for one in np.flatnonzero(low < 0).tolist():  # more than all of a site
        span = slice(starts[one], ends[one])
        values = np.bincount(sample[span], value[span], minlength=samples)
        has = np.flatnonzero(told[:, feature[starts[one]] // 6])  # others have 0, not less
        found[np.ix_(has, has)] += heavy[one] * np.minimum(
            values[has][:, None], values[has][None]
        )
    return found


def pairs_within(
    group: Int[np.ndarray, " N"],
) -> Iterator[tuple[Int[np.ndarray, " M"], Int[np.ndarray, " M"]]]:
    """Places of every two members of one group, the first before the second; some at a time.

    group  rising; pairs come in the order of the groups, each group whole
    """
    last = np.searchsorted(group, group, side="right")
    after = last - np.arange(len(group)) - 1
    ends = np.cumsum(after)
    start = 0
    while start < len(group):
        done = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, done + AT_ONCE, side="right"))
        stop = int(last[min(max(stop, start), len(group) - 1)])
        count = after[start:stop]
        left = np.repeat(np.arange(start, stop), count)
        first = np.repeat(np.cumsum(count) - count, count)
        yield left, left + 1 + np.arange(len(left)) - first
        start = stop
