"""A goal or a target held against its model: compartments, outputs and units that do not fit.

Units are dimensions and not words: an amount must be in the unit of the compartment that it
goes into, an exposure in that of its output (over time for an area). What carries no unit in
the model cannot be held against anything.
"""

from nanoward.base.units import UnknownUnit, unit_of
from nanoward.tuning.dosing.forecast import compartment_of
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.target_attainment import BadTargetError, Target
from nanoward.tuning.models.dynamics import Dynamics, Output

_PROBABLE = ("normal", "bernoulli", "ordinal")


def check_goal(model: Dynamics, goal: Goal) -> None:
    """BadTargetError where the goal asks for what the model does not have."""
    place = compartment_of(model, goal)
    if model.is_known:
        raise BadTargetError("the model has no variance: a goal needs people who differ")
    known = {one.name: one for one in model.outputs}
    for key in ("benefit", "side_effect", "exposure"):
        name = getattr(goal, key)
        if name not in known and (name or key != "exposure"):
            raise BadTargetError(f"goal.{key} is {name!r}; the outputs are {sorted(known)}")
    side = known[goal.side_effect]
    if side.likelihood not in _PROBABLE:
        raise BadTargetError(
            f"goal.side_effect is {side.likelihood}, which gives no probability"
        )
    if side.likelihood == "ordinal" and goal.grade > len(side.logits):
        raise BadTargetError(
            f"goal.grade is {goal.grade}, but {side.name} has grades up to {len(side.logits)}"
        )
    if known[goal.benefit].likelihood != "normal":
        raise BadTargetError(
            f"goal.benefit is {known[goal.benefit].likelihood}: only a measured value can be "
            "weighed"
        )
    _check_amount(goal.unit, model.compartments[place].unit, goal.interval, model.time_unit)


def check_target(model: Dynamics, target: Target) -> None:
    """BadTargetError where units of the target do not fit the model."""
    if not model.compartments:
        raise BadTargetError("the model has no compartment that takes doses")
    amount, level = model.compartments[0].unit, _level_unit(model.outputs[0])
    _check_amount(
        target.dose_unit, amount, target.interval, model.time_unit, "target.dose_unit"
    )
    wanted = level
    if target.measure == "auc" and level and model.time_unit:
        wanted = f"{level}.{model.time_unit}"
    _check_same("target.unit", target.unit, wanted)


def _level_unit(output: Output) -> str:
    return output.unit if output.likelihood == "normal" else ""


def _check_amount(
    told: str, wanted: str, interval: float, time_unit: str, key: str = "goal.unit"
) -> None:
    """An amount, or an amount per time where that time is the interval."""
    amount, _, per = told.partition(" per ")
    if per and isinstance(unit_of(wanted), UnknownUnit):
        return
    if per:
        time, own = unit_of(_TIMES.get(per.strip(), per.strip())), unit_of(time_unit)
        if (
            isinstance(time, UnknownUnit)
            or isinstance(own, UnknownUnit)
            or time.powers != own.powers
            or abs(time.factor / own.factor / interval - 1) > 1e-9
        ):
            raise BadTargetError(
                f"{key} is {told!r}, but the interval is {interval:g} {time_unit}"
            )
    _check_same(key, amount, wanted)


_TIMES = {"week": "wk", "day": "d", "hour": "h", "minute": "min"}


def _check_same(key: str, told: str, wanted: str) -> None:
    """The same dimension and the same size; nothing where the model tells no unit."""
    own = unit_of(wanted) if wanted else None
    if own is None or isinstance(own, UnknownUnit):
        return
    found = unit_of(told.replace("*", ".").replace(" ", "."))
    if isinstance(found, UnknownUnit):
        raise BadTargetError(f"{key} {told!r} is not understood; the model has {wanted}")
    if found.powers != own.powers:
        raise BadTargetError(f"{key} {told!r} measures something else than {wanted}")
    if abs(found.factor / own.factor - 1) > 1e-9:
        raise BadTargetError(
            f"{key} {told!r} is {found.factor / own.factor:g} times {wanted}, the unit of the "
            "model; write the numbers in that unit"
        )
