"""Contamination: one sample's material in another that was sequenced in the same run.

The source's alleles then stand in the other sample at about one share, the dose, and the
other's own alleles fall short of purity by it. Everything that differs between the two speaks
together (carryover_evidence.py), against what an allele does by itself in other people and
runs (carryover_panel.py). A pair is told where chance would do as much in at most one clean
run of a hundred, all pairs of the run together.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int

from nanoward.base.findings import Finding
from nanoward.base.tables import CARRYOVER
from nanoward.catalogue.identity.contamination_layout import run_alleles, run_counts
from nanoward.catalogue.identity.contamination_likelihood import (
    ContaminationEvidence,
    InformativeSites,
    contamination_evidence,
    log_ratios,
    part_of,
)
from nanoward.catalogue.identity.contamination_panel import LEAST_FOREIGN, AllelePanel
from nanoward.catalogue.identity.contamination_screen import (
    ScreenedRun,
    ScreenTables,
    pair_verdicts,
    screen_tables,
    screened_of,
)
from nanoward.catalogue.identity.informative_sites import SourceSites, informative_sites
from nanoward.catalogue.identity.programme_alleles import (
    ProgrammeAlleles,
    RunPanel,
    programme_alleles,
)
from nanoward.catalogue.identity.settled_pairs import SettledRun, SettledRuns, Settling
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
    """table: CARRYOVER; runs: run to pairs compared and pairs in which 5 % would be told.

    settled  what a later round need not ask again
    """

    table: pl.DataFrame
    runs: Mapping[str, tuple[int, int]]
    settled: Mapping[str, SettledRun] = field(default_factory=dict)


def contamination_result(
    profiles: pl.DataFrame,
    samples: pl.DataFrame,
    factors: pl.DataFrame,
    aligned: pl.DataFrame,
    met: Pairs = (),
    linked: Pairs = (),
    before: SettledRuns | None = None,
) -> ContaminationResult:
    """Every ordered pair of one run and two people.

    before  what earlier rounds settled; the answer is the same with it and without
    met     pairs of people with a recorded contact: one may have given it to the other, so
            they are asked about and not flagged
    linked  pairs of people who share factors: they do not speak against each other
    """
    if "run" not in samples.columns:
        return ContaminationResult(table=frame_of(CARRYOVER, []), runs={})
    alleles = programme_alleles(profiles, samples, factors, aligned)
    known = _Known(
        alleles=alleles,
        met=_among(alleles.people, met),
        related=_among(alleles.people, (*met, *linked)),
    )
    wells = dict(samples.select("sample", "well").rows()) if "well" in samples.columns else {}
    tables = screen_tables(alleles.usual, alleles.floor, (SKIMMED, COARSE))
    settling = None if before is None else Settling(alleles, before, tables, KEPT_P)
    rows: list[dict[str, Any]] = []
    runs: dict[str, tuple[int, int]] = {}
    for number, run in enumerate(alleles.runs):
        own = alleles.of_run(number) if run else None
        if own is not None:
            found, pairs, seen = _run_rows(known, own, wells, (tables, settling))
            rows += found
            runs[run] = pairs, seen
    return ContaminationResult(
        table=frame_of(CARRYOVER, rows),
        runs=runs,
        settled={} if settling is None else settling.runs,
    )


def pair_weights(
    apart: Bool[np.ndarray, "M M"], wells: Sequence[str | None]
) -> Float[np.ndarray, "M M"]:
    """Share of the level that each pair may spend; they sum to 1.

    apart  pairs that are asked about: two people
    Half of it is shared by pairs in wells that touch (A1 and B2), where wells are told:
    material splashes more often than it flies (Walker et al. 2020, Access Microbiol 2:a35).
    """
    places = np.array([_place(one) for one in wells], float).reshape(-1, 2)
    beside = np.abs(places[:, None] - places[None]).max(axis=2) == 1
    near, count = apart & beside, int(apart.sum())
    some = int(near.sum())
    if not some or some == count:
        return np.where(apart, 1.0 / max(count, 1), 0.0)
    return np.where(near, 0.5 / some, np.where(apart, 0.5 / (count - some), 0.0))


def _place(well: str | None) -> tuple[float, float]:
    """Row and column of a well; none where it is not told."""
    if well and well[0].isalpha() and well[1:].isdigit():
        return float(ord(well[0].upper())), float(well[1:])
    return np.nan, np.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """All alleles, and of each person whom they met, and who speaks not against them."""

    alleles: ProgrammeAlleles
    met: Mapping[int, set[int]]
    related: Mapping[int, set[int]]


def _among(people: Sequence[str], pairs: Pairs) -> Mapping[int, set[int]]:
    number = {name: at for at, name in enumerate(people)}
    found: dict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        if a in number and b in number:
            found[number[a]].add(number[b])
            found[number[b]].add(number[a])
    return found


def _run_rows(
    known: _Known,
    own: RunPanel,
    wells: Mapping[str, str | None],
    screen: tuple[ScreenTables, Settling | None],
) -> tuple[list[dict[str, Any]], int, int]:
    """Rows of the pairs that show something, the pairs, and those in which 5 % would show."""
    panel, members = own.panel, own.members
    person = panel.person[members]
    apart = person[:, None] != person[None]
    weights = pair_weights(apart, [wells.get(panel.samples[one]) for one in members.tolist()])
    needed = -np.log(LEVEL * np.where(apart, weights, 1.0))
    screened = _screened(own, needed, *screen)
    visible = int(screened.visible.sum())
    rows: list[dict[str, Any]] = []
    for sample in range(len(members)):
        asked = np.flatnonzero(screened.candidate[sample] | screened.unsure[sample])
        if not len(asked):
            continue
        sources = members[asked]
        every = informative_sites(panel, own.chances, int(members[sample]), sources.tolist())
        unsure = screened.unsure[sample, asked]
        if unsure.any():
            visible += int((unsure & _would_show(every, needed[sample, asked])).sum())
        spoken = screened.candidate[sample, asked] & ~_is_silent(every)
        for at in np.flatnonzero(spoken).tolist():
            found = every.of(at)
            evidence = contamination_evidence(found.sites, alike=found.alike())
            p = float(np.exp(-np.clip(evidence.log_ratio, 0.0, 600.0)))
            if p <= KEPT_P:
                pair = (int(members[sample]), int(sources[at]))
                row = _row(panel, pair, found.sites, found.named, evidence)
                q = p / weights[sample, asked[at]]
                rows.append({**row, "p_value": p, "q_value": q, "pair": pair})
    return _judged(known, own, rows), int(apart.sum()), visible


def _screened(
    own: RunPanel,
    needed: Float[np.ndarray, "M M"],
    tables: ScreenTables,
    settling: Settling | None,
) -> ScreenedRun:
    run, counts = run_alleles(own, needed), run_counts(own)
    run = run._replace(kind=tables.kinds(run.usual, run.floor))
    if settling is None:
        return screened_of(pair_verdicts(run, counts, tables, KEPT_P))
    return settling.screened(own, run, counts)


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


def _judged(known: _Known, own: RunPanel, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, float] = {}
    for row in rows:
        best[row["sample"]] = max(best.get(row["sample"], 0.0), row["evidence"])
    for row in rows:
        sample, source = own.panel.person[list(row["pair"])].tolist()
        verdict = NONE
        if row["q_value"] <= LEVEL:
            if row["evidence"] < best[row["sample"]]:
                verdict = LESSER
            elif source in known.met.get(sample, ()):
                verdict = PASSED_ON
            else:
                verdict = CONTAMINATED if _names_it(known, own, row) else NAMELESS
        row["verdict"], row["flagged"] = verdict, verdict == CONTAMINATED
    return rows


def _names_it(known: _Known, own: RunPanel, row: Mapping[str, Any]) -> bool:
    """Whether what the source has and no unrelated person has is evidence enough by itself.

    Alleles that go together in many people (a haplotype of the lot, a strain that is about)
    are one event and not many. So for each person unrelated to the source, what that person
    has of it is set aside, and the rest has to be as strong as the whole was asked to be.
    """
    sample, source = row["pair"]
    needed = float(np.log(row["q_value"] / row["p_value"] / LEVEL))
    found = informative_sites(own.panel, own.chances, sample, [source])
    sites, named = found.sites, found.named
    person = own.panel.person[[sample, source]].tolist()
    aside = [*person, *known.related.get(person[1], ())]
    others = ~np.isin(known.alleles.person, aside)
    theirs = known.alleles.shares_at(own.columns[found.alleles])[others]
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
