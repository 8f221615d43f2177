"""A population estimated from its people: typical values, variances and residual error.

Approximation, in two stages:
1. iterated two-stage estimation, an EM algorithm with a Laplace E-step (Steimer et al., Drug
   Metab Rev 1984, 15:265): typical values move by the mean of eta, variances become the mean
   of (eta - mean)^2 + posterior variance, the residual variances are scaled by the mean squared
   residual plus the posterior variance of the prediction, over its expectation;
2. descent of the sum of the individual objectives of individual.py (first-order conditional
   estimation with interaction, FOCE-I; Almquist et al. 2015) over the logarithms of all of
   them, by Nelder and Mead's simplex.
Correlations between etas are not estimated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.individual import Fit, fit_person
from nanoward.tuning.model import BadModelError, Model, Residual
from nanoward.tuning.people import Person

Array = NDArray[np.float64]
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
    model: Model, people: Sequence[Person], *, rounds: int = 15, most: int = 1500
) -> Population:
    """The population that the people's observations make most likely, near `model`.

    rounds  of the first stage; most  evaluations in the second
    """
    from scipy.optimize import minimize

    seen = [one for one in people if len(one.times) > 0 and not one.unfit]
    if len(seen) < 2:
        raise BadModelError(
            f"a population needs at least 2 people with observations, not {len(seen)}",
            next_step="Give more people, or take typical values from the literature.",
        )
    started = population_objective(model, seen)
    near = model
    for _ in range(rounds):
        near = _improved(near, seen)
    start = _packed(near)
    modes: dict[str, Array] = {}
    simplex = np.vstack([start, start + 0.15 * np.eye(len(start))])

    def lowered(at: Array) -> float:
        return population_objective(_unpacked(near, at), seen, modes)

    found = minimize(
        lowered,
        start,
        method="Nelder-Mead",
        options={
            "initial_simplex": simplex,
            "maxfev": most,
            "xatol": 1e-4,
            "fatol": 1e-4,
            "adaptive": True,
        },
    )
    ended = _unpacked(near, found.x)
    return Population(
        model=ended,
        objective=population_objective(ended, seen),  # searched afresh, from the centre
        started_from=started,
        people=len(seen),
        observations=sum(len(one.times) for one in seen),
        evaluations=int(found.nfev),
        converged=bool(found.success),
        reason="" if found.success else str(found.message),
    )


def _improved(model: Model, people: Sequence[Person]) -> Model:
    """One round of the first stage."""
    fits = [(one, fit_person(model, one)) for one in people]
    sound = [(one, fit) for one, fit in fits if fit.converged]
    if not sound:
        raise BadModelError("no person's fit converged under this model")
    eta = np.array([fit.eta for _, fit in sound])
    middle = eta.mean(axis=0)
    own = np.array([np.diag(fit.covariance) for _, fit in sound]).mean(axis=0)
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


def _scaled(residual: Residual, sound: Sequence[tuple[Person, Fit]]) -> Residual:
    """Both residual variances times the mean squared standardised residual, per freedom."""
    squares, spent = 0.0, 0.0
    count = sum(fit.observations for _, fit in sound)
    for person, fit in sound:
        expected = residual.additive + residual.proportional * fit.predicted**2
        squares += float(np.sum((person.values - fit.predicted) ** 2 / expected))
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
