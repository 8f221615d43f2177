"""The dense way to the same pairs: every sample, site and allele as one array.

Shares are rounded to multiples of 2**-20, so that sums of them are exact in float64: a
distance does not depend on the order of samples, on sites that are the same in all, or on
who else is compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int, UInt8

from nanoward.maths.genetics.sequences import ALLELES, is_plain, masks_of, shares_of

GRAIN = 2.0**20
DELETED = 16
INDELS = 4  # at one position that a site holds; more stand in a further site
CHUNK = 65_536  # positions per matrix product
CELLS = 1_000_000  # samples times sites that are compared at once
OFTEN = 8  # what more than an eighth of all have is multiplied densely


@dataclass(frozen=True, slots=True, kw_only=True)
class AlleleTable:
    """Shares at the F sites where any of S samples differs or is mixed.

    samples   names, in the order of the first axis
    sites     (contig, 1-based position, "" or the "ref>alt" of up to four indels there)
    shares    (S, F, 5) of A, C, G, T, deleted; of none and of each indel where they begin
    readable  (S, F) the sample tells what stands there
    origin    (F,) allele of the reference, 0 to 4
    compared  (S, S) positions of all contigs that are readable in both samples
    """

    samples: tuple[str, ...]
    sites: tuple[tuple[str, int, str], ...]
    shares: Float[np.ndarray, "S F 5"]
    readable: Bool[np.ndarray, "S F"]
    origin: Int[np.ndarray, " F"]
    compared: Int[np.ndarray, "S S"]


def allele_table(
    samples: Sequence[str], aligned: pl.DataFrame, factors: pl.DataFrame
) -> AlleleTable:
    """Shares of the samples, in their order, from the tables "aligned" and "factors"."""
    contigs, masks = _masks(samples, aligned)
    letters = np.where(masks == DELETED, np.uint8(0), masks)  # a run of them is one event
    starts = dict(zip(contigs, _starts(contigs, aligned), strict=True))
    rows = factors.filter(
        pl.col("sample").is_in(list(samples)) & pl.col("contig").is_in(contigs)
    ).with_columns(pl.col("contig").replace_strict(starts, return_dtype=pl.Int64).alias("at"))
    rows = rows.with_columns(pl.col("at") + pl.col("position") - 1)
    single = rows.filter(
        (pl.col("ref").str.len_bytes() == 1) & (pl.col("alt").str.len_bytes() == 1)
    )
    columns = np.union1d(_varying(letters), single["at"].to_numpy()).astype(np.int64)
    readable = letters[:, columns] > 0
    shares = shares_of(letters[:, columns])
    origin = _base_shares(samples, single, columns, shares)
    names = [_named(place, contigs, starts) for place in columns.tolist()]
    longer = rows.join(single, on=["sample", "contig", "position", "ref", "alt"], how="anti")
    extra, more = _longer(samples, longer, masks)
    if extra:
        shares = np.concatenate([shares, more], axis=1)
    shares *= GRAIN  # in their place: they are the largest there is
    np.round(shares, out=shares)
    shares /= GRAIN
    return AlleleTable(
        samples=tuple(samples),
        sites=(*names, *extra),
        shares=shares,
        readable=np.concatenate([readable, more.sum(axis=2) > 0], axis=1),
        origin=np.concatenate([origin, np.zeros(len(extra), np.int64)]),
        compared=jointly_readable(masks > 0),
    )


def _masks(
    samples: Sequence[str], aligned: pl.DataFrame
) -> tuple[list[str], UInt8[np.ndarray, "S L"]]:
    held = aligned.filter(pl.col("sample").is_in(list(samples)))
    lengths = dict(
        held.group_by("contig").agg(pl.col("sequence").str.len_bytes().max()).iter_rows()
    )
    contigs = sorted(lengths)
    text = {
        (row[0], row[1]): row[2] for row in held.select("sample", "contig", "sequence").rows()
    }
    lines = [
        "".join(text.get((sample, contig), "N" * lengths[contig]) for contig in contigs)
        for sample in samples
    ]
    total = sum(lengths.values())
    masks = np.zeros((len(samples), total), np.uint8)
    for place, line in enumerate(lines):
        masks[place] = masks_of(line)
    return contigs, masks


def _starts(contigs: Sequence[str], aligned: pl.DataFrame) -> list[int]:
    lengths = dict(
        aligned.group_by("contig").agg(pl.col("sequence").str.len_bytes().max()).iter_rows()
    )
    ends = np.cumsum([lengths[contig] for contig in contigs])
    return [0, *ends[:-1].tolist()]


def _named(place: int, contigs: Sequence[str], starts: dict[str, int]) -> tuple[str, int, str]:
    ends = [starts[contig] for contig in contigs]
    which = int(np.searchsorted(ends, place, side="right")) - 1
    return contigs[which], place - ends[which] + 1, ""


def _varying(masks: UInt8[np.ndarray, "S L"]) -> Int[np.ndarray, " F"]:
    """Columns in which readable masks differ or mix several alleles."""
    if not len(masks):
        return np.zeros(0, np.int64)
    least = np.where(masks == 0, 255, masks).min(axis=0)
    most = masks.max(axis=0)
    mixed = (~is_plain(masks) & (masks > 0)).any(axis=0)
    found: Int[np.ndarray, " F"] = np.flatnonzero(((least != most) & (most > 0)) | mixed)
    return found


def _base_shares(
    samples: Sequence[str],
    single: pl.DataFrame,
    columns: Int[np.ndarray, " F"],
    shares: Float[np.ndarray, "S F 5"],
) -> Int[np.ndarray, " F"]:
    """Write the frequencies of minor alleles into `shares`; returns the reference alleles."""
    order = {sample: place for place, sample in enumerate(samples)}
    origin = shares.sum(axis=0).argmax(axis=1) if len(shares) else np.zeros(len(columns), int)
    who = np.array([order[one] for one in single["sample"]], np.int64)
    where = np.searchsorted(columns, single["at"].to_numpy())
    was = np.array([max(ALLELES.find(one), 0) for one in single["ref"]], np.int64)
    now = np.array([ALLELES.find(one) for one in single["alt"]], np.int64)
    share = single["frequency"].to_numpy().astype(float)
    origin[where] = was
    part = now >= 0
    shares[who[part], where[part]] = 0
    np.add.at(shares, (who[part], where[part], now[part]), share[part])
    for sample, column in set(zip(who[part].tolist(), where[part].tolist(), strict=True)):
        rest = max(0.0, 1.0 - float(np.round(shares[sample, column] * GRAIN).sum() / GRAIN))
        shares[sample, column, origin[column]] += rest
    return np.asarray(origin, np.int64)


def _longer(
    samples: Sequence[str], rows: pl.DataFrame, masks: UInt8[np.ndarray, "S L"]
) -> tuple[list[tuple[str, int, str]], Float[np.ndarray, "S E 5"]]:
    """Indels as sites of their own: one for all that begin in one place."""
    keys = sorted(set(rows.select("contig", "position", "ref", "alt", "at").rows()))
    where: dict[tuple[str, int, str, str], tuple[int, int]] = {}
    sites: list[tuple[str, int, str]] = []
    order = {sample: place for place, sample in enumerate(samples)}
    told: list[Bool[np.ndarray, " S"]] = []
    for _, some in groupby(keys, key=lambda key: key[4]):
        for start in range(0, len(own := list(some)), INDELS):
            part = own[start : start + INDELS]
            for slot, key in enumerate(part, 1):
                where[key[:4]] = len(sites), slot
            names = ",".join(f"{key[2]}>{key[3]}" for key in part)
            sites.append((part[0][0], part[0][1], names))
            told.append(np.all([_tells(masks, key[4], key[2]) for key in part], axis=0))
    shares = np.zeros((len(samples), len(sites), 5))
    for column, readable in enumerate(told):
        shares[:, column, 0] = readable
    for row in rows.select("sample", "contig", "position", "ref", "alt", "frequency").rows():
        sample, (column, slot) = order[row[0]], where[row[1:5]]
        shares[sample, column, slot] = row[5]
        shares[sample, column, 0] = max(0.0, 1.0 - shares[sample, column, 1:].sum())
    return sites, shares


def _tells(masks: UInt8[np.ndarray, "S L"], at: int, ref: str) -> Bool[np.ndarray, " S"]:
    """(S,) whether a sample tells if it carries an indel: it read what stands beside it."""
    last = min(at + 1, masks.shape[1] - 1)
    if len(ref) < 2:
        told: Bool[np.ndarray, " S"] = (masks[:, at] > 0) & (masks[:, last] > 0)
        return told
    return np.asarray((masks[:, at] > 0) & (masks[:, last : at + len(ref)] > 0).any(axis=1))


def rows_of(table: AlleleTable, rows: Sequence[int]) -> AlleleTable:
    """The table of some of its samples, at the same sites."""
    kept = np.array(rows, np.int64)
    if np.array_equal(kept, np.arange(len(table.samples))):
        return table
    return replace(
        table,
        samples=tuple(table.samples[row] for row in rows),
        shares=table.shares[kept],
        readable=table.readable[kept],
        compared=table.compared[np.ix_(kept, kept)],
    )


def jointly_readable(readable: Bool[np.ndarray, "S L"]) -> Int[np.ndarray, "S S"]:
    """(S, S) number of positions that both samples tell."""
    total = np.zeros((len(readable), len(readable)), np.int64)
    for start in range(0, readable.shape[1], CHUNK):
        part = readable[:, start : start + CHUNK].astype(np.float32)
        total += (part @ part.T).astype(np.int64)
    return total


def distances(
    table: AlleleTable, weights: Float[np.ndarray, " F"] | None = None
) -> Float[np.ndarray, "S S"]:
    """(S, S) expected differing sites: total variation of the shares, over what both tell.

    1 for different bases, 0 for equal mixtures, |p - q| where one allele has shares p and q.
    weights  (F,) what a site counts, 1 if not given
    """
    count = np.ones(len(table.origin)) if weights is None else np.round(weights * 64) / 64
    found = np.zeros((len(table.samples), len(table.samples)))
    most = max(1, CELLS // max(1, len(table.samples)))
    for first in range(0, len(count), most):  # sums are exact: parts add up to the whole
        part = slice(first, first + most)
        found += _apart(table.shares[:, part], table.readable[:, part], count[part])
    return found


def _apart(
    shares: Float[np.ndarray, "S F 5"],
    told: Bool[np.ndarray, "S F"],
    count: Float[np.ndarray, " F"],
) -> Float[np.ndarray, "S S"]:
    """`distances` of some sites."""
    sample, site, allele = np.nonzero(shares)
    seen = told[sample, site]
    sample, site, allele = sample[seen], site[seen], allele[seen]
    share = shares[sample, site, allele]
    slots = np.bincount(site * 5 + allele, share, minlength=5 * len(count))
    usual = slots.reshape(-1, 5).argmax(axis=1)
    is_usual = allele == usual[site]
    away = told.astype(float)
    away[sample[is_usual], site[is_usual]] -= share[is_usual]
    short, rest = away.copy(), ~is_usual
    np.subtract.at(short, (sample[rest], site[rest]), share[rest])
    far = np.nonzero(away)
    least = _least(
        np.concatenate([sample[rest], far[0]]),
        np.concatenate([site[rest] * 6 + allele[rest], far[1] * 6 + 5]),
        np.concatenate([share[rest], away[far]]),
        told,
        np.repeat(count, 6),
    )
    return np.asarray(_told_apart(told, away, short, count) - least, float)


def _told_apart(
    told: Bool[np.ndarray, "S F"],
    away: Float[np.ndarray, "S F"],
    short: Float[np.ndarray, "S F"],
    count: Float[np.ndarray, " F"],
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
    far, less = sparse.csr_array(away), sparse.csr_array(short)
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
    lone = ~whole & (ends - starts == 1) & (low >= 0)
    spot = starts[lone]
    found[np.diag_indices(samples)] += np.bincount(
        sample[spot], value[spot] * heavy[lone], minlength=samples
    )
    for one in np.flatnonzero(~whole & ~lone).tolist():
        span = slice(starts[one], ends[one])
        has, values = sample[span], value[span]
        if low[one] < 0:  # more than all of a site: others who tell have 0, not less
            values = np.bincount(has, values, minlength=samples)
            has = np.flatnonzero(told[:, feature[starts[one]] // 6])
            values = values[has]
        found[np.ix_(has, has)] += heavy[one] * np.minimum(values[:, None], values[None])
    return found


def mixed_samples(table: AlleleTable, least: float) -> Bool[np.ndarray, " S"]:
    """(S,) samples with far more minor alleles than the others: two populations in one host.

    More than four times the median number of the others, and at least 20 more.
    """
    minor = ((table.shares >= least) & (table.shares < 0.5)).any(axis=2)
    count = (minor & table.readable).sum(axis=1)
    usual = float(np.median(count)) if len(count) else 0.0
    found: Bool[np.ndarray, " S"] = count > np.maximum(4 * usual, usual + 20)
    return found


def consensus_only(table: AlleleTable, rows: Bool[np.ndarray, " S"]) -> AlleleTable:
    """The table with only the commonest allele of each site in the samples of `rows`."""
    if not rows.any():
        return table
    shares = table.shares.copy()
    best = shares[rows].argmax(axis=2)
    told = shares[rows].sum(axis=2) > 0
    shares[rows] = np.eye(5)[best] * told[:, :, None]
    return replace(table, shares=shares)


def shared_factors(table: AlleleTable, least: float) -> Int[np.ndarray, "S S"]:
    """(S, S) alleles not of the reference that both carry at a share of at least `least`."""
    carried = (table.shares >= least) & table.readable[:, :, None]
    carried[:, np.arange(len(table.origin)), table.origin] = False
    flat = carried.reshape(len(carried), -1).astype(np.float32)
    both: Int[np.ndarray, "S S"] = (flat @ flat.T).astype(np.int64)
    return both
