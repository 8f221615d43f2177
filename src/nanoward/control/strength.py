"""How strong a kill mechanism is: escapees to expect, and what is left at the next use.

Two findings from the clinic shape this. An escape rate measured in the laboratory is not the
one in the host (three to four orders worse in natural water: Rottinghaus et al., Nat Commun
2022, 13:672). And each use is weaker than the one before, because those who survive express
less (iC9-T cells, third use in one patient: Mol Ther 2016, 24:823).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NOISE: Final = 0.3  # log10, of one measured kill
DECLARED_SD: Final = 0.5  # log10, how far a declared kill may be off
FADE, FADE_SD = 0.3, 0.3  # log10 lost from one use to the next, and how sure that is
SIGMAS: Final = 1.96
GRID: Final = tuple(-16 + 0.05 * step for step in range(301))  # log10 f, 1e-16 to 1e-1
SPREAD: Final = 2.0  # log10, standard deviation of a declared escape rate in the host


def expected_escapees(cells: float, escape: float) -> float:
    """N x f: survivors to expect of `cells`, of which a share `escape` cannot be killed."""
    if not (cells >= 0 and 0 <= escape <= 1):
        raise ValueError(f"{cells} cells and a share of {escape} make no number of escapees")
    return cells * escape


def any_escapee(cells: float, escape: float) -> float:
    """Probability of at least one survivor, 1 - exp(-N f)."""
    return -math.expm1(-expected_escapees(cells, escape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One earlier use in one person: log10 killed (None: not measured), and how it ended."""

    log_kill: float | None
    cells: float
    escaped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The next use: log10 killed with its 95 % limits, and the escape rate in this person."""

    log_kill: float
    low: float
    high: float
    escape: float


def next_strength(
    declared_log_kill: float, declared_escape: float, uses: Sequence[Use]
) -> Strength:
    """What the next use will do, from what the spec declares and what earlier uses did.

    The kill of use i is a - b i + noise, with normal priors on a (declared) and b (fading);
    expected strength never rises from one use to the next. The escape rate is the posterior
    median on a grid: a use that cleared N cells has likelihood exp(-N f), one that was escaped
    1 - exp(-N f).
    """
    a, b, cov = _fit(declared_log_kill, uses)
    place = len(uses)
    mean = a - max(b, 0.0) * place
    var = cov[0] - 2 * place * cov[1] + place * place * cov[2] + NOISE**2
    half = SIGMAS * math.sqrt(var)
    return Strength(
        log_kill=max(mean, 0.0),
        low=max(mean - half, 0.0),
        high=max(mean + half, 0.0),
        escape=_escape_rate(declared_escape, uses),
    )


def _fit(
    declared: float, uses: Sequence[Use]
) -> tuple[float, float, tuple[float, float, float]]:
    """Posterior mean of a and b, their covariance (aa, ab, bb); the design row is (1, -i)."""
    paa, pab, pbb = 1 / DECLARED_SD**2, 0.0, 1 / FADE_SD**2
    ya, yb = declared * paa, FADE * pbb
    for place, use in enumerate(uses):
        if use.log_kill is None:
            continue
        weight = 1 / NOISE**2
        paa, pab, pbb = paa + weight, pab - weight * place, pbb + weight * place * place
        ya, yb = ya + weight * use.log_kill, yb - weight * use.log_kill * place
    det = paa * pbb - pab * pab
    a, b = (ya * pbb - yb * pab) / det, (yb * paa - ya * pab) / det
    return a, b, (pbb / det, -pab / det, paa / det)


def _escape_rate(declared: float, uses: Sequence[Use]) -> float:
    centre = math.log10(min(max(declared, 1e-16), 1e-1))
    logs = []
    for power in GRID:
        log = -0.5 * ((power - centre) / SPREAD) ** 2
        for use in uses:
            number = use.cells * 10.0**power
            kept = -number if not use.escaped else math.log(max(-math.expm1(-number), 1e-300))
            log += kept
        logs.append(log)
    top = max(logs)
    weights = [math.exp(one - top) for one in logs]
    total, below = math.fsum(weights), 0.0
    middle = GRID[0]
    for power, weight in zip(GRID, weights, strict=True):
        if below < total / 2:
            middle = power
        below += weight
    return math.pow(10.0, middle)
