"""The keys of [tuning] in programme.toml, and of the models that it may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from nanoward.base.plan_keys.keys import FORMULAS, stated
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.target_attainment import Target
from nanoward.tuning.models.dynamics import (
    Compartment,
    Covariate,
    Individual,
    Output,
    Pair,
    Solver,
)
from nanoward.tuning.models.model import (
    Absorption,
    Correlation,
    CovariateEffect,
    Parameter,
    Residual,
)
from nanoward.tuning.outcomes.before_after import ComparisonPlan


@dataclass(frozen=True, kw_only=True)
class _CompartmentModelKeys:
    """A linear compartment model with its population, as a table.

    name          of the model
    quantity      name of the observed quantity (DVID), "" when the table holds only one
    unit          of the observed quantity (UCUM)
    compartments  1: CL, V; 2: CL, V1, Q, V2
    absorption    first-order: parameter KA, doses go into the depot unless CMT says 2
    parameters    of the structure, by name; LAG and F are optional and act on depot doses
    residual      variance of an observation about its prediction
    covariates    how covariates change parameters
    correlations  covariances between parameters
    time_unit     of all times (UCUM)
    citation      where the numbers come from
    """

    name: str
    quantity: str
    unit: str
    compartments: Literal[1, 2]
    absorption: Absorption
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    residual: Residual = field(default_factory=Residual)
    covariates: tuple[CovariateEffect, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    time_unit: str = "h"
    citation: str = ""


@dataclass(frozen=True, kw_only=True)
class _FormulaModelKeys:
    """A model written as formulas; docs/reference/model.md describes every key.

    name          of the model
    parameters    that people may differ in, by name
    outputs       what is observed, by name
    compartments  amounts that change and take doses, by name
    covariates    columns of the event table, by name
    definitions   names for formulas
    correlations  covariances between parameters
    time_unit     of all times (UCUM)
    solver        of the differential equations
    citation      where the numbers come from
    period        length of an occasion, which then begins by the clock; 0: by the column OCC
    """

    name: str
    parameters: Mapping[str, Annotated[Individual, FORMULAS]]
    outputs: Mapping[str, Annotated[Output, FORMULAS]]
    compartments: Mapping[str, Annotated[Compartment, FORMULAS]] = field(default_factory=dict)
    covariates: Mapping[str, Covariate] = field(default_factory=dict)
    definitions: Mapping[str, str | float] = field(default_factory=dict)
    correlations: tuple[Pair, ...] = ()
    time_unit: str = "h"
    solver: Solver = "auto"
    citation: str = ""
    period: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TuningSection:
    """The keys of [tuning]: what is asked about each person.

    model      a model of the library by its name, or one written out
    target     an exposure to reach; not beside a goal
    goal       benefit and side effect; needs a model written as formulas
    compare    measurements and ratings before and after a change
    held_back  share of each person's last observations left out of a second fit, to test it
    draws      from each posterior
    """

    model: str | _CompartmentModelKeys | _FormulaModelKeys
    target: Target | None = None
    goal: Goal | None = None
    compare: ComparisonPlan | None = None
    held_back: float = stated(0.3, low=0)
    draws: int = stated(1000, low=100, high=100_000)
