"""Is it still this person's will? Change within one person, and whether the agent did it.

Weekly scales of one person are scanned for a change against that person's own past
(maths/scan.py). Every answer that nothing was found says what would have been found. Beside it
stands the reliable-change index that is in common use, which judges one visit against the
first and so alarms again and again in people who do not change (Jacobson and Truax 1991,
J Consult Clin Psychol 59:12).

Whether the agent did it is asked of switched blocks (weeks with the agent on and off, in an
order drawn by lot): the observed difference is compared with that of every order that the lot
could have given, so the p-value is exact whatever the scores look like (Edgington and Onghena
2007, Randomization Tests, chapter 11). Where the agent cannot be switched, the scores are
regressed on the measured load of the agent, with AR(1) errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from jaxtyping import Bool, Float

from nanoward.base.errors import UsageError
from nanoward.base.findings import Undecided
from nanoward.maths.statistics.ar1_regression import Slope, widest_slope
from nanoward.maths.statistics.change_point import (
    PAST,
    WINDOWS,
    Noise,
    NullScores,
    Shift,
    detection,
    scan,
    simulated_null_scores,
    threshold,
)
from nanoward.maths.statistics.moments import excess_kurtosis
from nanoward.maths.statistics.randomization_test import randomization_test

LEAST_WEEKS = PAST + min(WINDOWS)
HEAVY = 1.0  # excess kurtosis from which weeks count as heavy-tailed
LEAST_SCALES = 4  # one sparse scale sees hardly anything; see `Norms`


class TooFewScoresError(UsageError):
    """Too few people, weeks or blocks to say anything."""

    code = "CLR-005"
    next_step = f"Give at least {LEAST_WEEKS} complete weeks, or blocks of both kinds."


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """How each scale moves within people who do not change.

    sd           (p,) within-person standard deviation of each scale
    correlation  (p, p) of the scales within a week
    phi          tie between successive weeks
    people       how many the norms rest on; 0 for norms taken from a publication
    """

    scales: tuple[str, ...]
    sd: Float[np.ndarray, " p"]
    correlation: Float[np.ndarray, "p p"]
    phi: float
    people: int
    noise: Noise = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The answer for one person.

    statistic  (t,) of the scan; NaN in the first weeks
    alarm      first day on which it passed the limit; null: no change was found
    began      day that divides the person's weeks best, where there is an alarm
    could_see  chance that a 2 SD shift in half of the scales would have been seen in 6 weeks
    """

    days: tuple[date, ...]
    statistic: tuple[float, ...]
    limit: float
    alarm: date | None
    began: date | None
    could_see: float
    told: str


def norms_of(scales: Sequence[str], people: Sequence[Float[np.ndarray, "_ p"]]) -> Norms:
    """Norms from people who were not exposed: each one's complete weeks, in order.

    Deviations are from each person's own mean; the tie between weeks is corrected for the
    shortness of the series (Marriott and Pope 1954, Biometrika 41:390).
    """
    kept = [scores for scores in people if scores.shape[0] >= LEAST_WEEKS]
    if len(kept) < 2:
        raise TooFewScoresError(f"norms need two people with {LEAST_WEEKS} complete weeks each")
    apart = [scores - scores.mean(axis=0) for scores in kept]
    weeks = sum(one.shape[0] for one in apart)
    squares = sum((one**2).sum(axis=0) for one in apart)
    sd = np.sqrt(squares / (weeks - len(apart)))
    units = np.concatenate([one / sd for one in apart])
    pairs = sum(float((one[1:] * one[:-1] / sd**2).sum()) for one in apart)
    steps = sum(one.shape[0] - 1 for one in apart) * len(scales)
    short = weeks / len(apart)
    phi = pairs / steps
    phi = (
        float(np.clip((phi * short + 1) / (short - 4), 0.0, 0.95)) if short > 8 else max(phi, 0)
    )
    return Norms(
        scales=tuple(scales),
        sd=sd,
        correlation=np.atleast_2d(np.corrcoef(units, rowvar=False)),
        phi=float(np.clip(phi, 0.0, 0.95)),
        people=len(kept),
        noise="t4" if excess_kurtosis(units) > HEAVY else "normal",
    )


def course_of(norms: Norms) -> NullScores:
    """The norms as a course for simulation: one correlation for all pairs of scales."""
    scales = len(norms.scales)
    pairs = norms.correlation[np.triu_indices(scales, 1)]
    mean = float(np.clip(pairs.mean(), 0.0, 0.95)) if scales > 1 else 0.0
    return NullScores(scales=scales, correlation=mean, phi=norms.phi, noise=norms.noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedScan:
    """A calibrated scan: the limit, and what it can see."""

    norms: Norms
    limit: float
    false_alarms: float
    weeks: int
    could_see: float  # a 2 SD shift in half of the scales, within 6 weeks


def calibrated_scan(
    norms: Norms,
    *,
    false_alarms: float = 0.05,
    weeks: int = 26,
    people: int = 10_000,
    rng: np.random.Generator,
) -> CalibratedScan:
    """The limit for so many false alarms per person and `weeks`, by simulation."""
    course = course_of(norms)
    limit = threshold(course, weeks=weeks, false_alarms=false_alarms, people=people, rng=rng)
    half = max(1, course.scales // 2)
    shift = Shift(size=2.0, scales=half)
    seen = detection(course, limit, shift, within=6, people=2_000, rng=rng)
    return CalibratedScan(
        norms=norms, limit=limit, false_alarms=false_alarms, weeks=weeks, could_see=seen
    )


def change_in(
    watch: CalibratedScan, days: Sequence[date], scores: Float[np.ndarray, "t p"]
) -> Change | Undecided:
    """Whether this person's scores have changed; Undecided while there is too little to tell.

    scores  raw, in the order of the days; a week with a missing scale is left out
    """
    complete = ~np.isnan(scores).any(axis=1)
    kept = [day for day, whole in zip(days, complete, strict=True) if whole]
    if len(kept) < LEAST_WEEKS:
        return Undecided(
            code="CLR-905",
            room="clearance",
            subject="",
            question="has this person changed?",
            reason=f"{len(kept)} complete weeks; {LEAST_WEEKS} are needed",
        )
    when = np.array([(day - kept[0]).days / 7 for day in kept])
    units = (scores[complete] / watch.norms.sd)[None]
    told = scan(units, when, watch.norms.correlation, watch.norms.phi)[0]
    passed = np.flatnonzero(np.nan_to_num(told) > watch.limit)
    alarm = kept[int(passed[0])] if passed.size else None
    began = kept[_divide(units[0][: int(passed[0]) + 1])] if passed.size else None
    return Change(
        days=tuple(kept),
        statistic=tuple(float(one) for one in told),
        limit=watch.limit,
        alarm=alarm,
        began=began,
        could_see=watch.could_see,
        told=_sentence(watch, alarm, began),
    )


def _divide(units: Float[np.ndarray, "t p"]) -> int:
    """The week from which the person's scores differ most from those before it."""
    weeks = units.shape[0]
    gains = []
    for split in range(PAST, weeks - min(WINDOWS) + 1):
        apart = units[split:].mean(axis=0) - units[:split].mean(axis=0)
        gains.append(float(apart @ apart) * split * (weeks - split) / weeks)
    return PAST + int(np.argmax(gains))


def _sentence(watch: CalibratedScan, alarm: date | None, began: date | None) -> str:
    scales = len(watch.norms.scales)
    rate = f"false alarms: {watch.false_alarms:.0%} of people in {watch.weeks} weeks"
    few = scales < LEAST_SCALES
    doubt = f"; {scales} scale(s) see little, {LEAST_SCALES} are asked for" if few else ""
    if alarm is not None:
        return f"changed from about {began}, seen on {alarm} ({rate}){doubt}"
    return (
        f"no change found; a 2 SD shift in {max(1, scales // 2)} of {scales} scales would have"
        f" been seen within 6 weeks with probability {watch.could_see:.2f} ({rate}){doubt}"
    )


def reliable_change(
    first: Float[np.ndarray, " n"],
    later: Float[np.ndarray, " n"],
    sd: float,
    reliability: float,
) -> Float[np.ndarray, " n"]:
    """The Jacobson-Truax index, for comparison only: (later - first) / (sd sqrt(2 (1 - r)))."""
    return np.asarray((later - first) / (sd * np.sqrt(2 * (1 - reliability))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whether the agent makes the difference between blocks that were drawn by lot.

    apart       (p,) mean with the agent on minus off, in within-person SDs
    p_value     share of all possible orders with as large a difference; exact
    orders      how many orders the lot could have given
    """

    apart: tuple[float, ...]
    p_value: float
    orders: int
    told: str


def attribution(
    blocks: Float[np.ndarray, "b p"],
    on: Bool[np.ndarray, " b"],
    norms: Norms,
    *,
    alpha: float = 0.05,
) -> Attribution:
    """Exact permutation test over every order with as many blocks on as there were.

    blocks  mean of each scale over each block of weeks, raw
    on      whether the agent was on in the block, as the lot had it
    """
    count, active = on.size, int(on.sum())
    if not 0 < active < count or np.isnan(blocks).any():
        raise TooFewScoresError(f"{active} of {count} blocks had the agent on")
    test = randomization_test(blocks / norms.sd, on, np.linalg.inv(norms.correlation))
    p_value, orders = test.p_value, test.orders
    least = (2 if 2 * active == count else 1) / orders
    if p_value <= alpha:
        told = f"the scores follow the agent (p = {p_value:.3f}, {orders} orders)"
    else:
        told = f"no effect of the agent found (p = {p_value:.3f}, {orders} orders)"
    if least > alpha:
        told += f"; with these blocks p cannot fall below {least:.3f}: add blocks"
    return Attribution(
        apart=tuple(float(one) for one in test.apart),
        p_value=p_value,
        orders=orders,
        told=told,
    )


def attribution_power(
    norms: Norms,
    *,
    blocks: int = 8,
    weeks_per_block: int = 2,
    shift: float = 2.0,
    shifted: int = 2,
    people: int = 400,
    rng: np.random.Generator,
) -> float:
    """Chance that `attribution` finds a shift of so many SDs in so many scales."""
    course = course_of(norms)
    flat = Norms(
        scales=norms.scales,
        sd=np.ones(course.scales),
        correlation=course.matrix(),
        phi=norms.phi,
        people=norms.people,
    )
    found = 0
    for scores in simulated_null_scores(course, people, blocks * weeks_per_block, rng):
        on = np.zeros(blocks, dtype=bool)
        on[rng.permutation(blocks)[: blocks // 2]] = True
        means = scores.reshape(blocks, weeks_per_block, course.scales).mean(axis=1)
        means[on, :shifted] += shift
        found += attribution(means, on, flat).p_value <= 0.05
    return found / people


def load_effect(
    score: Float[np.ndarray, " t"],
    load: Float[np.ndarray, " t"],
    weeks: Float[np.ndarray, " t"],
) -> Slope:
    """Slope of one scale on the measured load of the agent, AR(1) errors (`widest_slope`).

    The tie is estimated from the same few weeks, and at its estimate p falls below 0.05 in up
    to 12 % of people without any effect; so p and limits are the widest over all ties that fit
    nearly as well. In simulation (12 to 26 weeks, ties 0 to 0.8, loads that wander) p fell
    below 0.05 in at most 5 % of people without an effect.

    It shows that score and load go together, not which moves the other: switch the agent off.
    `attribution` is exact.
    """
    if score.size < LEAST_WEEKS or np.ptp(load) == 0:
        raise TooFewScoresError(f"{score.size} weeks, load from {load.min()} to {load.max()}")
    return widest_slope(score, load, weeks)
