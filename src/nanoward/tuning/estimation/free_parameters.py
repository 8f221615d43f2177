"""What of a model of formulas is estimated from a population, and where a search for it moves.

Estimated are typical values (but not of what is normal around 0: an eta by itself), variances
of etas with the covariances that the model writes down, variances between occasions, and
residual variances that are plain numbers. The search moves in coordinates without bounds:
logarithms, logits, plain values over their size at the start, and the Cholesky factor of each
block of Omega (its diagonal as logarithms, each row over its diagonal; Pinheiro & Bates 1996,
Stat Comput 6:289).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.models.dynamics import Covariate, Dynamics, Individual, Output, Pair
from nanoward.tuning.models.model import BadModelError

Array = NDArray[np.float64]
Scale = Literal["log", "logit", "plain"]
ERRORS = ("additive", "proportional", "log", "variance")
PREFIX = "estimated_"
LEAST = 1e-7  # smallest variance that a search may reach
_TYPICAL = re.compile(r"\btypical\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalValue:
    """A typical value that is estimated. size: what a plain coordinate is divided by;
    moves_with_eta: whether a shift of the coordinate is a shift of everybody's eta."""

    name: str
    scale: Scale
    size: float
    moves_with_eta: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeParameters:
    """All that is estimated, in the order of the search's coordinates.

    blocks     names of parameters whose etas vary together
    occasions  parameters whose variance between occasions is estimated
    errors     (output, key) of residual variances
    """

    typical: tuple[TypicalValue, ...]
    blocks: tuple[tuple[str, ...], ...]
    occasions: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the estimates are called: CL; omega CL; omega V,CL; occasion CL; cp additive."""
        found = [one.name for one in self.typical]
        for block in self.blocks:
            for row, a in enumerate(block):
                found += [f"omega {a},{b}" for b in block[:row]] + [f"omega {a}"]
        found += [f"occasion {name}" for name in self.occasions]
        return (*found, *(f"{output} {key}" for output, key in self.errors))


def free_parameters_of(model: Dynamics, fixed: Collection[str] = ()) -> FreeParameters:
    """Everything of a model that can be estimated, but for what is named in `fixed`.

    Names are those of Unknowns.names; an entry of a block of Omega keeps the whole block.
    """
    everything = FreeParameters(
        typical=tuple(_typical(one) for one in model.parameters if not _is_only_eta(one)),
        blocks=_blocks(model),
        occasions=model.between_occasions,
        errors=tuple(
            (one.name, key) for one in model.outputs for key in ERRORS if _is_number(one, key)
        ),
    )
    if unknown := sorted(set(fixed) - set(everything.names)):
        raise BadModelError(
            f"nothing to be kept is called {unknown[0]!r}",
            next_step=f"Known are {', '.join(everything.names)}.",
        )
    kept = set(fixed)
    found = FreeParameters(
        typical=tuple(one for one in everything.typical if one.name not in kept),
        blocks=tuple(
            block
            for block in everything.blocks
            if not kept & set(replace(everything, blocks=(block,)).names) - _others(everything)
        ),
        occasions=tuple(one for one in everything.occasions if f"occasion {one}" not in kept),
        errors=tuple(one for one in everything.errors if " ".join(one) not in kept),
    )
    if not found.names:
        raise BadModelError(
            "nothing is left to be estimated", next_step="Keep fewer values with --fix."
        )
    return found


def _others(everything: FreeParameters) -> set[str]:
    return set(replace(everything, blocks=()).names)


def _typical(one: Individual) -> TypicalValue:
    scale: Scale = "plain"
    if one.distribution == "logit" and not one.value:
        scale = "logit"
    elif one.distribution == "lognormal" and not one.value:
        scale = "log"
    return TypicalValue(
        name=one.name,
        scale=scale,
        size=abs(one.typical) or 1.0,
        moves_with_eta=one.variance > 0 and not one.value,
    )


def _is_only_eta(one: Individual) -> bool:
    """Normal around 0: an eta by itself, which stays around 0."""
    return one.distribution == "normal" and one.typical == 0 and one.variance > 0


def _blocks(model: Dynamics) -> tuple[tuple[str, ...], ...]:
    """Parameters whose etas are tied by covariances, directly or through others."""
    group = {name: {name} for name in model.random}
    for pair in model.correlations:
        joined = group[pair.a] | group[pair.b]
        for name in joined:
            group[name] = joined
    found: list[tuple[str, ...]] = []
    for name in model.random:
        block = tuple(one for one in model.random if one in group[name])
        if block not in found:
            found.append(block)
    return tuple(found)


def _is_number(one: Output, key: str) -> bool:
    try:
        return float(getattr(one, key) or 0.0) > 0
    except ValueError:
        return False


def packed_parameters(model: Dynamics, unknowns: FreeParameters) -> Array:
    """(U,) where a model stands in the coordinates of the search."""
    spread = {one.name: one for one in model.parameters}
    place = {name: index for index, name in enumerate(model.random)}
    omega = model.omega()
    found = [_inward(one, spread[one.name].typical) for one in unknowns.typical]
    for block in unknowns.blocks:
        rows = [place[name] for name in block]
        lower = np.linalg.cholesky(omega[np.ix_(rows, rows)])
        for row in range(len(block)):
            found += [lower[row, column] / lower[row, row] for column in range(row)]
            found.append(float(np.log(lower[row, row])))
    found += [float(np.log(spread[name].occasion_variance)) for name in unknowns.occasions]
    found += [
        float(np.log(float(getattr(model.output(output), key))))
        for output, key in unknowns.errors
    ]
    return np.array(found, dtype=float)


def _inward(one: TypicalValue, value: float) -> float:
    if one.scale == "log":
        return float(np.log(value))
    if one.scale == "logit":
        return float(np.log(value / (1 - value)))
    return value / one.size


def _outward(one: TypicalValue, at: float) -> float:
    if one.scale == "log":
        return float(np.exp(np.clip(at, -60, 60)))
    if one.scale == "logit":
        return float(1 / (1 + np.exp(-np.clip(at, -30, 30))))
    return at * one.size


def model_at(model: Dynamics, unknowns: FreeParameters, at: Array) -> Dynamics:
    """The model that stands at these coordinates; `model` gives what is not estimated."""
    rest = iter(float(one) for one in at)
    typical = {one.name: _outward(one, next(rest)) for one in unknowns.typical}
    variance: dict[str, float] = {}
    covariance: dict[frozenset[str], float] = {}
    for block in unknowns.blocks:
        lower = np.zeros((len(block), len(block)))
        for row in range(len(block)):
            ratios = [next(rest) for _ in range(row)]
            lower[row, row] = np.exp(np.clip(next(rest), 0.5 * np.log(LEAST), 10))
            lower[row, :row] = lower[row, row] * np.array(ratios)
        full = lower @ lower.T
        for row, a in enumerate(block):
            variance[a] = float(full[row, row])
            for column in range(row):
                covariance[frozenset((a, block[column]))] = float(full[row, column])
    between = {name: _variance(next(rest)) for name in unknowns.occasions}
    errors = {one: _variance(next(rest)) for one in unknowns.errors}
    return _with(
        model,
        _ParameterValues(
            typical=typical,
            variance=variance,
            covariance=covariance,
            occasion_variance=between,
            residual=errors,
        ),
    )


def _variance(at: float) -> float:
    return float(np.exp(np.clip(at, np.log(LEAST), 30)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _ParameterValues:
    """Numbers of a model, by parameter: typical values, variances of etas and, by pair, their
    covariances, variances between occasions; by output and key: residual variances."""

    typical: Mapping[str, float]
    variance: Mapping[str, float]
    covariance: Mapping[frozenset[str], float]
    occasion_variance: Mapping[str, float]
    residual: Mapping[tuple[str, str], float]


def _with(model: Dynamics, values: _ParameterValues) -> Dynamics:
    typical, variance, between = values.typical, values.variance, values.occasion_variance
    covariance, errors = values.covariance, values.residual
    known = {frozenset((one.a, one.b)): one for one in model.correlations}
    known |= {
        pair: Pair(a=min(pair), b=max(pair), covariance=0.0)
        for pair in sorted(covariance, key=sorted)
        if pair not in known
    }
    return replace(
        model,
        parameters=tuple(
            replace(
                one,
                typical=typical.get(one.name, one.typical),
                variance=variance.get(one.name, one.variance),
                occasion_variance=between.get(one.name, one.occasion_variance),
            )
            for one in model.parameters
        ),
        correlations=tuple(
            replace(one, covariance=covariance.get(pair, one.covariance))
            for pair, one in known.items()
        ),
        outputs=tuple(
            with_errors(
                one,
                {key: repr(value) for (name, key), value in errors.items() if name == one.name},
            )
            for one in model.outputs
        ),
    )


def with_errors(one: Output, formulas: Mapping[str, str]) -> Output:
    """The output with these formulas for its residual variances."""
    changed: dict[str, Any] = dict(formulas)
    return replace(one, **changed)


def with_free_columns(model: Dynamics, unknowns: FreeParameters) -> Dynamics:
    """The model with estimated values read from further covariates, behind its own.

    So one compiled tape serves every value. Columns: those of `column_values`.
    """
    free = {one.name for one in unknowns.typical}
    units = {one.name: one.unit for one in model.parameters}
    columns = [(PREFIX + one.name, units[one.name]) for one in unknowns.typical]
    columns += [(f"{PREFIX}{output}_{key}", "") for output, key in unknowns.errors]
    chosen = set(unknowns.errors)
    return replace(
        model,
        covariates=(*model.covariates, *(Covariate(name=a, unit=b) for a, b in columns)),
        parameters=tuple(
            replace(one, value=_written(one), covariates="", citation="")
            if one.name in free
            else one
            for one in model.parameters
        ),
        outputs=tuple(
            with_errors(
                one,
                {
                    key: f"{PREFIX}{one.name}_{key}"
                    for key in ERRORS
                    if (one.name, key) in chosen
                },
            )
            for one in model.outputs
        ),
    )


def _written(one: Individual) -> str:
    """The individual value as a formula, with the typical value as a column."""
    column = PREFIX + one.name
    if one.value:
        return _TYPICAL.sub(column, one.value)
    if one.distribution == "logit":
        return f"expit(log({column} / (1 - {column})) + eta)"
    typical = f"{column} * ({one.covariates})" if one.covariates else column
    return f"{typical} * exp(eta)" if one.distribution == "lognormal" else f"{typical} + eta"


def column_values(model: Dynamics, unknowns: FreeParameters) -> Array:
    """What stands in the further columns of `with_free_columns`, for this model."""
    typical = {one.name: one.typical for one in model.parameters}
    found = [typical[one.name] for one in unknowns.typical]
    found += [float(getattr(model.output(output), key)) for output, key in unknowns.errors]
    return np.array(found, dtype=float)


def estimates(model: Dynamics, unknowns: FreeParameters) -> Array:
    """(U,) values as people read them, in the order of Unknowns.names."""
    typical = {one.name: one for one in model.parameters}
    place = {name: index for index, name in enumerate(model.random)}
    omega = model.omega()
    found = [typical[one.name].typical for one in unknowns.typical]
    for block in unknowns.blocks:
        for row, a in enumerate(block):
            found += [float(omega[place[a], place[b]]) for b in block[: row + 1]]
    found += [typical[name].occasion_variance for name in unknowns.occasions]
    found += [float(getattr(model.output(output), key)) for output, key in unknowns.errors]
    return np.array(found, dtype=float)


def spread_to(
    function: Callable[[Array], Array], at: Array, covariance: Array, step: float = 1e-5
) -> Array:
    """The covariance of function(at) to first order (the delta method)."""
    columns = [
        (function(at + shift) - function(at - shift)) / (2 * step)
        for shift in step * np.eye(len(at))
    ]
    slope = np.array(columns).T
    found: Array = slope @ covariance @ slope.T
    return found
