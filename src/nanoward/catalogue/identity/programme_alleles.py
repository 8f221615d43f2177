"""All alleles of a programme that could show in another sample, and the part of one run.

A sample has few of all alleles and leaves few of their positions untold: only these are held.
A run is asked about with the alleles that its samples show, and beside them the other samples
of its people; how often an allele is minor is counted over everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.catalogue.identity.contamination_panel import (
    LEAST_FOREIGN,
    MAJOR,
    USUAL_DEPTH,
    AllelePanel,
    MinorVariantCounts,
    MinorVariantRates,
    beta_moments,
)
from nanoward.catalogue.identity.untold_positions import (
    Held,
    Layout,
    held,
    untold_positions,
)

KEY = ("contig", "position", "ref", "alt")


@dataclass(frozen=True, kw_only=True)
class ProgrammeAlleles:
    """S samples, F alleles; people and runs as numbers, see AllelePanel.

    seen    which alleles each sample has, with share and depth (NaN where not told)
    untold  which positions of alleles each sample does not tell
    """

    samples: Sequence[str]
    people: Sequence[str]
    person: Int[np.ndarray, " S"]
    run: Int[np.ndarray, " S"]
    runs: Sequence[str]
    seen: Held
    share: Float[np.ndarray, " N"]
    depth: Float[np.ndarray, " N"]
    untold: Held
    floor: Float[np.ndarray, " S"]
    usual: Float[np.ndarray, " S"]
    place: Int[np.ndarray, " F"]
    counts: MinorVariantCounts

    def shares_at(self, columns: Int[np.ndarray, " K"]) -> Float[np.ndarray, "S K"]:
        """Shares of some alleles in all samples."""
        number = np.full(len(self.place), -1)
        number[columns] = np.arange(len(columns))
        found = np.zeros((len(self.samples), len(columns)))
        at = number[self.seen.column]
        some = at >= 0
        row = np.repeat(np.arange(len(self.samples)), np.diff(self.seen.starts))
        found[row[some], at[some]] = self.share[some]
        return found

    def of_run(self, run: int) -> "RunPanel | None":
        """What is known of the samples of one run; None where it has none of two people."""
        members = np.flatnonzero(self.run == run)
        people = np.unique(self.person[members])
        if len(people) < 2:
            return None
        rows = np.flatnonzero(np.isin(self.person, people))
        _, own = self.seen.of_rows(members)
        columns = np.unique(self.seen.column[own[self.share[own] >= LEAST_FOREIGN]])
        number = np.full(len(self.place), -1)
        number[columns] = np.arange(len(columns))
        shares = np.zeros((len(rows), len(columns)))
        depth = np.full(shares.shape, np.nan, np.float32)  # whole numbers: none is rounded
        at, own = self.seen.of_rows(rows)
        to = number[self.seen.column[own]]
        at, own, to = at[to >= 0], own[to >= 0], to[to >= 0]
        shares[at, to], depth[at, to] = self.share[own], self.depth[own]
        told = np.ones(shares.shape, bool)
        at, own = self.untold.of_rows(rows)
        to = number[self.untold.column[own]]
        told[at[to >= 0], to[to >= 0]] = False
        panel = AllelePanel(
            samples=[self.samples[one] for one in rows.tolist()],
            person=self.person[rows],
            run=self.run[rows],
            runs=self.runs,
            shares=shares,
            depth=depth,
            told=told,
            floor=self.floor[rows],
            usual=self.usual[rows],
            place=self.place[columns],
        )
        whole = MinorVariantCounts(
            seen={kind: some[columns] for kind, some in self.counts.seen.items()},
            asked={kind: some[columns] for kind, some in self.counts.asked.items()},
            prior=self.counts.prior,
        )
        return RunPanel(
            panel=panel,
            chances=MinorVariantRates(panel, whole),
            members=np.flatnonzero(panel.run == run),
            rows=rows,
            columns=columns,
        )


@dataclass(frozen=True, kw_only=True)
class RunPanel:
    """One run: its samples, those of its people in other runs, and the alleles it shows.

    members  (M,) places in the panel of the run's own samples
    rows, columns  places in the programme of the panel's samples and alleles
    """

    panel: AllelePanel
    chances: MinorVariantRates
    members: Int[np.ndarray, " M"]
    rows: Int[np.ndarray, " R"]
    columns: Int[np.ndarray, " F"]


def programme_alleles(
    profiles: pl.DataFrame, samples: pl.DataFrame, factors: pl.DataFrame, aligned: pl.DataFrame
) -> ProgrammeAlleles:
    """The samples that hold the agent and have a run, and every allele that could show."""
    runs = dict(samples.select("sample", "run").rows())
    known = profiles.filter(pl.col("typed_as") != "unreadable").sort("sample")
    names, people = known["sample"].to_list(), known["participant"].to_list()
    called = [str(runs.get(one) or "") for one in names]
    own = factors.filter(pl.col("sample").is_in(names))
    big = own.filter(pl.col("frequency") >= LEAST_FOREIGN)
    alleles = big.select(KEY).unique().sort(KEY)
    seen, share, depth = _seen(names, alleles, own)
    layout = Layout.of(alleles["contig"].to_list(), alleles["position"].to_numpy())
    untold = untold_positions(names, layout, aligned)
    floor = _floors(names, own)
    persons, person = np.unique(people, return_inverse=True)
    kinds, run = np.unique(called, return_inverse=True)
    place = alleles.select(pl.struct("contig", "position").rle_id()).to_series()
    return ProgrammeAlleles(
        samples=names,
        people=[str(one) for one in persons.tolist()],
        person=person.astype(np.int64),
        run=run.astype(np.int64),
        runs=[str(one) for one in kinds.tolist()],
        seen=seen,
        share=share,
        depth=depth,
        untold=untold,
        floor=floor,
        usual=_usual(names, own),
        place=place.to_numpy().astype(np.int64),
        counts=_counts(seen, share, untold, floor, alleles.height),
    )


def _seen(
    names: Sequence[str], alleles: pl.DataFrame, own: pl.DataFrame
) -> tuple[Held, Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    rows = pl.DataFrame({"sample": names}, {"sample": pl.String}).with_row_index("row")
    found = (
        own.join(alleles.with_row_index("column"), on=KEY)
        .join(rows, on="sample")
        .unique(["row", "column"], keep="last", maintain_order=True)
        .sort("row", "column")
    )
    depth = found["depth"].cast(pl.Float64).fill_null(np.nan).to_numpy().copy()
    depth[depth == 0] = np.nan
    return (
        held(found["row"].to_numpy(), found["column"].to_numpy(), len(names)),
        found["frequency"].to_numpy(),
        depth,
    )


def _counts(
    seen: Held,
    share: Float[np.ndarray, " N"],
    untold: Held,
    floor: Float[np.ndarray, " S"],
    alleles: int,
) -> MinorVariantCounts:
    """How often each allele is minor, and an own one not pure, over all samples."""
    row = np.repeat(np.arange(len(floor)), np.diff(seen.starts))
    dark = np.repeat(np.arange(len(floor)), np.diff(untold.starts)) * alleles + untold.column
    told = ~_among_rising(row * alleles + seen.column, dark)

    def counted(chosen: Bool[np.ndarray, " N"]) -> Int[np.ndarray, " F"]:
        return np.bincount(seen.column[chosen], minlength=alleles)

    heavy = told & (share >= MAJOR)
    major = counted(heavy)
    read = len(floor) - np.bincount(untold.column, minlength=alleles)
    counts = {
        "minor": (counted(told & (share > 0) & (share < MAJOR)), read - major),
        "mixed": (counted(heavy & (1 - share >= floor[row])), major),
    }
    return MinorVariantCounts(
        seen={kind: some for kind, (some, _) in counts.items()},
        asked={kind: of for kind, (_, of) in counts.items()},
        prior={kind: beta_moments(*some) for kind, some in counts.items()},
    )


def _among_rising(
    some: Int[np.ndarray, " N"], rising: Int[np.ndarray, " K"]
) -> Bool[np.ndarray, " N"]:
    """Which of some numbers stand among rising ones."""
    if not len(rising):
        return np.zeros(len(some), bool)
    at = np.minimum(np.searchsorted(rising, some), len(rising) - 1)
    found: Bool[np.ndarray, " N"] = rising[at] == some
    return found


def _floors(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    """The least share told of a minor variant: of the sample itself, or of all together."""
    minor = own.filter(pl.col("frequency").is_between(0, MAJOR, closed="right"))
    every = minor["frequency"].quantile(0.02) if minor.height else 0.02
    least = _by_sample(minor.group_by("sample").agg(pl.col("frequency").min()))
    return np.array([max(least.get(one, 0.0), every or 0.02) for one in names])


def _usual(names: Sequence[str], own: pl.DataFrame) -> Float[np.ndarray, " S"]:
    middle = _by_sample(own.group_by("sample").agg(pl.col("depth").median()))
    return np.array([float(middle.get(one) or USUAL_DEPTH) for one in names])


def _by_sample(table: pl.DataFrame) -> Mapping[str, float]:
    return dict(table.rows())
