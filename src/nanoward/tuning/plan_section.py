"""A programme's [tuning] section (or a model file) as values; every fault names its key."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from math import isnan
from typing import Any, TypeVar

from nanoward.base.plan_keys.keys import key_names
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.plan_checks import check_goal, check_target
from nanoward.tuning.dosing.target_attainment import BadTargetError, Target
from nanoward.tuning.models.compartment_formulas import formulas_of
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.models.model import (
    BadModelError,
    Correlation,
    CovariateEffect,
    Model,
    Parameter,
    Residual,
)
from nanoward.tuning.models.model_files import dynamics_of, is_dynamics, read_dynamics
from nanoward.tuning.models.model_writer import dynamics_text
from nanoward.tuning.models.pk_library import MODELS
from nanoward.tuning.models.source import Source
from nanoward.tuning.outcomes.before_after import ComparisonPlan
from nanoward.tuning.tuning_keys import TuningSection

Shape = TypeVar("Shape")
_PLAIN = ("name", "quantity", "unit", "compartments", "absorption", "time_unit", "citation")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What tuning is asked about each person.

    target     an exposure to reach; goal: benefit and side effect; None: fits and bands only
    compare    measurements and ratings before and after a change; None: none
    held_back  share of each person's last observations left out of a second fit, to test it
    draws      from each posterior
    """

    model: Dynamics
    target: Target | None = None
    goal: Goal | None = None
    held_back: float = 0.3
    draws: int = 1000
    compare: ComparisonPlan | None = None


def question_of(section: Mapping[str, Any], source: Source | None = None) -> Question:
    """[tuning]: model (a name of the library or a table), target or goal, held_back, draws."""
    allowed = key_names(TuningSection)
    if unknown := sorted(set(section) - allowed):
        raise BadModelError(f"tuning.{unknown[0]} is unknown; known are {sorted(allowed)}")
    if "model" not in section:
        raise BadModelError("tuning.model is missing")
    held_back = _number(section.get("held_back", 0.3), "tuning.held_back")
    draws = section.get("draws", 1000)
    if not 0 <= held_back < 1:
        raise BadModelError(f"tuning.held_back is {held_back}, must be from 0 to below 1")
    if not isinstance(draws, int) or not 100 <= draws <= 100_000:
        raise BadModelError(f"tuning.draws is {draws!r}, must be from 100 to 100000")
    target, goal = section.get("target"), section.get("goal")
    model = model_of(section["model"], source)
    if goal is not None and model.written is not None:
        raise BadModelError("tuning.goal needs a model written as formulas, with outputs")
    if goal is not None and target is not None:
        raise BadTargetError(
            "tuning.goal and tuning.target stand together: one setting cannot be chosen by both"
        )
    aimed = None if target is None else target_of(target)
    wanted = None if goal is None else goal_of(goal)
    if aimed is not None:
        check_target(model, aimed)
    if wanted is not None:
        check_goal(model, wanted)
    return Question(
        model=model,
        target=aimed,
        goal=wanted,
        compare=compare_of(section["compare"]) if "compare" in section else None,
        held_back=held_back,
        draws=draws,
    )


def model_of(given: Any, source: Source | None = None) -> Dynamics:
    """A model of the library by its name, or one written out as a table.

    A table with outputs is a model of formulas, any other one of compartments, which is turned
    into formulas; source tells lines of their faults.
    """
    if isinstance(given, str):
        if given in TEXTS:
            return read_dynamics(TEXTS[given])
        if given not in MODELS:
            known = sorted([*MODELS, *TEXTS])
            raise BadModelError(f"no model is called {given!r}; known are {known}")
        return formulas_of(MODELS[given])
    table = dict(_table(given, "model"))
    if is_dynamics(table):
        return dynamics_of(table, source)
    parts: dict[str, Any] = {
        "parameters": tuple(
            _record(
                Parameter, {"name": name, **_table(one, f"parameters.{name}")}, "parameters"
            )
            for name, one in _table(table.pop("parameters", {}), "parameters").items()
        ),
        "residual": _record(Residual, table.pop("residual", {}), "residual"),
        "covariates": _records(CovariateEffect, table.pop("covariates", []), "covariates"),
        "correlations": _records(Correlation, table.pop("correlations", []), "correlations"),
    }
    return formulas_of(_record(Model, {**table, **parts}, "model"))


def target_of(given: Any) -> Target:
    """[tuning.target]."""
    try:
        return _record(Target, given, "target")
    except BadModelError as fault:
        raise BadTargetError(fault.message) from None


def goal_of(given: Any) -> Goal:
    """[tuning.goal]."""
    try:
        return _record(Goal, given, "goal")
    except BadModelError as fault:
        raise BadTargetError(fault.message) from None


def compare_of(given: Any) -> ComparisonPlan:
    """[tuning.compare]."""
    try:
        return _record(ComparisonPlan, given, "compare")
    except BadModelError as fault:
        raise BadTargetError(fault.message) from None


def model_text(model: Dynamics) -> str:
    """The model as TOML as it was written, which `model_of` reads back to the same model."""
    written = model.written
    if written is None:
        return dynamics_text(model)
    lines = [f"{name} = {_text(getattr(written, name))}" for name in _PLAIN]
    lines += ["", "[residual]", *_lines(written.residual)]
    for one in written.parameters:
        lines += ["", f"[parameters.{one.name}]", *_lines(one, without="name")]
    for effect in written.covariates:
        lines += ["", "[[covariates]]", *_lines(effect)]
    for pair in written.correlations:
        lines += ["", "[[correlations]]", *_lines(pair)]
    return "\n".join(lines) + "\n"


def _lines(record: Any, without: str = "") -> list[str]:
    values = asdict(record)
    return [f"{name} = {_text(value)}" for name, value in values.items() if name != without]


def _text(value: Any) -> str:
    """JSON text and numbers are TOML too, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _records(shape: type[Shape], given: Any, key: str) -> tuple[Shape, ...]:
    if not isinstance(given, list | tuple):
        raise BadModelError(f"{key} must be a list of tables")
    return tuple(_record(shape, one, f"{key}[{place}]") for place, one in enumerate(given))


def _record(shape: type[Shape], given: Any, key: str) -> Shape:
    """A dataclass from a table: unknown, missing and ill-typed keys are named."""
    table = dict(_table(given, key))
    known = {one.name: one for one in fields(shape)}  # type: ignore[arg-type]
    if unknown := sorted(set(table) - set(known)):
        raise BadModelError(f"{key}.{unknown[0]} is unknown; known are {sorted(known)}")
    for name, one in known.items():
        if name not in table and one.default is MISSING:
            raise BadModelError(f"{key}.{name} is missing")
        if name in table and one.type in (float, "float"):
            table[name] = _number(table[name], f"{key}.{name}")
        if name in table and one.type in (int, "int") and _is_no_count(table[name]):
            raise BadModelError(f"{key}.{name} is {table[name]!r}, must be a whole number")
        if table.get(name) is not None and one.type in (float | None, "float | None"):
            table[name] = _number(table[name], f"{key}.{name}")
        if name in table and one.type in (str, "str") and not isinstance(table[name], str):
            raise BadModelError(f"{key}.{name} is {table[name]!r}, must be text")
    return shape(**table)


def _table(given: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadModelError(f"{key} is {given!r}, must be a table")
    return given


def _is_no_count(given: Any) -> bool:
    return isinstance(given, bool) or not isinstance(given, int)


def _number(given: Any, key: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or isnan(given):
        raise BadModelError(f"{key} is {given!r}, must be a number")
    return float(given)
