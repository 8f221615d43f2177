"""How far the agent has drifted in its host since the participant's first sample."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.tables import ADAPTATION
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_distances import distances
from nanoward.maths.genetics.allele_tables import allele_table

YEAR_D = 365.25
MOST_SAMPLES = 128  # that are laid beside each other at once


def poisson_interval(events: float, level: float = 0.95) -> tuple[float, float]:
    """Exact limits of a Poisson mean after `events` (Garwood 1936 Biometrika 28:437).

    events may be a fraction: expected differences by allele frequency. The limits are then
    the same gamma quantiles, between those of the whole numbers below and above.
    """
    from scipy.special import gammaincinv  # a round with nothing new never needs it

    tail = (1.0 - level) / 2.0
    low = float(gammaincinv(events, tail)) if events > 0 else 0.0
    return low, float(gammaincinv(events + 1.0, 1.0 - tail))


def adaptation_table(
    profiles: pl.DataFrame, aligned: pl.DataFrame, factors: pl.DataFrame
) -> pl.DataFrame:
    """ADAPTATION: each later sample of a participant against the first, where both are agent.

    Two samples of one day give differences but no rate.
    """
    known = profiles.filter((pl.col("typed_as") == "agent") & pl.col("taken").is_not_null())
    rows = known.sort("participant", "taken", "sample").to_dicts()
    people = [list(group) for _, group in groupby(rows, key=lambda row: row["participant"])]
    found: list[Mapping[str, Any]] = []
    for some in batched_people([own for own in people if len(own) > 1]):
        found += _drift(some, aligned, factors)
    return frame_of(ADAPTATION, found)


def batched_people(
    people: list[list[Any]], most: int = MOST_SAMPLES
) -> Iterator[list[list[Any]]]:
    """People together as long as they have no more samples than `most`: what two samples differ
    by does not depend on who else is compared, and one table for many is quicker."""
    batch: list[list[Any]] = []
    for own in people:
        if batch and sum(map(len, batch)) + len(own) > most:
            yield batch
            batch = []
        batch.append(own)
    if batch:
        yield batch


def _drift(
    people: list[list[dict[str, Any]]], aligned: pl.DataFrame, factors: pl.DataFrame
) -> Iterator[Mapping[str, Any]]:
    names = [row["sample"] for own in people for row in own]
    table = allele_table(names, aligned, factors)
    apart, at = distances(table), 0
    for own in people:
        for place, later in enumerate(own[1:], at + 1):
            yield _row(own[0], later, float(apart[at, place]), int(table.compared[at, place]))
        at += len(own)


def _row(
    first: Mapping[str, Any], later: Mapping[str, Any], differences: float, readable: int
) -> Mapping[str, Any]:
    days = (later["taken"] - first["taken"]).days
    site_years = readable * days / YEAR_D
    low, high = poisson_interval(differences)
    rates = np.array([differences, low, high]) / site_years if site_years > 0 else [None] * 3
    return {
        "participant": later["participant"],
        "first_sample": first["sample"],
        "sample": later["sample"],
        "days": days,
        "differences": differences,
        "readable": readable,
        **dict(zip(("per_site_year", "low", "high"), rates, strict=True)),
    }
