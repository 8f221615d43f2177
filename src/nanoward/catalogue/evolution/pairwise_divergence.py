"""How far the agent has drifted in its host since the participant's first sample."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.tables import ADAPTATION
from nanoward.maths.frames import frame_of
from nanoward.maths.genetics.allele_frequencies import allele_table, distances

YEAR_D = 365.25


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
    found = []
    for _, group in groupby(rows, key=lambda row: row["participant"]):
        own = list(group)
        if len(own) > 1:
            found += _drift(own, aligned, factors)
    return frame_of(ADAPTATION, found)


def _drift(
    own: list[dict[str, Any]], aligned: pl.DataFrame, factors: pl.DataFrame
) -> list[Mapping[str, Any]]:
    table = allele_table([row["sample"] for row in own], aligned, factors)
    apart = distances(table)[0]
    return [
        _row(own[0], own[place], float(apart[place]), int(table.compared[0, place]))
        for place in range(1, len(own))
    ]


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
