"""The course to come of one person, at every setting and for every draw.

Means are taken over moments `every` apart, each before the dose of its time. What a limit is
held against is looked at where it is worst (worst_times.py), also just behind a dose.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.estimation.map_estimates import longest, places_in, whitening
from nanoward.tuning.kernel.layout import workspace_for
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """Time from now; behind: after the dose of that time, not before it."""

    after: float
    behind: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What follows from K settings under D draws, at T times.

    benefit, variance  (K, D, T) the benefit's output, and the variance of observing it (NaN
                       where it is not observed with an error)
    harm               (K, D, T) probability of the side effect
    side               (K, D, T) value of the side effect's output where it is a measured one:
                       what is worst also where harm is certain or none; else None
    exposure           (K, D) integral of the goal's exposure over the horizon; zeros without
    worst              (K, D, W) probability of the side effect at its worst moments
    A course that breaks down counts as certain harm without benefit and endless exposure.
    """

    benefit: Array
    variance: Array
    harm: Array
    exposure: Array
    side: Array | None = None
    worst: Array | None = None

    @property
    def at_worst(self) -> Array:
        """(K, D, W) harm at its worst moments; at all that were looked at, where none are."""
        return self.harm if self.worst is None else self.worst


def forecast(
    model: Dynamics,
    one: History,
    eta: Array,
    goal: Goal,
    settings: Array,
    worst: Iterable[Moment] = (),
    since: float = 0.0,
) -> Forecast:
    """The course of every setting (K,) and draw (D, E) of eta; also at the W moments `worst`.

    Without `worst` the harm of the moments `every` apart is the worst that is known; moments
    before `since` do not count as worst ones.
    """
    plain = regular_moments(goal)
    moments = sorted({*plain, *worst})
    found = course_at(model, one, eta, goal, settings, moments)
    usual = np.array([each in plain for each in moments], bool)
    return replace(
        found,
        benefit=found.benefit[..., usual],
        variance=found.variance[..., usual],
        harm=found.harm[..., usual],
        side=None if found.side is None else found.side[..., usual],
        exposure=found.exposure[..., usual].mean(axis=-1) * goal.horizon,
        worst=found.harm[..., [each.after >= since - 1e-9 for each in moments]],
    )


def regular_moments(goal: Goal) -> set[Moment]:
    """`every` apart up to the horizon, each before the dose of its time."""
    every = goal.asked_every
    return {Moment(float(at)) for at in np.arange(every, goal.horizon + 1e-9, every)}


def course_at(
    model: Dynamics, one: History, eta: Array, goal: Goal, settings: Array,
    moments: list[Moment],
) -> Forecast:  # fmt: skip
    """As `forecast`, at these T moments in their order; exposure (K, D, T): not yet summed."""
    from nanoward.tuning.kernel.entry_points import followed, superposed

    program = assembled(model)
    linear = program.facts[4] == 1
    plans = [0.0, 1.0] if linear else [float(setting) for setting in settings]
    many = [append_future_doses(model, one, goal, amount, moments) for amount in plans]
    given = packed(many, len(model.covariates))
    factor = whitening(model, many[0].occasions)
    if eta.shape[1] != len(factor):
        raise BadTargetError(
            f"draws of {eta.shape[1]} etas for a model that has {len(factor)} until the "
            "horizon: fit the person with in_periods(model, person, goal.horizon)"
        )
    z = np.ascontiguousarray(np.linalg.solve(factor, eta.T).T)
    asked = np.flatnonzero(given.output[: given.first[1]] >= 0).astype(np.int64)
    room = workspace_for(program, places_in(given), 0, longest(given) if linear else 0)
    seen = np.zeros((longest(given), 2, 1))
    out = np.zeros((len(settings), len(z), len(asked), 2))
    if linear:
        superposed(program, given, factor, z, room, seen, asked, settings, out)
    else:
        followed(program, given, factor, z, room, seen, asked, out)
    return _course(model, goal, out)


def _course(model: Dynamics, goal: Goal, out: Array) -> Forecast:
    per_time = len(_asked(model, goal))
    parts = out.reshape(*out.shape[:2], -1, per_time, 2)
    values = parts[..., 0]
    broken = ~np.isfinite(values).all(axis=-1)
    sides = values[..., 1 : per_time - 1] if goal.exposure else values[..., 1:]
    exposure = np.zeros(broken.shape)
    if goal.exposure:
        exposure = np.where(broken, np.inf, values[..., -1])
    variance = parts[..., 0, 1]
    if model.output(goal.benefit).likelihood != "normal":
        variance = np.full(variance.shape, np.nan)
    harm = np.where(broken, 1.0, _harm(model, goal, sides))
    measured = model.output(goal.side_effect).likelihood == "normal"
    side = np.where(broken, np.inf, goal.side_sign * sides[..., 0]) if measured else None
    return Forecast(
        benefit=np.where(broken, 0.0, values[..., 0]),
        variance=variance,
        harm=harm,
        side=side,
        exposure=exposure,
        worst=harm,
    )


def _asked(model: Dynamics, goal: Goal) -> list[tuple[int, float]]:
    """Outputs and observed values asked for at each time: benefit, side effect, exposure."""
    places = {one.name: place for place, one in enumerate(model.outputs)}
    for name in (goal.benefit, goal.side_effect, goal.exposure):
        if name and name not in places:
            raise BadTargetError(f"goal names the output {name!r}; known are {sorted(places)}")
    side = model.output(goal.side_effect)
    if side.likelihood == "ordinal":
        values = [float(k) for k in range(goal.grade)]
    elif side.likelihood == "bernoulli":
        values = [1.0]
    elif side.likelihood == "normal":
        values = [float("nan")]
    else:
        raise BadTargetError(
            f"goal.side_effect is {side.likelihood}, which gives no probability"
        )
    exposure = [(places[goal.exposure], float("nan"))] if goal.exposure else []
    return [
        (places[goal.benefit], float("nan")),
        *((places[goal.side_effect], value) for value in values),
        *exposure,
    ]


def _harm(model: Dynamics, goal: Goal, values: Array) -> Array:
    side = model.output(goal.side_effect)
    if side.likelihood == "bernoulli":
        return np.asarray(np.exp(-0.5 * values[..., 0]))
    if side.likelihood == "ordinal":
        return np.asarray(1.0 - np.exp(-0.5 * values).sum(axis=-1))
    natural = np.exp(values[..., 0]) if side.log else values[..., 0]
    return np.asarray((goal.side_sign * (natural - goal.limit) > 0).astype(np.float64))


def append_future_doses(
    model: Dynamics, one: History, goal: Goal, amount: float,
    moments: Iterable[Moment] | None = None,
) -> History:  # fmt: skip
    """What was given so far, then `amount` every interval, with questions on the way: at the
    moments told, else at those `every` apart."""
    last = one.events[-1] if one.events else Event(time=0.0, evid=2)
    now = one.last
    into = compartment_of(model, goal)
    begin = replace(last, output=-1, value=float("nan"), evid=2, time=now, amount=0.0, more=0)
    given = [
        replace(
            begin,
            evid=1 if amount > 0 else 2,
            time=now + float(at),
            amount=amount,
            rate=amount / goal.duration if goal.duration > 0 else 0.0,
            compartment=into,
            steady=False,
        )
        for at in np.arange(0.0, goal.horizon, goal.interval)
    ]
    rank = {1: 1, 2: 1}
    ahead = [(each.time, rank[each.evid], each) for each in given]
    for moment in sorted(regular_moments(goal) if moments is None else moments):
        ahead += [
            (now + moment.after, 2 if moment.behind else 0, question)
            for output, value in _asked(model, goal)
            for question in (
                replace(begin, evid=0, time=now + moment.after, output=output, value=value),
            )
        ]
    ahead.sort(key=lambda each: each[:2])
    plain = [replace(each, output=-1, value=float("nan")) for each in _until(one, now)]
    return in_periods(model, replace(one, events=(*plain, *(each for _, _, each in ahead))))


def compartment_of(model: Dynamics, goal: Goal) -> int:
    """Place of the compartment that the setting goes into; refused where there is none."""
    numbers = [each.number for each in model.compartments]
    if goal.into not in numbers:
        known = ", ".join(str(one) for one in sorted(numbers)) or "none"
        raise BadTargetError(
            f"goal.into is {goal.into}, a compartment that the model lacks (it has {known})"
        )
    return numbers.index(goal.into)


def _until(one: History, now: float) -> list[Event]:
    """The records so far; of additional doses those before `now`: the setting takes over."""

    def more(each: Event) -> int:
        if not each.more or each.interval <= 0:
            return each.more
        past = int(np.ceil((now - each.time) / each.interval - 1e-9)) - 1
        return min(each.more, max(0, past))

    return [replace(each, more=more(each)) for each in one.events]
