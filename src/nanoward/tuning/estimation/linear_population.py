"""A population estimated from its people: typical values, variances and residual error.

Approximation, in two stages:
1. iterated two-stage estimation, an EM algorithm with a Laplace E-step (Steimer et al., Drug
   Metab Rev 1984, 15:265): typical values move by the mean of eta, variances become the mean
   of (eta - mean)^2 + posterior variance, the residual variances are scaled by the mean squared
   residual plus the posterior variance of the prediction, over its expectation;
2. descent of the sum of the individual objectives of linear_map_estimates.py (first-order
   conditional estimation with interaction, FOCE-I; Almquist et al. 2015) over the logarithms
   of all of them, by quasi-Newton steps (quasi_newton.py).
Correlations between etas are not estimated. Standard errors as in population.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.base.findings import Finding
from nanoward.tuning.data.pk_subjects import Person
from nanoward.tuning.estimation.linear_map_estimates import Fit, fit_person
from nanoward.tuning.estimation.population import Estimate, covariances, unreliable
from nanoward.tuning.estimation.quasi_newton import minimise
from nanoward.tuning.models.model import BadModelError, Model, Residual

Array = NDArray[np.float64]
QUANTILE = 1.959964
FLOOR = 1e-4  # smallest variance of an eta that is told from none


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """An estimated model and how it came about.

    objective  sum over people, before the first and after the last step
    """

    model: Model
    objective: float
    started_from: float
    people: int
    observations: int
    evaluations: int
    converged: bool
    reason: str
    estimates: tuple[Estimate, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why the estimate must not be relied on; nothing where it may."""
        return unreliable(self.model.name, self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FittedPerson:
    """A person and the fit of their etas."""

    person: Person
    fit: Fit


def population_objective(
    model: Model, people: Sequence[Person], modes: dict[str, Array] | None = None
) -> float:
    """Sum of the individual objectives; inf where a fit did not converge.

    modes  each person's last eta by name, where the searches start; written anew
    """
    known = {} if modes is None else modes
    found = 0.0
    for one in people:
        fit = fit_person(model, one, near=known.get(one.name))
        if not fit.converged:
            return float("inf")
        known[one.name] = fit.eta
        found += fit.objective
    return found


def estimate_population(
    model: Model,
    people: Sequence[Person],
    *,
    near_rounds: int = 15,
    rounds: int = 60,
    step: Callable[[int], None] = lambda _: None,
) -> Population:
    """The population that the people's observations make most likely, near `model`.

    near_rounds  of the first stage; rounds: of the second; step: called with 1 after each
    """
    seen = [one for one in people if len(one.times) > 0 and not one.exclusion_reason]
    if len(seen) < 2:
        raise BadModelError(
            f"a population needs at least 2 people with observations, not {len(seen)}",
            next_step="Give more people, or take typical values from the literature.",
        )
    started = population_objective(model, seen)
    near = model
    for _ in range(near_rounds):
        near = _improved(near, seen)
        step(1)
    modes: dict[str, Array] = {}
    evaluations = 0

    def values(at: Array) -> Array:
        nonlocal evaluations
        evaluations += 1
        return _objectives(_unpacked(near, at), seen, modes)

    found = minimise(values, _packed(near), rounds=rounds, step=step)
    ended = _unpacked(near, found.at)
    return Population(
        model=ended,
        objective=population_objective(ended, seen),  # searched afresh, from the centre
        started_from=started,
        people=len(seen),
        observations=sum(len(one.times) for one in seen),
        evaluations=evaluations,
        converged=not found.reason,
        reason=found.reason,
        estimates=_estimates(model, ended, *covariances(found)),
    )


def _objectives(model: Model, people: Sequence[Person], modes: dict[str, Array]) -> Array:
    """(N,) individual objectives, NaN where a fit did not converge; modes as above."""
    found = np.full(len(people), np.nan)
    for place, one in enumerate(people):
        fit = fit_person(model, one, near=modes.get(one.name))
        if fit.converged:
            modes[one.name] = fit.eta
            found[place] = fit.objective
    return found


def _names(model: Model) -> list[str]:
    """What _packed packs."""
    names = [one.name for one in model.parameters]
    names += [f"omega {one.name}" for one in model.parameters if one.variance > 0]
    errors = {
        "residual additive": model.residual.additive,
        "residual proportional": model.residual.proportional,
    }
    return names + [name for name, value in errors.items() if value > 0]


def _estimates(start: Model, model: Model, own: Array, robust: Array) -> tuple[Estimate, ...]:
    """Estimates with errors and 95 % limits, which are those of logarithms."""
    units = {one.name: one.unit for one in model.parameters}
    starts = np.exp(_packed(start))
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(np.diag(own)), np.sqrt(np.diag(robust))
    found = []
    for at, (name, value) in enumerate(zip(_names(model), np.exp(_packed(model)), strict=True)):
        told = [None if np.isnan(one[at]) else float(value * one[at]) for one in errors]
        factor = None if told[0] is None else float(np.exp(QUANTILE * errors[0][at]))
        found.append(
            Estimate(
                name=name,
                value=float(value),
                start=float(starts[at]),
                unit=units.get(name, ""),
                standard_error=told[0],
                robust_error=told[1],
                low=None if factor is None else float(value / factor),
                high=None if factor is None else float(value * factor),
            )
        )
    return tuple(found)


def _improved(model: Model, people: Sequence[Person]) -> Model:
    """One round of the first stage."""
    fits = [_FittedPerson(person=one, fit=fit_person(model, one)) for one in people]
    sound = [one for one in fits if one.fit.converged]
    if not sound:
        raise BadModelError("no person's fit converged under this model")
    eta = np.array([one.fit.eta for one in sound])
    middle = eta.mean(axis=0)
    own = np.array([np.diag(one.fit.covariance) for one in sound]).mean(axis=0)
    variance = np.maximum(((eta - middle) ** 2).mean(axis=0) + own, FLOOR)
    place = {name: index for index, name in enumerate(model.random)}
    return replace(
        model,
        parameters=tuple(
            replace(
                one,
                typical=one.typical * float(np.exp(middle[place[one.name]])),
                variance=float(variance[place[one.name]]),
            )
            if one.name in place
            else one
            for one in model.parameters
        ),
        correlations=(),
        residual=_scaled(model.residual, sound),
    )


def _scaled(residual: Residual, sound: Sequence[_FittedPerson]) -> Residual:
    """Both residual variances times the mean squared standardised residual, per freedom."""
    squares, spent = 0.0, 0.0
    count = sum(one.fit.observations for one in sound)
    for one in sound:
        person, fit = one.person, one.fit
        expected = residual.additive + residual.proportional * fit.predicted**2
        off = (person.values - fit.predicted) ** 2 / expected
        squares += float(np.sum(off[~person.is_censored]))
        spent += 0.5 * len(fit.eta)
    scale = float(np.clip(squares / max(count - spent, 1.0), 0.5, 2.0))
    return Residual(
        additive=residual.additive * scale,
        proportional=residual.proportional * scale,
        citation=residual.citation,
    )


def _packed(model: Model) -> Array:
    """Logarithms of typical values, variances and residual variances that are not zero."""
    numbers = [one.typical for one in model.parameters]
    numbers += [one.variance for one in model.parameters if one.variance > 0]
    errors = (model.residual.additive, model.residual.proportional)
    numbers += [one for one in errors if one > 0]
    found: Array = np.log(np.array(numbers))
    return found


def _unpacked(model: Model, at: Array) -> Model:
    rest = list(np.exp(np.clip(at, -30.0, 30.0)))
    typical = [float(rest.pop(0)) for _ in model.parameters]
    variance = [
        max(float(rest.pop(0)), 1e-8) if one.variance > 0 else 0.0 for one in model.parameters
    ]
    errors = [
        float(rest.pop(0)) if one > 0 else 0.0
        for one in (model.residual.additive, model.residual.proportional)
    ]
    return replace(
        model,
        parameters=tuple(
            replace(one, typical=middle, variance=spread)
            for one, middle, spread in zip(model.parameters, typical, variance, strict=True)
        ),
        correlations=(),
        residual=replace(model.residual, additive=errors[0], proportional=errors[1]),
    )
