"""A population estimated from its people, for models of formulas.

Approximation: the sum of the individual objectives of population_objective.py, which is the
first-order conditional estimate with interaction (FOCE-I; Almquist et al. 2015, J Pharmacokinet
Pharmacodyn 42:191), or Laplace's where other likelihoods or censored values take part. In two
stages:
1. rounds of an EM algorithm with a Laplace E-step (Steimer et al. 1984, Drug Metab Rev 15:265)
   bring a distant start near;
2. quasi-Newton descent (quasi_newton.py) to the minimum of that sum.
Standard errors are the inverse of half the second derivatives there (R^-1 in NONMEM's words);
beside them stand those of the sandwich R^-1 S R^-1, S from the people's own slopes, which hold
where the model is somewhat wrong (White 1982, Econometrica 50:1). Limits are taken in the
coordinates of the search, so that those of a variance stay above 0. Nothing is estimated from
people without observations. An end that is no minimum is said to be none.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import History
from nanoward.tuning.estimation.free_parameters import (
    LEAST,
    FreeParameters,
    estimates,
    free_parameters_of,
    packed_parameters,
    spread_to,
    with_errors,
)
from nanoward.tuning.estimation.population_objective import Evaluation, PopulationObjective
from nanoward.tuning.estimation.quasi_newton import Minimum, minimise
from nanoward.tuning.kernel.layout import LIKELIHOOD
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.model import BadModelError

Array = NDArray[np.float64]
NEAR_ROUNDS = 12
ROUNDS = 60
DOUBT = "TUN-118"
QUANTILE = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimated number. low, high: 95 % limits; robust_error: of the sandwich.

    shrinkage  of the etas of an omega's diagonal: 1 - sd of their modes / sd in the population
    """

    name: str
    value: float
    start: float
    unit: str = ""
    standard_error: float | None = None
    robust_error: float | None = None
    low: float | None = None
    high: float | None = None
    shrinkage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """An estimated model and how it came about.

    objective, started_from  sums over people
    left_out   people without observations, or unfit
    condition  largest over smallest eigenvalue of the correlations of the estimates
    """

    model: Dynamics
    estimates: tuple[Estimate, ...]
    objective: float
    started_from: float
    people: int
    left_out: tuple[str, ...]
    observations: int
    evaluations: int
    rounds: int
    condition: float | None
    converged: bool
    reason: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why the estimate must not be relied on; nothing where it may."""
        return unreliable(self.model.name, self.reason)


def unreliable(model: str, reason: str) -> tuple[Finding, ...]:
    """The finding about a population whose estimate ended for this reason; "": none."""
    if not reason:
        return ()
    return (
        Finding(
            code=DOUBT,
            severity="error",
            message=f"the population's estimate is no minimum: {reason}",
            next_step="Begin elsewhere, keep numbers with --fix, or take a simpler model.",
            subject=model,
        ),
    )


def estimate_formula_population(
    model: Dynamics,
    people: Sequence[History],
    *,
    fixed: Collection[str] = (),
    rounds: int = ROUNDS,
    step: Callable[[int], None] = lambda _: None,
) -> Population:
    """The population that the people's observations make most likely, near `model`.

    fixed  names (Unknowns.names) that keep their values; step: called with 1 after each round
    """
    seen = [one for one in people if one.observed and not one.exclusion_reason]
    if len(seen) < 2:
        raise BadModelError(
            f"a population needs at least 2 people with observations, not {len(seen)}",
            next_step="Give more people, or take typical values from the literature.",
        )
    unknowns = free_parameters_of(model, fixed)
    objective = PopulationObjective(model, unknowns, seen)
    at = packed_parameters(model, unknowns)
    started = objective.objectives(at)
    for _ in range(NEAR_ROUNDS):
        at, moved = _nearer(objective, at)
        step(1)
        if moved < 0.02:
            break
    found = minimise(objective.objectives, at, rounds=rounds, step=step)
    evaluated = objective.evaluate(found.at)
    ended = objective.model_at(found.at)
    told = _parameter_estimates(model, objective, found, evaluated)
    reason = found.reason or _failure(objective, ended, evaluated)
    return Population(
        model=ended,
        estimates=told,
        objective=found.value,
        started_from=float(started.sum()),
        people=len(seen),
        left_out=tuple(one.name for one in people if one not in seen),
        observations=sum(len(one.observed) for one in seen),
        evaluations=objective.evaluations,
        rounds=found.rounds,
        condition=_condition(found),
        converged=not reason,
        reason=reason,
    )


def _nearer(objective: PopulationObjective, at: Array) -> tuple[Array, float]:
    """One round of the first stage, and the longest move of a coordinate.

    Typical values move by the mean of the etas, variances become the mean square about it
    with the posterior's own; residual variances are scaled by the mean squared residual.
    """
    model, unknowns = objective.model_at(at), objective.unknowns
    evaluated = objective.evaluate(at)
    if not any(group.ended.any() for group in evaluated):
        return at, 0.0
    common = len(model.random)
    eta = np.concatenate([group.eta[group.ended, :common] for group in evaluated])
    own = np.concatenate(
        [group.covariance[group.ended, :common, :common] for group in evaluated]
    )
    free = {one.name for one in unknowns.typical if one.moves_with_eta}
    middle = np.array(
        [
            shift if name in free else 0.0
            for name, shift in zip(model.random, eta.mean(axis=0), strict=True)
        ]
    )
    away = eta - middle
    square = (away[:, :, None] * away[:, None, :] + own).mean(axis=0)
    near = replace(model, **_moved(model, unknowns, (middle, square), evaluated))
    near = replace(near, outputs=_outputs(objective, near, evaluated))
    found = packed_parameters(near, unknowns)
    return found, float(np.abs(found - at).max())


def _moved(
    model: Dynamics,
    unknowns: FreeParameters,
    moments: tuple[Array, Array],
    evaluated: Sequence[Evaluation],
) -> dict[str, Any]:
    middle, square = moments
    place = {name: index for index, name in enumerate(model.random)}
    shifts = {one.name: one.scale for one in unknowns.typical if one.moves_with_eta}
    spread = {name for block in unknowns.blocks for name in block}
    parameters = []
    for one in model.parameters:
        at = place.get(one.name)
        changed: dict[str, float] = {}
        if at is not None and one.name in shifts:
            changed["typical"] = _shifted(one.typical, float(middle[at]), shifts[one.name])
        if at is not None and one.name in spread:
            changed["variance"] = max(float(square[at, at]), 1e-4)
        if one.name in unknowns.occasions:
            changed["occasion_variance"] = _between(model, one.name, evaluated)
        parameters.append(replace(one, **changed))  # type: ignore[arg-type]
    pairs = tuple(
        replace(pair, covariance=float(square[place[pair.a], place[pair.b]]))
        if pair.a in spread
        else pair
        for pair in model.correlations
    )
    return {"parameters": tuple(parameters), "correlations": pairs}


def _shifted(typical: float, by: float, scale: str) -> float:
    if scale == "log":
        return typical * float(np.exp(by))
    if scale == "logit":
        odds = typical / (1 - typical) * float(np.exp(by))
        return odds / (1 + odds)
    return typical + by


def _between(model: Dynamics, name: str, evaluated: Sequence[Evaluation]) -> float:
    """Mean square of the etas of occasions, with the posterior's own variance."""
    common, each = len(model.random), len(model.between_occasions)
    local = model.between_occasions.index(name)
    squares: list[Array] = []
    for group in evaluated:
        places = range(common + local, group.eta.shape[1], each)
        squares += [
            group.eta[group.ended, at] ** 2 + group.covariance[group.ended, at, at]
            for at in places
        ]
    return max(float(np.concatenate(squares).mean()), 1e-4)


def _outputs(
    objective: PopulationObjective, model: Dynamics, evaluated: Sequence[Evaluation]
) -> Any:
    """Outputs with residual variances scaled by what was seen of them."""
    squares = np.zeros(len(model.outputs))
    counts = np.zeros(len(model.outputs))
    for group in evaluated:
        for row, place in enumerate(group.places):
            if not group.ended[row]:
                continue
            events = objective.people[place].events
            for at, event in enumerate(events[: group.shown.shape[1]]):
                if event.output < 0 or np.isnan(event.value) or event.censored:
                    continue
                if objective.program.kinds[event.output] == LIKELIHOOD:
                    continue
                value, variance = group.shown[row, at]
                squares[event.output] += (event.value - value) ** 2 / variance
                counts[event.output] += 1
    people = sum(int(group.ended.sum()) for group in evaluated)
    spent = 0.5 * people * len(model.random) * counts / max(counts.sum(), 1)
    scale = np.clip(squares / np.maximum(counts - spent, 1), 0.4, 2.5)
    return tuple(
        with_errors(
            one,
            {
                key: repr(float(getattr(one, key)) * float(scale[place]))
                for name, key in objective.unknowns.errors
                if name == one.name and counts[place]
            },
        )
        for place, one in enumerate(model.outputs)
    )


def _parameter_estimates(
    model: Dynamics,
    objective: PopulationObjective,
    found: Minimum,
    evaluated: Sequence[Evaluation],
) -> tuple[Estimate, ...]:
    unknowns = objective.unknowns

    def natural(at: Array) -> Array:
        return estimates(objective.model_at(at), unknowns)

    values, starts = natural(found.at), estimates(model, unknowns)
    own, robust = covariances(found)
    error = np.sqrt(np.maximum(np.diag(spread_to(natural, found.at, own)), 0))
    other = np.sqrt(np.maximum(np.diag(spread_to(natural, found.at, robust)), 0))
    units = {one.name: one.unit for one in model.parameters}
    shrunk = _shrinkage(objective.model_at(found.at), evaluated)
    names = unknowns.names
    low, high = _limits(unknowns, values, error)
    return tuple(
        Estimate(
            name=names[at],
            value=float(values[at]),
            start=float(starts[at]),
            unit=units.get(names[at], ""),
            standard_error=_or_none(error[at]),
            robust_error=_or_none(other[at]),
            low=_or_none(low[at]),
            high=_or_none(high[at]),
            shrinkage=shrunk.get(names[at]),
        )
        for at in range(len(names))
    )


def covariances(found: Minimum) -> tuple[Array, Array]:
    """Of the coordinates: by second derivatives, and the sandwich. NaN where there is none."""
    size = len(found.at)
    nothing = np.full((size, size), np.nan)
    if not np.isfinite(found.curve).all() or np.linalg.eigvalsh(found.curve)[0] <= 0:
        return nothing, nothing
    inverse = np.asarray(np.linalg.inv(found.curve), dtype=np.float64)
    robust: Array = inverse @ (found.slopes.T @ found.slopes) @ inverse
    own: Array = 2 * inverse
    return own, robust


def _limits(unknowns: FreeParameters, values: Array, error: Array) -> tuple[Array, Array]:
    """95 % limits: of positive numbers by their logarithms, of shares by their logits."""
    scales = [one.scale for one in unknowns.typical]
    low, high = values - QUANTILE * error, values + QUANTILE * error
    for at, name in enumerate(unknowns.names):
        covariance = "," in name
        scale = scales[at] if at < len(scales) else ("plain" if covariance else "log")
        if scale == "log":
            factor = np.exp(QUANTILE * error[at] / values[at])
            low[at], high[at] = values[at] / factor, values[at] * factor
        elif scale == "logit":
            odds, share = values[at] / (1 - values[at]), values[at] * (1 - values[at])
            factor = np.exp(QUANTILE * error[at] / share)
            low[at] = odds / factor / (1 + odds / factor)
            high[at] = odds * factor / (1 + odds * factor)
    return low, high


def _shrinkage(model: Dynamics, evaluated: Sequence[Evaluation]) -> dict[str, float]:
    common = len(model.random)
    eta = np.concatenate([group.eta[:, :common] for group in evaluated])
    spread = np.sqrt(np.diag(model.omega())[:common])
    return {
        f"omega {name}": float(1 - eta[:, at].std(ddof=1) / spread[at])
        for at, name in enumerate(model.random)
    }


def _failure(
    objective: PopulationObjective, model: Dynamics, evaluated: Sequence[Evaluation]
) -> str:
    """Why an end must not be relied on although it is a minimum; "" where it may."""
    failed = [
        objective.people[place].name
        for group in evaluated
        for place, ended in zip(group.places, group.ended, strict=True)
        if not ended
    ]
    if failed:
        return f"the fits of {', '.join(failed[:5])} did not converge ({len(failed)} people)"
    spread = {name for block in objective.unknowns.blocks for name in block}
    for one in model.parameters:
        if one.name in spread and one.variance < 10 * LEAST:
            return f"omega {one.name} went to 0: keep it at 0 in the model"
    return ""


def _condition(found: Minimum) -> float | None:
    own, _ = covariances(found)
    if not np.isfinite(own).all():
        return None
    size = np.sqrt(np.diag(own))
    values = np.linalg.eigvalsh(own / np.outer(size, size))
    return float(values[-1] / values[0])


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
