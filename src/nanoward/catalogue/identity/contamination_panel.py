"""All samples beside each other: where two of them differ, and how often others do so too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

PURE = 0.9  # share from which an allele is the sample's own
MAJOR = 0.5
LEAST_FOREIGN = 0.25  # share in the source from which an allele would show
USUAL_DEPTH = 100.0  # where depths are not told
LEAST_ERROR = 1e-3
Allele = tuple[str, int, str, str]
Counts = tuple[Int[np.ndarray, " F"], Int[np.ndarray, " F"]]  # seen, of how many asked


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


def panel_of(
    profiles: pl.DataFrame, samples: pl.DataFrame, factors: pl.DataFrame, aligned: pl.DataFrame
) -> AllelePanel:
    """The samples that hold the agent and have a run, and every allele that could show."""
    runs = dict(samples.select("sample", "run").rows())
    known = profiles.filter(pl.col("typed_as") != "unreadable").sort("sample")
    rows = [
        (s, p, str(runs.get(s) or "")) for s, p in known.select("sample", "participant").rows()
    ]
    names = [one[0] for one in rows]
    own = factors.filter(pl.col("sample").is_in(names))
    big = own.filter(pl.col("frequency") >= LEAST_FOREIGN)
    key = ["contig", "position", "ref", "alt"]
    alleles = [tuple(one) for one in big.select(key).unique().sort(key).rows()]
    place = _places(alleles)
    shares, depth = _laid_out(names, alleles, own)
    people = sorted({one[1] for one in rows})
    called = sorted({one[2] for one in rows})
    return AllelePanel(
        samples=names,
        person=np.array([people.index(one[1]) for one in rows], np.int64),
        run=np.array([called.index(one[2]) for one in rows], np.int64),
        runs=called,
        shares=shares,
        depth=depth,
        told=_told(names, alleles, aligned),
        floor=_floors(names, own),
        usual=_usual(names, own),
        place=place,
    )


def _places(alleles: Sequence[Allele]) -> Int[np.ndarray, " F"]:
    number: dict[tuple[str, int], int] = {}
    found = [number.setdefault(one[:2], len(number)) for one in alleles]
    return np.array(found, np.int64)


def _laid_out(
    names: Sequence[str], alleles: Sequence[Allele], own: pl.DataFrame
) -> tuple[Float[np.ndarray, "S F"], Float[np.ndarray, "S F"]]:
    row = {name: at for at, name in enumerate(names)}
    column = {one: at for at, one in enumerate(alleles)}
    shares = np.zeros((len(names), len(alleles)))
    depth = np.full(shares.shape, np.nan, np.float32)  # whole numbers: none is rounded
    for name, *key, share, letters in own.select(
        "sample", "contig", "position", "ref", "alt", "frequency", "depth"
    ).rows():
        at = column.get(tuple(key))
        if at is not None:
            shares[row[name], at] = share
            depth[row[name], at] = letters or np.nan
    return shares, depth


def _told(
    names: Sequence[str], alleles: Sequence[Allele], aligned: pl.DataFrame
) -> Bool[np.ndarray, "S F"]:
    row = {name: at for at, name in enumerate(names)}
    by_contig: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, (contig, position, _, _) in enumerate(alleles):
        by_contig[contig].append((at, position - 1))
    told = np.zeros((len(names), len(alleles)), bool)
    asked = {contig: np.array(some).T for contig, some in by_contig.items()}
    for name, contig, letters in aligned.select("sample", "contig", "sequence").rows():
        if name not in row or contig not in asked:
            continue
        columns, places = asked[contig]
        text = np.frombuffer(letters.encode(), np.uint8)
        inside = places < len(text)
        told[row[name], columns[inside]] = text[places[inside]] != ord("N")
    return told


def _floors(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    """The least share told of a minor variant: of the sample itself, or of all together."""
    minor = own.filter(pl.col("frequency").is_between(0, MAJOR, closed="right"))
    every = minor["frequency"].quantile(0.02) if minor.height else 0.02
    least = dict(minor.group_by("sample").agg(pl.col("frequency").min()).rows())
    return np.array([max(least.get(one, 0.0), every or 0.02) for one in names])


def _usual(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    middle = dict(own.group_by("sample").agg(pl.col("depth").median()).rows())
    return np.array([float(middle.get(one) or USUAL_DEPTH) for one in names])


class MinorVariantRates:
    """How often an allele is minor, or an own allele not pure, in samples of other people.

    A beta-binomial over alleles (its moments as observed) tells what an allele that nobody
    else has may do; the samples of other runs and other people tell it of this one. Where
    there is but one run, its other samples speak.
    """

    def __init__(self, panel: AllelePanel) -> None:
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
        self._single = len(panel.runs) < 2
        self._of_run = {
            one: np.flatnonzero(panel.run == one) for one in np.unique(panel.run).tolist()
        }
        self._of_person = {
            one: np.flatnonzero(panel.person == one) for one in np.unique(panel.person).tolist()
        }
        self._now: tuple[int, Int[np.ndarray, " P"], dict[str, Counts]] | None = None
        self._prior = {name: beta_moments(*counts) for name, counts in self._every.items()}
        self._within = {
            one: {
                "minor": (self._rare[rows].sum(axis=0), self._free[rows].sum(axis=0)),
                "mixed": (self._mixed[rows].sum(axis=0), self._own[rows].sum(axis=0)),
            }
            for one, rows in self._of_run.items()
        }

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
            seen -= self._within[run][kind][0][alleles]
            asked -= self._within[run][kind][1][alleles]
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
