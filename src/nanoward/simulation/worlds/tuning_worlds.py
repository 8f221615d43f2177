"""Simulated people whose setting is to be found: one world per kind of agent, truth known.

The truth of a person is a draw of the model's own etas, new in every period where the agent
drifts. What may be observed is the model's benefit, grades and levels with their errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning import Dynamics, Goal, History
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.estimation.map_estimates import predictions_at, whitening
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.models.model_files import read_dynamics

Array = NDArray[np.float64]
GRADES = 3  # 0, 1, 2 are told by the models of the library


@dataclass(frozen=True, kw_only=True)
class TuningWorld:
    """One kind of agent.

    seen   when in each period, as a share of it, an output is observed
    spread the dose is an infusion over the whole period
    cautious  the setting of least side effect: goal.lowest, or goal.highest where more of the
              setting lowers it (a switch that removes the agent)
    """

    name: str
    model: Dynamics
    goal: Goal
    seen: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    cautious: float = 0.0


def _goal(setting: str, unit: str, interval: float, **given: float) -> Goal:
    settings = {"weight": 20.0, "epsilon": 0.05, "learning": 3} | given
    return Goal(
        setting=setting,
        unit=unit,
        interval=interval,
        benefit="benefit",
        side_effect="grade",
        grade=2,
        **settings,  # type: ignore[arg-type]
    )


def _drifting(model: Dynamics, names: tuple[str, ...], period: float) -> Dynamics:
    """The same agent, but these parameters move: a standard deviation of 30 % about the
    person's own value, of which 85 % is kept from one period to the next."""
    return replace(
        model,
        name=f"{model.name}, drifting",
        period=period,
        parameters=tuple(
            replace(one, occasion_variance=0.09, occasion_correlation=0.85)
            if one.name in names
            else one
            for one in model.parameters
        ),
    )


_WEEK = {"benefit": (0.6, 1.0), "grade": (0.25, 0.5, 0.75, 1.0)}


_WEEKLY = {"interval": 7.0, "duration": 7.0, "horizon": 14.0, "every": 3.5}


def tuning_worlds() -> dict[str, TuningWorld]:
    """All kinds by name."""
    made = (
        *_in_gut(read_dynamics(TEXTS["gut-microbe"])),
        _vaccine(),
        _cells(),
        *_pumped(read_dynamics(TEXTS["pump-drug"])),
        _stimulated(),
    )
    worlds = {one.name: one for one in made}
    order = ("microbe", "vaccine", "CAR-T", "pump", "stimulator")
    return {name: worlds[name] for name in (*order, "drifting microbe", "drifting pump")}


def _in_gut(model: Dynamics) -> tuple[TuningWorld, TuningWorld]:
    goal = _goal(
        "inducer", "g per week", lowest=0.0, highest=150.0, step=5.0, largest_step=40.0,
        **_WEEKLY,
    )  # fmt: skip
    plain = TuningWorld(name="microbe", model=model, goal=goal, seen={**_WEEK, "found": (1.0,)})
    drifting = _drifting(model, ("HALF", "LIMIT"), 28.0)
    return plain, replace(plain, name="drifting microbe", model=drifting)


def _pumped(model: Dynamics) -> tuple[TuningWorld, TuningWorld]:
    goal = _goal(
        "pump rate", "mg per week", lowest=0.0, highest=1260.0, step=42.0, largest_step=252.0,
        **_WEEKLY,
    )  # fmt: skip
    plain = TuningWorld(name="pump", model=model, goal=goal, seen={**_WEEK, "level": (1.0,)})
    drifting = _drifting(model, ("HALF", "LIMIT"), 28.0)
    return plain, replace(plain, name="drifting pump", model=drifting)


def _vaccine() -> TuningWorld:
    goal = _goal(
        "dose", "log10 CCID50", lowest=0.0, highest=12.0, step=0.4, largest_step=3.0,
        interval=28.0, horizon=28.0, every=4.0,
    )  # fmt: skip
    seen = {
        "benefit": (0.5, 1.0),
        "grade": (0.15, 0.25, 0.35, 0.5),
        "shed": (0.2, 0.5),
    }
    model = read_dynamics(TEXTS["live-vaccine"])
    return TuningWorld(name="vaccine", model=model, goal=goal, seen=seen)


def _cells() -> TuningWorld:
    goal = _goal(
        "rimiducid", "minutes of full killing", lowest=0.0, highest=80.0, step=2.0,
        largest_step=16.0, interval=7.0, horizon=14.0, every=3.5,
    )  # fmt: skip
    return TuningWorld(
        name="CAR-T",
        model=read_dynamics(TEXTS["car-t-switch"]),
        goal=goal,
        seen={**_WEEK, "copies": (1.0,)},
        cautious=80.0,
    )


def _stimulated() -> TuningWorld:
    goal = _goal(
        "amplitude", "mA", lowest=0.0, highest=6.0, step=0.1, largest_step=1.0,
        interval=1.0, duration=1.0, horizon=2.0, every=0.5,
    )  # fmt: skip
    model = read_dynamics(TEXTS["stimulator"])
    return TuningWorld(name="stimulator", model=model, goal=goal, seen=_WEEK)


def true_etas(world: TuningWorld, people: int, periods: int, seed: int) -> Array:
    """(N, E) the truth of N people, drifts of all periods of the model included."""
    blank = _blank(world, periods)
    factor = whitening(world.model, blank.occasions)
    chance = np.random.default_rng([seed, people])
    found: Array = chance.standard_normal((people, len(factor))) @ factor.T
    return found


def _blank(world: TuningWorld, periods: int) -> History:
    """Somebody to whom nothing happens until the horizon of the last setting."""
    last = (periods - 1) * world.goal.interval + world.goal.horizon
    events = (Event(time=0.0, evid=2), Event(time=last, evid=2))
    return in_periods(world.model, History(name="", events=events))


def given(world: TuningWorld, number: int, setting: float) -> Event:
    """The dose that is the setting of period `number`."""
    goal = world.goal
    into = next(
        at for at, one in enumerate(world.model.compartments) if one.number == goal.into
    )
    amount = max(setting, 0.0)
    return Event(
        time=number * goal.interval,
        evid=1 if amount > 0 else 2,
        amount=amount,
        rate=amount / goal.duration if goal.duration > 0 else 0.0,
        compartment=into,
    )


def observed(
    world: TuningWorld, past: History, eta: Array, number: int, chance: np.random.Generator
) -> list[Event]:
    """What is seen of one person in period `number`, whose dose is the last of `past`."""
    places = {one.name: place for place, one in enumerate(world.model.outputs)}
    begin, long = number * world.goal.interval, world.goal.interval
    asked: list[Event] = []
    for name, shares in world.seen.items():
        likelihood = world.model.outputs[places[name]].likelihood
        values = [float(k) for k in range(GRADES)] if likelihood == "ordinal" else [np.nan]
        asked += [
            Event(time=begin + share * long, evid=0, output=places[name], value=value)
            for share in shares
            for value in values
        ]
    asked.sort(key=lambda one: (one.time, one.output))
    plain = tuple(replace(one, output=-1, value=float("nan")) for one in past.events)
    whole = in_periods(world.model, replace(past, events=(*plain, *asked)))
    size = len(whitening(world.model, whole.occasions))
    found = predictions_at(world.model, whole, eta[None, :size])
    return _drawn(world, asked, found.value[0], found.variance[0], chance)


def _drawn(
    world: TuningWorld,
    asked: list[Event],
    value: Array,
    variance: Array,
    chance: np.random.Generator,
) -> list[Event]:
    seen, place = [], 0
    while place < len(asked):
        one = asked[place]
        if world.model.outputs[one.output].likelihood == "ordinal":
            share = np.exp(-0.5 * value[place : place + GRADES])
            grade = int(np.searchsorted(np.cumsum(share), chance.random() * share.sum()))
            seen.append(replace(one, value=float(min(grade, GRADES - 1))))
            place += GRADES
        else:
            noise = np.sqrt(variance[place]) * chance.standard_normal()
            level = value[place] + noise
            pure = world.model.outputs[one.output].proportional
            seen.append(replace(one, value=float(max(level, 1e-6) if pure else level)))
            place += 1
    return seen
