"""Which pairs of a run may show contamination at all, and in which 5 % of one would show.

A pair is weighed by compiled code, near enough to say of nearly every one that it shows
nothing. Those that may show something are then weighed in full, so that what is told of them
does not depend on how they were found.
"""

from dataclasses import dataclass
from math import exp, log

import numpy as np
from jaxtyping import Bool, Float, Float64, UInt8

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
    gather,
    lagrange,
    log_letters,
    log_too_few,
    nearest,
    own_minor,
    prepare,
)
from nanoward.catalogue.identity.contamination_likelihood import DOSES
from nanoward.catalogue.identity.contamination_panel import LEAST_FOREIGN, MAJOR, PURE
from nanoward.catalogue.identity.informative_sites import own_error
from nanoward.catalogue.identity.programme_alleles import RunPanel
from nanoward.maths.jit.object_cache import kept, lean

MIDDLE = 2, 2  # the doses of the coarse grid beside ASKED: the first, and how many
ACTUAL, EXPECTED = 0, 1  # which letters are asked about


@lean
def _multiply(room: Room, dose: int, ratio: float) -> None:
    """A ratio into the product of a dose, whose log is taken before it leaves its range."""
    made = room.products[dose] * ratio
    if made > 1e120 or made < 1e-120:
        room.sums[dose] += log(made)
        made = 1.0
    room.products[dose] = made


@lean
def _read_off(room: Room, site: int, first: int, count: int) -> None:
    """Add what a site without letters says at some doses."""
    at_share, chance = log(room.site[site, 0]), room.site[site, 4]
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
            a * room.table[node - 1]
            + b * room.table[node]
            + c * room.table[node + 1]
            + d * room.table[node + 2]
        )
        node += STEPS
        if told < SURE:
            told = log(((1.0 - chance) * exp(told) + CERTAIN) / (1.0 - chance + CERTAIN))
        room.sums[dose] += min(told, 0.0)


@lean
def _expect(room: Room, site: int, found: float, first: int, count: int) -> bool:
    """What a site says where letters are expected that its table holds; False if not."""
    limit, depth = room.site[site, 3], room.site[site, 2]
    row = int(found) - int(limit)
    if row >= len(room.shows):
        return False
    t = (ASKED * depth * room.site[site, 0] - (found - 0.5)) * 3.0 - 1.0
    chance = room.site[site, 4]
    own = chance * own_minor(found, depth, limit) + CERTAIN
    a, b, c, d = lagrange(t, 0), lagrange(t, 1), lagrange(t, 2), lagrange(t, 3)
    for dose in range(count):
        at = first - SKIM + dose
        mixed = (
            a * room.shows[row, 0, at]
            + b * room.shows[row, 1, at]
            + c * room.shows[row, 2, at]
            + d * room.shows[row, 3, at]
        )
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / own)
    return True


@lean
def _weigh(room: Room, site: int, found: float, error: float, grid: tuple[int, int]) -> None:
    """What letters of a site say at some doses, in full."""
    first, count = grid
    share, depth, limit, chance = (
        room.site[site, 0], room.site[site, 2], room.site[site, 3], room.site[site, 4],
    )  # fmt: skip
    none = 0.0 if found > 0.0 else 1.0
    if room.kind[site, 0] == LACKED:
        none = exp(log_letters(found, depth, max(error, 1e-9), KNOWN))
    own = chance * own_minor(found, depth, limit) + CERTAIN
    below = (1.0 - chance) * none + own
    for dose in range(count):
        mean = min(error + room.doses[first + dose] * share, 0.999)
        if found <= 0.0 and limit > 0.0:
            mixed = exp(log_too_few(depth, limit, mean))
        else:
            mixed = exp(log_letters(found, depth, mean, PRECISION))
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / below)


@lean
def _weigh_lacked(
    room: Room, site: int, found: float, error: float, grid: tuple[int, int]
) -> None:
    """As `_weigh` for an allele that the source has not at all: the same for every source."""
    first, count = grid
    which = 0 if first == 0 else (1 if first < SKIM + COARSE else 2)
    start = 0 if which == 0 else (SKIM if which == 1 else SKIM + COARSE)
    whole = SKIM if which == 0 else (COARSE if which == 1 else FINE)
    row, doses = room.kind[site, 1], len(room.doses)
    depth, chance = room.site[site, 2], room.site[site, 4]
    without = doses + 3 + (EXPECTED if which == 1 else ACTUAL)
    if room.lacks[row, doses + which] == 0.0:
        room.lacks[row, doses + which] = 1.0
        room.lacks[row, without] = exp(log_letters(found, depth, max(error, 1e-9), KNOWN))
        for dose in range(start, start + whole):
            mean = min(error + room.doses[dose], 0.999)
            room.lacks[row, dose] = exp(log_letters(found, depth, mean, PRECISION))
    own = chance * own_minor(found, depth, 0.0) + CERTAIN
    below = (1.0 - chance) * room.lacks[row, without] + own
    for dose in range(count):
        mixed = room.lacks[row, first + dose]
        _multiply(room, dose, ((1.0 - chance) * mixed + own) / below)


@lean
def _sum(room: Room, sites: int, error: float, grid: tuple[int, int], what: int) -> float:
    """Evidence at some doses, written to the room's sums; the largest of them.

    what  ACTUAL letters, or those EXPECTED at ASKED
    """
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
            _read_off(room, site, first, count)
        elif kind == LACKED and room.site[site, 0] == 1.0:
            _weigh_lacked(room, site, found, own, grid)
        elif kind != TOO_FEW or not _expect(room, site, found, first, count):
            _weigh(room, site, found, own, grid)
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
def _judge(room: Room, sites: int, error: float, needed: float, least_told: float) -> int:
    """What is to be said of a pair: CANDIDATE, VISIBLE, UNSURE, or several of them."""
    named, found = False, False
    for site in range(sites):
        named = named or room.kind[site, 0] != LACKED
        found = found or room.site[site, 1] > 0.0
    verdict = 0
    if named:
        grid = SKIM + MIDDLE[0], MIDDLE[1]
        best = _sum(room, sites, error, grid, EXPECTED)
        if _mean(room, MIDDLE[1], COARSE, best) >= needed + MARGIN:
            verdict = VISIBLE  # other doses only add to it
        else:
            best = _sum(room, sites, error, (SKIM, COARSE), EXPECTED)
            ratio = _mean(room, COARSE, COARSE, best)
            if ratio >= needed + MARGIN:
                verdict = VISIBLE
            elif ratio >= needed - MARGIN:
                verdict = UNSURE
    if found and _sum(room, sites, error, (0, SKIM), ACTUAL) >= -MARGIN:
        best = _sum(room, sites, error, (SKIM + COARSE, FINE), ACTUAL)
        if _mean(room, FINE, FINE, best) >= least_told - MARGIN:
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
    for sample in range(len(run.person)):
        least = prepare(run, sample, room)
        for source in range(len(run.person)):
            if run.person[sample] != run.person[source]:
                sites = gather(run, counts, (sample, source), least, room)
                verdict[sample, source] = _judge(
                    room, sites, run.error[sample], run.needed[sample, source], least_told
                )


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
    doses = np.concatenate([*grids, DOSES])
    verdict = np.zeros((len(run.person),) * 2, np.uint8)
    _screen(run, counts, _room(run, doses), -log(kept_p), verdict)
    return ScreenedRun(
        candidate=(verdict & CANDIDATE) > 0,
        visible=(verdict & VISIBLE) > 0,
        unsure=(verdict & UNSURE) > 0,
    )


def run_alleles(own: RunPanel, needed: Float[np.ndarray, "M M"]) -> RunAlleles:
    """The alleles of a run's own samples, laid out for compiled code."""
    panel, members = own.panel, own.members
    share, depth, told = panel.shares[members], panel.depth[members], panel.told[members]
    foreign = told & (share < MAJOR) & (_before(own) < panel.floor[members][:, None])
    pure = told & (share >= PURE) & np.isfinite(depth)
    shown = np.nonzero(share >= LEAST_FOREIGN)
    pures = np.nonzero(pure)
    edges = np.arange(len(members) + 1)
    return RunAlleles(
        share=share,
        depth=np.where(np.isfinite(depth), depth, -1.0).astype(float),
        told=told.astype(np.uint8),
        wanted=foreign.astype(np.uint8),
        person=panel.person[members],
        place=np.unique(panel.place, return_inverse=True)[1].astype(np.int64),
        floor=panel.floor[members],
        usual=panel.usual[members],
        error=np.array([own_error(panel, one) for one in members.tolist()]),
        shown=shown[1].astype(np.int64),
        own=pures[1].astype(np.int64),
        starts=np.array([np.searchsorted(one[0], edges) for one in (shown, pures)], np.int64),
        needed=needed,
    )


def _before(own: RunPanel) -> Float[np.ndarray, "M F"]:
    """The largest share of each allele in the person's samples of other runs."""
    panel, members = own.panel, own.members
    run = int(panel.run[members[0]])
    found = np.zeros((len(members), panel.shares.shape[1]))
    elsewhere = np.flatnonzero(panel.run != run)
    for at, one in enumerate(members.tolist()):
        rows = elsewhere[panel.person[elsewhere] == panel.person[one]]
        if len(rows):
            found[at] = panel.shares[rows].max(axis=0)
    return found


def run_counts(own: RunPanel) -> RunCounts:
    """How often others show each allele as a minor one, laid out for compiled code."""
    beside, of_person, row = own.chances.of_run(int(own.panel.run[own.members[0]]))
    return RunCounts(
        beside=beside,
        of_person=of_person,
        prior=own.chances.prior,
        row=row[own.panel.person[own.members]],
    )


def _room(run: RunAlleles, doses: Float64[np.ndarray, " E"]) -> Room:
    alleles = run.share.shape[1]
    deepest = float(run.usual.max(initial=1.0))
    step = float(np.log(doses[1] / doses[0])) / STEPS
    own = int(np.diff(run.starts[1]).max(initial=0))
    return Room(
        doses=doses,
        logs=np.log(doses),
        low=float(np.log(doses[0] * LEAST_SHOWN)) - 2.0 * step,
        step=step,
        table=np.zeros(NODES),
        shows=np.zeros((min(int(ASKED * deepest) + 2, 4096), WIDTH, COARSE)),
        lacks=np.zeros((own + 1, len(doses) + 5)),
        site=np.zeros((2 * alleles + 1, 5)),
        kind=np.zeros((2 * alleles + 1, 2), np.int64),
        place=np.full(alleles + 1, -1),
        sums=np.zeros(FINE),
        products=np.zeros(FINE),
    )
