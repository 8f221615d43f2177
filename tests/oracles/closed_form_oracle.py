"""The closed-form engine, slow and apart from the compiled kernel: one- and two-compartment
models as sums over all doses, with exact derivatives by jets, and the individual estimates.

The function minimised is sum[(y - f)^2 / G + ln G] + eta' Omega^-1 eta, G = additive +
proportional f^2, in whitened coordinates; the covariance is the inverse of the expected half
Hessian (FOCE with interaction; Almquist et al. 2015, J Pharmacokinet Pharmacodyn 42:191). The
response to a unit bolus into the central compartment is a sum of A_i exp(-l_i t) (Gibaldi &
Perrier, Pharmacokinetics, 2nd ed. 1982, chapters 1 to 3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, pi
from typing import Any

import numpy as np
from jets import Jet, Number, exp, phi1, root, total, value_of, variables
from numpy.typing import NDArray

from nanoward.maths.solvers.trust_region import Minimum, Surface, minimise
from nanoward.tuning import History, Model
from nanoward.tuning.estimation.censoring import (
    in_the_small_tail,
    log_share,
    minus_two_log_between,
)
from nanoward.tuning.models.compartment_formulas import typical_values

Array = NDArray[np.float64]
Values = Mapping[str, Any]  # parameter name to a number, an array (D, 1, 1) or a jet ()
ASTRAY = 0.25  # z'z per eta from which a second valley is looked for:
ALONG = 3.5  # so many posterior deviations along the direction that is known least


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """All doses of one person, additional ones written out; arrays of length K.

    time      h
    amount    in the model's amount unit
    duration  h of an infusion; 0 for a bolus
    depot     into the depot (True) or the central compartment
    until     h at which a reset washes the dose out; inf where none does
    record    place in the person's table, to order what happens at one time; additional
              doses come before every record of their time
    """

    time: Array
    amount: Array
    duration: Array
    depot: NDArray[np.bool_]
    until: Array
    record: Array


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Doses, and the times at which concentrations are asked for.

    doses   K of them
    asked   (T,) h; order: (T,) their records, to order what happens at one time
    """

    doses: Doses
    asked: Array
    order: Array

    @property
    def times(self) -> int:
        """How many are asked for."""
        return len(self.asked)

    @cached_property
    def groups(self) -> "DoseGroups":
        """Doses by their kind, each beside every time."""
        return _groups(self.doses, self.asked, self.order)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroups:
    """Which dose has been given how long before which observation.

    Three groups of (K, T) elapsed hours, 0 where not given yet, with weights (K, T): the
    amount (for infusions the rate), 0 where not given yet or washed out by a reset.
    """

    depot: tuple[Array, Array] | None
    bolus: tuple[Array, Array] | None
    infusion: tuple[Array, Array, Array] | None  # elapsed, rate, duration (K, 1)


def schedule(doses: Doses, times: Array, records: Array | None = None) -> Schedule:
    """Doses and `times` (T,), h, at which is asked; without `records` doses come first."""
    order = np.full(len(times), np.inf) if records is None else records
    return Schedule(doses=doses, asked=np.asarray(times, dtype=float), order=order)


def _groups(doses: Doses, times: Array, order: Array) -> DoseGroups:
    later = times[None, :] > doses.time[:, None]
    same = times[None, :] == doses.time[:, None]
    given = later | (same & (order[None, :] > doses.record[:, None]))
    given &= times[None, :] < doses.until[:, None]
    elapsed = np.where(given, times[None, :] - doses.time[:, None], 0.0)
    weight = np.where(given, doses.amount[:, None], 0.0)
    long = doses.duration > 0

    def group(chosen: NDArray[np.bool_]) -> tuple[Array, Array] | None:
        return (elapsed[chosen], weight[chosen]) if chosen.any() else None

    infusion = None
    into_vein = ~doses.depot & long
    if into_vein.any():
        duration = doses.duration[into_vein][:, None]
        infusion = (elapsed[into_vein], weight[into_vein] / duration, duration)
    return DoseGroups(
        depot=group(doses.depot), bolus=group(~doses.depot & ~long), infusion=infusion
    )


def summed(values: Values, plan: Schedule) -> Number:
    """Concentration in the central compartment: what is left of each dose, summed.

    values   parameters by name (CL, V, KA ...; CL, V1, Q, V2 for two compartments), as jets
             of shape (), floats, or arrays (D, 1, 1)
    returns  (T,), or (D, T) for arrays, in amount unit per volume unit
    """
    modes, groups = disposition(values), plan.groups
    found: Any = np.zeros(plan.times)
    if groups.depot is not None:
        found = found + _after_depot(values, modes, *groups.depot)
    if groups.bolus is not None:
        elapsed, amount = groups.bolus
        for weight, rate in modes:
            found = found + total(exp(-(rate * elapsed)) * amount * weight, axis=-2)
    if groups.infusion is not None:
        elapsed, speed, duration = groups.infusion
        running = np.maximum(elapsed - duration, 0.0)
        for weight, rate in modes:
            rise = exp(-(rate * running)) - exp(-(rate * elapsed))
            found = found + total(rise * speed * (weight / rate), axis=-2)
    return found  # type: ignore[no-any-return]


def disposition(values: Values) -> list[tuple[Any, Any]]:
    """(A_i, l_i) of the response to a unit bolus: 1 / volume and 1 / h."""
    if "V" in values:
        return [(1.0 / values["V"], values["CL"] / values["V"])]
    out, over = values["CL"] / values["V1"], values["Q"] / values["V1"]
    back = values["Q"] / values["V2"]
    sum_of = out + over + back
    apart = root(sum_of * sum_of - out * back * 4.0)
    fast = (sum_of + apart) * 0.5
    slow = out * back / fast  # the product of both rates; no digits are lost
    scale = 1.0 / (apart * values["V1"])
    return [((fast - back) * scale, fast), ((back - slow) * scale, slow)]


def _after_depot(
    values: Values, modes: list[tuple[Any, Any]], elapsed: Array, amount: Array
) -> Any:
    """ka A_i (exp(-l_i t) - exp(-ka t)) / (ka - l_i), stable where ka meets l_i."""
    time: Any = elapsed
    if "LAG" in values:
        time = elapsed - values["LAG"]
        time = time * (value_of(time) > 0).astype(float)
    into = values["KA"] * values["F"] if "F" in values else values["KA"]
    found: Any = 0.0
    for weight, rate in modes:
        apart = values["KA"] - rate
        sign = np.where(value_of(apart) >= 0, 1.0, -1.0)
        slower = (values["KA"] + rate - apart * sign) * 0.5
        shape = time * exp(-(slower * time)) * phi1(-(apart * sign * time))
        found = found + total(shape * amount * (into * weight), axis=-2)
    return found


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of one person: doses, T observations, censored ones with their limits."""

    doses: Doses
    times: Array
    values: Array
    records: Array
    typical: Mapping[str, float]
    is_censored: NDArray[np.bool_]
    limits: Array


def person_of(model: Model, one: History) -> Person:
    """The same person, doses written out."""
    resets = [event.time for event in one.events if event.evid in (3, 4)]
    lines = []
    for place, event in enumerate(one.events):
        if event.evid not in (1, 4):
            continue
        until = min((at for at in resets if at > event.time), default=np.inf)
        for count in range(event.more + 1):
            at = event.time + count * event.interval
            if at < until:
                long = event.amount / event.rate if event.rate > 0 else 0.0
                depot = model.absorption == "first-order" and event.compartment == 0
                lines.append(
                    (at, event.amount, long, depot, until, place if count == 0 else -1)
                )
    table = np.array(lines, dtype=float).reshape(-1, 6)
    seen = [(place, event) for place, event in enumerate(one.events) if event in one.observed]
    return Person(
        doses=Doses(
            time=table[:, 0],
            amount=table[:, 1],
            duration=table[:, 2],
            depot=table[:, 3] > 0,
            until=table[:, 4],
            record=table[:, 5],
        ),
        times=np.array([event.time for _, event in seen], float),
        values=np.array([event.value for _, event in seen], float),
        records=np.array([place for place, _ in seen], float),
        typical=typical_values(model, one.events[0].covariates if one.events else None),
        is_censored=np.array([event.censored for _, event in seen], bool),
        limits=np.array([event.bounds for _, event in seen if event.censored], float).reshape(
            -1, 2
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowFit:
    """eta (P,), covariance (P, P), -2 ln marginal likelihood (Laplace), predicted (T,)."""

    eta: Array
    covariance: Array
    objective: float
    predicted: Array
    converged: bool
    step: Array  # the Newton step (P,) that the search has left at its end


def concentrations(
    model: Model, one: History, eta: Array, times: Array, records: Array | None = None
) -> Array:
    """(D, T) concentrations for each eta (D, P) at `times` (T,), h."""
    person = person_of(model, one)
    values = {name: np.asarray(each, float) for name, each in person.typical.items()}
    for place, name in enumerate(model.random):
        values[name] = values[name] * np.exp(eta[:, place])[:, None, None]
    found = summed(values, schedule(person.doses, times, records))
    return np.broadcast_to(np.asarray(found), (len(eta), len(times)))


def slow_log_posterior(model: Model, one: History, eta: Array) -> Array:
    """(D,) logarithm of the posterior density, up to a constant."""
    person = person_of(model, one)
    f = concentrations(model, one, eta, person.times, person.records)
    variance = model.residual.additive + model.residual.proportional * f**2
    prior = np.einsum("di,ij,dj->d", eta, np.linalg.inv(model.omega), eta)
    with np.errstate(all="ignore"):
        each = (person.values - f) ** 2 / variance + np.log(variance)
        below = person.is_censored
        if below.any():
            each[:, below] = minus_two_log_between(
                person.limits, f[:, below], variance[:, below]
            )
        misfit = np.sum(each, axis=1)
    found: Array = -0.5 * (misfit + prior)
    return np.where(np.isfinite(found), found, -np.inf)


def slow_fit(model: Model, one: History) -> SlowFit:
    """The MAP estimate; restarted from other points where the first end looks doubtful."""
    person = person_of(model, one)
    plan = schedule(person.doses, person.times, person.records)
    factor = np.linalg.cholesky(model.omega).astype(np.float64)

    def surface(at: Array) -> tuple[float, Array, Array]:
        return _posterior(model, person, plan, factor, at)

    return _fit_at(model, person, plan, factor, _best(surface, len(model.random)))


def slow_objective(model: Model, people: Sequence[History]) -> float:
    """Sum of the individual objectives (FOCE-I)."""
    return sum(slow_fit(model, one).objective for one in people if one.observed)


def _best(surface: Surface, size: int) -> Minimum:
    """The lowest end of the searches; of equally low ends one that converged."""
    ends = [minimise(surface, np.zeros(size))]
    far = float(ends[0].at @ ends[0].at)
    if not ends[0].converged or far > size:
        starts = [side * row for row in np.eye(size) for side in (-1.5, 1.5)]
    else:
        starts = _both_sides(surface, ends[0].at) if far > ASTRAY * size else []
    ends += [minimise(surface, start) for start in starts]
    lowest = min(ends, key=lambda end: end.value if np.isfinite(end.value) else np.inf)
    near = 1e-6 * (1.0 + abs(lowest.value))
    same = [end for end in ends if end.converged and end.value <= lowest.value + near]
    return same[0] if same else lowest


def _both_sides(surface: Surface, end: Array) -> list[Array]:
    """Starts on both sides of an end, along the direction that is known least there."""
    curve, ways = np.linalg.eigh(surface(end)[2])
    if not curve[0] > 0:
        return []
    step = ALONG * np.sqrt(2.0 / curve[0]) * ways[:, 0]
    return [end + step, end - step]


def _individual(model: Model, person: Person, eta: list[Jet]) -> dict[str, Number]:
    values: dict[str, Number] = dict(person.typical)
    for name, one in zip(model.random, eta, strict=True):
        values[name] = exp(one) * values[name]
    return values


def _predicted(
    model: Model, person: Person, plan: Schedule, eta: Array
) -> tuple[Array, Array, Array]:
    """f (T,), df/deta (T, P), d2f/deta2 (T, P, P)."""
    found = summed(_individual(model, person, variables(eta)), plan)
    size, times = len(eta), plan.times
    if not isinstance(found, Jet):  # no dose yet at any time
        return np.zeros(times), np.zeros((times, size)), np.zeros((times, size, size))
    return found.value, found.first, found.second


def _posterior(
    model: Model, person: Person, plan: Schedule, factor: Array, at: Array
) -> tuple[float, Array, Array]:
    """The function minimised, its gradient and its exact Hessian in z."""
    with np.errstate(all="ignore"):
        f, first, second = _predicted(model, person, plan, factor @ at)
        value, slope, bend = _misfit(model, person, f)
        gradient = slope @ first
        hessian = (first * bend[:, None]).T @ first + np.tensordot(slope, second, 1)
    total = value + float(at @ at)
    if not (np.isfinite(total) and np.isfinite(hessian).all()):
        return float("inf"), np.zeros_like(at), np.eye(len(at))
    return (
        total,
        factor.T @ gradient + 2.0 * at,
        factor.T @ hessian @ factor + 2.0 * np.eye(len(at)),
    )


def _misfit(model: Model, person: Person, f: Array) -> tuple[float, Array, Array]:
    """sum[(y - f)^2 / G + ln G], and its first and second derivative by each f (T,); of
    censored observations -2 ln P(between their limits)."""
    b, y, below = model.residual.proportional, person.values, person.is_censored
    variance = model.residual.additive + b * f**2
    d1, d2, r = 2.0 * b * f, 2.0 * b, y - f
    weight = 1.0 / variance
    square = r**2 * weight
    slope = -2.0 * r * weight + (1.0 - square) * d1 * weight
    bend = (
        2.0 * weight
        + 4.0 * r * d1 * weight**2
        + (1.0 - square) * d2 * weight
        + (2.0 * square - 1.0) * (d1 * weight) ** 2
    )
    each = square + np.log(variance)
    if below.any():
        cut = between_limits(person.limits, f[below], variance[below], d1[below], d2)
        each[below], slope[below], bend[below] = cut
    return float(np.sum(each)), slope, bend


def between_limits(
    limits: Array, f: Array, variance: Array, d1: Array, d2: Array | float
) -> tuple[Array, Array, Array]:
    """(T,) -2 ln P(low < observation < high), its first and its second derivative by f.

    limits  (T, 2) low and high, -inf or inf where there is none
    d1, d2  derivatives of the variance by f
    """
    s = np.sqrt(variance)
    s1 = d1 / (2.0 * s)
    s2 = d2 / (2.0 * s) - d1**2 / (4.0 * s**3)
    a, b, side = in_the_small_tail((limits[:, 0] - f) / s, (limits[:, 1] - f) / s)
    value = log_share(a, b)
    low = np.where(np.isfinite(a), a, 0.0)
    near = np.exp(-0.5 * b**2 - 0.5 * log(2.0 * pi) - value)
    far = np.where(np.isfinite(a), np.exp(-0.5 * low**2 - 0.5 * log(2.0 * pi) - value), 0.0)

    def turns(u: Array) -> tuple[Array, Array]:
        """First and second derivative by f of a limit's distance in deviations."""
        u1 = -(side + u * s1) / s
        return u1, -(2.0 * u1 * s1 + u * s2) / s

    (b1, b2), (a1, a2) = turns(b), turns(low)
    slope = near * b1 - far * a1
    bend = near * b2 - far * a2 - near * (b + near) * b1**2 + far * (low - far) * a1**2
    bend += 2.0 * near * far * a1 * b1
    return -2.0 * value, -2.0 * slope, -2.0 * bend


def _fit_at(
    model: Model, person: Person, plan: Schedule, factor: Array, found: Minimum
) -> SlowFit:
    eta = factor @ found.at
    f, first, _ = _predicted(model, person, plan, eta)
    b = model.residual.proportional
    variance = model.residual.additive + b * f**2
    with np.errstate(all="ignore"):
        weight = 1.0 / variance + (2.0 * b * f) ** 2 / (2.0 * variance**2)
        below = person.is_censored
        if below.any():
            bend = _misfit(model, person, f)[2][below]
            weight[below] = np.maximum(0.5 * bend, 0.0)
        inverse = np.linalg.inv(model.omega)
        half = (first * weight[:, None]).T @ first + inverse
    sound = bool(np.isfinite(half).all())
    covariance = np.linalg.inv(half) if sound else np.full_like(half, np.nan)
    spread = np.linalg.slogdet(model.omega)[1] + (
        np.linalg.slogdet(half)[1] if sound else np.nan
    )
    _, gradient, hessian = _posterior(model, person, plan, factor, found.at)
    return SlowFit(
        eta=eta,
        covariance=0.5 * (covariance + covariance.T),
        objective=float(found.value + spread),
        predicted=f,
        converged=found.converged and sound,
        step=-factor @ np.linalg.solve(hessian, gradient),
    )
