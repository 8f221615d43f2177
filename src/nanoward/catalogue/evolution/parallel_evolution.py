"""Which loci and sites change in unrelated people more often than chance?

People who are linked by bonds may have passed a change on: each group of linked people counts
as one origin. Given their total, origins fall on a locus (or a site) with its share of all
readable positions: a binomial with an exact tail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float

from nanoward.base.tables import RECURRENCE, SELECTION
from nanoward.catalogue.evolution.acquired_mutations import (
    EVERYBODY,
    AnnotatedLocus,
    GenomeAnnotation,
)
from nanoward.catalogue.evolution.baseline import Host
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.codons import frame_sites, opposite, ratio_interval, ratio_p_value
from nanoward.maths.statistics.false_discovery import benjamini_hochberg

LEVEL = 0.05
CHANGES = 3  # other letters at each site


@dataclass(frozen=True, slots=True, kw_only=True)
class CallableGroups:
    """Where changes could have been seen: contig to how many groups tell each position."""

    groups: Mapping[str, str]
    told: Mapping[str, Float[np.ndarray, " L"]]

    def within(self, contig: str, first: int, last: int) -> float:
        """Positions times groups of a stretch."""
        told = self.told.get(contig)
        return 0.0 if told is None else float(told[first - 1 : last].sum())

    @property
    def whole(self) -> float:
        return float(sum(told.sum() for told in self.told.values()))


def origin_groups(people: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Person to the first name among all those reached by links."""
    head = {who: who for who in people}

    def root(who: str) -> str:
        while head[who] != who:
            who = head[who]
        return who

    for a, b in links:
        if a in head and b in head:
            low, high = sorted((root(a), root(b)))
            head[high] = low
    return {who: root(who) for who in head}


def exposure(
    told: Iterable[tuple[str, str, Bool[np.ndarray, " L"]]], groups: Mapping[str, str]
) -> CallableGroups:
    """How many groups tell each position in a sample taken after the beginning.

    told  participant, contig and (L,) positions told, of every such sample
    """
    seen: dict[tuple[str, str], np.ndarray] = {}
    for who, contig, readable in told:
        key = groups[who], contig
        seen[key] = readable.copy() if key not in seen else seen[key] | readable
    found: dict[str, Float[np.ndarray, " L"]] = {}
    for (_, contig), readable in sorted(seen.items(), key=lambda item: item[0]):
        found[contig] = found.get(contig, np.zeros(len(readable))) + readable
    return CallableGroups(groups=groups, told=found)


def later_samples(
    hosts: Sequence[Host],
) -> Iterable[tuple[str, str, Bool[np.ndarray, " L"]]]:
    """What `exposure` asks for, of hosts: all samples but that which they began with."""
    for host in hosts:
        for sample in host.samples:
            if sample is not host.baseline.sample:
                for contig, readable in sample.readable.items():
                    yield host.participant, contig, readable


def recurrence_table(
    acquired: pl.DataFrame, layout: GenomeAnnotation, exposed: CallableGroups
) -> pl.DataFrame:
    """RECURRENCE: every locus of the spec, and every site that changed in two groups or more.

    Sites are tested against all that could have changed (three letters each), so that the
    q-values of the few that did are those of the whole genome.
    """
    changed = acquired.filter(pl.col("ref") != pl.col("alt"))
    sites = _sites(changed, exposed.groups)
    total = int(sites["origins"].sum())
    if not total or not exposed.whole:
        return frame_of(RECURRENCE, [])
    loci = [_locus_row(one, sites, changed, exposed, total) for one in layout.regions]
    tests = int(CHANGES * sum((told > 0).sum() for told in exposed.told.values()))
    rows = [*_with_q(loci, len(loci)), *_site_rows(sites, exposed, total, tests)]
    return frame_of(RECURRENCE, rows)


def _sites(changed: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """Contig, position and alt of every change, rising, with its origins and people."""
    group = pl.DataFrame(
        {"participant": list(groups), "group": list(groups.values())},
        {"participant": pl.String, "group": pl.String},
    )
    key = ["contig", "position", "alt"]
    people = changed.group_by(key).agg(people=pl.col("participant").n_unique())
    origins = changed.join(group, on="participant").group_by(key)
    return origins.agg(origins=pl.col("group").n_unique()).join(people, on=key).sort(key)


def _within(table: pl.DataFrame, region: AnnotatedLocus) -> pl.DataFrame:
    return table.filter(
        (pl.col("contig") == region.contig)
        & pl.col("position").is_between(region.first, region.last)
    )


def _locus_row(
    region: AnnotatedLocus,
    sites: pl.DataFrame,
    changed: pl.DataFrame,
    exposed: CallableGroups,
    total: int,
) -> dict[str, Any]:
    found = int(_within(sites, region)["origins"].sum())
    share = exposed.within(region.contig, region.first, region.last) / exposed.whole
    return {
        "unit": region.name,
        "contig": region.contig,
        "first": region.first,
        "last": region.last,
        "alt": "",
        "origins": found,
        "people": _within(changed, region)["participant"].n_unique(),
        "expected": total * share,
        "p_value": at_least(found, total, share),
    }


def _site_rows(
    sites: pl.DataFrame, exposed: CallableGroups, total: int, tests: int
) -> list[dict[str, Any]]:
    """Rows of the sites with two origins or more, their q-values those of all sites."""
    from scipy.special import bdtrc

    each = total / (CHANGES * exposed.whole)  # of one group at one site to one letter
    number = np.zeros(sites.height)
    contigs, positions = sites["contig"].to_numpy(), sites["position"].to_numpy()
    for contig, told in exposed.told.items():
        own = np.flatnonzero((contigs == contig) & (positions > 0) & (positions <= len(told)))
        number[own] = told[positions[own] - 1]
    origins = sites["origins"].to_numpy().astype(np.int64)
    trials = np.maximum(number.astype(np.int64), origins)
    p = bdtrc(origins - 1, trials, min(each, 1.0)) if len(origins) else np.zeros(0)
    kept = np.flatnonzero(origins > 1)
    q = _q_values(p, max(tests, len(p)))[kept]
    return [
        {
            "unit": "site",
            "contig": row["contig"],
            "first": row["position"],
            "last": row["position"],
            "alt": row["alt"],
            "origins": row["origins"],
            "people": row["people"],
            "expected": float(number[at]) * each,
            "p_value": float(p[at]),
            "q_value": float(one),
            "recurrent": bool(one <= LEVEL),
        }
        for at, one, row in zip(kept.tolist(), q.tolist(), sites[kept].to_dicts(), strict=True)
    ]


def at_least(found: int, trials: int, share: float) -> float:
    """P(Binomial(trials, share) >= found), exact."""
    from scipy.special import bdtrc

    return 1.0 if found <= 0 else float(bdtrc(found - 1, trials, min(share, 1.0)))


def _with_q(rows: list[dict[str, Any]], tests: int) -> list[dict[str, Any]]:
    """The rows with q-values over `tests` tests, those without a row having p = 1."""
    q = _q_values(np.array([row["p_value"] for row in rows], float), tests)
    return [
        {**row, "q_value": float(one), "recurrent": bool(one <= LEVEL)}
        for row, one in zip(rows, q, strict=True)
    ]


def _q_values(p: Float[np.ndarray, " N"], tests: int) -> Float[np.ndarray, " N"]:
    if not len(p):
        return p
    q: Float[np.ndarray, " N"] = np.minimum(1.0, benjamini_hochberg(p) * (tests / len(p)))
    return q


def selection_table(
    acquired: pl.DataFrame, layout: GenomeAnnotation, groups: Mapping[str, str]
) -> pl.DataFrame:
    """SELECTION: dN/dS of what hosts acquired, for each reading frame and for all of them.

    Every independent acquisition is one event, so nothing has to be corrected for repeated
    hits; sites are those of the spec by Nei & Gojobori (1986 Mol Biol Evol 3:418).
    """
    coding = [one for one in layout.regions if one.coding and one.contig in layout.letters]
    events = _events(acquired, groups)
    counted = []
    for region in coding:
        frame = layout.letters[region.contig][region.first - 1 : region.last].upper()
        frame = opposite(frame) if region.strand == "-" else frame
        own = _within(events, region)["effect"]
        kept = int((own == "synonymous").sum())
        counted.append((region.name, (len(own) - kept, kept), frame_sites(frame)))
    if not counted:
        return frame_of(SELECTION, [])
    every = tuple(sum(one[1][place] for one in counted) for place in (0, 1))
    sites = tuple(float(sum(one[2][place] for one in counted)) for place in (0, 1))
    counted.append((EVERYBODY, (every[0], every[1]), (sites[0], sites[1])))
    return frame_of(SELECTION, [_selected(*one) for one in counted if min(one[2]) > 0])


def _events(acquired: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """Each independent acquisition with its effect: of a change by one group."""
    known = acquired.filter(
        pl.col("participant").is_in(list(groups))
        & pl.col("effect").is_in(["synonymous", "missense", "stop"])
    )
    group = pl.col("participant").replace_strict(dict(groups), return_dtype=pl.String)
    return known.with_columns(group=group).unique(
        ["contig", "position", "alt", "group"], keep="last", maintain_order=True
    )


def _selected(
    name: str, effects: tuple[int, int], sites: tuple[float, float]
) -> dict[str, Any]:
    changed, kept = effects
    ratio, low, high = ratio_interval(changed, kept, sites)
    return {
        "locus": name,
        "missense": changed,
        "synonymous": kept,
        "missense_sites": sites[0],
        "synonymous_sites": sites[1],
        "ratio": ratio,
        "low": low,
        "high": high,
        "p_value": ratio_p_value(changed, kept, sites),
    }
