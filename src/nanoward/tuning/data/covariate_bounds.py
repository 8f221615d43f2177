"""Which values a covariate may have: as the model says, else as people and formulas allow.

A model tells `low` and `high`. Where it does not, three things still bound a covariate: what
stands alone as an exponent (0.85 ^ SEX) is yes or no; what has a unit is above zero (but for
temperatures); and what bears a usual name (WT, AGE, CRCL ...) lies where people have been seen.
A value outside is a slip or a mark for "missing", and no parameter may be computed from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite, isnan

from nanoward.base.units import UnknownUnit, conversion, unit_of
from nanoward.maths.formulas.expressions import Graph, evaluated_many, parse
from nanoward.tuning.models.compiled_model import Assembly, assembly_of
from nanoward.tuning.models.dynamics import Covariate, Dynamics
from nanoward.tuning.models.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From low to high, both allowed; why they hold."""

    low: float
    high: float
    why: str

    def error(self, name: str, value: float) -> str:
        """Why a value cannot be; "" where it can."""
        if isnan(value):
            return f"covariate {name} is no number"
        if self.low <= value <= self.high and isfinite(value):
            return ""
        return (
            f"covariate {name} is {value:g}, outside {self.low:g} to {self.high:g} ({self.why})"
        )


SWITCH = Bounds(low=0.0, high=1.0, why="an exponent that is 0 or 1; else give high")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    low: float
    high: float
    unit: str


# Widest values seen in people, premature infants included: Guinness World Records for body
# weight (635 kg), height (272 cm) and age (122 a); clearances by twice the largest reported.
_WEIGHT, _AGE = _Usual(low=0.2, high=635.0, unit="kg"), _Usual(low=0.0, high=122.0, unit="")
_SEX = _Usual(low=0.0, high=2.0, unit="")
_RENAL = _Usual(low=0.0, high=400.0, unit="mL/min")
_USUAL = {
    **dict.fromkeys(("WT", "WEIGHT", "BW", "BWT", "TBW", "LBM", "FFM", "LBW", "IBW"), _WEIGHT),
    "AGE": _AGE,
    **dict.fromkeys(("HT", "HEIGHT"), _Usual(low=20.0, high=272.0, unit="cm")),
    "BMI": _Usual(low=5.0, high=205.0, unit=""),
    "BSA": _Usual(low=0.05, high=5.0, unit=""),
    **dict.fromkeys(("CRCL", "CLCR", "CLCREAT", "GFR", "EGFR"), _RENAL),
    **dict.fromkeys(("SEX", "SEXF", "SEXM", "MALE", "FEMALE"), _SEX),
}


@lru_cache(maxsize=64)
def covariate_bounds(model: Dynamics) -> Mapping[str, Bounds]:
    """Bounds of every covariate by name."""
    switches = _switches(model)
    return {one.name: _bounds(one, is_switch=one.name in switches) for one in model.covariates}


def usual_bounds(name: str, *, is_switch: bool = False) -> Bounds:
    """Bounds of a covariate of which nothing but its name, and whether it is an exponent, is
    known."""
    return _bounds(Covariate(name=name), is_switch=is_switch)


def _bounds(one: Covariate, *, is_switch: bool) -> Bounds:
    if one.low is not None or one.high is not None:
        low = -inf if one.low is None else one.low
        return Bounds(low=low, high=inf if one.high is None else one.high, why="the model's")
    usual = _USUAL.get(one.name.upper())
    if is_switch and (usual is None or usual is _SEX):
        return SWITCH
    if usual is not None:
        factor = conversion(usual.unit, one.unit) if one.unit and usual.unit else 1.0
        if not isinstance(factor, UnknownUnit):
            why = f"{one.unit or usual.unit} in people; else give low and high".lstrip()
            return Bounds(low=usual.low * factor, high=usual.high * factor, why=why)
    unit = unit_of(one.unit) if one.unit else None
    if unit is None or isinstance(unit, UnknownUnit) or one.unit == "Cel":
        return Bounds(low=-inf, high=inf, why="no bounds")
    return Bounds(low=0.0, high=inf, why=f"{one.unit} are never negative; else give low")


def _switches(model: Dynamics) -> frozenset[str]:
    """Covariates that are nothing but exponents of numbers, wherever they stand."""
    alone: set[str] = set()
    elsewhere: set[str] = set()
    names = {one.name for one in model.covariates}
    for text in _formulas(model):
        graph = Graph()
        for place in graph.below([parse(graph, text, units=True)]):
            node = graph.nodes[place]
            for turn, child in enumerate(node.args):
                inner = graph.nodes[child]
                if inner.op != "name" or inner.text not in names:
                    continue
                base = graph.nodes[node.args[0]].op == "number"
                is_exponent = node.op == "pow" and turn == 1 and base
                (alone if is_exponent else elsewhere).add(inner.text)
    return frozenset(alone - elsewhere)


def _formulas(model: Dynamics) -> list[str]:
    found = [text for _, text in model.definitions]
    for parameter in model.parameters:
        found += [parameter.covariates, parameter.value]
    for one in model.compartments:
        found += [one.derivative, one.initial, one.lag, one.bioavailability, one.duration]
        found.append(one.rate)
    for output in model.outputs:
        found += [output.value, output.additive, output.proportional, output.log]
        found += [output.variance, output.cumulative, *output.logits]
    return [text for text in found if text]


@lru_cache(maxsize=64)
def _assembly(model: Dynamics) -> Assembly:
    return assembly_of(model, Source())


def impossible_parameters(
    model: Dynamics, covariates: Sequence[tuple[float, ...]]
) -> dict[tuple[float, ...], str]:
    """Covariates with which the typical person has a parameter that cannot be, and why.

    covariates  (V) different values, in the order of the model's
    """
    made = _assembly(model)
    values: dict[str, list[float]] = {
        one.name: [row[place] for row in covariates]
        for place, one in enumerate(model.covariates)
    }
    for name in model.random:
        values[f"eta:{name}"] = [0.0] * len(covariates)
    for name in model.between_occasions:
        values[f"occasion:{name}"] = [0.0] * len(covariates)
    roots = list(made.parameters.values())
    found = evaluated_many(made.graph, roots, values, len(covariates))
    kinds = {one.name: one for one in model.parameters}
    wrong: dict[tuple[float, ...], str] = {}
    for name, row in zip(made.parameters, found, strict=True):
        one = kinds[name]
        positive = one.distribution == "lognormal" and not one.value
        for given, value in zip(covariates, row, strict=True):
            if not isfinite(value) or (positive and value <= 0):
                wrong.setdefault(given, f"{name} would be {value:g} with these covariates")
    return wrong
