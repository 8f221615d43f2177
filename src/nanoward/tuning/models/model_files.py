"""Model files (TOML) as values: every fault names its line, its key and what to do."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, get_args

import numpy as np

from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import (
    KNOWN,
    LIKELIHOODS,
    Compartment,
    Covariate,
    Distribution,
    Dynamics,
    Individual,
    Output,
    Pair,
    Solver,
)
from nanoward.tuning.models.model import BadModelError
from nanoward.tuning.models.source import MODEL_PAGE, Source

NAME = re.compile(r"[A-Za-z_]\w*")
RESERVED = frozenset({"t", "DV", "eta", "typical", "predicted", "and", "or", "if"})
_FORMULAS = ("additive", "proportional", "log", "variance")


def is_dynamics(section: Mapping[str, Any]) -> bool:
    """Whether a table is a model written as formulas (and not a closed-form one)."""
    return "outputs" in section


def read_dynamics(text: str, file: str = "") -> Dynamics:
    """A model from the text of a TOML file."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BadModelError(f"is no TOML: {fault}", file=file, next_step=MODEL_PAGE) from None
    return dynamics_of(table, Source(text=text, file=file))


def dynamics_of(table: Mapping[str, Any], source: Source | None = None) -> Dynamics:
    """A model from a table as TOML gives it; BadModelError with the line where it is none."""
    told = source or Source()
    parts = dict(table)
    known = {one.name for one in fields(Dynamics) if one.init}
    if unknown := sorted(set(parts) - known):
        raise told.fault((unknown[0],), f"is unknown; known are {', '.join(sorted(known))}")
    for needed in ("name", "parameters", "outputs"):
        if needed not in parts:
            raise told.fault((needed,), "is missing")
    correlations = parts.get("correlations", [])
    if not isinstance(correlations, list):
        raise told.fault(("correlations",), "must be written [[correlations]]")
    model = Dynamics(
        name=_text(parts["name"], ("name",), told),
        time_unit=_text(parts.get("time_unit", "h"), ("time_unit",), told),
        solver=_one_of(parts.get("solver", "auto"), get_args(Solver), ("solver",), told),
        citation=_text(parts.get("citation", ""), ("citation",), told),
        period=_typed(parts.get("period", 0.0), float, ("period",), told),
        parameters=_named(Individual, parts, "parameters", told),
        covariates=_named(Covariate, parts, "covariates", told),
        compartments=_compartments(parts, told),
        outputs=_named(Output, parts, "outputs", told),
        definitions=_definitions(parts, told),
        correlations=tuple(_record(Pair, one, ("correlations",), told) for one in correlations),
    )
    if is_known(parts):
        first = replace(model.parameters[0], variance=KNOWN)
        model = replace(model, parameters=(first, *model.parameters[1:]))
    _check_names(model, told)
    _check_numbers(model, told)
    _check_outputs(model, told)
    assembled(model, told)
    return model


def is_known(parts: Mapping[str, Any]) -> bool:
    """Whether no parameter tells a variance, not even 0: all are plainly known then."""
    tables = parts["parameters"]
    if not isinstance(tables, Mapping) or not tables:
        return False
    keys = {key for one in tables.values() if isinstance(one, Mapping) for key in one}
    return not keys & {"variance", "occasion_variance", "value"}


def _table(given: Any, path: tuple[str, ...], source: Source) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise source.fault(path, f"is {given!r}, must be a table")
    return given


def _text(given: Any, path: tuple[str, ...], source: Source) -> str:
    if not isinstance(given, str):
        raise source.fault(path, f"is {given!r}, must be text in quotes")
    return given


def _one_of(given: Any, known: tuple[str, ...], path: tuple[str, ...], source: Source) -> Any:
    if given not in known:
        raise source.fault(path, f"is {given!r}, must be one of {', '.join(known)}")
    return given


def _named(shape: type[Any], parts: Mapping[str, Any], key: str, source: Source) -> Any:
    tables = _table(parts.get(key, {}), (key,), source)
    return tuple(
        _record(shape, {"name": name, **_table(one, (key, name), source)}, (key, name), source)
        for name, one in tables.items()
    )


def _compartments(parts: Mapping[str, Any], source: Source) -> tuple[Compartment, ...]:
    tables = _table(parts.get("compartments", {}), ("compartments",), source)
    return tuple(
        _record(
            Compartment,
            {"name": name, "number": place + 1, **_table(one, ("compartments", name), source)},
            ("compartments", name),
            source,
        )
        for place, (name, one) in enumerate(tables.items())
    )


def _definitions(parts: Mapping[str, Any], source: Source) -> tuple[tuple[str, str], ...]:
    table = _table(parts.get("definitions", {}), ("definitions",), source)
    return tuple(
        (name, _formula(text, ("definitions", name), source)) for name, text in table.items()
    )


def _formula(given: Any, path: tuple[str, ...], source: Source) -> str:
    """Formulas may be written as plain numbers too."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        return f"{float(given)!r}"
    return _text(given, path, source)


def _record(shape: type[Any], given: Any, path: tuple[str, ...], source: Source) -> Any:
    """A dataclass from a table: unknown, missing and ill-typed keys are named."""
    table = dict(_table(given, path, source))
    known = {one.name: one for one in fields(shape)}
    if unknown := sorted(set(table) - set(known)):
        listed = ", ".join(sorted(set(known) - {"name"}))
        raise source.fault((*path, unknown[0]), f"is unknown; known are {listed}")
    for name, one in known.items():
        if name not in table:
            if one.default is MISSING:
                raise source.fault((*path, name), "is missing")
            continue
        table[name] = _typed(table[name], one.type, (*path, name), source)
    return shape(**table)


def _typed(value: Any, hint: Any, path: tuple[str, ...], source: Source) -> Any:
    if hint is str:
        formula = path[0] in ("compartments", "outputs") or path[-1] in ("covariates", "value")
        return _formula(value, path, source) if formula else _text(value, path, source)
    if hint is Distribution:
        return _one_of(value, get_args(Distribution), path, source)
    if hint is bool:
        if not isinstance(value, bool):
            raise source.fault(path, f"is {value!r}, must be true or false")
        return value
    if hint == tuple[str, ...]:
        if not isinstance(value, list):
            raise source.fault(path, f"is {value!r}, must be a list of formulas")
        return tuple(_formula(one, path, source) for one in value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
        raise source.fault(path, f"is {value!r}, must be a number")
    if hint in (int, int | None):
        if value != int(value):
            raise source.fault(path, f"is {value!r}, must be a whole number")
        return int(value)
    return float(value)


def _check_names(model: Dynamics, source: Source) -> None:
    seen: dict[str, str] = {}
    kinds = {
        "parameters": [one.name for one in model.parameters],
        "covariates": [one.name for one in model.covariates],
        "compartments": [one.name for one in model.compartments],
        "definitions": [name for name, _ in model.definitions],
    }
    for kind, names in kinds.items():
        for name in names:
            if not NAME.fullmatch(name):
                raise source.fault((kind, name), "is no name: letters, digits and _ only")
            if name in RESERVED:
                raise source.fault(
                    (kind, name), "is a name with a fixed meaning; choose another"
                )
            if name in seen:
                raise source.fault((kind, name), f"stands under {seen[name]} already")
            seen[name] = kind
    numbers = [one.number for one in model.compartments]
    for one in model.compartments:
        if one.number < 1 or numbers.count(one.number) > 1:
            what = f"is {one.number}: numbers are 1 or more and differ between compartments"
            raise source.fault(("compartments", one.name, "number"), what)


def _check_numbers(model: Dynamics, source: Source) -> None:
    for one in model.parameters:
        path = ("parameters", one.name)
        for key in ("variance", "occasion_variance"):
            if getattr(one, key) < 0:
                raise source.fault(
                    (*path, key), f"is {getattr(one, key):g}, a variance is never negative"
                )
        if not 0 <= one.occasion_correlation < 1:
            what = f"is {one.occasion_correlation:g}, must be from 0 to below 1"
            raise source.fault((*path, "occasion_correlation"), what)
        if one.distribution == "logit" and not 0 < one.typical < 1:
            raise source.fault((*path, "typical"), "must lie between 0 and 1 for a logit")
        if one.distribution == "lognormal" and one.typical <= 0 and not one.value:
            raise source.fault(
                (*path, "typical"), f"is {one.typical:g}, must be > 0 for a lognormal parameter"
            )
        if one.distribution == "logit" and one.covariates:
            raise source.fault(
                (*path, "covariates"), "cannot multiply a logit; write `value` instead"
            )
    for cov in model.covariates:
        low, high = cov.low, cov.high
        if low is not None and high is not None and not low < high:
            what = f"is {low:g}, must be below high, {high:g}"
            raise source.fault(("covariates", cov.name, "low"), what)
    _check_spread(model, source)


def _check_spread(model: Dynamics, source: Source) -> None:
    if model.period < 0:
        raise source.fault(("period",), f"is {model.period:g}, must be > 0 (or 0: none)")
    for pair in model.correlations:
        if pair.a == pair.b or {pair.a, pair.b} - set(model.random):
            what = f"names {pair.a} and {pair.b}: must be two parameters with a variance"
            raise source.fault(("correlations",), what)
    size = len(model.random) + len(model.between_occasions)
    if size == 0:
        raise source.fault(("parameters",), "hold no variance: nothing differs between people")
    if np.linalg.eigvalsh(model.omega())[0] <= 0:
        raise source.fault(("correlations",), "and variances make no positive definite matrix")


def _check_outputs(model: Dynamics, source: Source) -> None:
    if not model.outputs:
        raise source.fault(("outputs",), "holds none")
    for one in model.outputs:
        path = ("outputs", one.name)
        _one_of(one.likelihood, LIKELIHOODS, (*path, "likelihood"), source)
        _check_error(one, source)
        for kind, key in (("ordinal", "logits"), ("event", "cumulative")):
            if one.likelihood == kind and not getattr(one, key):
                raise source.fault((*path, key), "is missing")
        if len(model.outputs) > 1 and not one.quantity and one.compartment is None:
            fix = "Give `quantity` (DVID) or `compartment` (CMT) of its observations."
            raise source.fault(path, "cannot be told from the others", fix)


def _check_error(one: Output, source: Source) -> None:
    path = ("outputs", one.name)
    told = [key for key in _FORMULAS if getattr(one, key)]
    if one.likelihood != "normal" and told:
        raise source.fault((*path, told[0]), f"has no meaning for {one.likelihood}")
    if one.likelihood == "normal" and not told:
        fix = "Give additive, proportional, log or variance: variances, not deviations."
        raise source.fault(path, "has no residual error", fix)
    if ("log" in told or "variance" in told) and len(told) > 1:
        raise source.fault((*path, told[-1]), "cannot stand beside another error")
    if one.logged and not one.log:
        raise source.fault((*path, "logged"), "needs `log`, the variance of the logarithm")
