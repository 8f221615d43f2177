"""Samples beside each other: where two of them differ, and how often others do so too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

PURE = 0.9  # share from which an allele is the sample's own
MAJOR = 0.5
LEAST_FOREIGN = 0.25  # share in the source from which an allele would show
USUAL_DEPTH = 100.0  # where depths are not told
LEAST_ERROR = 1e-3
Allele = tuple[str, int, str, str]
Counts = tuple[Int[np.ndarray, " F"], Int[np.ndarray, " F"]]  # seen, of how many asked
KINDS = ("minor", "mixed")


class ShownAlleles:
    """Which alleles each sample shows, row after row: few of all, so kept as places."""

    def __init__(self, shares: Float[np.ndarray, "S F"]) -> None:
        row, self._allele = np.nonzero(shares >= LEAST_FOREIGN)
        self._start = np.searchsorted(row, np.arange(len(shares) + 1))

    def of_rows(
        self, rows: Int[np.ndarray, " C"]
    ) -> tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]]:
        """Place among `rows`, and allele, of everything that these show."""
        first = self._start[rows]
        count = self._start[rows + 1] - first
        at = np.repeat(np.arange(len(rows)), count)
        within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, self._allele[np.repeat(first, count) + within]


@dataclass(frozen=True, kw_only=True)
class AllelePanel:
    """S samples, F alleles; people and runs as numbers.

    shares  (S, F) share of each allele, 0 where it was not seen
    depth   (S, F) letters, NaN where not told
    told    (S, F) the sample tells the position
    floor   (S,) least share of a minor variant that the sample tells
    usual   (S,) median depth of a sample
    place   (F,) number of each allele's position: alleles of one position share it
    """

    samples: Sequence[str]
    person: Int[np.ndarray, " S"]
    run: Int[np.ndarray, " S"]
    runs: Sequence[str]
    shares: Float[np.ndarray, "S F"]
    depth: Float[np.ndarray, "S F"]
    told: Bool[np.ndarray, "S F"]
    floor: Float[np.ndarray, " S"]
    usual: Float[np.ndarray, " S"]
    place: Int[np.ndarray, " F"]

    @cached_property
    def shown(self) -> ShownAlleles:
        """Alleles with a share from which they would show in somebody else."""
        return ShownAlleles(self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinorVariantCounts:
    """Of every allele of a whole programme: how often it is minor, or an own one not pure.

    seen, asked  by kind (minor, mixed) (F,); prior: a, b of each kind over all alleles
    """

    seen: Mapping[str, Int[np.ndarray, " F"]]
    asked: Mapping[str, Int[np.ndarray, " F"]]
    prior: Mapping[str, tuple[float, float]]


class MinorVariantRates:
    """How often an allele is minor, or an own allele not pure, in samples of other people.

    A beta-binomial over alleles (its moments as observed) tells what an allele that nobody
    else has may do; the samples of other runs and other people tell it of this one. Where
    there is but one run, its other samples speak.
    """

    def __init__(self, panel: AllelePanel, whole: MinorVariantCounts | None = None) -> None:
        """whole: of all samples, where the panel holds some of them and of their alleles."""
        self._panel = panel
        shares, told = panel.shares, panel.told
        self._rare = (shares > 0) & (shares < MAJOR) & told
        self._free = (shares < MAJOR) & told
        self._mixed = (shares >= MAJOR) & told
        for row, least in enumerate(panel.floor.tolist()):
            self._mixed[row] &= 1 - shares[row] >= least
        self._own = (shares >= MAJOR) & told
        self._every = {
            "minor": (self._rare.sum(axis=0), self._free.sum(axis=0)),
            "mixed": (self._mixed.sum(axis=0), self._own.sum(axis=0)),
        }
        if whole is not None:
            self._every = {kind: (whole.seen[kind], whole.asked[kind]) for kind in whole.seen}
        self._single = len(panel.runs) < 2
        self._of_run = {
            one: np.flatnonzero(panel.run == one) for one in np.unique(panel.run).tolist()
        }
        self._of_person = {
            one: np.flatnonzero(panel.person == one) for one in np.unique(panel.person).tolist()
        }
        self._now: tuple[int, Int[np.ndarray, " P"], dict[str, Counts]] | None = None
        self._prior = (
            {name: beta_moments(*counts) for name, counts in self._every.items()}
            if whole is None
            else dict(whole.prior)
        )
        self._in_run: dict[int, dict[str, Counts]] = {}

    def _within(self, run: int) -> dict[str, Counts]:
        """What the samples of a run count."""
        if run not in self._in_run:
            rows = self._of_run[run]
            self._in_run[run] = {
                "minor": (self._rare[rows].sum(axis=0), self._free[rows].sum(axis=0)),
                "mixed": (self._mixed[rows].sum(axis=0), self._own[rows].sum(axis=0)),
            }
        return self._in_run[run]

    def of_run(
        self, run: int
    ) -> tuple[Float[np.ndarray, "2 2 F"], Float[np.ndarray, "2 2 P F"], Int[np.ndarray, " P"]]:
        """Counts of `chances` for all of a run: beside it, of each person, each person's row.

        returns  (2, 2, F) minor and mixed, seen and asked; (2, 2, P, F); row by person
        """
        row, elsewhere = self._elsewhere(run)
        beside = np.array([self._every[kind] for kind in KINDS], float)
        if not self._single:
            beside -= np.array([self._within(run)[kind] for kind in KINDS], float)
        return beside, np.array([elsewhere[kind] for kind in KINDS], float), row

    @property
    def prior(self) -> Float[np.ndarray, "2 2"]:
        """a and b of minor and mixed."""
        return np.array([self._prior[kind] for kind in KINDS])

    def chances(
        self,
        kind: str,
        sample: int,
        sources: Int[np.ndarray, " N"],
        alleles: Int[np.ndarray, " N"],
    ) -> Float[np.ndarray, " N"]:
        """Predicted chance at N alleles of the sample and one source each.

        kind  minor or mixed
        """
        panel, run = self._panel, int(self._panel.run[sample])
        seen, asked = (one[alleles].astype(float) for one in self._every[kind])
        if not self._single:
            seen -= self._within(run)[kind][0][alleles]
            asked -= self._within(run)[kind][1][alleles]
        row, elsewhere = self._elsewhere(run)
        me = row[panel.person[sample]]
        seen, asked = (
            seen - elsewhere[kind][0][me, alleles],
            asked - elsewhere[kind][1][me, alleles],
        )
        at = row[panel.person[sources]]
        seen -= elsewhere[kind][0][at, alleles]
        asked -= elsewhere[kind][1][at, alleles]
        a, b = self._prior[kind]
        made: Float[np.ndarray, " N"] = (seen + a) / (asked + a + b)
        return made

    def _elsewhere(self, run: int) -> tuple[Int[np.ndarray, " P"], dict[str, Counts]]:
        """What the samples of other runs of each person of a run count; all of theirs where
        there is one run. Of the last run asked alone: of all they would fill the memory.

        returns  the row of each person, -1 for those who are not in the run; counts by kind
        """
        if self._now is None or self._now[0] != run:
            panel = self._panel
            people = np.unique(panel.person[self._of_run[run]])
            row = np.full(int(panel.person.max(initial=-1)) + 1, -1)
            row[people] = np.arange(len(people))
            counts: dict[str, Counts] = {}
            for kind, seen, asked in (
                ("minor", self._rare, self._free), ("mixed", self._mixed, self._own)
            ):  # fmt: skip
                shape = len(people), panel.shares.shape[1]
                told = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
                for at, person in enumerate(people.tolist()):
                    rows = self._of_person[person]
                    rows = rows if self._single else rows[panel.run[rows] != run]
                    told[0][at], told[1][at] = seen[rows].sum(axis=0), asked[rows].sum(axis=0)
                counts[kind] = told
            self._now = run, row, counts
        return self._now[1], self._now[2]


def beta_moments(
    seen: Int[np.ndarray, " F"], asked: Int[np.ndarray, " F"]
) -> tuple[float, float]:
    """a, b of a beta distribution with the mean and spread of the rates of F alleles.

    Method of moments of the beta-binomial (Kleinman 1973, J Am Stat Assoc 68:46); a + b is
    kept between 1 and 50, so that one allele's own counts always speak.
    """
    used = asked > 0
    if not used.any():
        return 0.05, 0.95
    total = float(asked[used].sum())
    mean = (float(seen[used].sum()) + 0.5) / (total + 1.0)
    rates = seen[used] / asked[used]
    spread = float((asked[used] * (rates - mean) ** 2).sum()) / total
    typical = total / used.sum()
    whole = mean * (1 - mean)
    between = (spread - whole / typical) / (1 - 1 / typical) if typical > 1 else whole / 2
    size = min(50.0, max(1.0, whole / max(between, whole / 51) - 1))
    return mean * size, (1 - mean) * size
