"""All samples beside each other: where two of them differ, and how often others do so too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.catalogue.identity.contamination_likelihood import InformativeSites

PURE = 0.9  # share from which an allele is the sample's own
MAJOR = 0.5
LEAST_FOREIGN = 0.25  # share in the source from which an allele would show
USUAL_DEPTH = 100.0  # where depths are not told
LEAST_ERROR = 1e-3
Allele = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
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
    mates: Mapping[int, Int[np.ndarray, " K"]] = field(default_factory=dict)


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
    depth = np.full(shares.shape, np.nan)
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
    for name, contig, letters in aligned.select("sample", "contig", "sequence").rows():
        if name not in row or contig not in by_contig:
            continue
        columns, places = np.array(by_contig[contig]).T
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
        floor = panel.floor[:, None]
        self._rare = (shares > 0) & (shares < MAJOR) & told
        self._free = (shares < MAJOR) & told
        self._mixed = (shares >= MAJOR) & (1 - shares >= floor) & told
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
        self._prior = {name: beta_moments(*counts) for name, counts in self._every.items()}
        self._within = {
            one: {
                "minor": (self._rare[rows].sum(axis=0), self._free[rows].sum(axis=0)),
                "mixed": (self._mixed[rows].sum(axis=0), self._own[rows].sum(axis=0)),
            }
            for one, rows in self._of_run.items()
        }

    def chances(
        self, kind: str, sample: int, source: int, columns: Int[np.ndarray, " N"]
    ) -> Float[np.ndarray, " N"]:
        """Predicted chance at these alleles, `kind` being minor or mixed."""
        panel, run = self._panel, int(self._panel.run[sample])
        seen, asked = (one[columns].astype(float) for one in self._every[kind])
        drop = {sample, source}
        if not self._single:
            seen -= self._within[run][kind][0][columns]
            asked -= self._within[run][kind][1][columns]
            drop = set()
        for who in {int(panel.person[sample]), int(panel.person[source])}:
            rows = self._of_person[who]
            drop |= {int(one) for one in rows if self._single or panel.run[one] != run}
        gone = np.array(sorted(drop), np.int64)
        part, whole = (self._rare, self._free) if kind == "minor" else (self._mixed, self._own)
        seen -= part[np.ix_(gone, columns)].sum(axis=0)
        asked -= whole[np.ix_(gone, columns)].sum(axis=0)
        a, b = self._prior[kind]
        made: Float[np.ndarray, " N"] = (seen + a) / (asked + a + b)
        return made


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


def informative_sites(
    panel: AllelePanel, chances: MinorVariantRates, sample: int, source: int
) -> tuple[InformativeSites, Bool[np.ndarray, " N"], Int[np.ndarray, " N"]]:
    """Where the sample could show the source, which of these sites name it, and their alleles.

    The source's alleles that the sample lacks name it; the sample's own alleles that the
    source lacks only tell of somebody without them. What the person's samples of other runs
    hold as well is their own, and no site.
    """
    mine, theirs = panel.shares[sample], panel.shares[source]
    told = panel.told[sample] & panel.told[source]
    others = np.flatnonzero(
        (panel.person == panel.person[sample]) & (panel.run != panel.run[sample])
    )
    before = panel.shares[others].max(axis=0) if len(others) else np.zeros(len(mine))
    up = np.flatnonzero(
        told & (theirs >= LEAST_FOREIGN) & (mine < MAJOR) & (before < panel.floor[sample])
    )
    taken = set(panel.place[up].tolist())
    own = told & (mine >= PURE) & (theirs <= 1 - PURE) & np.isfinite(panel.depth[sample])
    down = np.array(
        [at for at in np.flatnonzero(own).tolist() if int(panel.place[at]) not in taken],
        np.int64,
    )
    return _joined(panel, chances, (sample, source), (up, down))


def _joined(
    panel: AllelePanel,
    chances: MinorVariantRates,
    pair: tuple[int, int],
    sites: tuple[Int[np.ndarray, " U"], Int[np.ndarray, " V"]],
) -> tuple[InformativeSites, Bool[np.ndarray, " N"], Int[np.ndarray, " N"]]:
    (sample, source), (up, down) = pair, sites
    usual = panel.usual[sample]
    depth = np.where(np.isnan(panel.depth[sample]), usual, panel.depth[sample])
    rising, falling = depth[up], depth[down]
    seen = np.round(panel.shares[sample, up] * rising)
    limit = np.maximum(1.0, np.ceil(panel.floor[sample] * rising))
    limit = np.where(seen > 0, np.minimum(limit, seen), limit)
    error = own_error(panel, sample)
    sites_ = InformativeSites(
        found=np.concatenate([seen, np.round((1 - panel.shares[sample, down]) * falling)]),
        depth=np.concatenate([rising, falling]),
        foreign=np.concatenate([panel.shares[source, up], 1 - panel.shares[source, down]]),
        error=np.concatenate([np.zeros(len(up)), np.full(len(down), error)]),
        known=np.full(len(up) + len(down), 1.0 / LEAST_ERROR),
        chance=np.concatenate(
            [
                chances.chances("minor", sample, source, up),
                chances.chances("mixed", sample, source, down),
            ]
        ),
        floor=np.concatenate([limit, np.zeros(len(down))]),
    )
    columns = np.concatenate([up, down])
    return sites_, np.arange(len(columns)) < len(up), columns


def own_error(panel: AllelePanel, sample: int) -> float:
    """Usual share of other letters at the sample's own pure alleles."""
    own = (panel.shares[sample] >= PURE) & np.isfinite(panel.depth[sample])
    if not own.any():
        return LEAST_ERROR
    return max(LEAST_ERROR, float(np.median(1 - panel.shares[sample, own])))
