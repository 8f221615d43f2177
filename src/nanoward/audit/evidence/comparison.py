"""A claim beside our own measurement of the same item, by kind of claim.

Each comparison says whether the two differ by more than both sides' uncertainty allows (for
values: with a chance of one in a thousand; else: beyond what the type's `days` allows or at
all), and whom the difference favours. What cannot be compared says why and accuses nobody.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from nanoward.audit.claims.claim import Claim, Value
from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.claims.intake import WIDER
from nanoward.base.units import conversion
from nanoward.maths.statistics.chi_square import chi_square_tail
from nanoward.maths.statistics.e_values import normal_tail

RARE = 0.001  # chance that an honest pair of values is told apart
NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Our own measurement of a claimed item.

    value        as in Claim; the mean of `replicates`
    uncertainty  SD of one measurement, in the type's unit; NaN: the agreed one
    level        concentration behind a presence call, in the type's unit; NaN: not known
    produced     False: the partner could not produce the item when it was drawn
    """

    type: str
    item: str
    period: str
    value: Value
    uncertainty: float = math.nan
    level: float = math.nan
    replicates: int = 1
    produced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What one item shows.

    differs   True, False; None: cannot be compared, `told` says why
    favours   1 the claim is better for the partner than what we measured, -1 worse, 0 neither
    score     claimed minus measured in standard errors, positive where it favours the partner;
              NaN where there is no number or no direction
    """

    type: str
    item: str
    differs: bool | None
    favours: int
    score: float
    told: str


def compare(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    """Hold one claim against our measurement of its item."""
    if not ours.produced:
        return _answer(
            claim, 1, math.nan, "the partner could not produce the item", differs=True
        )
    if claim.value is None or ours.value is None:
        side = "the claim" if claim.value is None else "our measurement"
        return _answer(claim, 0, math.nan, f"{NOT_COMPARED}: {side} has no value", differs=None)
    return _BY_KIND[kind.kind](claim, ours, kind)


def _answer(
    claim: Claim, favours: int, score: float, told: str, *, differs: bool | None
) -> Comparison:
    return Comparison(
        type=claim.type,
        item=claim.item,
        differs=differs,
        favours=favours if differs else 0,
        score=score,
        told=told,
    )


def _sign(difference: float, kind: ClaimType) -> int:
    """Whom claimed minus measured favours."""
    if kind.benefit == "none" or difference == 0 or math.isnan(difference):
        return 0
    return 1 if (difference > 0) == (kind.benefit == "high") else -1


def _numbers(value: Value, factor: float = 1.0) -> tuple[float, ...]:
    many = value if isinstance(value, tuple) else (value,)
    return tuple(float(one) * factor for one in many if one is not None)


def _factor(claim: Claim, kind: ClaimType) -> float:
    turned = 1.0 if claim.unit == kind.unit else conversion(claim.unit or "1", kind.unit or "1")
    return turned if isinstance(turned, float) else math.nan


def standard_error(claim: Claim, ours: Measured, kind: ClaimType, size: float = 1.0) -> float:
    """Of claimed minus measured, in the type's unit; both sides' errors together.

    A claim's own uncertainty counts from the agreed SD up to 1.5 times of it: nobody hides a
    lie behind a wide one. size: of the value, where the agreed SD is relative
    """
    agreed = kind.sd * (abs(size) if kind.relative else 1.0)
    stated = 0.0 if math.isnan(claim.uncertainty) else claim.uncertainty * _factor(claim, kind)
    theirs = min(max(stated, agreed), WIDER * agreed) if agreed else stated
    own = agreed if math.isnan(ours.uncertainty) else ours.uncertainty
    return math.sqrt(theirs**2 + own**2 / max(ours.replicates, 1))


def _continuous(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    claimed, measured = _numbers(claim.value, _factor(claim, kind)), _numbers(ours.value)
    if len(claimed) != len(measured) or not claimed:
        told = f"{NOT_COMPARED}: {len(claimed)} values claimed, {len(measured)} measured"
        return _answer(claim, 0, math.nan, told, differs=None)
    errors = [standard_error(claim, ours, kind, m) for m in measured]
    if not all(one > 0 for one in errors):  # a relative SD of nothing
        return _answer(claim, 0, math.nan, f"{NOT_COMPARED}: no error is known", differs=None)
    z = [(c - m) / e for c, m, e in zip(claimed, measured, errors, strict=True)]
    differs = chi_square_tail(sum(one * one for one in z), len(z)) < RARE
    score = sum(z) / math.sqrt(len(z))
    toward = -score if kind.benefit == "low" else score
    told = f"claimed {_shown(claimed)}, measured {_shown(measured)} {kind.unit}"
    told += f": {score:+.1f} standard errors"
    return _answer(claim, _sign(score, kind), toward, told, differs=differs)


def _shown(values: tuple[float, ...]) -> str:
    return ", ".join(f"{one:g}" for one in values)


def _count(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    claimed, measured = _numbers(claim.value)[0], _numbers(ours.value)[0]
    told = f"claimed {claimed:g}, counted {measured:g}"
    if kind.sd:  # two counts of the same rate: Poisson, by the square root (Anscombe 1948)
        z = (math.sqrt(claimed + 0.375) - math.sqrt(measured + 0.375)) * math.sqrt(2.0)
        differs = 2 * normal_tail(abs(z)) < RARE
    else:  # the same things counted twice
        z, differs = math.nan, claimed != measured
    return _answer(claim, _sign(claimed - measured, kind), z, told, differs=differs)


def _proportion(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    (a, n), (b, m) = _numbers(claim.value)[:2], _numbers(ours.value)[:2]
    if not n or not m:
        return _answer(claim, 0, math.nan, f"{NOT_COMPARED}: of none", differs=None)
    z = math.asin(math.sqrt(a / n)) - math.asin(math.sqrt(b / m))
    z *= 2.0 / math.sqrt(1 / n + 1 / m)
    told = f"claimed {a:g} of {n:g}, found {b:g} of {m:g}"
    return _answer(claim, _sign(z, kind), z, told, differs=2 * normal_tail(abs(z)) < RARE)


def _time(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    claimed, measured = _numbers(claim.value)[0], _numbers(ours.value)[0]
    told = f"claimed {claimed:g}, found {measured:g} {kind.unit}"
    differs = abs(claimed - measured) > kind.days
    return _answer(claim, _sign(claimed - measured, kind), math.nan, told, differs=differs)


def _presence(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    """Absent with a limit against present with a level: below the limit nothing is said."""
    told = f"claimed {_word(claim.value)}, found {_word(ours.value)}"
    if claim.value == ours.value:
        return _answer(claim, 0, math.nan, told, differs=False)
    limit = claim.limit * _factor(claim, kind)
    if claim.value is False and not math.isnan(limit):
        if math.isnan(ours.level):
            return _answer(
                claim, 0, math.nan, f"{NOT_COMPARED}: our level is not known", differs=None
            )
        if ours.level < limit:
            told += f" at {ours.level:g}, below the claimed limit of {limit:g} {kind.unit}"
            return _answer(claim, 0, math.nan, f"{NOT_COMPARED}: {told}", differs=None)
        told += f" at {ours.level:g}, above the claimed limit of {limit:g} {kind.unit}"
    direction = 1.0 if claim.value else -1.0
    return _answer(claim, _sign(direction, kind), math.nan, told, differs=True)


def _word(value: Value) -> str:
    return "present" if value else "absent"


def _balance(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    """Built = given + kept + destroyed, in the claim itself and beside what we counted."""
    built, *rest = _numbers(claim.value, _factor(claim, kind))
    gap = built - sum(rest)
    measured = ours.value if isinstance(ours.value, tuple) else (math.nan,) * 4
    names = ("built", "given", "kept", "destroyed")
    pairs = zip(names, (built, *rest), measured, strict=True)
    off = [
        f"{name} {c:g}, counted {m:g}"
        for name, c, m in pairs
        if not math.isnan(m) and abs(c - m) > kind.sd
    ]
    if abs(gap) > kind.sd:
        off.insert(0, f"{gap:g} {kind.unit} of {built:g} are neither given, kept nor destroyed")
    return _answer(
        claim, 1, math.nan, "; ".join(off) or "the stock balances", differs=bool(off)
    )


def _date(claim: Claim, ours: Measured, kind: ClaimType) -> Comparison:
    claimed, measured = _day(claim.value), _day(ours.value)
    if claimed > claim.made.date():
        told = f"claimed on {claim.made.date()} for {claimed}, which had not come"
        return _answer(claim, 1, math.nan, told, differs=True)
    gap = (claimed - measured).days
    told = f"claimed {claimed}, found {measured}"
    return _answer(claim, _sign(gap, kind), math.nan, told, differs=abs(gap) > kind.days)


def _day(value: Value) -> date:
    return datetime.fromisoformat(str(value)).date()


def _identity(claim: Claim, ours: Measured, _kind: ClaimType) -> Comparison:
    told = f"claimed {claim.value}, found {ours.value}"
    return _answer(claim, 1, math.nan, told, differs=claim.value != ours.value)


def _sequence(claim: Claim, ours: Measured, _kind: ClaimType) -> Comparison:
    """Two consensus sequences of one tube; N on either side says nothing."""
    theirs, own = str(claim.value).upper(), str(ours.value).upper()
    if len(theirs) != len(own):
        told = f"{len(theirs)} letters claimed, {len(own)} read"
        return _answer(claim, 1, math.nan, told, differs=True)
    both = [at for at in range(len(own)) if "N" not in (theirs[at], own[at])]
    off = [at + 1 for at in both if theirs[at] != own[at]]
    if not both:
        told = f"{NOT_COMPARED}: no letter read by both"
        return _answer(claim, 0, math.nan, told, differs=None)
    told = f"{len(off)} of {len(both)} letters differ"
    told += f", first at {off[0]}" if off else ""
    return _answer(claim, 1, math.nan, told, differs=bool(off))


_BY_KIND: Mapping[str, Callable[[Claim, Measured, ClaimType], Comparison]] = {
    "continuous": _continuous,
    "count": _count,
    "proportion": _proportion,
    "time": _time,
    "presence": _presence,
    "balance": _balance,
    "date": _date,
    "identity": _identity,
    "sequence": _sequence,
}
