"""How well settings are found in a simulated world: ours, an oracle, a fixed dose, a rule.

ours       fit, draw, recommend after every period (goals.py); where no setting is allowed the
           safest is taken, and where the fit cannot be used the present one is kept
oracle     the same limits, but the truth is known to it
fixed      one setting for everybody: the best on average that keeps epsilon on average
titration  up one step of `RAISE` while grade 0 and 1 are seen, down and never up again after
           a grade of 2 or more
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.base.errors import UsageError
from nanoward.ports.progress import Progress
from nanoward.simulation.worlds.tuning_worlds import (
    TuningWorld,
    given,
    observed,
    true_etas,
    tuning_worlds,
)
from nanoward.tuning import (
    Draws,
    Goal,
    History,
    fit_histories,
    own_seed,
    posterior_draws,
    recommend,
)
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.dosing.forecast import forecast
from nanoward.tuning.dosing.target_attainment import poorly_sampled
from nanoward.tuning.estimation.map_estimates import whitening

Array = NDArray[np.float64]
POLICIES = ("ours", "oracle", "fixed", "titration")
RAISE = 5  # steps of the grid by which the rule raises
SETTLED = 2  # steps of the grid about the final setting that count as settled
LAST = 4  # settings at the end over which benefit is compared


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """One policy in one world: N people, M settings one after another.

    settings  (N, M)
    benefit   (N, M) true mean benefit of each setting's time
    harm      (N, M) true probability of the side effect at its worst time
    refused   (N, M) no setting was recommended, the safest or the present was kept
    """

    world: str
    policy: str
    settings: Array
    benefit: Array
    harm: Array
    refused: NDArray[np.bool_]

    def needed(self, step: float) -> Array:
        """(N,) settings until within SETTLED steps of the final one, and staying there."""
        final = np.median(self.settings[:, -LAST:], axis=1)
        away = np.abs(self.settings - final[:, None]) > SETTLED * step * (1 + 1e-9)
        found = np.array(
            [np.flatnonzero(row)[-1] + 2 if row.any() else 1 for row in away], dtype=float
        )
        needed: Array = np.minimum(found, self.settings.shape[1])
        return needed

    @property
    def final_benefit(self) -> Array:
        """(N,) mean of the last settings."""
        found: Array = self.benefit[:, -LAST:].mean(axis=1)
        return found


def tuned(
    world: TuningWorld,
    policy: str,
    *,
    people: int,
    periods: int,
    seed: int,
    draws: int = 200,
    step: Callable[[int], None] = lambda _: None,
) -> Tuned:
    """The policy with `people` simulated people over `periods` settings."""
    truth = true_etas(world, people, periods, seed)
    chance = [own_seed(seed, f"{world.name} {k}", "observed") for k in range(people)]
    pasts = [History(name=str(k), events=()) for k in range(people)]
    out = np.zeros((3, people, periods))
    refused = np.zeros((people, periods), bool)
    fixed = fixed_setting(world, periods, seed) if policy == "fixed" else 0.0
    for number in range(periods):
        if policy == "ours":
            chosen, refused[:, number] = _ours(world, pasts, number, seed, draws)
        elif policy == "oracle":
            chosen = np.array(
                [_oracle(world, one, eta) for one, eta in zip(pasts, truth, strict=True)]
            )
        elif policy == "fixed":
            chosen = np.full(people, fixed)
        else:
            chosen = np.array([_by_rule(world, one, out[0, k], number) for k, one in
                               enumerate(pasts)])  # fmt: skip
        for k in range(people):
            out[:, k, number] = chosen[k], *_outcome(world, pasts[k], truth[k], chosen[k])
            begun = replace(
                pasts[k], events=(*pasts[k].events, given(world, number, chosen[k]))
            )
            seen = observed(world, begun, truth[k], number, chance[k])
            pasts[k] = in_periods(world.model, replace(begun, events=(*begun.events, *seen)))
        step(1)
    return Tuned(
        world=world.name,
        policy=policy,
        settings=out[0],
        benefit=out[1],
        harm=out[2],
        refused=refused,
    )


def world_of(agent: str) -> TuningWorld:
    """The world of this name."""
    worlds = tuning_worlds()
    if agent not in worlds:
        raise UsageError(f"no simulated agent is called {agent!r}; known are {sorted(worlds)}")
    return worlds[agent]


def rehearsed(
    agent: str, *, people: int, periods: int, seed: int, draws: int, progress: Progress
) -> list[dict[str, Any]]:
    """One row per policy: settings needed (median), side effect, benefit at the end (means)."""
    world, rows = world_of(agent), []
    best = float("nan")
    for policy in ("oracle", "ours", "fixed", "titration"):
        with progress(f"{agent}: {policy}", periods) as told:
            found = tuned(
                world, policy, people=people, periods=periods, seed=seed, draws=draws,
                step=told,
            )  # fmt: skip
        benefit = float(found.final_benefit.mean())
        best = benefit if policy == "oracle" else best
        rows.append(
            {
                "policy": policy,
                "settings needed": float(np.median(found.needed(world.goal.step))),
                "side effect": float(found.harm.mean()),
                "limit": world.goal.epsilon,
                "benefit": benefit,
                "of the oracle's": benefit / best,
                "refused": int(found.refused.sum()),
            }
        )
    return rows


def _ours(
    world: TuningWorld, pasts: list[History], number: int, seed: int, draws: int
) -> tuple[Array, NDArray[np.bool_]]:
    goal, model = world.goal, world.model
    ready = [_ready(world, one) for one in pasts]
    fits = fit_histories(model, ready)
    chosen, refused = np.zeros(len(pasts)), np.zeros(len(pasts), bool)
    for k, (one, fit) in enumerate(zip(ready, fits, strict=True)):
        found = Draws(eta=np.zeros((0, 0)), effective=0.0)
        if fit.converged:
            chance = own_seed(seed, f"{one.name} {number}", "posterior")
            found = posterior_draws(model, one, fit, draws, chance)
        present = _present(pasts[k], world)
        chosen[k], refused[k] = present, True
        if found.effective > 0:
            begun = replace(goal, present=present) if number else first_goal(goal)
            frontier = recommend(model, one, found, begun)
            refused[k] = frontier.advice.dose is None
            chosen[k] = present if refused[k] else float(frontier.advice.dose or 0.0)
            if refused[k] and poorly_sampled(found) == "":
                chosen[k] = float(frontier.settings[int(np.argmin(frontier.harm))])
    return chosen, refused


def first_goal(goal: Goal) -> Goal:
    """The goal for somebody's very first setting: there is no present one to step from."""
    return replace(goal, largest_step=float("inf"))


def _ready(world: TuningWorld, one: History) -> History:
    """The history with the etas of the time ahead."""
    if not one.events:
        one = replace(one, events=(Event(time=0.0, evid=2),))
    return in_periods(world.model, one, world.goal.horizon)


def _present(one: History, world: TuningWorld) -> float:
    doses = [each.amount for each in one.events if each.evid in (1, 2) and each.output < 0]
    return float(doses[-1]) if doses else world.cautious


def _oracle(world: TuningWorld, one: History, eta: Array) -> float:
    goal = world.goal
    ready = _ready(world, one)
    size = len(whitening(world.model, ready.occasions))
    found = forecast(world.model, ready, eta[None, :size], goal, goal.settings())
    utility = found.benefit.mean(axis=(1, 2)) - goal.weight * found.harm.mean(axis=(1, 2))
    worst = found.harm.mean(axis=1).max(axis=1)
    fine = worst <= goal.epsilon
    if not fine.any():
        return float(goal.settings()[int(np.argmin(worst))])
    return float(goal.settings()[int(np.argmax(np.where(fine, utility, -np.inf)))])


def _outcome(
    world: TuningWorld, one: History, eta: Array, setting: float
) -> tuple[float, float]:
    """True benefit and worst probability of the side effect until the next setting."""
    goal = replace(world.goal, horizon=world.goal.interval)
    begun = one if one.events else replace(one, events=(Event(time=0.0, evid=2),))
    ready = in_periods(world.model, begun, goal.horizon)
    size = len(whitening(world.model, ready.occasions))
    found = forecast(world.model, ready, eta[None, :size], goal, np.array([setting]))
    return float(found.benefit.mean()), float(found.harm.max())


def fixed_setting(world: TuningWorld, periods: int, seed: int, people: int = 200) -> float:
    """The best setting for all: most mean utility with the mean side effect within epsilon."""
    goal = world.goal
    settings = goal.settings()
    etas = true_etas(world, people, periods, seed + 1_000_003)
    count = 3 if goal.interval > 7 else 12
    benefit, harm = np.zeros(len(settings)), np.zeros(len(settings))
    for k, setting in enumerate(settings):
        events = tuple(given(world, number, float(setting)) for number in range(count))
        ready = _ready(world, History(name="", events=(*events, Event(
            time=count * goal.interval, evid=2))))  # fmt: skip
        size = len(whitening(world.model, ready.occasions))
        found = forecast(world.model, ready, etas[:, :size], goal, settings[k : k + 1])
        benefit[k] = found.benefit.mean()
        harm[k] = found.harm.mean(axis=1).max()
    utility = benefit - goal.weight * harm
    fine = harm <= goal.epsilon
    if not fine.any():
        return float(settings[int(np.argmin(harm))])
    return float(settings[int(np.argmax(np.where(fine, utility, -np.inf)))])


def _by_rule(world: TuningWorld, one: History, before: Array, number: int) -> float:
    """Titration: start at the cautious end, one raise a period; back one and stay after grade
    2."""
    goal = world.goal
    upward = 1.0 if world.cautious == goal.lowest else -1.0
    raise_ = upward * RAISE * goal.step
    grade = next(at for at, out in enumerate(world.model.outputs) if out.name == "grade")
    bad = [
        int(np.ceil(event.time / goal.interval - 1e-9)) - 1
        for event in one.events
        if event.output == grade and event.value >= goal.grade
    ]
    if not number:
        start = world.cautious
    elif not bad:
        start = float(before[number - 1]) + raise_
    elif number - 1 in bad:
        start = float(before[number - 1]) - raise_
    else:
        start = float(before[number - 1])
    return float(np.clip(start, goal.lowest, goal.highest))
