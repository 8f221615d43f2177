"""Where one sample could show another: sites of all sources of its run at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from nanoward.catalogue.identity.contamination_likelihood import (
    AlikeSites,
    InformativeSites,
    part_of,
)
from nanoward.catalogue.identity.contamination_panel import (
    LEAST_ERROR,
    MAJOR,
    PURE,
    AllelePanel,
    MinorVariantRates,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSites:
    """Where one sample could show each of C sources, source after source.

    sites    N sites of all of them
    named    (N,) the site names its source: an allele of the source that the sample lacks
    alleles  (N,) place of its allele in the panel
    starts   (C + 1,) where the sites of each source begin
    """

    sites: InformativeSites
    named: Bool[np.ndarray, " N"]
    alleles: Int[np.ndarray, " N"]
    starts: Int[np.ndarray, " C1"]

    def alike(self) -> AlikeSites:
        """Sites at which the letters are the same, and the source's share too.

        Of one sample: errors go by what a site speaks for, and letters by its allele; where
        none were found, by the depth alone.
        """
        foreign, depth = self.sites.foreign, self.sites.depth
        unseen = self.named & (self.sites.found <= 0)
        key = np.where(unseen, -1, self.alleles * 2 + self.named)
        order = np.lexsort((foreign, depth, key))
        steps = [np.diff(one[order]) != 0 for one in (key, depth, foreign)]
        new = np.concatenate([[True], np.logical_or.reduce(steps)])[: len(order)]
        kind = np.empty(len(order), np.int64)
        kind[order] = np.cumsum(new) - 1
        return AlikeSites(first=order[new], kind=kind)

    def part(
        self, kept: Bool[np.ndarray, " N"], sources: Bool[np.ndarray, " C"]
    ) -> "SourceSites":
        """Some of the sites, of some sources."""
        counts = np.diff(self.starts)[sources]
        return SourceSites(
            sites=part_of(self.sites, kept),
            named=self.named[kept],
            alleles=self.alleles[kept],
            starts=np.concatenate([[0], np.cumsum(counts)]),
        )

    def of(self, source: int) -> "SourceSites":
        """The sites of one source alone."""
        span = slice(self.starts[source], self.starts[source + 1])
        return SourceSites(
            sites=part_of(self.sites, span),
            named=self.named[span],
            alleles=self.alleles[span],
            starts=np.array([0, span.stop - span.start]),
        )


def informative_sites(
    panel: AllelePanel, chances: MinorVariantRates, sample: int, sources: Sequence[int]
) -> SourceSites:
    """Where the sample could show each source.

    The source's alleles that the sample lacks name it; the sample's own alleles that the
    source lacks only tell of somebody without them. What the person's samples of other runs
    hold as well is their own, and no site.
    """
    mine, rows = panel.shares[sample], np.array(sources, np.int64)
    others = np.flatnonzero(
        (panel.person == panel.person[sample]) & (panel.run != panel.run[sample])
    )
    before = panel.shares[others].max(axis=0) if len(others) else np.zeros(len(mine))
    foreign = panel.told[sample] & (mine < MAJOR) & (before < panel.floor[sample])
    up = _told_at(panel.shown.of_rows(rows), foreign, panel.told, rows)
    own = panel.told[sample] & (mine >= PURE) & np.isfinite(panel.depth[sample])
    columns = np.flatnonzero(own)
    lacked = panel.shares[np.ix_(rows, columns)] <= 1 - PURE
    at, column = np.nonzero(lacked & panel.told[np.ix_(rows, columns)])
    down = at, columns[column]
    places = int(panel.place.max(initial=-1)) + 1
    taken = np.unique(up[0] * places + panel.place[up[1]])
    free = ~np.isin(down[0] * places + panel.place[down[1]], taken)
    return _joined(panel, chances, (sample, rows), (up, (down[0][free], down[1][free])))


def _told_at(
    shown: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    wanted: Bool[np.ndarray, " F"],
    told: Bool[np.ndarray, "S F"],
    rows: Int[np.ndarray, " C"],
) -> tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]]:
    """Of pairs of (source, allele) those whose allele is wanted and told by the source."""
    at, alleles = shown
    kept = wanted[alleles]
    kept &= told[rows[at], alleles]
    return at[kept], alleles[kept]


def _joined(
    panel: AllelePanel,
    chances: MinorVariantRates,
    pairs: tuple[int, Int[np.ndarray, " C"]],
    sites: tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]],
) -> SourceSites:
    """Sites that name a source, each as (source, allele), and those that do not."""
    (sample, sources), (up, down) = pairs, sites
    source = sources[np.concatenate([up[0], down[0]])]
    alleles = np.concatenate([up[1], down[1]])
    order = np.argsort(np.concatenate([up[0], down[0]]), kind="stable")
    named = np.arange(len(alleles)) < len(up[0])
    told = panel.depth[sample].astype(float)
    depth = np.where(np.isnan(told), panel.usual[sample], told)
    depth, share = depth[alleles], panel.shares[sample, alleles]
    theirs = panel.shares[source, alleles]
    seen = np.round(np.where(named, share, 1 - share) * depth)
    limit = np.maximum(1.0, np.ceil(panel.floor[sample] * depth))
    limit = np.where(seen > 0, np.minimum(limit, seen), limit)
    rates = [
        chances.chances(kind, sample, source[of], alleles[of])
        for kind, of in (("minor", named), ("mixed", ~named))
    ]
    whole = InformativeSites(
        found=seen,
        depth=depth,
        foreign=np.where(named, theirs, 1 - theirs),
        error=np.where(named, 0.0, own_error(panel, sample)),
        known=np.full(len(alleles), 1.0 / LEAST_ERROR),
        chance=np.concatenate(rates),
        floor=np.where(named, limit, 0.0),
    )
    counts = np.bincount(np.concatenate([up[0], down[0]]), minlength=len(sources))
    return SourceSites(
        sites=part_of(whole, order),
        named=named[order],
        alleles=alleles[order],
        starts=np.concatenate([[0], np.cumsum(counts)]),
    )


def own_error(panel: AllelePanel, sample: int) -> float:
    """Usual share of other letters at the sample's own pure alleles."""
    own = (panel.shares[sample] >= PURE) & np.isfinite(panel.depth[sample])
    if not own.any():
        return LEAST_ERROR
    return max(LEAST_ERROR, float(np.median(1 - panel.shares[sample, own])))
