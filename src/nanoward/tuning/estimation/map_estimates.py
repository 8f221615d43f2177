"""People's parameters under a model of formulas: most likely values, covariance, objective.

By the compiled kernel: the function minimised is -2 ln likelihood +
eta' Omega^-1 eta, the covariance is the inverse of the expected half Hessian (FOCE with
interaction; Almquist et al. 2015) or, where likelihoods other than the normal one take part,
of the observed one (Laplace).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.chi_square import chi_square_tail
from nanoward.tuning.data.event_history import Event, History, is_seen
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.compartment_courses import (
    can_be_carried,
    carried_courses,
    minus_two_log,
)
from nanoward.tuning.estimation.further_starts import further_starts, keep_lower, sound_ends
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.kink_starts import kink_starts
from nanoward.tuning.estimation.residual_tests import Residuals, residual_tests
from nanoward.tuning.kernel.layout import (
    LIKELIHOOD,
    STATUS,
    Histories,
    MapResults,
    PredictionResults,
    Program,
    kernel_arrays,
    workspace_for,
)
from nanoward.tuning.models.compiled_model import assembled, assembly_of
from nanoward.tuning.models.dynamics import Dynamics, Output
from nanoward.tuning.models.source import Source

Array = NDArray[np.float64]
LEFT_BEHIND = 20  # places: what is on its way at steady state (kernel/dosage.py MOST_LATE)
REASONS = (
    "",
    "ended on a saddle",
    "no end in 80 steps",
    "the model has no finite value for a typical person with these doses",
    "the model breaks down beside the end of the search",
    "no smooth way down (a kink)",
    "",
    "",
)
ON_KINK = 7  # kernel/descent.py, which loads numba


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
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
        if one.exclusion_reason or not one.observed:
            found[place] = _prior(model, one)
        else:
            by_size.setdefault(one.occasions, []).append(place)
    for occasions, places in by_size.items():
        some = [people[place] for place in places]
        found.update(zip(places, _fitted(model, some, occasions), strict=True))
    return [found[place] for place in range(len(people))]


def _fitted(model: Dynamics, people: Sequence[History], occasions: int) -> list[Fit]:
    from nanoward.tuning.kernel.entry_points import map_estimates, map_estimates_from

    program = assembled(model)
    given = packed(people, len(model.covariates))
    omega = model.omega(occasions)
    size, factor = len(omega), _factor(omega)
    count, wide = len(people), longest(given)
    laid = kernel_arrays(program, given, factor, workspace_for(program, places_in(given), size))
    found = _room(count, size, wide)
    map_estimates(laid, starts(size), found)
    known = np.where(sound_ends(found, count)[:, None], found.z.reshape(count, size), np.nan)
    own = kink_starts(model, people, factor, known)
    again = further_starts(program, given, found, count, own)
    if again is not None:
        other = _room(count, size, wide)
        map_estimates_from(laid, again, other)
        keep_lower(found, other, count)
    shape = (count, size, size)
    return _fits(
        model,
        people,
        program,
        _Ends(
            factor=factor,
            z=found.z.reshape(count, size),
            half=found.expected.reshape(shape),
            observed=found.observed.reshape(shape),
            told=found.status.reshape(count, STATUS),
            shown=found.shown.reshape(count, wide, 2),
        ),
    )


def _room(count: int, size: int, wide: int) -> MapResults:
    flat, observed, halves = (np.full(count * size**power, np.nan) for power in (1, 2, 2))
    return MapResults(
        flat, observed, halves, np.zeros(STATUS * count), np.full(2 * count * wide, np.nan)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Where the searches of N people ended; see kernel/map_search.py."""

    factor: Array
    z: Array
    half: Array
    observed: Array
    told: Array
    shown: Array


def _fits(
    model: Dynamics, people: Sequence[History], program: Program, ends: _Ends
) -> list[Fit]:
    """Covariances, objectives and residuals of all people at once; then one fit each."""
    count, size = ends.z.shape
    seen = [
        [(at, one) for at, one in enumerate(person.events) if is_seen(one)] for person in people
    ]
    other = np.array(
        [any(program.kinds[e.output] == LIKELIHOOD for _, e in one) for one in seen], bool
    )
    censored = np.array([any(e.censored for _, e in one) for one in seen], bool)
    half = np.where((other | censored)[:, None, None], ends.observed, ends.half)
    covariance, spread, sound = _laplace(ends.factor, half, ends.told[:, 3] == 0)
    rows = np.array([(i, at) for i, one in enumerate(seen) for at, _ in one])
    whole = np.array([not e.censored for one in seen for _, e in one])
    values = np.array([e.value for one in seen for _, e in one])
    shown = ends.shown[rows[:, 0], rows[:, 1]]
    asked = np.array([e.output for one in seen for _, e in one], np.int64)
    tests = residual_tests(
        Residuals(
            person=rows[:, 0].astype(np.int64),
            output=asked,
            square=_squares(model, asked, values, shown),
            categories=np.array([categories(one) for one in model.outputs], np.int64),
            whole=whole,
        ),
        count,
    )
    first = np.concatenate([[0], np.cumsum([len(one) for one in seen])])
    eta = ends.z @ ends.factor.T
    parameters = parameters_of_all(model, people, eta)
    found = []
    for i in range(count):
        how, value, steps, last, apart = ends.told[i].tolist()
        fine = bool(sound[i])
        reason = REASONS[int(how)] if last == 0 else REASONS[3]
        found.append(
            Fit(
                eta=eta[i],
                covariance=covariance[i],
                parameters=parameters[i],
                objective=value + float(spread[i]) if fine else float("nan"),
                predicted=shown[first[i] : first[i + 1], 0],
                observations=len(seen[i]),
                converged=how in (0, ON_KINK) and fine,
                on_kink=how == ON_KINK,
                next_end=apart if fine else float("inf"),
                steps=int(steps),
                reason=reason if reason or fine else "no finite covariance",
                prior_tail=chi_square_tail(float(ends.z[i] @ ends.z[i]), size),
                residual_tail=tests[i].tail,
                odd_record=_odd_record(model, seen[i], tests[i].odd),
            )
        )
    return found


def _squares(model: Dynamics, asked: NDArray[np.int64], values: Array, shown: Array) -> Array:
    """(R,) squared residuals over variances; -2 ln likelihood where it is no normal one."""
    likely = np.array([one.likelihood != "normal" for one in model.outputs])[asked]
    with np.errstate(all="ignore"):
        return np.where(likely, shown[:, 0], (values - shown[:, 0]) ** 2 / shown[:, 1])


def categories(one: Output) -> int:
    """How many values an output can have; 0 where it is measured, -1 where they are endless."""
    known = {"normal": 0, "bernoulli": 2, "ordinal": len(one.logits) + 1, "preference": 2}
    return known.get(one.likelihood, -1)


def _odd_record(model: Dynamics, seen: Sequence[tuple[int, Event]], place: int) -> str:
    if not 0 <= place < len(seen):
        return ""
    event = seen[place][1]
    return f"{model.outputs[event.output].name} {event.value:.4g} at {event.time:g}"


def _laplace(
    factor: Array, half: Array, exists: NDArray[np.bool_]
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Covariances (N, E, E), ln |half Hessians| (N,) and where both are sound."""
    sound = exists & np.isfinite(half).all(axis=(1, 2))
    held = np.where(sound[:, None, None], half, np.eye(half.shape[1]))
    sound &= np.linalg.eigvalsh(held)[:, 0] > 0
    held = np.where(sound[:, None, None], held, np.eye(half.shape[1]))
    covariance = factor @ np.linalg.inv(held) @ factor.T
    covariance = 0.5 * (covariance + np.swapaxes(covariance, 1, 2))
    covariance[~sound] = np.nan
    return covariance, np.linalg.slogdet(held)[1], sound


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
    """How many inputs may wait at once: all doses and ends of infusions of one person, four
    more to work with, and those that steady states with a lag time leave behind."""
    long = np.concatenate([[0], np.cumsum((given.dose_rate != 0) * given.dose_count)])
    each = [
        (int(given.doses[a:b, 1].max()), int(given.doses[a:b, 0].min())) if b > a else (0, 0)
        for a, b in zip(given.first[:-1], given.first[1:], strict=True)
    ]
    return (
        max((stop - start + int(long[stop] - long[start]) for stop, start in each), default=0)
        + 4
        + (LEFT_BEHIND if given.dose_steady.any() else 0)
    )


def longest(given: Histories) -> int:
    """Most records of one person."""
    return int(np.diff(given.first).max(initial=1))


def predictions_at(model: Dynamics, one: History, eta: Array) -> Predictions:
    """Predictions for eta (D, E) at the observed or asked records of a history."""
    if can_be_carried(model, one):
        value, variance = carried_courses(model, one, eta)
        likelihood = minus_two_log(model, one, value, variance, eta)
        return Predictions(value=value, variance=variance, minus_two_log=likelihood)
    from nanoward.tuning.kernel.entry_points import predictions_of_draws

    program = assembled(model)
    given = packed([one], len(model.covariates))
    wanted = [place for place, event in enumerate(one.events) if event.output >= 0]
    factor = whitening(model, one.occasions)
    z = np.ascontiguousarray(np.linalg.solve(factor, np.asarray(eta, float).T).T)
    count, records = len(z), longest(given)
    out = PredictionResults(
        np.zeros(count), np.zeros(count * records), np.zeros(count * records)
    )
    if wanted:
        laid = kernel_arrays(
            program, given, factor, workspace_for(program, places_in(given), 0)
        )
        predictions_of_draws(laid, z, out)
    value, variance = (
        one.reshape(count, records)[:, wanted] for one in (out.value, out.variance)
    )
    return Predictions(value=value, variance=variance, minus_two_log=out.minus_two_log)


@lru_cache(maxsize=64)
def _compiled(model: Dynamics) -> Any:
    return assembly_of(model, Source())


def individual_parameters(model: Dynamics, one: History, eta: Array) -> dict[str, float]:
    """Parameters by name, with the covariates and occasion of the person's last record."""
    return parameters_of_all(model, [one], np.asarray(eta, float)[None, :])[0]


def parameters_of_all(
    model: Dynamics, people: Sequence[History], eta: Array
) -> list[dict[str, float]]:
    """As individual_parameters, for people with as many occasions and eta (N, E)."""
    from nanoward.maths.formulas.expressions import evaluated_many

    made = _compiled(model)
    last = [one.events[-1] if one.events else None for one in people]
    values: dict[str, list[float]] = {}
    for place, cov in enumerate(model.covariates):
        told = [one.covariates[place] if one else float("nan") for one in last]
        missing = cov.missing or float("nan")
        values[cov.name] = [one if isfinite(one) else missing for one in told]
    columns = eta.T.tolist()
    common, between = len(model.random), model.between_occasions
    for place, name in enumerate(model.random):
        values[f"eta:{name}"] = columns[place]
    starts_at = [common + (one.occasion if one else 0) * len(between) for one in last]
    for place, name in enumerate(between):
        values[f"occasion:{name}"] = [
            columns[start + place][i] for i, start in enumerate(starts_at)
        ]
    names = list(made.parameters)
    found = evaluated_many(made.graph, list(made.parameters.values()), values, len(people))
    return [dict(zip(names, one, strict=True)) for one in zip(*found, strict=True)]


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
