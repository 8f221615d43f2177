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
LARGE, SMALL = 16.0, 24.0  # from which Gamma is a series, and to which a product
HALF_LOG_2_PI = 0.9189385332046727
EVER = 0.99999  # no allele is minor more often than this among those who could show it
TOO_FEW, LETTERS, LACKED = range(3)  # kinds of sites: nothing told, letters told, own allele


class RunAlleles(NamedTuple):
    """The M samples of one run, and the F alleles that any of them shows.

    share, depth  (M, F) share, and letters (-1 where not told)
    told     (M, F) 1: the sample tells the position
    wanted   (M, F) 1: an allele of somebody else would be foreign
    person   (M,); place (F,): alleles of one position share it
    floor, usual, error  (M,) least share told, usual depth, share of wrong letters
    kind     (M,) the table of each sample: of its usual depth and least letters
    shown    alleles of each sample from LEAST_SHOWN on, row after row, from starts[0, m]
    own      its own alleles that others may lack, likewise, from starts[1, m]
    needed   (M, M) evidence at which a pair (sample, source) is told
    asked    (M, M) 1: the pair is weighed
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
    kind: Int64[np.ndarray, " M"]
    shown: Int64[np.ndarray, " N"]
    own: Int64[np.ndarray, " K"]
    starts: Int64[np.ndarray, "2 M1"]
    needed: Float64[np.ndarray, "M M"]
    asked: UInt8[np.ndarray, "M M"]


class RunCounts(NamedTuple):
    """How often others show an allele as a minor one, or lack purity of their own.

    beside    (2, 2, F) minor and mixed; seen and asked, in samples beside the run's
    of_person (2, 2, P, F) the same of each person's samples beside the run's
    prior     (2, 2) a and b of what an allele that nobody else has may do
    row       (M,) the row of each sample's person
    band      (2,) minor and mixed: how far log odds of a chance may move, either way, without
              any verdict becoming wrong; 0: the verdict is of these counts alone
    slack     natural log by which what would show, or would not, then lies beyond its limit
    """

    beside: Float64[np.ndarray, "2 2 F"]
    of_person: Float64[np.ndarray, "2 2 P F"]
    prior: Float64[np.ndarray, "2 2"]
    row: Int64[np.ndarray, " M"]
    band: Float64[np.ndarray, " 2"]
    slack: float


class Room(NamedTuple):
    """To work in: F alleles, E doses of all grids, K letters at most that a dose could show,
    T tables of samples that are alike in usual depth and least letters.

    doses, logs  (E,) of the three grids, and their logs
    low, step  log share of the first node of the table, and from one node to the next
    made  (T,) 1: the table is there
    now   (1,) the table of the sample that is asked about
    table (T, NODES) log P(too few letters) by log share
    shows (T, K, WIDTH, COARSE) P(letters) at four shares
    lacks (F, E + 5) P(letters) of an own allele that the source has not at all: at each dose,
          whether each grid is there, and without a dose, of letters found and expected
    site, kind  (F2, 6), (F2, 2) the sites of one pair
    place (F,); sums, products (FINE,)
    """

    doses: Float64[np.ndarray, " E"]
    logs: Float64[np.ndarray, " E"]
    low: float
    step: float
    made: UInt8[np.ndarray, " T"]
    now: Int64[np.ndarray, " 1"]
    table: Float64[np.ndarray, "T V"]
    shows: Float64[np.ndarray, "T K W C"]
    lacks: Float64[np.ndarray, "F E5"]
    site: Float64[np.ndarray, "S 6"]
    kind: Int64[np.ndarray, "S 2"]
    place: Int64[np.ndarray, " F"]
    sums: Float64[np.ndarray, " D"]
    products: Float64[np.ndarray, " D"]


@lean
def _log_gamma(x: float) -> float:
    """log Gamma(x), x > 0; Stirling's series (DLMF 5.11.1) to 1e-12 where it is quicker."""
    if x < LARGE:
        return lgamma(x)
    part = 1.0 / (x * x)
    series = (1.0 / 12.0 - part * (1.0 / 360.0 - part / 1260.0)) / x
    return (x - 0.5) * log(x) - x + HALF_LOG_2_PI + series


@lean
def log_ways(found: float, depth: float, precision: float) -> float:
    """The part of `log_letters` that is the same at every mean."""
    ways = lgamma(depth + 1.0) - lgamma(found + 1.0) - lgamma(depth - found + 1.0)
    return ways + lgamma(precision) - lgamma(depth + precision)


@lean
def log_letters(
    found: float, depth: float, mean: float, precision: float, ways: float
) -> float:
    """log P(found of depth), shares beta distributed around a mean; ways: `log_ways`."""
    a, b = mean * precision, (1.0 - mean) * precision
    if found > SMALL:
        told = _log_gamma(found + a) - _log_gamma(a)
    else:  # Gamma(found + a) / Gamma(a), factor by factor
        product = 1.0
        for one in range(int(found)):
            product *= a + one
        told = log(product)
    return ways + told + _log_gamma(depth - found + b) - _log_gamma(b)


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
def _widen(room: Room, site: int, chance: float, band: float) -> None:
    """Write the least and largest chance that a site may come to have."""
    room.site[site, 4] = room.site[site, 5] = chance
    if band > 0.0:
        odds = chance / (1.0 - chance)
        low, high = odds * exp(-band), odds * exp(band)
        room.site[site, 4], room.site[site, 5] = low / (1.0 + low), high / (1.0 + high)


@lean
def chance_of(room: Room, site: int, ratio: tuple[float, float, float], upper: int) -> float:
    """The chance at which a site speaks most for contamination, or least.

    ratio  letters found, P(letters | dose), P(letters | none)
    With odds o of the chance and w = P(letters of an own minor variant), the site says
    (m + o w + e (1 + o)) / (n + o w + e (1 + o)): above and below grow by the same, so that
    it moves towards 1 as o grows. It is largest at the largest odds where m < n, and at the
    least odds elsewhere. Where no letters of a named allele were found, w = 0 and the odds
    speak through e = CERTAIN alone: any odds up to EVER are allowed for.
    """
    found, mixed, none = ratio
    low: float = room.site[site, 4]
    high: float = room.site[site, 5]
    if low == high:
        return low
    if found <= 0.0 and room.site[site, 3] > 0.0:
        low, high = 0.0, EVER
    if (mixed < none) == (upper > 0):
        return high
    return low


@lean
def prepare(run: RunAlleles, sample: int, room: Room) -> float:
    """Tables of one sample; the letters from which a minor variant is told at usual depth."""
    usual = run.usual[sample]
    least: float = max(1.0, ceil(run.floor[sample] * usual))
    room.now[0] = run.kind[sample]
    if room.made[room.now[0]] == 0:
        room.made[room.now[0]] = 1
        _tables(room, usual, least)
    for at in range(run.starts[1, sample], run.starts[1, sample + 1]):
        for grid in range(3):
            room.lacks[at - run.starts[1, sample], len(room.doses) + grid] = 0.0
    return least


@lean
def _tables(room: Room, usual: float, least: float) -> None:
    kind = room.now[0]
    for node in range(NODES):
        mean = min(exp(room.low + node * room.step), 0.999)
        room.table[kind, node] = log_too_few(usual, least, mean)
    for letters in range(int(least), int(nearest(ASKED * usual)) + 1):
        if letters - int(least) >= room.shows.shape[1]:
            break
        ways = log_ways(letters, usual, PRECISION)
        for at in range(WIDTH):
            share = (letters - 0.5 + at / 3.0) / (ASKED * usual)
            for dose in range(COARSE):
                mean = min(room.doses[SKIM + dose] * share, 0.999)
                room.shows[kind, letters - int(least), at, dose] = exp(
                    log_letters(letters, usual, mean, PRECISION, ways)
                )


@lean
def gather(
    run: RunAlleles, counts: RunCounts, pair: tuple[int, int], least: float, room: Room
) -> int:
    """The sites of a pair, written to the room; their number.

    site: share in the source, letters found, depth, least letters told, chance from and to
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
        _widen(room, count, _chance(counts, 0, pair, allele), counts.band[0])
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
        _widen(room, count, _chance(counts, 1, pair, allele), counts.band[1])
        count += 1
    return count
