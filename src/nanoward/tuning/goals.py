"""Which setting a person should have: most utility, while the side effect stays rare enough.

For every setting that may be given and every draw from the person's posterior the course ahead
is followed, at steps of `every` up to `horizon`. A setting is allowed when at each of these
times the side effect's probability, over all draws, is at most `epsilon`, and when it keeps the
hard range, the largest step from the present setting and the total that may be given.
Of the allowed settings the one of most expected utility is recommended:
    utility = benefit - weight x probability of the side effect, mean over times and draws.
What the person prefers enters by `weight` (preference.py), apart from what is allowed.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.assembly import assembled
from nanoward.tuning.dosing import Advice, BadTargetError, poorly_sampled
from nanoward.tuning.dynamics import Dynamics
from nanoward.tuning.estimation import longest, places_in, whitening
from nanoward.tuning.histories import Event, History, packed
from nanoward.tuning.posterior import Draws
from nanoward.tuning.program import room_for

Array = NDArray[np.float64]
MOST_SETTINGS = 2000


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is wanted of a setting, and what must not happen.

    setting, unit        what is set: an amount given every `interval` (over `duration`, 0: at
                         once) into compartment number `into`
    lowest, highest, step  settings that may be given
    benefit              output whose value is wanted high (or low: benefit_sign -1)
    side_effect          output that tells the side effect: above `limit` (below it with
                         side_sign -1); bernoulli: DV 1; ordinal: DV >= grade
    epsilon              most probability of it at any time
    weight               what one side effect costs, in units of benefit
    horizon, every       how far and how finely the course is followed, in the model's time unit
    largest_step         from the present setting; cumulative: most total over the horizon
    """

    setting: str
    unit: str
    interval: float
    lowest: float
    highest: float
    step: float
    benefit: str
    side_effect: str
    horizon: float
    epsilon: float = 0.05
    weight: float = 1.0
    limit: float = 0.0
    grade: int = 1
    benefit_sign: float = 1.0
    side_sign: float = 1.0
    duration: float = 0.0
    into: int = 1
    every: float = 0.0
    largest_step: float = float("inf")
    cumulative: float = float("inf")
    present: float | None = None

    def __post_init__(self) -> None:
        rising = 0 <= self.lowest < self.highest < float("inf") and self.step > 0
        if not rising:
            raise BadTargetError("goal needs 0 <= lowest < highest and step > 0")
        if (self.highest - self.lowest) / self.step >= MOST_SETTINGS:
            raise BadTargetError(f"goal gives more than {MOST_SETTINGS} settings; widen step")
        if not (self.interval > 0 and 0 <= self.duration <= self.interval):
            raise BadTargetError("goal needs interval > 0 and 0 <= duration <= interval")
        if not (0 < self.epsilon < 1 and self.horizon >= self.interval and self.weight >= 0):
            raise BadTargetError("goal needs 0 < epsilon < 1, horizon >= interval, weight >= 0")

    def settings(self) -> Array:
        """(K,) settings that may be given."""
        count = int(np.floor((self.highest - self.lowest) / self.step + 1e-9)) + 1
        return self.lowest + self.step * np.arange(count, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """What each of K settings does, for one person.

    benefit, low, high  (K,) mean benefit and its 5 % and 95 % limits over draws
    harm                (K,) probability of the side effect at its worst time
    mean_harm           (K,) mean over times; utility (K,)
    allowed             (K,) all limits are kept; why (K,) which is not, "" where allowed
    """

    settings: Array
    benefit: Array
    low: Array
    high: Array
    harm: Array
    mean_harm: Array
    utility: Array
    allowed: NDArray[np.bool_]
    why: tuple[str, ...]
    advice: Advice


def recommend(model: Dynamics, one: History, draws: Draws, goal: Goal) -> Frontier:
    """The frontier of benefit and side effect of one person, and the setting on it."""
    settings = goal.settings()
    benefit, harm = followed_outputs(model, one, draws.eta, goal, settings)
    own = goal.benefit_sign * benefit.mean(axis=2)
    worst, mean_harm = harm.mean(axis=1).max(axis=1), harm.mean(axis=(1, 2))
    utility = own.mean(axis=1) - goal.weight * mean_harm
    why = tuple(_refusals(goal, settings, worst))
    allowed = np.array([not one for one in why], bool) & np.isfinite(utility)
    low, high = np.quantile(own, [0.05, 0.95], axis=1)
    frontier = Frontier(
        settings=settings,
        benefit=own.mean(axis=1),
        low=low,
        high=high,
        harm=worst,
        mean_harm=mean_harm,
        utility=utility,
        allowed=allowed,
        why=why,
        advice=Advice(dose=None, reason=""),
    )
    return replace(frontier, advice=_advice(goal, frontier, draws))


def _advice(goal: Goal, found: Frontier, draws: Draws) -> Advice:
    if reason := poorly_sampled(draws):
        return Advice(dose=None, reason=reason)
    if not found.allowed.any():
        near = int(np.argmin(found.harm))
        return Advice(
            dose=None,
            reason=f"no setting from {goal.lowest:g} to {goal.highest:g} {goal.unit} may be "
            f"given: {found.why[near]} at {found.settings[near]:g}",
        )
    best = int(np.argmax(np.where(found.allowed, found.utility, -np.inf)))
    chosen = found.settings[best]
    return Advice(
        dose=float(chosen),
        reason=f"most utility of {int(found.allowed.sum())} allowed settings: benefit "
        f"{found.benefit[best]:.3g}, side effect at most {found.harm[best]:.1%} "
        f"(limit {goal.epsilon:.1%})",
        expected=float(found.benefit[best]),
        low=float(found.low[best]),
        high=float(found.high[best]),
        probability=float(1.0 - found.harm[best]),
    )


def _refusals(goal: Goal, settings: Array, worst: Array) -> list[str]:
    found = []
    doses = np.ceil(goal.horizon / goal.interval)
    for setting, harm in zip(settings, worst, strict=True):
        why = ""
        if not harm <= goal.epsilon:
            why = f"the side effect would have probability {harm:.1%}"
        elif goal.present is not None and abs(setting - goal.present) > goal.largest_step:
            step = abs(setting - goal.present)
            why = f"a step of {step:g} is larger than {goal.largest_step:g}"
        elif setting * doses > goal.cumulative:
            why = f"{setting * doses:g} in all is more than {goal.cumulative:g}"
        found.append(why)
    return found


def followed_outputs(
    model: Dynamics, one: History, eta: Array, goal: Goal, settings: Array
) -> tuple[Array, Array]:
    """Benefit (K, D, T) and probability of the side effect (K, D, T), NaN never: a course
    that breaks down counts as certain harm without benefit."""
    from nanoward.tuning.carrying import followed, superposed

    program = assembled(model)
    linear = program.facts[4] == 1
    plans = [0.0, 1.0] if linear else [float(setting) for setting in settings]
    many = [_to_come(model, one, goal, amount) for amount in plans]
    given = packed(many, len(model.covariates))
    factor = whitening(model, one.occasions)
    z = np.ascontiguousarray(np.linalg.solve(factor, eta.T).T)
    asked = np.flatnonzero(given.output[: given.first[1]] >= 0).astype(np.int64)
    room = room_for(program, places_in(given), 0, longest(given) if linear else 0)
    seen = np.zeros((longest(given), 2, 1))
    out = np.zeros((len(settings), len(z), len(asked), 2))
    if linear:
        superposed(program, given, factor, z, room, seen, asked, settings, out)
    else:
        followed(program, given, factor, z, room, seen, asked, out)
    per_time = len(_asked(model, goal))
    values = out[..., 0].reshape(len(settings), len(z), -1, per_time)
    benefit, harm = values[..., 0], _harm(model, goal, values[..., 1:])
    broken = ~np.isfinite(values).all(axis=-1)
    return np.where(broken, 0.0, benefit), np.where(broken, 1.0, harm)


def _asked(model: Dynamics, goal: Goal) -> list[tuple[int, float]]:
    """Outputs and observed values asked for at each time: the benefit first."""
    places = {one.name: place for place, one in enumerate(model.outputs)}
    for name in (goal.benefit, goal.side_effect):
        if name not in places:
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
    return [
        (places[goal.benefit], float("nan")),
        *((places[goal.side_effect], value) for value in values),
    ]


def _harm(model: Dynamics, goal: Goal, values: Array) -> Array:
    side = model.output(goal.side_effect)
    if side.likelihood == "bernoulli":
        return np.asarray(np.exp(-0.5 * values[..., 0]))
    if side.likelihood == "ordinal":
        return np.asarray(1.0 - np.exp(-0.5 * values).sum(axis=-1))
    natural = np.exp(values[..., 0]) if side.log else values[..., 0]
    return np.asarray((goal.side_sign * (natural - goal.limit) > 0).astype(np.float64))


def _to_come(model: Dynamics, one: History, goal: Goal, amount: float) -> History:
    """What was given so far, then `amount` every interval, with questions on the way."""
    last = one.events[-1] if one.events else Event(time=0.0, evid=2)
    now = one.last
    into = next(
        (place for place, each in enumerate(model.compartments) if each.number == goal.into), 0
    )
    every = goal.every or goal.interval / 2
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
    asked = [
        replace(begin, evid=0, time=now + float(at), output=output, value=value)
        for at in np.arange(every, goal.horizon + 1e-9, every)
        for output, value in _asked(model, goal)
    ]
    plain = [replace(each, output=-1, value=float("nan")) for each in one.events]
    ahead = sorted([*given, *asked], key=lambda each: (each.time, each.evid))
    return replace(one, events=(*plain, *ahead))
