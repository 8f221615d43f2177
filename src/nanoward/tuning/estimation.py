"""People's parameters under a model of formulas: most likely values, covariance, objective.

As individual.py, by the compiled kernel: the function minimised is -2 ln likelihood +
eta' Omega^-1 eta, the covariance is the inverse of the expected half Hessian (FOCE with
interaction; Almquist et al. 2015) or, where likelihoods other than the normal one take part,
of the observed one (Laplace).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.chi_square import chi_square_tail
from nanoward.tuning.assembly import assembled, assembly_of
from nanoward.tuning.dynamics import Dynamics
from nanoward.tuning.histories import packed
from nanoward.tuning.history import History
from nanoward.tuning.individual import Fit
from nanoward.tuning.program import LIKELIHOOD, Histories, Program, laid_out, room_for
from nanoward.tuning.source import Source

Array = NDArray[np.float64]
REASONS = (
    "",
    "ended on a saddle",
    "no end in 80 steps",
    "the model has no finite value for a typical person with these doses",
    "the model breaks down beside the end of the search",
    "no smooth way down (a kink)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Predictions for D draws of eta at the T records that were asked for.

    value, variance (D, T); minus_two_log (D,) of the observed, with the prior
    """

    value: Array
    variance: Array
    minus_two_log: Array


def fit_histories(model: Dynamics, people: Sequence[History]) -> list[Fit]:
    """Fits of all people, in their order; each depends on nobody else.

    Without observations, or for people unfit, the fit is the population itself.
    """
    found: dict[int, Fit] = {}
    by_size: dict[int, list[int]] = {}
    for place, one in enumerate(people):
        if one.unfit or not one.observed:
            found[place] = _prior(model, one)
        else:
            by_size.setdefault(one.occasions, []).append(place)
    for occasions, places in by_size.items():
        some = [people[place] for place in places]
        found.update(zip(places, _fitted(model, some, occasions), strict=True))
    return [found[place] for place in range(len(people))]


def _fitted(model: Dynamics, people: Sequence[History], occasions: int) -> list[Fit]:
    from nanoward.tuning.carrying import found_for_all

    program = assembled(model)
    given = packed(people, len(model.covariates))
    omega = model.omega(occasions)
    size, factor = len(omega), _factor(omega)
    count, wide = len(people), longest(given)
    laid = laid_out(program, given, factor, room_for(program, places_in(given), size))
    begin = starts(size)
    flat, observed, halves = (np.full(count * size**power, np.nan) for power in (1, 2, 2))
    told, shown = np.zeros(4 * count), np.full(2 * count * wide, np.nan)
    found_for_all(laid, begin, (flat, observed, halves, told, shown))
    z = flat.reshape(count, size)
    out = (
        z, halves.reshape(count, size, size), observed.reshape(count, size, size),
        told.reshape(count, 4), shown.reshape(count, wide, 2),
    )  # fmt: skip
    eta = z @ factor.T
    return [
        _fit(model, one, program, (factor, eta[i], *(part[i] for part in out)))
        for i, one in enumerate(people)
    ]


def whitening(model: Dynamics, occasions: int) -> Array:
    """(E, E) factor C with eta = C z, z standard normal."""
    return _factor(model.omega(occasions))


def _factor(omega: Array) -> Array:
    return np.ascontiguousarray(np.linalg.cholesky(omega), dtype=np.float64)


def starts(size: int) -> Array:
    """(S, size) where searches begin: the centre, then both sides of each axis."""
    sides = [side * row for row in np.eye(size) for side in (-1.5, 1.5)]
    return np.array([np.zeros(size), *sides])


def places_in(given: Histories) -> int:
    """How many inputs may wait at once: all doses and ends of infusions of one person, and
    four more to work with."""
    long = np.concatenate([[0], np.cumsum((given.dose_rate != 0) * given.dose_count)])
    each = [
        (int(given.doses[a:b, 1].max()), int(given.doses[a:b, 0].min())) if b > a else (0, 0)
        for a, b in zip(given.first[:-1], given.first[1:], strict=True)
    ]
    return (
        max((stop - start + int(long[stop] - long[start]) for stop, start in each), default=0)
        + 4
    )


def longest(given: Histories) -> int:
    """Most records of one person."""
    return int(np.diff(given.first).max(initial=1))


def _fit(model: Dynamics, one: History, program: Program, found: tuple[Array, ...]) -> Fit:
    factor, eta, z, half, observed, told, shown = found
    size = len(z)
    how, value, steps, last = int(told[0]), float(told[1]), int(told[2]), int(told[3])
    outputs = {event.output for event in one.observed}
    places = [
        at
        for at, event in enumerate(one.events)
        if event.output >= 0 and not np.isnan(event.value)
    ]
    predicted, variance = shown[places, 0], shown[places, 1]
    other = any(program.kinds[place] == LIKELIHOOD for place in outputs)
    if other or any(event.censored for event in one.observed):
        half = observed
    sound = last == 0 and bool(np.isfinite(half).all()) and np.linalg.eigvalsh(half)[0] > 0
    reason = REASONS[how] if last == 0 else REASONS[3]
    covariance = np.full((size, size), np.nan)
    objective = np.nan
    if sound:
        covariance = factor @ np.linalg.inv(half) @ factor.T
        objective = value + float(np.linalg.slogdet(half)[1])
    seen = [event for event in one.observed if not event.censored]
    tail = 1.0
    if not other and seen:
        kept = np.array([not event.censored for event in one.observed])
        residual = np.array([event.value for event in seen]) - predicted[kept]
        with np.errstate(all="ignore"):
            tail = chi_square_tail(float(np.sum(residual**2 / variance[kept])), len(seen))
    return Fit(
        eta=eta,
        covariance=0.5 * (covariance + covariance.T),
        parameters=individual_parameters(model, one, eta),
        objective=float(objective),
        predicted=predicted,
        observations=len(one.observed),
        converged=how == 0 and sound,
        steps=steps,
        reason=reason if reason or sound else "no finite covariance",
        prior_tail=chi_square_tail(float(z @ z), size),
        residual_tail=tail,
    )


def course_at(model: Dynamics, one: History, eta: Array) -> Course:
    """Predictions for eta (D, E) at the observed or asked records of a history."""
    from nanoward.tuning.carrying import found_at

    program = assembled(model)
    given = packed([one], len(model.covariates))
    wanted = [place for place, event in enumerate(one.events) if event.output >= 0]
    factor = whitening(model, one.occasions)
    z = np.ascontiguousarray(np.linalg.solve(factor, np.asarray(eta, float).T).T)
    count, records = len(z), longest(given)
    out = (np.zeros(count), np.zeros(count * records), np.zeros(count * records))
    if wanted:
        laid = laid_out(program, given, factor, room_for(program, places_in(given), 0))
        found_at(laid, z, out)
    value, variance = (one.reshape(count, records)[:, wanted] for one in out[1:])
    return Course(value=value, variance=variance, minus_two_log=out[0])


@lru_cache(maxsize=64)
def _compiled(model: Dynamics) -> Any:
    return assembly_of(model, Source())


def individual_parameters(model: Dynamics, one: History, eta: Array) -> dict[str, float]:
    """Parameters by name, with the covariates and occasion of the person's last record."""
    from nanoward.maths.expressions import evaluated

    made = _compiled(model)
    values: dict[str, float] = {}
    last = one.events[-1] if one.events else None
    for place, cov in enumerate(model.covariates):
        told = last.covariates[place] if last else float("nan")
        values[cov.name] = told if np.isfinite(told) else (cov.missing or float("nan"))
    common = len(model.random)
    for place, name in enumerate(model.random):
        values[f"eta:{name}"] = float(eta[place])
    occasion = last.occasion if last else 0
    start = common + occasion * len(model.between_occasions)
    for place, name in enumerate(model.between_occasions):
        values[f"occasion:{name}"] = float(eta[start + place])
    return {name: evaluated(made.graph, node, values) for name, node in made.parameters.items()}


def _prior(model: Dynamics, one: History) -> Fit:
    omega = model.omega(one.occasions)
    eta = np.zeros(len(omega))
    return Fit(
        eta=eta,
        covariance=omega,
        parameters=individual_parameters(model, one, eta),
        objective=0.0,
        predicted=np.zeros(0),
        observations=0,
        converged=True,
        steps=0,
        reason="no observation: the population itself",
    )
