"""Flush verification: after a kill code, is the agent gone from this person?

A row of negatives proves little: a lone survivor is below every limit of detection until it
has doubled for days, and an assay that is blind in one person is blind every time. So
`cleared` needs all of: a residual probability of at most 1e-3, computed for this person from
the times, routes and assays of the negatives; negatives on at least two routes at times when a
survivor would probably have shown; and the window

    W = g * log2(LOD / fraction) + 3 g

passed twice over: since the first negative of the run and since the trigger had washed out
(a trigger that still works masks regrowth). g is the slowest credible doubling time of a
survivor, LOD the counts that the assay needs, fraction the share of the habitat in a sample.

The model: one survivor at washout, growing 2^(t/g), clumped counts in a sample (gamma-Poisson
with shape r), and a person's own sensitivity of each route (Beta, the same at every sample).
Response (one log10 down in time), cleared, and escaped are three different outcomes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

RESIDUAL: Final = 1e-3
EXTRA_DOUBLINGS: Final = 3.0
HALF_LIVES: Final = 5.0  # a trigger is washed out after as many
TELLING: Final = 0.5  # chance of seeing a survivor from which on a negative says something
LEAST_PRIOR, MOST_PRIOR = 0.5, 0.99
INTACT, ALTERED, LOW, UNREAD = "intact", "altered", "low", "unread"

Route = tuple[str, str]  # assay, matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """How well one assay of one matrix sees the agent.

    lod          counts in a sample that the assay needs
    fraction     share of the habitat that is in a sample, 0 to 1
    clumping     shape r of the gamma-Poisson counts; small is clumped
    alpha, beta  sensitivity between people, Beta distributed
    """

    lod: float
    fraction: float
    clumping: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        positive = (self.clumping, self.alpha, self.beta)
        if not (all(one > 0 for one in positive) and self.lod >= 1 and 0 < self.fraction <= 1):
            raise ValueError(f"no route can look like this: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushRule:
    """What must hold before a person is called cleared.

    doubling_h   slowest credible doubling time of a survivor, hours
    half_life_h  of the trigger in the person, hours
    prior        probability that somebody survived, before any sample; held within 0.5 and
                 0.99, because an escape rate measured elsewhere proves nothing here
    response_h   when a first answer is due, hours after the trigger
    """

    routes: Mapping[Route, RouteSpec]
    doubling_h: float
    half_life_h: float
    capacity: float
    prior: float
    response_h: float = 72.0

    def __post_init__(self) -> None:
        amounts = (self.doubling_h, self.capacity, self.response_h)
        if not (all(one > 0 for one in amounts) and self.half_life_h >= 0 and self.routes):
            raise ValueError("doubling time, capacity and routes must be given")

    @property
    def washout(self) -> timedelta:
        """From the trigger to when it no longer masks regrowth."""
        return timedelta(hours=HALF_LIVES * self.half_life_h)

    @property
    def window(self) -> timedelta:
        """W, for the route that needs it longest."""
        doublings = max(math.log2(one.lod / one.fraction) for one in self.routes.values())
        return timedelta(hours=self.doubling_h * (doublings + EXTRA_DOUBLINGS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One examined sample. An invalid one (failed control, late, somebody else's) is nothing.

    count  quantity where the assay gives one, else None
    name   identifier; "" for one that is planned
    locus  of the kill mechanism: intact, altered, low (low expressed), unread
    """

    route: Route
    taken: datetime
    valid: bool
    detected: bool
    count: float | None = None
    locus: str = UNREAD
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """outcome: verifying, cleared, escaped; response: yes, no, unknown; residual: 0 to 1."""

    outcome: str
    response: str
    residual: float
    reasons: tuple[str, ...]


def flush_verdict(rule: FlushRule, trigger: datetime, samples: Iterable[Sample]) -> Verdict:
    """What the samples of one person say after a trigger."""
    valid = [one for one in once_each(samples) if one.valid and one.taken >= trigger]
    counted = sorted(
        (one for one in valid if one.route in rule.routes or one.detected),
        key=lambda one: (one.taken, one.route),
    )
    response = _response(rule, trigger, counted)
    run = negative_run(counted)
    left = residual(rule, trigger, run)
    escape = _escape(rule, trigger, counted, {one.locus for one in valid})
    if escape:
        return Verdict(outcome="escaped", response=response, residual=1.0, reasons=escape)
    lacking = _lacking(rule, trigger, run, left)
    outcome = "verifying" if lacking else "cleared"
    return Verdict(outcome=outcome, response=response, residual=left, reasons=lacking)


def once_each(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """Each sample once, however often it was entered, spelt or examined.

    Of several entries of one name all that are positive or altered count, else the first valid.
    """
    every = tuple(samples)
    told = {sample_name(one.name) for one in every if _tells(one)}
    kept: list[Sample] = []
    seen: set[str] = set()
    for one in every:
        name = sample_name(one.name)
        if not name or _tells(one):
            kept.append(one)
        elif one.valid and name not in told | seen:
            kept.append(one)
            seen.add(name)
    return tuple(kept)


def _tells(one: Sample) -> bool:
    return one.valid and (one.detected or one.locus in (ALTERED, LOW))


def sample_name(name: str) -> str:
    """A sample's identifier without case, spaces and punctuation."""
    return "".join(one for one in name.casefold() if one.isalnum())


def negative_run(counted: Sequence[Sample]) -> tuple[Sample, ...]:
    """The negatives since the last positive."""
    run: list[Sample] = []
    for one in counted:
        run = [] if one.detected else [*run, one]
    return tuple(run)


def residual(rule: FlushRule, trigger: datetime, run: Sequence[Sample]) -> float:
    """Probability that the agent is still there, after a run of negatives, 0 to 1."""
    prior = min(max(rule.prior, LEAST_PRIOR), MOST_PRIOR)
    missed = 1.0
    for route, spec in rule.routes.items():
        seen = [
            chance_seen(rule, spec, one.taken - trigger) for one in run if one.route == route
        ]
        missed *= _missed(spec.alpha, spec.beta, seen)
    return prior * missed / (prior * missed + 1.0 - prior)


def chance_seen(rule: FlushRule, spec: RouteSpec, since: timedelta) -> float:
    """Chance that a sample holds enough of one survivor's descendants to be seen.

    P(counts >= LOD), counts gamma-Poisson with mean (descendants x fraction) and shape r.
    """
    doublings = (since - rule.washout) / timedelta(hours=rule.doubling_h)
    if doublings < 0:
        return 0.0
    descendants = min(2.0 ** min(doublings, 1000.0), rule.capacity)
    mean, shape = descendants * spec.fraction, spec.clumping
    term = math.exp(shape * (math.log(shape) - math.log(shape + mean)))
    below = 0.0
    for count in range(math.ceil(spec.lod)):
        below += term
        term *= (count + shape) / (count + 1) * mean / (mean + shape)
    return max(1.0 - below, 0.0)


def _missed(alpha: float, beta: float, seen: Sequence[float]) -> float:
    """Expected product of (1 - s d) over samples, s ~ Beta(alpha, beta): all were negative."""
    return math.fsum(
        weight * math.prod(1.0 - point * one for one in seen)
        for point, weight in _nodes(alpha, beta)
    )


@cache
def _nodes(alpha: float, beta: float) -> tuple[tuple[float, float], ...]:
    """Points and weights for a Beta mean: double exponential rule, exact at both ends.

    Takahasi and Mori (1974), doi 10.2977/prims/1195192451.
    """
    step, found = 0.125, []
    for place in range(-32, 33):
        bend = math.pi / 2 * math.sinh(place * step)
        point, rest = 1 / (1 + math.exp(-2 * bend)), 1 / (1 + math.exp(2 * bend))
        log = alpha * math.log(point) + beta * math.log(rest)  # one power each from the rule
        found.append((point, math.exp(log) * math.cosh(place * step)))
    total = math.fsum(weight for _, weight in found)
    return tuple((point, weight / total) for point, weight in found)


def _response(rule: FlushRule, trigger: datetime, counted: Sequence[Sample]) -> str:
    """Whether counts fell by one log10, from the first sample to any within the time due."""
    within = [one for one in counted if one.taken - trigger <= timedelta(hours=rule.response_h)]
    counts = [one.count for one in within if one.count is not None]
    if len(counts) < 2 or counts[0] <= 0:
        return "unknown"
    return "yes" if min(counts[1:]) <= counts[0] / 10 else "no"


def _escape(
    rule: FlushRule, trigger: datetime, counted: Sequence[Sample], loci: set[str]
) -> tuple[str, ...]:
    over = trigger + rule.washout + rule.window
    late = any(one.detected and one.taken >= over for one in counted)
    changed = sorted(loci & {ALTERED, LOW})
    checks = (
        (late, "found again after the window"),
        (_grew_again(rule, trigger, counted), "found twice in a row after it had gone"),
        (bool(changed), f"the kill locus is {' and '.join(changed)}"),
    )
    return tuple(reason for holds, reason in checks if holds)


def _grew_again(rule: FlushRule, trigger: datetime, counted: Sequence[Sample]) -> bool:
    """Two positives in a row after a negative, all once the trigger had washed out."""
    signs = "".join(
        "+" if one.detected else "-" for one in counted if one.taken - trigger >= rule.washout
    )
    return "-++" in signs


def _lacking(
    rule: FlushRule, trigger: datetime, run: Sequence[Sample], left: float
) -> tuple[str, ...]:
    if not run:
        return ("no valid negative since the last positive",)
    first, last = run[0].taken, run[-1].taken
    telling = {
        one.route
        for one in run
        if chance_seen(rule, rule.routes[one.route], one.taken - trigger) >= TELLING
    }
    checks = (
        (left <= RESIDUAL, f"residual probability {left:.1e} is above {RESIDUAL:.0e}"),
        (len(telling) >= 2, "negatives that tell something come from fewer than two routes"),
        (last - first >= rule.window, "the window since the first negative has not passed"),
        (
            last - trigger - rule.washout >= rule.window,
            "the window since the trigger washed out has not passed",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)


# ---- when will it be -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PlannedSample:
    """A sample that is to be taken, and by which route it is examined."""

    taken: datetime
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When clearance can be declared if no sample is positive: at best, and in 95 of 100."""

    earliest: datetime | None
    latest: datetime | None


def clearance_forecast(
    rule: FlushRule,
    trigger: datetime,
    samples: Iterable[Sample],
    planned: Sequence[PlannedSample],
    *,
    invalid: float,
) -> Forecast:
    """Earliest and latest day of clearance with the samples planned.

    invalid  share of samples that turn out invalid; `latest` loses as many of the most telling
             ones as happens in at most 5 % of people. None: not with what is planned
    """
    past = tuple(samples)
    ahead = [
        Sample(route=one.route, taken=one.taken, valid=True, detected=False)
        for one in sorted(planned)
    ]
    return Forecast(
        earliest=_first_clear(rule, trigger, past, ahead, 0.0),
        latest=_first_clear(rule, trigger, past, ahead, invalid),
    )


def _first_clear(
    rule: FlushRule,
    trigger: datetime,
    past: Sequence[Sample],
    ahead: Sequence[Sample],
    invalid: float,
) -> datetime | None:
    for count in range(len(ahead) + 1):
        taken = [*past, *ahead[:count]]
        telling = sum(
            chance_seen(rule, rule.routes[one.route], one.taken - trigger) >= TELLING / 10
            for one in ahead[:count]
        )
        lost = most_lost(telling, invalid)
        kept = [*past, *ahead[: count - lost]]
        if kept and flush_verdict(rule, trigger, kept).outcome == "cleared":
            return max(one.taken for one in taken)
    return None


def most_lost(count: int, share: float) -> int:
    """The least number that binomial losses of `count` exceed in at most 5 % of cases."""
    below, lost = (1 - share) ** count, 0
    while below < 0.95 and lost < count:
        lost += 1
        below += math.comb(count, lost) * share**lost * (1 - share) ** (count - lost)
    return lost
