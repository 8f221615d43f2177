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
from nanoward.base.money import MoneyError, minor_units
from nanoward.programme.agreements.events import canonical_all
from nanoward.programme.agreements.terms import Term

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


def penalty_scale(
    terms: Iterable[Term], party: str, kind: str, breach: str, currency: str
) -> PenaltyScale:
    """What an agreement states for this breach alone; terms for others cost nothing here.

    party  whom it binds;  kind  of the agreement: a penalty on somebody else is not theirs
    Raises PenaltyRefusedError where it states none, or none as a sum with a cap.
    """
    known = [one for one in terms if one.kind == "penalty"]
    own = (kind, f"{kind}s", party.lower())
    wanted = set(canonical_all((breach,)))
    fits = [one for one in known if one.word("to") in own and wanted & _breaches_of(one)]
    if not fits:
        stated = sorted({name for one in known for name in _breaches_of(one)})
        told = ", ".join(stated) or "none"
        raise PenaltyRefusedError(f"{party}: no penalty is stated for {breach!r}; for {told}")
    steps = [step for one in fits for step in _steps(one, currency)]
    caps = [one.cap for one in fits if one.cap is not None]
    if not caps or not steps:
        lacks = "cap" if steps else "sum"
        raise PenaltyRefusedError(f"{party}: the penalty for {breach!r} states no {lacks}")
    return PenaltyScale(party=party, breach=breach, steps=tuple(steps), cap=min(caps))


def _breaches_of(term: Term) -> set[str]:
    """Breaches that a penalty names; one that names none is a penalty for none."""
    said = [one.strip() for one in term.word("what").split(";")]
    return set(term.on) | set(canonical_all(one for one in said if one))


def _steps(term: Term, currency: str) -> tuple[int, ...]:
    """Sums of the first, second ... breach: `scale`, or the one `amount`."""
    scale = [one.strip() for one in term.word("scale").split(";") if one.strip()]
    try:
        steps = tuple(minor_units(one, currency) for one in scale)
    except MoneyError:
        told = f"the scale {term.word('scale')!r} is no list of sums such as 100; 200"
        raise PenaltyRefusedError(told) from None
    if steps:
        return steps
    return () if term.amount is None else (term.amount,)


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
