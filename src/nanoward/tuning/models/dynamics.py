"""A model written as formulas: parameters, compartments, outputs. Data, never code.

Individual parameters differ between people by etas, normal with mean 0 and covariance Omega,
and between occasions of one person by further etas. Compartments change by differential
equations; doses enter them. Outputs are what is observed, with their error or likelihood.
docs/reference/model.md describes every key.
"""

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.tuning.models.model import Model

Array = NDArray[np.float64]
Distribution = Literal["lognormal", "normal", "logit"]
Solver = Literal["auto", "explicit", "stiff"]
KNOWN = 1e-12  # variance of one parameter where all are plainly known: next to nothing
LIKELIHOODS = ("normal", "poisson", "bernoulli", "ordinal", "event", "preference", "formula")


@dataclass(frozen=True, kw_only=True)
class Individual:
    """A parameter that people may differ in.

    name               by which formulas name it
    unit               of the parameter (UCUM)
    typical            of the reference person
    variance           of its eta; 0: everybody has the typical value
    occasion_variance  of a further eta for each occasion (column OCC)
    occasion_correlation  between that eta and the next occasion's: 0 <= . < 1 (a drift)
    distribution       lognormal: typical x covariates x exp(eta); normal: typical x covariates
                       + eta; logit: 1 / (1 + exp(-(logit(typical) + eta)))
    covariates         a formula that multiplies the typical value
    value              a formula of `typical`, `eta` and other names, instead of the above
    citation           where the numbers come from
    """

    name: str
    typical: float
    unit: str = ""
    variance: float = 0.0
    occasion_variance: float = 0.0
    distribution: Distribution = "lognormal"
    covariates: str = ""
    value: str = ""
    citation: str = ""
    occasion_correlation: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """A column of the event table.

    name       of the column
    unit       of its values (UCUM)
    missing    what is used where it is not told
    low, high  values outside are no values of a person (data/covariate_bounds.py)
    """

    name: str
    unit: str = ""
    missing: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Compartment:
    """An amount that changes by `derivative` (per time unit) and takes doses.

    name     by which formulas name it
    derivative  formula of its change in a time unit
    number   CMT of doses into it; its place among the compartments unless told
    unit     of the amount (UCUM)
    initial, lag, bioavailability, duration, rate  formulas of parameters and covariates;
             duration for doses with RATE -2, rate for RATE -1
    """

    name: str
    derivative: str
    number: int
    unit: str = ""
    initial: str = ""
    lag: str = ""
    bioavailability: str = ""
    duration: str = ""
    rate: str = ""


@dataclass(frozen=True, kw_only=True)
class Output:
    """What is observed.

    name          of the output
    value         formula of what is predicted; of some likelihoods their first formula
    unit          of the observations (UCUM)
    quantity, compartment  DVID and CMT of its observations
    additive, proportional  formulas: variance = additive + proportional x value ^ 2
    log           variance of the logarithm of an observation
    logged        DV holds natural logarithms already
    variance      formula of `predicted`, instead of additive and proportional
    likelihood    normal, poisson (value: expected count), bernoulli (value: probability),
                  ordinal (logits: of DV >= 1, DV >= 2, ...), event (value: hazard, cumulative:
                  its integral), preference (value: utility of A less that of B, in standard
                  deviations; DV 1: A was preferred), formula (value: -2 ln likelihood of DV)
    logits        of an ordinal likelihood: formulas of DV >= 1, DV >= 2, ...
    cumulative    of an event likelihood: formula of the hazard's integral
    limit         of quantification: smaller or censored observations count as "below it"
    citation      where the numbers come from
    """

    name: str
    value: str
    unit: str = ""
    quantity: str = ""
    compartment: int | None = None
    additive: str = ""
    proportional: str = ""
    log: str = ""
    logged: bool = False
    variance: str = ""
    likelihood: str = "normal"
    logits: tuple[str, ...] = ()
    cumulative: str = ""
    limit: float | None = None
    citation: str = ""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Covariance between the etas of two parameters.

    a, b        names of parameters
    covariance  of their etas
    """

    a: str
    b: str
    covariance: float


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """A whole model. Made by `dynamics_of`, which checks it.

    period   length of an occasion, which then begins by the clock and not by the column OCC
    written  the model as compartments, where it was written so (compartment_formulas.py). What
             is made of these formulas by `replace` does not keep it: it is no longer the same
    """

    name: str
    parameters: tuple[Individual, ...]
    outputs: tuple[Output, ...]
    compartments: tuple[Compartment, ...] = ()
    covariates: tuple[Covariate, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    correlations: tuple[Pair, ...] = ()
    time_unit: str = "h"
    solver: Solver = "auto"
    citation: str = ""
    period: float = 0.0
    written: Model | None = field(default=None, init=False, compare=False, repr=False)

    @cached_property
    def random(self) -> tuple[str, ...]:
        """Parameters whose etas are common to all occasions, in the order of eta."""
        return tuple(one.name for one in self.parameters if one.variance > 0)

    @cached_property
    def between_occasions(self) -> tuple[str, ...]:
        """Parameters with an eta for each occasion."""
        return tuple(one.name for one in self.parameters if one.occasion_variance > 0)

    @property
    def is_known(self) -> bool:
        """Whether all parameters are plainly known: nobody differs from anybody."""
        spread = [one.variance + one.occasion_variance for one in self.parameters]
        return max(spread, default=0.0) <= KNOWN

    @cached_property
    def sha256(self) -> str:
        """Of the canonical JSON of what was written: names the model on the ledger."""
        if self.written is not None:
            return self.written.sha256
        return str(sha256_of(canonical_json(self.table).encode()))

    @property
    def table(self) -> dict[str, Any]:
        """All numbers and formulas as they were written, as JSON. Bounds that are not told
        leave no trace: a model from before they could be told keeps its name."""
        if self.written is not None:
            return dict(json.loads(json.dumps(asdict(self.written))))
        found = json.loads(json.dumps(asdict(self)))
        del found["written"]
        for one in found["covariates"]:
            for key in ("low", "high"):
                if one[key] is None:
                    del one[key]
        return dict(found)

    def eta_names(self, occasions: int = 1) -> tuple[str, ...]:
        """Names of all etas of a person with this many occasions."""
        further = tuple(
            f"{name}@{place + 1}"
            for place in range(occasions)
            for name in self.between_occasions
        )
        return self.random + further

    def omega(self, occasions: int = 1) -> Array:
        """(E, E) covariance of all etas of a person with this many occasions.

        Etas of occasions i and j of one parameter have the correlation r ^ |i - j|: the
        stationary Ornstein-Uhlenbeck process seen once per occasion (Uhlenbeck & Ornstein
        1930, Phys Rev 36:823).
        """
        spread = {one.name: one for one in self.parameters}
        common = [spread[name].variance for name in self.random]
        further = [spread[name].occasion_variance for name in self.between_occasions]
        found = np.diag(np.array(common + further * occasions, dtype=float))
        place = {name: index for index, name in enumerate(self.random)}
        for pair in self.correlations:
            row, column = place[pair.a], place[pair.b]
            found[row, column] = found[column, row] = pair.covariance
        first, own = len(common), len(further)
        apart = np.abs(np.subtract.outer(np.arange(occasions), np.arange(occasions)))
        for local, name in enumerate(self.between_occasions):
            if r := spread[name].occasion_correlation:
                at = slice(first + local, None, own)
                found[at, at] = further[local] * r**apart
        return found

    def output(self, name: str) -> Output:
        return next(one for one in self.outputs if one.name == name)


def as_written(model: Dynamics, written: Model) -> Dynamics:
    """The same formulas, which keep what they were made of."""
    object.__setattr__(model, "written", written)
    return model
