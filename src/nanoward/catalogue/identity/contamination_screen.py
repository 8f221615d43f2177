"""Which pairs of a run may show contamination at all, and in which 5 % of one would show.

A pair is weighed by compiled code, near enough to say of nearly every one that it shows
nothing. Those that may show something are then weighed in full, so that what is told of them
does not depend on how they were found.
"""

from dataclasses import dataclass
from math import exp, log

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64, UInt8

from nanoward.catalogue.identity.contamination_kernel import (
    ASKED,
    CANDIDATE,
    CERTAIN,
    COARSE,
    FINE,
    KNOWN,
    LACKED,
    LEAST_SHOWN,
    MARGIN,
    NODES,
    PRECISION,
    SKIM,
    STEPS,
    SURE,
    TOO_FEW,
    UNSURE,
    VISIBLE,
    WIDTH,
    Room,
    RunAlleles,
    RunCounts,
    chance_of,
    gather,
    lagrange,
    log_letters,
    log_too_few,
    log_ways,
    nearest,
    own_minor,
    prepare,
)
from nanoward.catalogue.identity.contamination_likelihood import DOSES
from nanoward.maths.jit.object_cache import kept, lean

MIDDLE = 2, 2  # the doses of the coarse grid beside ASKED: the first, and how many
ACTUAL, EXPECTED = 0, 1  # which letters are asked about
ROOM = 200_000  # letters of all tables together, some 40 MB
LEAST, MOST = 0, 1  # that the sites of a pair may come to say


@lean
def _multiply(room: Room, dose: int, ratio: float) -> None:
    """A ratio into the product of a dose, whose log is taken before it leaves its range."""
    made = room.products[dose] * ratio
    if made > 1e120 or made < 1e-120:
        room.sums[dose] += log(made)
        made = 1.0
    room.products[dose] = made


@lean
def _read_off(room: Room, site: int, first: int, count: int, upper: int) -> None:
    """Add what a site without letters says at some doses."""
    at_share, kind = log(room.site[site, 0]), room.now[0]
    chance = chance_of(room, site, (0.0, 0.0, 1.0), upper)
    value = (room.logs[first] + at_share - room.low) / room.step
    node = min(max(int(value), 1), NODES - 3)
    t = value - node
    a, b, c, d = lagrange(t, 0), lagrange(t, 1), lagrange(t, 2), lagrange(t, 3)
    for dose in range(count):
        if first > 0:  # other grids: their doses do not lie whole steps apart
            value = (room.logs[first + dose] + at_share - room.low) / room.step
            node = min(max(int(value), 1), NODES - 3)
            t = value - node
            a, b, c, d = lagrange(t, 0), lagrange(t, 1), lagrange(t, 2), lagrange(t, 3)
        told = (
            a * room.table[kind, node - 1]
            + b * room.table[kind, node]
            + c * room.table[kind, node + 1]
            + d * room.table[kind, node + 2]
        )
        node += STEPS
        if told < SURE:
            told = log(((1.0 - chance) * exp(told) + CERTAIN) / (1.0 - chance + CERTAIN))
        room.sums[dose] += min(told, 0.0)


@lean
def _expect(room: Room, site: int, found: float, grid: tuple[int, int], upper: int) -> bool:
    """What a site says where letters are expected that its table holds; False if not."""
    (first, count), limit, depth = grid, room.site[site, 3], room.site[site, 2]
    row = int(found) - int(limit)
    if row >= room.shows.shape[1]:
        return False
    t = (ASKED * depth * room.site[site, 0] - (found - 0.5)) * 3.0 - 1.0
    chance, kind = chance_of(room, site, (found, 1.0, 0.0), upper), room.now[0]
    own = chance * own_minor(found, depth, limit) + CERTAIN
    a, b, c, d = lagrange(t, 0), lagrange(t, 1), lagrange(t, 2), lagrange(t, 3)
    for dose in range(count):
        at = first - SKIM + dose
        mixed = (
            a * room.shows[kind, row, 0, at]
            + b * room.shows[kind, row, 1, at]
            + c * room.shows[kind, row, 2, at]
            + d * room.shows[kind, row, 3, at]
        )
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / own)
    return True


@lean
def _weigh(
    room: Room, site: int, letters: tuple[float, float], grid: tuple[int, int], upper: int
) -> None:
    """What letters of a site say at some doses, in full.

    letters  found, and the rate of errors
    """
    (found, error), (first, count) = letters, grid
    share, depth, limit = room.site[site, 0], room.site[site, 2], room.site[site, 3]
    none = 0.0 if found > 0.0 else 1.0
    if room.kind[site, 0] == LACKED:
        ways = log_ways(found, depth, KNOWN)
        none = exp(log_letters(found, depth, max(error, 1e-9), KNOWN, ways))
    minor, ways = own_minor(found, depth, limit), log_ways(found, depth, PRECISION)
    for dose in range(count):
        mean = min(error + room.doses[first + dose] * share, 0.999)
        if found <= 0.0 and limit > 0.0:
            mixed = exp(log_too_few(depth, limit, mean))
        else:
            mixed = exp(log_letters(found, depth, mean, PRECISION, ways))
        chance = chance_of(room, site, (found, mixed, none), upper)
        own = chance * minor + CERTAIN
        below = (1.0 - chance) * none + own
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / below)


@lean
def _weigh_lacked(
    room: Room, site: int, letters: tuple[float, float], grid: tuple[int, int], upper: int
) -> None:
    """As `_weigh` for an allele that the source has not at all: the same for every source."""
    (found, error), (first, count) = letters, grid
    which = 0 if first == 0 else (1 if first < SKIM + COARSE else 2)
    start = 0 if which == 0 else (SKIM if which == 1 else SKIM + COARSE)
    whole = SKIM if which == 0 else (COARSE if which == 1 else FINE)
    row, doses = room.kind[site, 1], len(room.doses)
    depth = room.site[site, 2]
    without = doses + 3 + (EXPECTED if which == 1 else ACTUAL)
    if room.lacks[row, doses + which] == 0.0:
        room.lacks[row, doses + which] = 1.0
        ways = log_ways(found, depth, KNOWN)
        none = log_letters(found, depth, max(error, 1e-9), KNOWN, ways)
        room.lacks[row, without] = exp(none)
        ways = log_ways(found, depth, PRECISION)
        for dose in range(start, start + whole):
            mean = min(error + room.doses[dose], 0.999)
            room.lacks[row, dose] = exp(log_letters(found, depth, mean, PRECISION, ways))
    minor, none = own_minor(found, depth, 0.0), room.lacks[row, without]
    for dose in range(count):
        mixed = room.lacks[row, first + dose]
        chance = chance_of(room, site, (found, mixed, none), upper)
        own = chance * minor + CERTAIN
        below = (1.0 - chance) * none + own
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / below)


@lean
def _sum(
    room: Room, pair: tuple[int, float], grid: tuple[int, int], what: int, upper: int
) -> float:
    """Evidence at some doses, written to the room's sums; the largest of them.

    pair  number of its sites, and the sample's rate of errors
    what  ACTUAL letters, or those EXPECTED at ASKED
    upper  MOST or LEAST that the sites may come to say, where chances may move
    """
    sites, error = pair
    first, count = grid
    for dose in range(count):
        room.sums[dose], room.products[dose] = 0.0, 1.0
    for site in range(sites):
        kind, found = room.kind[site, 0], room.site[site, 1]
        own = error if kind == LACKED else 0.0
        if what == EXPECTED:
            found = nearest(room.site[site, 2] * (own + ASKED * room.site[site, 0]))
            found = found if found >= room.site[site, 3] else 0.0
        if kind == TOO_FEW and found <= 0.0:
            _read_off(room, site, first, count, upper)
        elif kind == LACKED and room.site[site, 0] == 1.0:
            _weigh_lacked(room, site, (found, own), grid, upper)
        elif kind != TOO_FEW or not _expect(room, site, found, grid, upper):
            _weigh(room, site, (found, own), grid, upper)
    best = -1e300
    for dose in range(count):
        room.sums[dose] += log(room.products[dose])
        best = max(best, room.sums[dose])
    return best


@lean
def _mean(room: Room, count: int, of: int, best: float) -> float:
    """log of the averaged likelihood ratio over `of` doses, of which `count` are summed."""
    total = 0.0
    for dose in range(count):
        total += exp(room.sums[dose] - best)
    return best + log(total / of)


@lean
def _shows(
    room: Room, pair: tuple[int, float], needed: float, moves: int, margin: float
) -> int:
    """Whether 5 % of one in the other would show: VISIBLE, UNSURE, or 0.

    moves  chances may move: VISIBLE and 0 hold at whichever they come to have
    """
    best = _sum(room, pair, (SKIM + MIDDLE[0], MIDDLE[1]), EXPECTED, LEAST)
    if _mean(room, MIDDLE[1], COARSE, best) >= needed + margin:
        return VISIBLE  # other doses only add to it
    best = _sum(room, pair, (SKIM, COARSE), EXPECTED, LEAST)
    ratio = _mean(room, COARSE, COARSE, best)
    if ratio >= needed + margin:
        return VISIBLE
    if moves > 0:
        best = _sum(room, pair, (SKIM, COARSE), EXPECTED, MOST)
        ratio = _mean(room, COARSE, COARSE, best)
    return UNSURE if ratio >= needed - margin else 0


@lean
def _judge(
    room: Room, pair: tuple[int, float], limits: tuple[float, float], moves: int, margin: float
) -> int:
    """What is to be said of a pair: CANDIDATE, VISIBLE, UNSURE, or several of them.

    limits  evidence at which it is told, and at which a row is kept of it
    """
    named, found = False, False
    for site in range(pair[0]):
        named = named or room.kind[site, 0] != LACKED
        found = found or room.site[site, 1] > 0.0
    verdict = _shows(room, pair, limits[0], moves, margin) if named else 0
    if found and _sum(room, pair, (0, SKIM), ACTUAL, MOST) >= -MARGIN:
        best = _sum(room, pair, (SKIM + COARSE, FINE), ACTUAL, MOST)
        if _mean(room, FINE, FINE, best) >= limits[1] - MARGIN:
            verdict |= CANDIDATE
    return verdict


@kept()
def _screen(
    run: RunAlleles,
    counts: RunCounts,
    room: Room,
    least_told: float,
    verdict: UInt8[np.ndarray, "M M"],
) -> None:
    moves = 1 if max(counts.band[0], counts.band[1]) > 0.0 else 0
    margin = MARGIN + counts.slack
    for sample in range(len(run.person)):
        least = 0.0
        for source in range(len(run.person)):
            if run.asked[sample, source] and run.person[sample] != run.person[source]:
                if least == 0.0:
                    least = prepare(run, sample, room)
                sites = gather(run, counts, (sample, source), least, room)
                pair = sites, run.error[sample]
                limits = run.needed[sample, source], least_told
                verdict[sample, source] = _judge(room, pair, limits, moves, margin)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTables:
    """What samples alike in usual depth and least letters have in common, made when needed.

    doses   (E,) of all grids
    alike   (T, 2) usual depth, and letters from which a minor variant is told, rising
    made, table, shows  see Room
    """

    doses: Float64[np.ndarray, " E"]
    alike: Float64[np.ndarray, "T 2"]
    made: UInt8[np.ndarray, " T"]
    table: Float64[np.ndarray, "T V"]
    shows: Float64[np.ndarray, "T K W C"]

    def kinds(
        self, usual: Float64[np.ndarray, " M"], floor: Float64[np.ndarray, " M"]
    ) -> Int64[np.ndarray, " M"]:
        """The table of each of some samples of the programme."""
        order = {tuple(one): at for at, one in enumerate(self.alike.tolist())}
        told = _alike(usual, floor).tolist()
        return np.array([order[tuple(one)] for one in told], np.int64)


def screen_tables(
    usual: Float64[np.ndarray, " S"],
    floor: Float64[np.ndarray, " S"],
    grids: tuple[Float[np.ndarray, " D"], Float[np.ndarray, " C"]],
) -> ScreenTables:
    """For all samples that will be asked about; grids as in `screened_run`.

    What does not fit into ROOM letters is weighed without a table.
    """
    alike = np.unique(_alike(usual, floor), axis=0)
    deepest = int(ASKED * float(usual.max(initial=1.0))) + 2
    letters = max(1, min(deepest, 4096, ROOM // max(len(alike), 1)))
    return ScreenTables(
        doses=np.concatenate([*grids, DOSES]),
        alike=alike,
        made=np.zeros(len(alike), np.uint8),
        table=np.zeros((len(alike), NODES)),
        shows=np.zeros((len(alike), letters, WIDTH, COARSE)),
    )


def _alike(
    usual: Float64[np.ndarray, " S"], floor: Float64[np.ndarray, " S"]
) -> Float64[np.ndarray, "S 2"]:
    return np.stack([usual, np.maximum(1.0, np.ceil(floor * usual))], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedRun:
    """(M, M) of sample and source: may show something; 5 % would show; that is not sure."""

    candidate: Bool[np.ndarray, "M M"]
    visible: Bool[np.ndarray, "M M"]
    unsure: Bool[np.ndarray, "M M"]


def screened_run(
    run: RunAlleles,
    counts: RunCounts,
    grids: tuple[Float[np.ndarray, " D"], Float[np.ndarray, " C"]],
    kept_p: float,
) -> ScreenedRun:
    """Every ordered pair of the run.

    grids   doses at which a pair must speak to be a candidate, and near ASKED
    kept_p  pairs with a larger p are no candidates
    """
    tables = screen_tables(run.usual, run.floor, grids)
    alone = run._replace(kind=tables.kinds(run.usual, run.floor))
    return screened_of(pair_verdicts(alone, counts, tables, kept_p))


def pair_verdicts(
    run: RunAlleles, counts: RunCounts, tables: ScreenTables, kept_p: float
) -> UInt8[np.ndarray, "M M"]:
    """CANDIDATE, VISIBLE, UNSURE of every pair that is asked about, 0 of the others."""
    verdict = np.zeros((len(run.person),) * 2, np.uint8)
    _screen(run, counts, _room(run, tables), -log(kept_p), verdict)
    return verdict


def screened_of(verdict: UInt8[np.ndarray, "M M"]) -> ScreenedRun:
    """The same, one by one."""
    return ScreenedRun(
        candidate=(verdict & CANDIDATE) > 0,
        visible=(verdict & VISIBLE) > 0,
        unsure=(verdict & UNSURE) > 0,
    )


def _room(run: RunAlleles, tables: ScreenTables) -> Room:
    alleles, doses = run.share.shape[1], tables.doses
    step = float(np.log(doses[1] / doses[0])) / STEPS
    own = int(np.diff(run.starts[1]).max(initial=0))
    return Room(
        doses=doses,
        logs=np.log(doses),
        low=float(np.log(doses[0] * LEAST_SHOWN)) - 2.0 * step,
        step=step,
        made=tables.made,
        now=np.zeros(1, np.int64),
        table=tables.table,
        shows=tables.shows,
        lacks=np.zeros((own + 1, len(doses) + 5)),
        site=np.zeros((2 * alleles + 1, 6)),
        kind=np.zeros((2 * alleles + 1, 2), np.int64),
        place=np.full(alleles + 1, -1),
        sums=np.zeros(FINE),
        products=np.zeros(FINE),
    )
