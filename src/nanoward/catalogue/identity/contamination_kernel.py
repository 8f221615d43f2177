"""Pairs of one run weighed quickly: what sites say at every dose, read off tables.

The sums are those of contamination_likelihood.py to about 1e-4 of a natural log: what a letter
that was not found says, and what one that is expected would say, is read off tables that are
made once for each sample. Whoever calls decides nothing by a sum that lies nearer to its limit
than MARGIN, and weighs such a pair in full.
"""

from math import ceil, exp, floor, lgamma, log, log1p
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64, UInt8

from nanoward.maths.jit.object_cache import lean

MARGIN = 0.01  # of a natural log; the sums here differ by a hundredth of it
PURE, LEAST_SHOWN, PRECISION, KNOWN, CERTAIN = 0.9, 0.25, 500.0, 1000.0, 1e-12
SKIM, COARSE, FINE = 10, 6, 60  # doses of the three grids, one behind the other
ASKED = 0.05
SURE = -14.0  # log P(too few letters); below it the site's own chance counts too
STEPS = 24  # nodes of the table between two neighbouring doses of the skim
NODES, WIDTH = 280, 4  # of the table; points that one value is read off
CANDIDATE, VISIBLE, UNSURE = 1, 2, 4
TOO_FEW, LETTERS, LACKED = range(3)  # kinds of sites: nothing told, letters told, own allele


class RunAlleles(NamedTuple):
    """The M samples of one run, and the F alleles that any of them shows.

    share, depth  (M, F) share, and letters (-1 where not told)
    told     (M, F) 1: the sample tells the position
    wanted   (M, F) 1: an allele of somebody else would be foreign
    person   (M,); place (F,): alleles of one position share it
    floor, usual, error  (M,) least share told, usual depth, share of wrong letters
    shown    alleles of each sample from LEAST_SHOWN on, row after row, from starts[0, m]
    own      its own alleles that others may lack, likewise, from starts[1, m]
    needed   (M, M) evidence at which a pair (sample, source) is told
    """

    share: Float64[np.ndarray, "M F"]
    depth: Float64[np.ndarray, "M F"]
    told: UInt8[np.ndarray, "M F"]
    wanted: UInt8[np.ndarray, "M F"]
    person: Int64[np.ndarray, " M"]
    place: Int64[np.ndarray, " F"]
    floor: Float64[np.ndarray, " M"]
    usual: Float64[np.ndarray, " M"]
    error: Float64[np.ndarray, " M"]
    shown: Int64[np.ndarray, " N"]
    own: Int64[np.ndarray, " K"]
    starts: Int64[np.ndarray, "2 M1"]
    needed: Float64[np.ndarray, "M M"]


class RunCounts(NamedTuple):
    """How often others show an allele as a minor one, or lack purity of their own.

    beside    (2, 2, F) minor and mixed; seen and asked, in samples beside the run's
    of_person (2, 2, P, F) the same of each person's samples beside the run's
    prior     (2, 2) a and b of what an allele that nobody else has may do
    row       (M,) the row of each sample's person
    """

    beside: Float64[np.ndarray, "2 2 F"]
    of_person: Float64[np.ndarray, "2 2 P F"]
    prior: Float64[np.ndarray, "2 2"]
    row: Int64[np.ndarray, " M"]


class Room(NamedTuple):
    """To work in: F alleles, E doses of all grids, K letters at most that a dose could show.

    doses, logs  (E,) of the three grids, and their logs
    low, step  log share of the first node of the table, and from one node to the next
    table (NODES,) log P(too few letters) by log share
    shows (K, WIDTH, COARSE) P(letters) at four shares
    lacks (F, E + 5) P(letters) of an own allele that the source has not at all: at each dose,
          whether each grid is there, and without a dose, of letters found and expected
    site, kind  (F2, 5), (F2, 2) the sites of one pair
    place (F,); sums, products (FINE,)
    """

    doses: Float64[np.ndarray, " E"]
    logs: Float64[np.ndarray, " E"]
    low: float
    step: float
    table: Float64[np.ndarray, " V"]
    shows: Float64[np.ndarray, "K W C"]
    lacks: Float64[np.ndarray, "F E5"]
    site: Float64[np.ndarray, "S 5"]
    kind: Int64[np.ndarray, "S 2"]
    place: Int64[np.ndarray, " F"]
    sums: Float64[np.ndarray, " D"]
    products: Float64[np.ndarray, " D"]


@lean
def log_letters(found: float, depth: float, mean: float, precision: float) -> float:
    """log P(found of depth), shares beta distributed around a mean."""
    a, b = mean * precision, (1.0 - mean) * precision
    ways = lgamma(depth + 1.0) - lgamma(found + 1.0) - lgamma(depth - found + 1.0)
    both = lgamma(found + a) + lgamma(depth - found + b) - lgamma(depth + precision)
    return ways + both - lgamma(a) - lgamma(b) + lgamma(precision)


@lean
def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22, by Lentz)."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > 1e-300 else 1e-300)
    found, step = d, 1.0
    for m in range(1, 400):
        for odd in range(2):
            if odd == 0:
                part = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
            else:
                part = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
            d = 1.0 + part * d
            d = 1.0 / (d if abs(d) > 1e-300 else 1e-300)
            c = 1.0 + part / c
            c = c if abs(c) > 1e-300 else 1e-300
            step = c * d
            found *= step
        if abs(step - 1.0) < 1e-13:
            break
    return found


@lean
def log_too_few(depth: float, least: float, mean: float) -> float:
    """log P(fewer than `least` of depth letters), shares beta distributed around a mean."""
    deep = max(depth, 1.0)
    together = 1.0 / (1.0 / deep + 1.0 / PRECISION)
    x = (least - 0.5) / deep
    if x >= 1.0:
        return 0.0
    a, b = mean * together, (1.0 - mean) * together
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    if x < (a + 1.0) / (a + b + 2.0):
        return front + log(_fraction(a, b, x) / a)
    rest = exp(front) * _fraction(b, a, 1.0 - x) / b
    return log1p(-min(rest, 1.0 - 1e-16))


@lean
def nearest(value: float) -> float:
    """The nearest whole number, of two the even one: as numpy rounds."""
    low = floor(value)
    apart = value - low
    if apart > 0.5 or (apart == 0.5 and low % 2.0 == 1.0):
        return low + 1.0
    return low


@lean
def lagrange(t: float, at: int) -> float:
    """Weight of the point `at` (0 to 3) for a value at t, points at -1, 0, 1, 2."""
    if at == 0:
        return -t * (t - 1.0) * (t - 2.0) / 6.0
    if at == 1:
        return (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0
    if at == 2:
        return -(t + 1.0) * t * (t - 2.0) / 2.0
    return (t + 1.0) * t * (t - 1.0) / 6.0


@lean
def own_minor(found: float, depth: float, least: float) -> float:
    """P(letters) of a minor variant of the sample's own."""
    first = max(least, 1.0)
    if found < first:
        return 0.0
    spread = max(log((depth + 0.5) / (first - 0.5)), 0.1)
    return 1.0 / (max(found, 1.0) * spread)


@lean
def _chance(counts: RunCounts, what: int, pair: tuple[int, int], allele: int) -> float:
    """How often others do that, without what the two people themselves do."""
    me, other = counts.row[pair[0]], counts.row[pair[1]]
    seen = counts.beside[what, 0, allele] - counts.of_person[what, 0, me, allele]
    asked = counts.beside[what, 1, allele] - counts.of_person[what, 1, me, allele]
    seen -= counts.of_person[what, 0, other, allele]
    asked -= counts.of_person[what, 1, other, allele]
    a, b = counts.prior[what, 0], counts.prior[what, 1]
    made: float = (seen + a) / (asked + a + b)
    return made


@lean
def prepare(run: RunAlleles, sample: int, room: Room) -> float:
    """Tables of one sample; the letters from which a minor variant is told at usual depth."""
    usual = run.usual[sample]
    least: float = max(1.0, ceil(run.floor[sample] * usual))
    for node in range(NODES):
        mean = min(exp(room.low + node * room.step), 0.999)
        room.table[node] = log_too_few(usual, least, mean)
    for letters in range(int(least), int(nearest(ASKED * usual)) + 1):
        if letters - int(least) >= room.shows.shape[0]:
            break
        for at in range(WIDTH):
            share = (letters - 0.5 + at / 3.0) / (ASKED * usual)
            for dose in range(COARSE):
                mean = min(room.doses[SKIM + dose] * share, 0.999)
                room.shows[letters - int(least), at, dose] = exp(
                    log_letters(letters, usual, mean, PRECISION)
                )
    for at in range(run.starts[1, sample], run.starts[1, sample + 1]):
        for grid in range(3):
            room.lacks[at - run.starts[1, sample], len(room.doses) + grid] = 0.0
    return least


@lean
def gather(
    run: RunAlleles, counts: RunCounts, pair: tuple[int, int], least: float, room: Room
) -> int:
    """The sites of a pair, written to the room; their number.

    site: share in the source, letters found, depth, least letters told, chance
    kind: one of TOO_FEW, LETTERS, LACKED; place among the sample's own alleles
    """
    sample, source = pair
    mark = sample * len(run.person) + source
    count = 0
    for at in range(run.starts[0, source], run.starts[0, source + 1]):
        allele = run.shown[at]
        if run.wanted[sample, allele] == 0 or run.told[source, allele] == 0:
            continue
        room.place[run.place[allele]] = mark
        depth, limit = run.depth[sample, allele], least
        told = depth >= 0.0
        if not told:
            depth = run.usual[sample]
        found = nearest(run.share[sample, allele] * depth)
        if told or found > 0.0:
            limit = max(1.0, ceil(run.floor[sample] * depth))
            if found > 0.0:
                limit = min(limit, found)
        room.kind[count, 0] = LETTERS if told or found > 0.0 else TOO_FEW
        room.site[count, 0] = run.share[source, allele]
        room.site[count, 1], room.site[count, 2], room.site[count, 3] = found, depth, limit
        room.site[count, 4] = _chance(counts, 0, pair, allele)
        count += 1
    for at in range(run.starts[1, sample], run.starts[1, sample + 1]):
        allele = run.own[at]
        share = run.share[source, allele]
        if run.told[source, allele] == 0 or share > 1.0 - PURE:
            continue
        if room.place[run.place[allele]] == mark:
            continue
        depth = run.depth[sample, allele]
        room.kind[count, 0], room.kind[count, 1] = LACKED, at - run.starts[1, sample]
        room.site[count, 0] = 1.0 - share
        room.site[count, 1] = nearest((1.0 - run.share[sample, allele]) * depth)
        room.site[count, 2], room.site[count, 3] = depth, 0.0
        room.site[count, 4] = _chance(counts, 1, pair, allele)
        count += 1
    return count
