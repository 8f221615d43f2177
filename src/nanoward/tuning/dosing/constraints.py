"""Limits that no setting may break: probability, range, step, rate, and the total given.

Repeated steps that are each small enough may stack (so users of closed loops have found again
and again): the total counts what was given before now, and `rise` what was raised before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.goals import ENDLESS, Goal
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseHistory:
    """What was given before now into the goal's compartment.

    times, amounts  (N,) every dose, additional ones written out
    present         the last dose's setting; None where none was given
    tried           how many different settings were given
    lowest          of the settings of the last `rise_over`; 0 where nothing was given yet
    """

    times: Array
    amounts: Array
    now: float
    present: float | None
    tried: int
    lowest: float


def dose_history(model: Dynamics, one: History, goal: Goal) -> DoseHistory:
    """All doses of a history up to its last record."""
    now, pairs = one.last, []
    for each in one.events:
        if each.evid not in (1, 4) or model.compartments[each.compartment].number != goal.into:
            continue
        count = each.more + 1 if each.interval > 0 else 1
        pairs += [
            (at, each.amount)
            for at in each.time + each.interval * np.arange(count)
            if at <= now + 1e-9
        ]
    pairs.sort(key=lambda pair: pair[0])
    times = np.array([at for at, _ in pairs], dtype=float)
    amounts = np.array([amount for _, amount in pairs], dtype=float)
    recent = amounts[times >= now - goal.rise_over - 1e-9]
    begun = len(times) > 0 and times[0] < now - goal.rise_over
    return DoseHistory(
        times=times,
        amounts=amounts,
        now=now,
        present=float(amounts[-1]) if len(amounts) else None,
        tried=len({round(float(one), 9) for one in amounts}),
        lowest=float(recent.min()) if begun and len(recent) else 0.0,
    )


def refusals(
    goal: Goal, settings: Array, harm: Array, exposure: Array, past: DoseHistory
) -> tuple[str, ...]:
    """Why each of K settings may not be given; "" where it may.

    harm      (K,) probability of the side effect at its worst time
    exposure  (K, D) of the goal's exposure
    A setting of less side effect never waits for the largest step where the present one has
    come to break epsilon.
    """
    present = goal.present if goal.present is not None else past.present
    now = float(np.interp(present, settings, harm)) if present is not None else 0.0
    totals = most_within(goal, settings, past)
    with np.errstate(invalid="ignore"):
        passed = (exposure > goal.most_exposure).mean(axis=1)
    found = []
    for k, setting in enumerate(settings):
        why = ""
        if not harm[k] <= goal.epsilon:
            why = f"the side effect would have probability {harm[k]:.1%}"
        elif passed[k] > goal.epsilon:
            why = f"{goal.exposure} would pass {goal.most_exposure:g} in all in {passed[k]:.1%}"
        elif (
            present is not None
            and abs(setting - present) > goal.largest_step * (1 + 1e-12)
            and not (now > goal.epsilon and harm[k] < now)
        ):
            step = abs(setting - present)
            why = f"a step of {step:g} is larger than {goal.largest_step:g}"
        elif setting - past.lowest > goal.rise * (1 + 1e-12):
            why = (
                f"{setting - past.lowest:g} above the lowest of the last {goal.rise_over:g} is "
                f"more than {goal.rise:g}"
            )
        elif totals[k] > goal.cumulative * (1 + 1e-12):
            why = f"{totals[k]:g} in all is more than {goal.cumulative:g}"
        found.append(why)
    return tuple(found)


def most_within(goal: Goal, settings: Array, past: DoseHistory) -> Array:
    """(K,) the most given within any window of `cumulative_over` that ends ahead."""
    if goal.cumulative == ENDLESS:
        return np.zeros(len(settings))
    over = goal.cumulative_over or goal.horizon
    ahead = past.now + np.arange(0.0, goal.horizon, goal.interval)
    found = np.zeros(len(settings))
    for end in ahead:
        begin = end - over
        before = past.amounts[
            (past.times > begin + 1e-9) & (past.times < past.now - 1e-9)
        ].sum()
        count = int(np.sum((ahead > begin + 1e-9) & (ahead <= end)))
        found = np.maximum(found, before + settings * count)
    return found
