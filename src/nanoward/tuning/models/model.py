"""A population model as data: it can be compared, hashed, signed and put on the ledger.

An individual's parameter is typical value x covariate effects x exp(eta), with eta normal with
mean 0 and the covariance matrix Omega. Loading a model executes no code.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nanoward.base.errors import InputError

Array = NDArray[np.float64]
Absorption = Literal["none", "first-order"]
Form = Literal["power", "factor"]
OPTIONAL = ("LAG", "F")


class BadModelError(InputError):
    """A model description does not describe a model."""

    code = "TUN-001"
    next_step = "Correct the named key; examples/warfarin/programme.toml shows a whole model."


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of the structure.

    name      of the structure: CL, V, KA ...
    typical   for the reference person, in `unit`
    unit      of the parameter (UCUM)
    variance  of eta (omega squared); 0 means that everybody has the typical value
    citation  where the numbers come from
    """

    name: str
    typical: float
    unit: str
    variance: float = 0.0
    citation: str = ""


@dataclass(frozen=True, kw_only=True)
class CovariateEffect:
    """How a covariate changes one parameter.

    parameter    that is changed
    covariate    column of the event table
    form         power: parameter x (covariate / reference) ** coefficient (allometry);
                 factor: parameter x coefficient ** covariate (a 0/1 covariate)
    coefficient  exponent or factor
    reference    value of the covariate for which the typical value holds
    citation     where the numbers come from
    """

    parameter: str
    covariate: str
    form: Form
    coefficient: float
    reference: float = 1.0
    citation: str = ""

    def multiplier(self, value: float) -> float:
        """What the parameter is multiplied with for this value of the covariate."""
        if self.form == "power":
            return float((value / self.reference) ** self.coefficient)
        return float(self.coefficient**value)


@dataclass(frozen=True, kw_only=True)
class Residual:
    """Variance of an observation about its prediction f: additive + proportional x f ** 2.

    additive, proportional  a variance, not a deviation
    citation  where the numbers come from
    """

    additive: float = 0.0
    proportional: float = 0.0
    citation: str = ""


@dataclass(frozen=True, kw_only=True)
class Correlation:
    """Covariance between the etas of two parameters.

    a, b        names of parameters
    covariance  of their etas
    """

    a: str
    b: str
    covariance: float


@dataclass(frozen=True, kw_only=True)
class Model:
    """A linear compartment model with its population.

    quantity      name of the observed quantity (DVID), "" when the table holds only one
    compartments  1: CL, V; 2: CL, V1, Q, V2
    absorption    first-order: parameter KA, doses go into the depot unless CMT says 2;
                  LAG (lag time) and F (bioavailability) are optional and act on depot doses
    """

    name: str
    quantity: str
    unit: str
    compartments: int
    absorption: Absorption
    parameters: tuple[Parameter, ...]
    residual: Residual
    covariates: tuple[CovariateEffect, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    time_unit: str = "h"
    citation: str = ""

    def __post_init__(self) -> None:
        _check_structure(self)
        _check_numbers(self)
        _check_covariates(self)

    @cached_property
    def random(self) -> tuple[str, ...]:
        """Parameters that differ between people: the order of eta."""
        return tuple(one.name for one in self.parameters if one.variance > 0)

    @cached_property
    def omega(self) -> Array:
        """(P, P) covariance matrix of eta."""
        place = {name: index for index, name in enumerate(self.random)}
        found = np.diag([one.variance for one in self.parameters if one.variance > 0])
        for pair in self.correlations:
            row, column = place[pair.a], place[pair.b]
            found[row, column] = found[column, row] = pair.covariance
        return found

    @cached_property
    def sha256(self) -> str:
        """Of the canonical JSON: names the model on the ledger."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def parameter(self, name: str) -> Parameter:
        return next(one for one in self.parameters if one.name == name)

    def has(self, name: str) -> bool:
        """Whether the structure has this parameter."""
        return any(one.name == name for one in self.parameters)


def needed_parameters(compartments: int, absorption: str) -> tuple[str, ...]:
    """Names that the structure cannot do without."""
    disposition = ("CL", "V") if compartments == 1 else ("CL", "V1", "Q", "V2")
    return (*disposition, "KA") if absorption == "first-order" else disposition


def _check_structure(model: Model) -> None:
    if isinstance(model.compartments, bool) or model.compartments not in (1, 2):
        raise BadModelError(f"compartments is {model.compartments!r}, must be 1 or 2")
    if model.absorption not in ("none", "first-order"):
        raise BadModelError(
            f"absorption is {model.absorption!r}, must be 'none' or 'first-order'"
        )
    names = [one.name for one in model.parameters]
    needed = needed_parameters(model.compartments, model.absorption)
    allowed = {*needed, *(OPTIONAL if model.absorption == "first-order" else ())}
    if missing := [name for name in needed if name not in names]:
        raise BadModelError(f"parameters lacks {', '.join(missing)}")
    if unknown := [name for name in names if name not in allowed]:
        raise BadModelError(
            f"parameters.{unknown[0]} is unknown to this structure; it has {sorted(allowed)}"
        )
    if len(set(names)) < len(names):
        raise BadModelError("parameters names one twice")


def _check_numbers(model: Model) -> None:
    for one in model.parameters:
        if not (np.isfinite(one.typical) and one.typical > 0):
            raise BadModelError(f"parameters.{one.name}.typical is {one.typical}, must be > 0")
        if not (np.isfinite(one.variance) and one.variance >= 0):
            raise BadModelError(
                f"parameters.{one.name}.variance is {one.variance}, must be >= 0"
            )
    if not model.random:
        raise BadModelError("no parameter has a variance: nothing differs between people")
    errors = (model.residual.additive, model.residual.proportional)
    if not all(np.isfinite(one) and one >= 0 for one in errors) or sum(errors) <= 0:
        raise BadModelError(
            "residual needs variances additive and proportional >= 0, one of them > 0"
        )
    for pair in model.correlations:
        if pair.a == pair.b or {pair.a, pair.b} - set(model.random):
            raise BadModelError(
                f"correlations names {pair.a} and {pair.b}: must be two with a variance"
            )
    if np.linalg.eigvalsh(model.omega)[0] <= 0:
        raise BadModelError("variances and correlations make no positive definite matrix")


def _check_covariates(model: Model) -> None:
    for effect in model.covariates:
        if not model.has(effect.parameter):
            raise BadModelError(f"covariates names the unknown parameter {effect.parameter}")
        if effect.form not in ("power", "factor"):
            raise BadModelError(
                f"covariates form is {effect.form!r}, must be 'power' or 'factor'"
            )
        positive = effect.reference if effect.form == "power" else effect.coefficient
        if not (np.isfinite(effect.coefficient) and np.isfinite(positive) and positive > 0):
            raise BadModelError(
                f"covariates of {effect.parameter} need a finite coefficient and a positive "
                "reference (power) or coefficient (factor)"
            )
