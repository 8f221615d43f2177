"""Which loci and sites change in unrelated people more often than chance?

People who are linked by bonds may have passed a change on: each group of linked people counts
as one origin. Given their total, origins fall on a locus (or a site) with its share of all
readable positions: a binomial with an exact tail.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

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


def exposure(hosts: Sequence[Host], groups: Mapping[str, str]) -> CallableGroups:
    """How many groups tell each position in a sample taken after the beginning."""
    seen: dict[tuple[str, str], np.ndarray] = {}
    for host in hosts:
        group = groups[host.participant]
        for sample in host.samples:
            if host.baseline.sample is not None and sample is host.baseline.sample:
                continue
            for contig, told in sample.readable.items():
                key = group, contig
                seen[key] = told.copy() if key not in seen else seen[key] | told
    found: dict[str, Float[np.ndarray, " L"]] = {}
    for (_, contig), told in sorted(seen.items(), key=lambda item: item[0]):
        found[contig] = found.get(contig, np.zeros(len(told))) + told
    return CallableGroups(groups=groups, told=found)


def recurrence_table(
    acquired: pl.DataFrame, layout: GenomeAnnotation, exposed: CallableGroups
) -> pl.DataFrame:
    """RECURRENCE: every locus of the spec, and every site that changed in two groups or more.

    Sites are tested against all that could have changed (three letters each), so that the
    q-values of the few that did are those of the whole genome.
    """
    origins = _origins(acquired, exposed.groups)
    total = sum(len(groups) for groups in origins.values())
    if not total or not exposed.whole:
        return frame_of(RECURRENCE, [])
    loci = [_locus_row(one, origins, exposed, total) for one in layout.regions]
    sites = _site_rows(origins, exposed, total)
    tests = int(CHANGES * sum((told > 0).sum() for told in exposed.told.values()))
    rows = [*_with_q(loci, len(loci)), *_with_q(sites, max(tests, len(sites)))]
    rows = [row for row in rows if row["alt"] == "" or row["origins"] > 1]
    people = _people(acquired)
    places = sorted(people)
    for row in rows:
        row["people"] = len(_carriers(row, people, places))
    return frame_of(RECURRENCE, rows)


Origins = Mapping[tuple[str, int, str], set[str]]  # contig, position, alt to groups


def _origins(acquired: pl.DataFrame, groups: Mapping[str, str]) -> Origins:
    found: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    for who, contig, position, ref, alt in acquired.select(
        "participant", "contig", "position", "ref", "alt"
    ).rows():
        if who in groups and ref != alt:
            found[contig, position, alt].add(groups[who])
    return found


def _people(acquired: pl.DataFrame) -> dict[tuple[str, int, str], set[str]]:
    return dict(_origins(acquired, {who: who for who in acquired["participant"]}))


def _carriers(
    row: Mapping[str, Any], people: Origins, places: Sequence[tuple[str, int, str]]
) -> set[str]:
    """Who has an allele of a site, or any of a stretch; places are those of people, rising."""
    if row["alt"]:
        return people.get((row["contig"], row["first"], row["alt"]), set())
    first = bisect_left(places, (row["contig"], row["first"], ""))
    last = bisect_left(places, (row["contig"], row["last"] + 1, ""))
    return {who for place in places[first:last] for who in people[place]}


def _locus_row(
    region: AnnotatedLocus, origins: Origins, exposed: CallableGroups, total: int
) -> dict[str, Any]:
    found = sum(len(some) for key, some in origins.items() if region.holds(key[0], key[1]))
    share = exposed.within(region.contig, region.first, region.last) / exposed.whole
    return {
        "unit": region.name,
        "contig": region.contig,
        "first": region.first,
        "last": region.last,
        "alt": "",
        "origins": found,
        "expected": total * share,
        "p_value": at_least(found, total, share),
    }


def _site_rows(origins: Origins, exposed: CallableGroups, total: int) -> list[dict[str, Any]]:
    each = total / (CHANGES * exposed.whole)  # of one group at one site to one letter
    rows = []
    for (contig, position, alt), groups in sorted(origins.items()):
        number = exposed.within(contig, position, position)
        rows.append(
            {
                "unit": "site",
                "contig": contig,
                "first": position,
                "last": position,
                "alt": alt,
                "origins": len(groups),
                "expected": number * each,
                "p_value": at_least(len(groups), max(int(number), len(groups)), each),
            }
        )
    return rows


def at_least(found: int, trials: int, share: float) -> float:
    """P(Binomial(trials, share) >= found), exact."""
    from scipy.special import bdtrc

    return 1.0 if found <= 0 else float(bdtrc(found - 1, trials, min(share, 1.0)))


def _with_q(rows: list[dict[str, Any]], tests: int) -> list[dict[str, Any]]:
    """The rows with q-values over `tests` tests, those without a row having p = 1."""
    if not rows:
        return []
    p = np.array([row["p_value"] for row in rows])
    q = np.minimum(1.0, benjamini_hochberg(p) * (tests / len(rows)))
    return [
        {**row, "q_value": float(one), "recurrent": bool(one <= LEVEL)}
        for row, one in zip(rows, q, strict=True)
    ]


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
        own = [effect for (contig, at, _), effect in events.items() if region.holds(contig, at)]
        counted.append((region.name, own, frame_sites(frame)))
    if not counted:
        return frame_of(SELECTION, [])
    every = [effect for _, own, _ in counted for effect in own]
    sites = tuple(float(sum(one[2][place] for one in counted)) for place in (0, 1))
    counted.append((EVERYBODY, every, (sites[0], sites[1])))
    return frame_of(SELECTION, [_selected(*one) for one in counted if min(one[2]) > 0])


def _events(
    acquired: pl.DataFrame, groups: Mapping[str, str]
) -> dict[tuple[str, int, tuple[str, str]], str]:
    """Effect of each independent acquisition: of a change by one group."""
    return {
        (contig, position, (alt, groups[who])): effect
        for who, contig, position, alt, effect in acquired.select(
            "participant", "contig", "position", "alt", "effect"
        ).rows()
        if who in groups and effect in ("synonymous", "missense", "stop")
    }


def _selected(name: str, effects: Sequence[str], sites: tuple[float, float]) -> dict[str, Any]:
    kept = sum(one == "synonymous" for one in effects)
    changed = len(effects) - kept
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
