"""How far and how fast the agent has moved from what each recipient began with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import polars as pl

from nanoward.base.tables import ACQUIRED, DEPARTURES, RATES
from nanoward.catalogue.evolution.baseline import (
    Host,
    divergence_from_baseline,
    jointly_callable,
    row_of,
    settled_changes,
)
from nanoward.catalogue.evolution.pairwise_divergence import YEAR_D, poisson_interval
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.codons import change_effect, opposite

EVERYBODY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedLocus:
    """A locus of the spec, 1-based and both ends within; coding: one reading frame."""

    name: str
    role: str
    contig: str
    first: int
    last: int
    strand: str = "+"
    coding: bool = False

    def holds(self, contig: str, position: int) -> bool:
        return contig == self.contig and self.first <= position <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class GenomeAnnotation:
    """The loci of the spec and the reference's letters by contig, upper case."""

    regions: Sequence[AnnotatedLocus] = ()
    letters: Mapping[str, str] = field(default_factory=dict)


def acquired_table(hosts: Sequence[Host], design: GenomeAnnotation) -> pl.DataFrame:
    """ACQUIRED: every settled change of every host, once."""
    rows = []
    for host in hosts:
        days = {one.sample: _days(host, one.taken) for one in host.samples}
        last = host.samples[-1].sample
        for change, shares in settled_changes(host).items():
            first = next(one.sample for one in host.samples if one.sample in shares)
            row = row_of(change, design.letters)
            rows.append(
                {
                    **row,
                    "participant": host.participant,
                    "start": host.baseline.kind,
                    "sample": first,
                    "days": days[first],
                    "frequency": shares.get(last, 0.0),
                    "highest": max(shares.values()),
                    "samples": len(shares),
                    **locus_and_effect(design, row),
                }
            )
    return frame_of(ACQUIRED, rows)


def divergence_table(hosts: Sequence[Host]) -> pl.DataFrame:
    """DEPARTURES: every sample against the recipient's own beginning."""
    rows = []
    for host in hosts:
        settled = settled_changes(host)
        rows += [
            {
                "participant": host.participant,
                "sample": one.sample,
                "lot": host.baseline.lot,
                "start": host.baseline.kind,
                "days": _days(host, one.taken),
                "differences": divergence_from_baseline(host, one),
                "acquired": sum(shares.get(one.sample, 0.0) for shares in settled.values()),
                "readable": jointly_callable(host, one),
            }
            for one in host.samples
        ]
    return frame_of(DEPARTURES, rows)


def rates_table(departures: pl.DataFrame) -> pl.DataFrame:
    """RATES: new alleles per site and year of each participant, and of everybody."""
    return with_everybody(person_rates(departures))


def person_rates(departures: pl.DataFrame) -> pl.DataFrame:
    """RATES of each participant, whose own departures alone count.

    The shares of new alleles sum to (rate x sites x time) on average whatever drift does to
    each, so the last sample alone gives the rate without bias. Its exact Poisson limits are
    wide enough: a share below 1 varies less than a count (Garwood 1936 Biometrika 28:437).
    Null without a day of the first dose, or without time between the samples.
    """
    rows: list[dict[str, Any]] = []
    ordered = departures.sort("participant", "days", "sample", nulls_last=False).to_dicts()
    for who, some in groupby(ordered, key=_who):
        course = list(some)
        last = course[-1]
        days = last["days"]
        years = 0.0 if days is None or days <= 0 else days / YEAR_D
        row = {
            "participant": who,
            "start": last["start"],
            "samples": len(course),
            "days": days,
            "acquired": last["acquired"],
            "site_years": last["readable"] * years,
        }
        rows.append({**row, **_rate(row["acquired"], row["site_years"])})
    return frame_of(RATES, rows)


def with_everybody(rates: pl.DataFrame) -> pl.DataFrame:
    """RATES with a row of all: its limits are wider by how much more people differ than
    Poisson counts would."""
    told = rates.filter(pl.col("site_years") > 0).sort("participant").to_dicts()
    if not told:
        return frame_of(RATES, rates.to_dicts())
    kinds = {row["start"] for row in told}
    row = {
        "participant": EVERYBODY,
        "start": kinds.pop() if len(kinds) == 1 else "mixed",
        "samples": sum(row["samples"] for row in told),
        "days": max(row["days"] for row in told),
        "acquired": sum(row["acquired"] for row in told),
        "site_years": sum(row["site_years"] for row in told),
    }
    spread = spread_of_counts(
        [one["acquired"] for one in told], [one["site_years"] for one in told]
    )
    every = frame_of(RATES, [{**row, **_rate(row["acquired"], row["site_years"], spread)}])
    return pl.concat([rates, every]).sort(RATES.key, nulls_last=True)


def spread_of_counts(counts: Sequence[float], sizes: Sequence[float]) -> float:
    """Pearson's dispersion of counts at one rate, never below 1 (McCullagh & Nelder 1989, 6.2).

    Sum of (count - expected)^2 / expected over one less than their number.
    """
    total, size = sum(sorted(counts)), sum(sorted(sizes))
    if len(counts) < 2 or total <= 0:
        return 1.0
    parts = [(one - total * part / size) ** 2 / (total * part / size)
             for one, part in zip(counts, sizes, strict=True)]  # fmt: skip
    return max(1.0, sum(sorted(parts)) / (len(counts) - 1))


def _who(row: Mapping[str, Any]) -> str:
    return str(row["participant"])


def _rate(acquired: float, site_years: float, spread: float = 1.0) -> dict[str, float | None]:
    names = ("per_site_year", "low", "high")
    if site_years <= 0:
        return dict.fromkeys(names)
    low, high = poisson_interval(acquired / spread)
    values = (acquired, low * spread, high * spread)
    return {name: value / site_years for name, value in zip(names, values, strict=True)}


def _days(host: Host, taken: Any) -> int | None:
    begun = host.baseline.day
    return None if begun is None else (taken - begun).days


def locus_and_effect(design: GenomeAnnotation, row: Mapping[str, Any]) -> dict[str, str | None]:
    """Locus and effect of a change: of a guarded locus first, then of a reading frame."""
    held = [one for one in design.regions if one.holds(row["contig"], row["position"])]
    held.sort(key=lambda one: (one.role not in ("kill", "safety"), not one.coding, one.name))
    coding = next((one for one in held if one.coding), None)
    effect = None if coding is None else effect_of(coding, design.letters, row)
    return {"locus": held[0].name if held else None, "effect": effect}


def effect_of(
    region: AnnotatedLocus, letters: Mapping[str, str], row: Mapping[str, Any]
) -> str | None:
    """What a change does to a reading frame: synonymous, missense, stop, or frame."""
    ref, alt = row["ref"], row["alt"]
    if len(ref) != len(alt) or "-" in (ref, alt):
        gone = 1 if alt == "-" else abs(len(ref) - len(alt))
        return "frame" if gone % 3 else "missense"
    if len(ref) != 1 or ref == alt or region.contig not in letters:
        return None
    frame = letters[region.contig][region.first - 1 : region.last].upper()
    place, base = row["position"] - region.first, alt
    if region.strand == "-":
        frame, place, base = opposite(frame), region.last - row["position"], opposite(alt)
    at = place - place % 3
    return change_effect(frame[at : at + 3], place % 3, base)
