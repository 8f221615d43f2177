"""Pairs of an old run of which new samples elsewhere cannot change what was said.

A new sample moves how often an allele is minor in others, and with it what every old run
says. A pair is settled where its verdict is the same at all chances of a band around those of
the day; it is asked again only where a chance may have left the band, or where its own sites
changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, UInt8, UInt64

from nanoward.catalogue.identity.contamination_kernel import (
    CANDIDATE,
    UNSURE,
    VISIBLE,
    RunAlleles,
    RunCounts,
)
from nanoward.catalogue.identity.contamination_panel import LEAST_FOREIGN, PURE
from nanoward.catalogue.identity.contamination_screen import (
    ScreenedRun,
    ScreenTables,
    pair_verdicts,
    screened_of,
)
from nanoward.catalogue.identity.programme_alleles import ProgrammeAlleles, RunPanel

BAND = (2.0, 1.0)  # log odds of a minor allele, and of an own one that is not pure
SLACK = 6.0  # of a natural log, by which 5 % of one would show, or not, in a settled pair
FEW = 0.2  # share of pairs; where more are to be asked again, the whole run is settled anew
OPEN = np.uint8(CANDIDATE | UNSURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRun:
    """What was said of a run's pairs, and at which counts: M samples, F alleles.

    material  digest of all that its own samples say
    others    marks of the samples whose counts went in, rising
    verdict   (M, M) of every pair at all chances of the band: VISIBLE, or nothing, is settled
    wanted    (M, F) as RunAlleles
    whole     (2, 2, F) minor and mixed; seen and not seen, in all samples beside the run's
    left      (2, 2, F) the least that is left of them without any two people
    prior     (2, 2) a and b of both
    """

    material: str
    others: UInt64[np.ndarray, " K"]
    verdict: UInt8[np.ndarray, "M M"]
    wanted: UInt8[np.ndarray, "M F"]
    whole: Float[np.ndarray, "2 2 F"]
    left: Float[np.ndarray, "2 2 F"]
    prior: Float[np.ndarray, "2 2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRuns:
    """What earlier rounds settled.

    readings  sample to the name of all that was read of it
    runs      run to what was settled of it
    """

    readings: Mapping[str, str]
    runs: Mapping[str, SettledRun]


class Settling:
    """Asks the pairs of one run after the other, those that are settled not again."""

    def __init__(
        self,
        alleles: ProgrammeAlleles,
        before: SettledRuns,
        tables: ScreenTables,
        kept_p: float,
    ) -> None:
        self.runs: dict[str, SettledRun] = {}
        self._before, self._tables, self._kept_p = before, tables, kept_p
        self._alleles = alleles
        told = zip(
            alleles.samples,
            (alleles.people[one] for one in alleles.person.tolist()),
            (alleles.runs[one] for one in alleles.run.tolist()),
            alleles.floor.tolist(),
            strict=True,
        )
        self._marks = np.array(
            [_mark((name, before.readings.get(name, ""), *rest)) for name, *rest in told],
            np.uint64,
        )

    def screened(self, own: RunPanel, run: RunAlleles, counts: RunCounts) -> ScreenedRun:
        """What is to be asked in full, as `screened_run` of all pairs would say."""
        number = int(own.panel.run[own.members[0]])
        name = own.panel.runs[number]
        mine = self._alleles.run == number
        single = len(self._alleles.runs) < 2  # then its own samples are counted
        others = np.unique(self._marks if single else self._marks[~mine])
        material = _digest(self._marks[mine], run.needed, int(single))
        apart = run.person[:, None] != run.person[None]
        known = self._before.runs.get(name)
        again = apart
        if known is not None and known.material == material and _all_in(known.others, others):
            again = touched_pairs(known, run, counts) & apart
        if known is None or again.sum() > FEW * apart.sum():
            band = counts._replace(band=np.array(BAND), slack=SLACK)
            verdict = pair_verdicts(run, band, self._tables, self._kept_p)
            known = settled_run(material, others, verdict, run, counts)
            again = np.zeros(apart.shape, bool)
        self.runs[name] = known
        asked = (again | ((known.verdict & OPEN) > 0)) & apart
        verdict = known.verdict & np.uint8(VISIBLE)
        if asked.any():
            some = run._replace(asked=asked.astype(np.uint8))
            now = pair_verdicts(some, counts, self._tables, self._kept_p)
            verdict = np.where(asked, now, verdict)
        return screened_of(verdict)


def settled_run(
    material: str,
    others: UInt64[np.ndarray, " K"],
    verdict: UInt8[np.ndarray, "M M"],
    run: RunAlleles,
    counts: RunCounts,
) -> SettledRun:
    """Verdicts with the counts around which they hold."""
    whole = _parts(counts.beside)
    most = _parts(counts.of_person).max(axis=2, initial=0.0)
    return SettledRun(
        material=material,
        others=others,
        verdict=verdict,
        wanted=run.wanted,
        whole=whole,
        left=np.maximum(whole - 2.0 * most, 0.0),
        prior=counts.prior,
    )


def moves_beyond(known: SettledRun, counts: RunCounts) -> Float[np.ndarray, "2 F"]:
    """How far the log odds of each allele may have left the band, for any pair: minor, mixed.

    The log odds of a chance are log(s + a) - log(r + b): s samples show the allele, r do not,
    both without the run and the pair's two people. All samples that counted then count now
    (`others`), so for each pair s and r grew by 0 at least and by what the whole grew at most,
    from no less than `left`. (s + g + a') / (s + a) is monotone in s and in g; with s and g
    between their limits it lies between its values at (left, 0) and (left, growth), or between
    one of these and 1, which it tends to. So log(s + a) moved by no more than `up` and no less
    than `down`, likewise log(r + b), and their difference by no more than the one's largest
    less the other's least. Infinite where a count fell.
    """
    grown = _parts(counts.beside) - known.whole
    more = np.maximum(grown, 0.0)
    a, now = known.prior[:, :, None], counts.prior[:, :, None]
    up = np.maximum(np.log((known.left + more + now) / (known.left + a)), 0.0)
    down = np.minimum(np.log((known.left + now) / (known.left + a)), 0.0)
    most = np.maximum(up[:, 0] - down[:, 1], up[:, 1] - down[:, 0])
    beyond = np.maximum(most - np.array(BAND)[:, None], 0.0)
    made: Float[np.ndarray, "2 F"] = np.where((grown < 0.0).any(axis=1), np.inf, beyond)
    return made


def touched_pairs(
    known: SettledRun, run: RunAlleles, counts: RunCounts
) -> Bool[np.ndarray, "M M"]:
    """Pairs whose verdict may be another one: a site came or went, or chances moved too far.

    A minor allele speaks where the source shows it and the sample wants it, an own one where
    the sample has it and the source lacks it. A sample wants an allele that its person's other
    samples do not hold, so that wants change with them; a site of an own allele gives way to a
    wanted one at its place, of the same pair.

    At each site numerator and denominator of its ratio grow with the odds o, in logs never
    faster than log o itself (`chance_of`): the site's word changes by no more than log o does.
    So whatever lies beyond the band adds up, site by site, and what 5 % would show stands while
    the sum is less than SLACK. What the letters themselves say has no such slack; but a minor
    allele that the sample does not hold says the same at all odds up to EVER, and only those
    that it holds count.
    """
    minor, mixed = moves_beyond(known, counts)
    shown, lacked = run.share >= LEAST_FOREIGN, run.share <= 1.0 - PURE
    pure = np.zeros(run.share.shape, bool)
    row = np.repeat(np.arange(len(run.share)), np.diff(run.starts[1]))
    pure[row, run.own] = True
    turned = run.wanted != known.wanted
    own, wants = _summed(pure, lacked, mixed), run.wanted > 0
    touched: Bool[np.ndarray, "M M"] = _summed(wants, shown, minor) + own >= SLACK
    touched |= _summed(wants & (run.share > 0.0), shown, minor) + own > 0.0
    return touched | (_summed(turned, shown, turned.any(axis=0).astype(float)) > 0.0)


def _summed(
    sample: Bool[np.ndarray, "M F"],
    source: Bool[np.ndarray, "M F"],
    of: Float[np.ndarray, " F"],
) -> Float[np.ndarray, "M M"]:
    """The sum over the alleles that the sample has the one way, and the source the other."""
    columns = np.flatnonzero(of > 0.0)
    each = np.where(source[:, columns], np.minimum(of[columns], 10.0 * SLACK), 0.0)
    summed: Float[np.ndarray, "M M"] = sample[:, columns].astype(float) @ each.T
    return summed


def _parts(counts: Float[np.ndarray, "2 2 *X"]) -> Float[np.ndarray, "2 2 *X"]:
    """Seen and not seen, of seen and asked."""
    parts: Float[np.ndarray, "2 2 *X"] = np.stack(
        [counts[:, 0], counts[:, 1] - counts[:, 0]], axis=1
    )
    return parts


def _mark(told: Sequence[Any]) -> int:
    return int.from_bytes(sha256(repr(told).encode()).digest()[:8], "big")


def _all_in(some: UInt64[np.ndarray, " K"], every: UInt64[np.ndarray, " L"]) -> bool:
    return bool(np.isin(some, every, assume_unique=True).all())


def _digest(
    marks: UInt64[np.ndarray, " M"], needed: Float[np.ndarray, "M M"], single: int
) -> str:
    return sha256(marks.tobytes() + needed.tobytes() + bytes([single])).hexdigest()
