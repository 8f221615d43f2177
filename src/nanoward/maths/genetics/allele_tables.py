"""Allele shares from the tables of aligned consensus sequences and of factors."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int, UInt8

from nanoward.maths.genetics.allele_frequencies import (
    GRAIN,
    SLOTS,
    AlleleTable,
    jointly_readable,
)
from nanoward.maths.genetics.sequences import ALLELES, is_plain, masks_of, shares_of

DELETED = 16
INDELS = 4  # at one position that a site holds; more stand in a further site
LETTERS = 4


class _Entries(NamedTuple):
    """Shares of samples at sites, (N,) each; a sample's site is spoken of wholly or not."""

    sample: Int[np.ndarray, " N"]
    site: Int[np.ndarray, " N"]
    allele: Int[np.ndarray, " N"]
    share: Float[np.ndarray, " N"]


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
    own = np.ascontiguousarray(letters[:, columns])
    origin, spoken = _base_shares(samples, single, columns, own)
    usual, plain = _usual(own, spoken)
    names = _named(columns, contigs, starts)
    longer = rows.join(single, on=["sample", "contig", "position", "ref", "alt"], how="anti")
    extra, readable, more = _longer(samples, longer, masks)
    every = _sorted(_in_letters(own, spoken, plain), spoken, _moved(more, len(columns)))
    return AlleleTable(
        samples=tuple(samples),
        sites=(*names, *extra),
        readable=np.concatenate([own > 0, readable], axis=1),
        origin=np.concatenate([origin, np.zeros(len(extra), np.int64)]),
        compared=jointly_readable(masks > 0),
        usual=np.concatenate([usual, np.zeros(len(extra), np.int64)]),
        sample=every.sample,
        site=every.site,
        allele=every.allele,
        share=np.round(every.share * GRAIN) / GRAIN,
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
    total = sum(lengths.values())
    masks = np.zeros((len(samples), total), np.uint8)
    for place, sample in enumerate(samples):
        line = "".join(text.get((sample, contig), "N" * lengths[contig]) for contig in contigs)
        masks[place] = masks_of(line)
    return contigs, masks


def _starts(contigs: Sequence[str], aligned: pl.DataFrame) -> list[int]:
    lengths = dict(
        aligned.group_by("contig").agg(pl.col("sequence").str.len_bytes().max()).iter_rows()
    )
    ends = np.cumsum([lengths[contig] for contig in contigs])
    return [0, *ends[:-1].tolist()]


def _named(
    columns: Int[np.ndarray, " F"], contigs: Sequence[str], starts: dict[str, int]
) -> list[tuple[str, int, str]]:
    """Contig and 1-based position of each column of all contigs end to end."""
    ends = np.array([starts[contig] for contig in contigs], np.int64)
    which = np.searchsorted(ends, columns, side="right") - 1
    places = (columns - ends[which] + 1).tolist() if len(ends) else []
    return [(contigs[of], place, "") for of, place in zip(which.tolist(), places, strict=True)]


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
    letters: UInt8[np.ndarray, "S F"],
) -> tuple[Int[np.ndarray, " F"], _Entries]:
    """Allele of the reference of each site, and the shares that factors of one letter tell.

    What the factors of a sample leave of a site is the reference's.
    """
    count = len(columns)
    origin = _commonest(letters)
    who = _places(single["sample"], samples)
    where = np.searchsorted(columns, single["at"].to_numpy())
    was = np.maximum(_places(single["ref"], ALLELES), 0)
    now = _places(single["alt"], ALLELES)
    share = single["frequency"].to_numpy().astype(float)
    origin[where] = was
    part = now >= 0
    spot, at = np.unique(who[part] * count + where[part], return_inverse=True)
    held = np.zeros((len(spot), SLOTS))
    np.add.at(held, (at, now[part]), share[part])
    rest = np.maximum(0.0, 1.0 - np.round(held * GRAIN).sum(axis=1) / GRAIN)
    held[np.arange(len(spot)), origin[spot % max(count, 1)]] += rest
    row, allele = np.nonzero(held)
    bare = np.flatnonzero(~held.any(axis=1))  # nothing is left of what was told
    row, allele = np.append(row, bare), np.append(allele, np.zeros(len(bare), np.int64))
    place = spot[row]
    return origin, _Entries(
        place // max(count, 1), place % max(count, 1), allele, held[row, allele]
    )


def _places(names: pl.Series, known: Sequence[str]) -> Int[np.ndarray, " N"]:
    """(N,) place of each name among the known ones; -1 of any other."""
    if not len(known):
        return np.full(len(names), -1, np.int64)
    coded = names.cast(pl.Enum(list(known)), strict=False).to_physical()
    return coded.cast(pl.Int64).fill_null(-1).to_numpy()


def _commonest(letters: UInt8[np.ndarray, "S F"]) -> Int[np.ndarray, " F"]:
    """(F,) allele with the largest share over all samples, by their consensus letters."""
    counts = np.stack([(letters == 1 << k).sum(axis=0) for k in range(LETTERS)])
    found: Int[np.ndarray, " F"] = counts.argmax(axis=0).astype(np.int64)
    coded = np.flatnonzero((~is_plain(letters) & (letters > 0)).any(axis=0))
    if len(coded):
        found[coded] = shares_of(letters[:, coded]).sum(axis=0).argmax(axis=1)
    return found


def _usual(
    letters: UInt8[np.ndarray, "S F"], spoken: _Entries
) -> tuple[Int[np.ndarray, " F"], Bool[np.ndarray, "S F"]]:
    """Letter that most samples hold alone at each site, and which samples do."""
    bare = letters.copy()
    bare[spoken.sample, spoken.site] = 0
    counts = np.stack([(bare == 1 << k).sum(axis=0) for k in range(LETTERS)])
    usual = counts.argmax(axis=0).astype(np.int64)
    plain: Bool[np.ndarray, "S F"] = bare == (1 << usual).astype(np.uint8)[None]
    return usual, plain


def _in_letters(
    letters: UInt8[np.ndarray, "S F"],
    spoken: _Entries,
    plain: Bool[np.ndarray, "S F"],
) -> _Entries:
    """Shares of the letters that are not the usual one, where no factor speaks of them."""
    other = (letters > 0) & ~plain
    other[spoken.sample, spoken.site] = False
    sample, site = np.nonzero(other)
    shares = shares_of(letters[sample, site])
    row, allele = np.nonzero(shares)
    return _Entries(sample[row], site[row], allele, shares[row, allele])


def _longer(
    samples: Sequence[str], rows: pl.DataFrame, masks: UInt8[np.ndarray, "S L"]
) -> tuple[list[tuple[str, int, str]], Bool[np.ndarray, "S E"], _Entries]:
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
    readable = np.stack(told, axis=1) if told else np.zeros((len(samples), 0), bool)
    held: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0] * SLOTS)
    for row in rows.select("sample", "contig", "position", "ref", "alt", "frequency").rows():
        sample, (column, slot) = order[row[0]], where[row[1:5]]
        held[sample, column][slot] = row[5]
    entries = []
    for (sample, column), shares in held.items():
        shares[0] = max(0.0, 1.0 - float(np.array(shares[1:]).sum()))
        readable[sample, column] = any(shares)
        entries += [(sample, column, k, one) for k, one in enumerate(shares) if one]
    columns = np.array(entries, float).reshape(-1, 4).T
    who, places, slots = columns[:3].astype(np.int64)
    return sites, readable, _Entries(who, places, slots, columns[3])


def _tells(masks: UInt8[np.ndarray, "S L"], at: int, ref: str) -> Bool[np.ndarray, " S"]:
    """(S,) whether a sample tells if it carries an indel: it read what stands beside it."""
    last = min(at + 1, masks.shape[1] - 1)
    if len(ref) < 2:
        told: Bool[np.ndarray, " S"] = (masks[:, at] > 0) & (masks[:, last] > 0)
        return told
    return np.asarray((masks[:, at] > 0) & (masks[:, last : at + len(ref)] > 0).any(axis=1))


def _moved(entries: _Entries, by: int) -> _Entries:
    """Sites that stand behind `by` others."""
    return entries._replace(site=entries.site + by)


def _sorted(*parts: _Entries) -> _Entries:
    """All entries by sample and site."""
    whole = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    order = np.lexsort((whole[1], whole[0]))
    return _Entries(*(one[order] for one in whole))
