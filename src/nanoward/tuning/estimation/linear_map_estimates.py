"""One person's parameters: the maximum a posteriori estimate, its covariance and objective.

With G = additive + proportional f^2 the function minimised is
    sum[(y - f)^2 / G + ln G] + eta' Omega^-1 eta
in whitened coordinates (eta = C z, Omega = C C'), with exact first and second derivatives.
The covariance is the inverse of the expected half Hessian (FOCE with interaction)
    H = sum[f' f'^T (1 / G + (dG/df)^2 / (2 G^2))] + Omega^-1
and the objective adds ln|Omega| + ln|H| (Almquist et al., J Pharmacokinet Pharmacodyn 2015,
42:191; NONMEM's individual objective without the constant n ln 2 pi).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.jets import Jet, Number, exp, variables
from nanoward.maths.solvers.trust_region import Minimum, Surface, minimise
from nanoward.maths.statistics.chi_square import chi_square_tail
from nanoward.tuning.data.pk_subjects import Person
from nanoward.tuning.estimation.censoring import between_limits
from nanoward.tuning.estimation.residual_tests import Residuals, ResidualTest, residual_tests
from nanoward.tuning.models.compartments import (
    Schedule,
    concentration,
    one_compartment,
    schedule,
)
from nanoward.tuning.models.model import Model

Array = NDArray[np.float64]
AMBIGUOUS = 4.6  # of -2 ln posterior: an end that is a tenth as likely is told
ASTRAY = 0.25  # z'z per eta from which a second valley is looked for:
ALONG = 3.5  # so many posterior deviations along the direction that is known least
ODD = 1e-3  # prior or residual probability below which a fit conflicts with its model


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What one person's observations say.

    eta          (P,) posterior mode, in the order of `model.random`
    covariance   (P, P) of the posterior near the mode (Laplace)
    parameters   individual values by name
    objective    minus twice the log of the marginal likelihood (Laplace), NONMEM's constant
    predicted    (T,) at the observations
    observations used
    converged    False: do not use; `reason` says why
    prior_tail   probability, under the population, of etas at least as far out (chi-squared)
    residual_tail probability of residuals at least as odd (residual_tests.py)
    odd_record    the record that is oddest, as text
    next_end      how much higher, in -2 ln posterior, the next lowest end of the searches lies
    on_kink       the minimum lies where a dose enters just as a sample is taken
    """

    eta: Array
    covariance: Array
    parameters: dict[str, float]
    objective: float
    predicted: Array
    observations: int
    converged: bool
    steps: int
    reason: str = ""
    prior_tail: float = 1.0
    residual_tail: float = 1.0
    odd_record: str = ""
    next_end: float = float("inf")
    on_kink: bool = False

    @property
    def ambiguity(self) -> str:
        """Why the most likely values are not the only ones to believe in; "" when they are."""
        if not self.converged:
            return ""
        if self.next_end < AMBIGUOUS:
            return (
                "searches from different starts disagree: other values explain the "
                f"observations almost as well (-2 ln likelihood {self.next_end:.2g} higher)"
            )
        if self.on_kink:
            return (
                "the most likely values lie on a kink: a dose enters or ends just as a sample "
                "is taken, so that the spread holds on one side only"
            )
        return ""

    @property
    def conflict(self) -> str:
        """Why data and population do not fit together; "" when they do."""
        if self.prior_tail < ODD:
            return (
                f"the person lies outside the population (p = {self.prior_tail:.1g} for etas "
                "this far out)"
            )
        if self.residual_tail < ODD:
            return (
                "the observations scatter more about the fit than the model allows "
                f"(p = {self.residual_tail:.1g}"
                + (f"; the oddest is {self.odd_record})" if self.odd_record else ")")
            )
        return ""


def individual_values(model: Model, person: Person, eta: Array) -> dict[str, Array]:
    """Parameters by name, (D, 1, 1) for draws eta (D, P), ready for `concentration`."""
    values = {
        name: np.asarray(value, dtype=float)
        for name, value in model.typical(person.covariates).items()
    }
    for place, name in enumerate(model.random):
        values[name] = values[name] * np.exp(eta[:, place])[:, None, None]
    return values


def fit_person(model: Model, person: Person, *, near: Array | None = None) -> Fit:
    """The MAP estimate; restarted from other points where the first end looks doubtful.

    near  eta (P,) to start from, for a person already fitted under a similar model; without
          it the search starts at the population's centre, and from both sides of each axis
          where it ends far out or not at all
    Without observations the fit is the population itself: eta 0, covariance Omega.
    """
    plan = schedule(person.doses, person.times, person.records)
    factor = np.linalg.cholesky(model.omega).astype(np.float64)
    if len(person.times) == 0:
        return _prior_fit(model, person)

    def surface(at: Array) -> tuple[float, Array, Array]:
        return _posterior(model, person, plan, factor, at)

    found = None
    if near is not None:
        found = minimise(surface, np.linalg.solve(factor, near).astype(np.float64))
    if found is None or not found.converged:
        found = _best(surface, len(model.random))
    return _fit_at(model, person, plan, factor, found)


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
    values: dict[str, Number] = dict(model.typical(person.covariates))
    for name, one in zip(model.random, eta, strict=True):
        values[name] = exp(one) * values[name]
    return values


def _predicted(
    model: Model, person: Person, plan: Schedule, eta: Array
) -> tuple[Array, Array, Array]:
    """f (T,), df/deta (T, P), d2f/deta2 (T, P, P)."""
    found: Number | None = None
    if plan.times:
        values = {name: float(one) for name, one in model.typical(person.covariates).items()}
        for name, one in zip(model.random, np.exp(eta).tolist(), strict=True):
            values[name] *= one
        found = one_compartment(values, tuple(model.random), plan)
    if found is None:
        found = concentration(_individual(model, person, variables(eta)), plan)
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


def _fit_at(model: Model, person: Person, plan: Schedule, factor: Array, found: Minimum) -> Fit:
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
    with np.errstate(all="ignore"):
        test = _residual_test(person, (person.values - f) ** 2 / variance)
    return Fit(
        eta=eta,
        covariance=0.5 * (covariance + covariance.T),
        parameters=_named(model, person, eta),
        objective=float(found.value + spread),
        predicted=f,
        observations=len(person.times),
        converged=found.converged and sound,
        steps=found.steps,
        reason=found.reason if sound else "no finite covariance",
        prior_tail=chi_square_tail(float(found.at @ found.at), len(eta)),
        residual_tail=test.tail if sound else float("nan"),
        odd_record=f"{person.values[test.odd]:.4g} at {person.times[test.odd]:g}"
        if test.odd >= 0
        else "",
    )


def _residual_test(person: Person, square: Array) -> ResidualTest:
    nothing = np.zeros(len(square), np.int64)
    given = Residuals(
        person=nothing,
        output=nothing,
        square=square,
        categories=np.zeros(1, np.int64),
        whole=~person.is_censored,
    )
    return residual_tests(given, 1)[0]


def _prior_fit(model: Model, person: Person) -> Fit:
    eta = np.zeros(len(model.random))
    return Fit(
        eta=eta,
        covariance=model.omega.copy(),
        parameters=_named(model, person, eta),
        objective=0.0,
        predicted=np.zeros(0),
        observations=0,
        converged=True,
        steps=0,
        reason="no observation: the population itself",
    )


def _named(model: Model, person: Person, eta: Array) -> dict[str, float]:
    values = individual_values(model, person, eta[None, :])
    return {name: float(np.ravel(value)[0]) for name, value in values.items()}
