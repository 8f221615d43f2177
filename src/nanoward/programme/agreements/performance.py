"""Measures of partners and staff, breaches found from the record, and penalties by a scale.

A measure of too few, or whose interval includes the target, is no breach; nobody is fined
unheard, beyond the stated scale, or beyond the cap of a quarter. Leavers are never counted.
Interval: Clopper and Pearson 1934, Biometrika 26:404, 95 %, exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scipy.special import betaincinv

from nanoward.base.errors import RefusedError

LEAST_N = 20
_TAIL = 0.025


class PenaltyRefusedError(RefusedError):
    """A penalty that the agreement does not allow; nothing was decided."""

    code = "PRG-104"
    next_step = "Hear the party first; then decide within the scale and the cap of the quarter."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a party is measured by: a share of cases that should be at least the target."""

    name: str
    party: str
    target: float
    minimum_n: int = LEAST_N


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """A measure in one window: cases met, cases looked at, 95 % interval, and the verdict.

    verdict  met, breach, too few, or not settled: the interval includes the target
    """

    measure: Measure
    met: int
    n: int
    low: float
    high: float
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyScale:
    """What a breach costs a party, stated beforehand.

    steps    amount of the first, second, third ... breach of a quarter; the last repeats
    cap      most in one quarter, minor units
    """

    party: str
    breach: str
    steps: tuple[int, ...]
    cap: int


def performance(
    measure: Measure, cases: Mapping[str, bool], left: frozenset[str]
) -> Performance:
    """A measure over cases by person; people who left are never counted against anybody."""
    counted = [met for who, met in cases.items() if who not in left]
    met, n = sum(counted), len(counted)
    low = 0.0 if met == 0 else float(betaincinv(met, n - met + 1, _TAIL))
    high = 1.0 if met == n else float(betaincinv(met + 1, n - met, 1 - _TAIL))
    if n < max(measure.minimum_n, LEAST_N):
        verdict = "too few"
    elif high < measure.target:
        verdict = "breach"
    else:
        verdict = "met" if met >= measure.target * n else "not settled"
    return Performance(measure=measure, met=met, n=n, low=low, high=high, verdict=verdict)


def penalty(scale: PenaltyScale, *, heard: bool, earlier: Sequence[int], party: str) -> int:
    """What this breach costs: the next step of the scale, up to the cap of the quarter.

    earlier  penalties of the same quarter, minor units
    Raises PenaltyRefusedError for a participant, and where the party was not heard.
    """
    if party in ("participant", "companion", "lodger"):
        raise PenaltyRefusedError(f"no penalty in money on a {party}")
    if not heard:
        raise PenaltyRefusedError(f"{party} has not been heard on {scale.breach}")
    if not scale.steps:
        raise PenaltyRefusedError(f"no scale is stated for {scale.breach}")
    step = scale.steps[min(len(earlier), len(scale.steps) - 1)]
    return max(0, min(step, scale.cap - sum(earlier)))


def quarter_of(day: date) -> str:
    """2026-Q4 for any day of its last three months."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def breaches(measures: Iterable[Performance]) -> tuple[Performance, ...]:
    """Those that are breaches; they are heard before anything is decided."""
    return tuple(one for one in measures if one.verdict == "breach")
