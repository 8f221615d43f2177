"""Changes that no clock allows: more of them fixed in days than any agent of its kind makes.

A sample that has come so far did not get there by itself: it is another strain, another lot or
another person's, or its day is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.catalogue.evolution.baseline import (
    Change,
    Host,
    ObservedSample,
    changes,
    jointly_callable,
)
from nanoward.catalogue.evolution.pairwise_divergence import YEAR_D
from nanoward.maths.statistics.poisson_limits import byar_limits

FIXED = 0.5  # share from which a change has replaced what was there
# substitutions per site and year that the fastest of each kind reach: RNA viruses 1e-2 (Duffy
# et al. 2008 Nat Rev Genet 9:267); bacteria 1e-5 (Duchene et al. 2016 Microb Genom
# 2:e000094), a hundred times as fast without mismatch repair
FASTEST: Mapping[str, float] = {"microbe": 1e-3, "cell": 1e-3}
FASTEST_OF_ALL = 1e-2
AHEAD = 10.0  # times the clock that a spec states: faster ones are published within hosts
ERRORS = 5.0  # changes that errors of sequencing and of days may add
CLOCK_SCHEMA = {
    "participant": pl.String,
    "sample": pl.String,
    "since": pl.String,
    "days": pl.Int64,
    "fixed": pl.Int64,
    "expected": pl.Float64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """From what somebody began with, or an earlier sample, to a later one."""

    since: str
    days: int
    fixed: int
    readable: int


def fastest_clock(kind: str, stated: Sequence[float] = ()) -> float:
    """Substitutions per site and year that no agent of this kind exceeds.

    kind    microbe, cell, virus, phage ...; "" where nobody said
    stated  clocks that its spec states
    """
    limit = FASTEST.get(kind, FASTEST_OF_ALL)
    return max(limit, *(AHEAD * one for one in stated)) if stated else limit


def clock_table(hosts: Sequence[Host], clock: float) -> pl.DataFrame:
    """A row for every sample that is further from an earlier state than the clock allows.

    clock  substitutions per site and year, at most
    """
    rows = []
    for host in hosts:
        for place, seen in enumerate(host.samples):
            for step in _steps(host, place, seen):
                expected = clock * step.readable * (step.days + 1) / YEAR_D + ERRORS
                if byar_limits(step.fixed)[0] > expected:
                    rows.append(
                        (host.participant, seen.sample, step.since, step.days, step.fixed,
                         expected)
                    )  # fmt: skip
                    break
    return pl.DataFrame(rows, CLOCK_SCHEMA, orient="row")


def _steps(host: Host, place: int, seen: ObservedSample) -> list[_Step]:
    """From the beginning, where its day is known, and from the sample before."""
    found = []
    own = _fixed(host, seen)
    begun = host.baseline
    if begun.day is not None and seen.taken >= begun.day:
        days = (seen.taken - begun.day).days
        since = begun.lot if begun.sample is None else begun.sample.sample
        found.append(
            _Step(
                since=since or "the beginning",
                days=days,
                fixed=len(own),
                readable=jointly_callable(host, seen),
            )
        )
    if place:
        before = host.samples[place - 1]
        told = {
            one
            for one in own ^ _fixed(host, before)
            if all(
                sample.is_callable((one.contig, one.position), {one.allele})
                for sample in (before, seen)
            )
        }
        found.append(
            _Step(
                since=before.sample,
                days=(seen.taken - before.taken).days,
                fixed=len(told),
                readable=jointly_callable(host, seen),
            )
        )
    return found


def _fixed(host: Host, seen: ObservedSample) -> set[Change]:
    return {change for change, share in changes(host, seen).items() if share > FIXED}


def clock_findings(table: pl.DataFrame) -> tuple[Finding, ...]:
    """A finding for every sample of CLOCK_SCHEMA's table."""
    return tuple(
        Finding(
            code="CAT-060",
            severity="error",
            message=(
                f"sample {row['sample']} of {row['participant']} has {row['fixed']} changes "
                f"fixed in {row['days']} days since {row['since']}; the fastest agents of its "
                f"kind would have fixed {row['expected']:.0f} at most"
            ),
            next_step="Look for another strain, a swap of tubes, or a wrong day; clocks stand "
            "in the spec's [[transmission]]",
            subject=row["participant"],
            row=row_key("samples", sample=row["sample"]),
        )
        for row in table.to_dicts()
    )
