"""Site indicators: who reports or loses far more, or far fewer, than the others.

A funnel: each site's rate against the rate of all, in units of its own standard error, with
the spread of all sites taken out (overdispersion). One site that dominates inflates that
spread and hides itself, so each site is also judged by the spread of the others.

Source: the normal approximation of the gsm packages (Analyze_NormalApprox); funnel plots with
overdispersion: Spiegelhalter 2005, Statistics in Medicine 24:1185.
"""

from typing import Literal

import numpy as np
import polars as pl

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def site_scores(
    sites: pl.DataFrame,
    kind: Literal["rate", "share"],
    *,
    flags: tuple[float, ...] = (-2.0, -1.0, 2.0, 3.0),
    least_events: int = 3,
    least_denominator: float = 30.0,
) -> pl.DataFrame:
    """A row per site: its value, z, z by the others alone, limits and flag.

    sites   site, events, of (time at risk for a rate, people for a share)
    flags   limits of z; below the first or above the last is 2, the inner ones are 1
    least_events, least_denominator  a site with less has a value but no flag (null); the
            events are those that it had or, where that is more, those of an average site
    """
    sound = sites.filter(pl.col("of") > 0).sort("site")
    events = sound["events"].cast(pl.Float64).to_numpy()
    of = sound["of"].cast(pl.Float64).to_numpy()
    value = events / of
    mean = float(events.sum() / of.sum()) if of.size else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):  # one site, or no event: no spread
        raw = (value - mean) / _error(mean, of, kind)
        phi = float(np.mean(raw**2)) if raw.size else np.nan
        z = raw / np.sqrt(phi)
    awaited = np.maximum(events, mean * of)
    enough = (of >= least_denominator) & (awaited >= least_events)
    enough &= np.isfinite(z)
    flag = [_flag(one, flags) if ok else None for one, ok in zip(z, enough, strict=True)]
    return sound.with_columns(
        pl.Series("value", value),
        pl.Series("mean", np.full(of.size, mean)),
        pl.Series("z", z).fill_nan(None),
        pl.Series("z_of_others", _left_out(events, of, kind)).fill_nan(None),
        pl.Series("spread", np.full(of.size, phi)),
        pl.Series("flag", flag, dtype=pl.Int64),
    )


def _error(mean: float, of: Floats, kind: str) -> Floats:
    variance = mean * (1 - mean) if kind == "share" else mean
    error: Floats = np.sqrt(variance / of)
    return error


def _left_out(events: Floats, of: Floats, kind: str) -> Floats:
    """z of each site by the mean and the spread of the others."""
    scores: Floats = np.full(of.size, np.nan)
    for place in range(of.size if of.size > 2 else 0):
        others = np.arange(of.size) != place
        mean = float(events[others].sum() / of[others].sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            raw = (events / of - mean) / _error(mean, of, kind)
        spread = max(float(np.mean(raw[others] ** 2)), 1.0)  # never narrower than chance
        scores[place] = raw[place] / np.sqrt(spread)
    return scores


def _flag(z: float, limits: tuple[float, ...]) -> int:
    lows = [one for one in limits if one < 0]
    highs = [one for one in limits if one > 0]
    beyond = sum(z <= one for one in lows) + sum(z >= one for one in highs)
    return -beyond if z < 0 else beyond
