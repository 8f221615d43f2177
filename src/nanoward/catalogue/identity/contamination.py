"""Contamination: one sample's material in another that was sequenced in the same run.

The source's alleles then stand in the other sample at about one share, the dose, and the
other's own alleles fall short of purity by it. Everything that differs between the two speaks
together (carryover_evidence.py), against what an allele does by itself in other people and
runs (carryover_panel.py). A pair is told where chance would do as much in at most one clean
run of a hundred, all pairs of the run together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.findings import Finding
from nanoward.base.tables import CARRYOVER
from nanoward.catalogue.identity.contamination_likelihood import (
    ContaminationEvidence,
    InformativeSites,
    contamination_evidence,
    log_ratios,
    part_of,
)
from nanoward.catalogue.identity.contamination_panel import (
    LEAST_FOREIGN,
    AllelePanel,
    MinorVariantRates,
    panel_of,
)
from nanoward.catalogue.identity.informative_sites import SourceSites, informative_sites
from nanoward.maths.frames import frame_of

LEVEL = 0.01  # of clean runs
KEPT_P = 0.05  # pairs with a larger p are counted, but no row is kept of them
ASKED_DOSE = 0.05  # of which it is said whether it would be told
CONTAMINATED, PASSED_ON, NAMELESS, LESSER, NONE = (
    "contaminated", "met", "source unclear", "another fits better", "none",
)  # fmt: skip
SKIMMED = np.geomspace(0.002, 0.5, 10)
COARSE = np.geomspace(0.02, 0.12, 6)
Pairs = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContaminationResult:
    """table: CARRYOVER; runs: run to pairs compared and pairs in which 5 % would be told."""

    table: pl.DataFrame
    runs: Mapping[str, tuple[int, int]]


def contamination_result(
    profiles: pl.DataFrame,
    samples: pl.DataFrame,
    factors: pl.DataFrame,
    aligned: pl.DataFrame,
    met: Pairs = (),
    linked: Pairs = (),
) -> ContaminationResult:
    """Every ordered pair of one run and two people.

    met     pairs of people with a recorded contact: one may have given it to the other, so
            they are asked about and not flagged
    linked  pairs of people who share factors: they do not speak against each other
    """
    if "run" not in samples.columns:
        return ContaminationResult(table=frame_of(CARRYOVER, []), runs={})
    panel = panel_of(profiles, samples, factors, aligned)
    people = dict(profiles.select("sample", "participant").rows())
    names = [str(people[one]) for one in panel.samples]
    bench = _Bench(
        panel=panel,
        chances=MinorVariantRates(panel),
        names=names,
        met={frozenset(one) for one in met},
        related={frozenset(one) for one in (*met, *linked)},
    )
    wells = dict(samples.select("sample", "well").rows()) if "well" in samples.columns else {}
    rows: list[dict[str, Any]] = []
    runs: dict[str, tuple[int, int]] = {}
    for number, run in enumerate(panel.runs):
        members = np.flatnonzero(panel.run == number).tolist()
        pairs = [(s, c) for s in members for c in members if names[s] != names[c]]
        if run and pairs:
            weights = pair_weights(
                [(panel.samples[s], panel.samples[c]) for s, c in pairs], wells
            )
            found, seen = _run_rows(bench, pairs, weights)
            rows += found
            runs[run] = len(pairs), seen
    return ContaminationResult(table=frame_of(CARRYOVER, rows), runs=runs)


def pair_weights(
    pairs: Collection[tuple[str, str]], wells: Mapping[str, str | None]
) -> dict[tuple[str, str], float]:
    """Share of the level that each pair may spend; they sum to 1.

    Half of it is shared by pairs in wells that touch (A1 and B2), where wells are told:
    material splashes more often than it flies (Walker et al. 2020, Access Microbiol 2:a35).
    """
    near = [one for one in pairs if _touch(wells.get(one[0]), wells.get(one[1]))]
    if not near or len(near) == len(pairs):
        return dict.fromkeys(pairs, 1.0 / len(pairs))
    far = 0.5 / (len(pairs) - len(near))
    return {**dict.fromkeys(pairs, far), **dict.fromkeys(near, 0.5 / len(near))}


def _touch(one: str | None, other: str | None) -> bool:
    places = [
        (ord(well[0].upper()), int(well[1:]))
        for well in (one, other)
        if well and well[0].isalpha() and well[1:].isdigit()
    ]
    if len(places) < 2:
        return False
    (a, b), (c, d) = places
    return max(abs(a - c), abs(b - d)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    panel: AllelePanel
    chances: MinorVariantRates
    names: list[str]
    met: set[frozenset[str]]
    related: set[frozenset[str]]

    def are(self, pairs: set[frozenset[str]], sample: int, source: int) -> bool:
        return frozenset((self.names[sample], self.names[source])) in pairs


def _run_rows(
    bench: _Bench, pairs: list[tuple[int, int]], weights: Mapping[tuple[str, str], float]
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the pairs that show something, and the number in which 5 % would show."""
    panel, visible = bench.panel, 0
    rows: list[dict[str, Any]] = []
    for sample, some in groupby(pairs, key=lambda pair: pair[0]):
        sources = [source for _, source in some]
        every = informative_sites(panel, bench.chances, sample, sources)
        weight = np.array(
            [weights[panel.samples[sample], panel.samples[one]] for one in sources]
        )
        visible += int(_would_show(every, -np.log(LEVEL * weight)).sum())
        for at in np.flatnonzero(~_is_silent(every)).tolist():
            own = every.of(at)
            evidence = contamination_evidence(own.sites, alike=own.alike())
            p = float(np.exp(-np.clip(evidence.log_ratio, 0.0, 600.0)))
            if p <= KEPT_P:
                pair = (sample, sources[at])
                row = _row(panel, pair, own.sites, own.named, evidence)
                rows.append({**row, "p_value": p, "q_value": p / weight[at], "pair": pair})
    return _judged(bench, rows), visible


def _is_silent(every: SourceSites) -> Bool[np.ndarray, " C"]:
    """Sources of which nothing was found, or for which no dose of a coarse grid speaks; then
    none is near it."""
    found = _summed((every.sites.found > 0)[None].astype(float), every.starts)[0] > 0
    asked = np.repeat(found, np.diff(every.starts))  # sites of sources that may speak at all
    few = every.part(asked, found)
    best = _summed(log_ratios(few.sites, SKIMMED, few.alike()), few.starts).max(axis=0)
    silent: Bool[np.ndarray, " C"] = ~found
    silent[found] = best < 0.0
    return silent


def _would_show(every: SourceSites, needed: Float[np.ndarray, " C"]) -> Bool[np.ndarray, " C"]:
    """Whether the expected letters at a dose of 5 % are evidence enough."""
    sites = every.sites
    expected = np.round(sites.depth * (sites.error + ASKED_DOSE * sites.foreign))
    shown = replace(sites, found=np.where(expected >= sites.floor, expected, 0.0))
    each = _summed(log_ratios(shown, COARSE, every.alike()), every.starts)
    top = each.max(axis=0)
    ratio = top + np.log(np.exp(each - top).mean(axis=0))
    named = _summed(every.named[None].astype(float), every.starts)[0] > 0
    enough: Bool[np.ndarray, " C"] = named & (ratio >= needed)
    return enough


def _summed(
    values: Float[np.ndarray, "D N"], starts: Int[np.ndarray, " C1"]
) -> Float[np.ndarray, "D C"]:
    """Sums over the sites of each source."""
    total = np.concatenate([values, np.zeros((len(values), 1))], axis=1)
    summed = np.add.reduceat(total, starts[:-1], axis=1)
    empty = starts[1:] == starts[:-1]
    made: Float[np.ndarray, "D C"] = np.where(empty, 0.0, summed)
    return made


def _row(
    panel: AllelePanel,
    pair: tuple[int, int],
    sites: InformativeSites,
    named: Bool[np.ndarray, " N"],
    evidence: ContaminationEvidence,
) -> dict[str, Any]:
    sample, source = pair
    return {
        "sample": panel.samples[sample],
        "source": panel.samples[source],
        "run": panel.runs[int(panel.run[sample])],
        "shared": int((named & (sites.found > 0)).sum()),
        "telling": int(named.sum()),
        "lacking": int((~named).sum()),
        "expected": float(sites.chance[named].sum()),
        "evidence": evidence.log_ratio,
        "dose": evidence.dose,
        "low": evidence.low,
        "high": evidence.high,
    }


def _judged(bench: _Bench, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, float] = {}
    for row in rows:
        best[row["sample"]] = max(best.get(row["sample"], 0.0), row["evidence"])
    for row in rows:
        sample, source = row["pair"]
        verdict = NONE
        if row["q_value"] <= LEVEL:
            if row["evidence"] < best[row["sample"]]:
                verdict = LESSER
            elif bench.are(bench.met, sample, source):
                verdict = PASSED_ON
            else:
                verdict = CONTAMINATED if _names_it(bench, row) else NAMELESS
        row["verdict"], row["flagged"] = verdict, verdict == CONTAMINATED
    return rows


def _names_it(bench: _Bench, row: Mapping[str, Any]) -> bool:
    """Whether what the source has and no unrelated person has is evidence enough by itself.

    Alleles that go together in many people (a haplotype of the lot, a strain that is about)
    are one event and not many. So for each person unrelated to the source, what that person
    has of it is set aside, and the rest has to be as strong as the whole was asked to be.
    """
    sample, source = row["pair"]
    panel = bench.panel
    needed = float(np.log(row["q_value"] / row["p_value"] / LEVEL))
    own = informative_sites(panel, bench.chances, sample, [source])
    sites, named, columns = own.sites, own.named, own.alleles
    others = [
        other
        for other in range(len(bench.names))
        if bench.names[other] not in (bench.names[sample], bench.names[source])
        and not bench.are(bench.related, source, other)
    ]
    theirs = panel.shares[np.ix_(np.array(others, np.int64), columns)]
    shown = np.where(named, theirs, 1 - theirs) >= LEAST_FOREIGN
    for has in np.unique(shown, axis=0):
        left = ~has
        if not (left & named).any():
            return False
        if contamination_evidence(part_of(sites, left)).log_ratio < needed:
            return False
    return True


def contamination_findings(table: pl.DataFrame) -> tuple[Finding, ...]:
    """A finding for every flagged pair."""
    return tuple(
        Finding(
            code="CAT-052",
            severity="warning",
            message=(
                f"sample {row['sample']} holds {row['dose']:.1%} ({row['low']:.1%} to "
                f"{row['high']:.1%}) of {row['source']} of the same run {row['run']}: "
                f"{row['shared']} of its {row['telling']} alleles, {row['expected']:.2g} by "
                "chance"
            ),
            next_step="Sequence it again in another run, unless one gave it to the other",
            subject=row["sample"],
        )
        for row in table.filter(pl.col("flagged")).to_dicts()
    )
