"""Limits that no setting may break: probability, range, step, rate, and the total given.

Repeated steps that are each small enough may stack (so users of closed loops have found again
and again): the total counts what was given before now, and `rise` what was raised before.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.goals import ENDLESS, Goal
from nanoward.tuning.dosing.monte_carlo import share_bound
from nanoward.tuning.dosing.worst_times import Settling
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What K settings would do, at the worst moment.

    harm, held_to  (K,) probability of the side effect; with the margin of counting
    exposure       (K, D) of the goal's exposure; counted: independent draws among the D
    settling       what happens until the next dose, where what is in the body passes the limit
                   already; harm is then that from the next dose on
    """

    harm: Array
    held_to: Array
    exposure: Array
    counted: float = ENDLESS
    settling: Settling | None = None

    def passed(self, cap: float) -> Array:
        """(K,) probability, with its margin, that the exposure passes a cap."""
        if cap == ENDLESS:
            return np.zeros(len(self.exposure))
        with np.errstate(invalid="ignore"):
            return share_bound((~(self.exposure <= cap)).mean(axis=1), self.counted)


def present_conflict(model: Dynamics, one: History, goal: Goal, past: DoseHistory) -> str:
    """Why the person's present setting is not known, so that no step can be limited; "" where
    it is known, or nothing was given yet. A lower one than the last dose is no conflict: the
    setting was stopped or lessened since, and steps count from there."""
    given = [each for each in one.events if each.evid in (1, 4)]
    if past.present is None and given and goal.present is None:
        numbers = sorted({model.compartments[each.compartment].number for each in given})
        caps = (goal.largest_step, goal.rise, goal.cumulative)
        if min(caps) < ENDLESS:
            into = ", ".join(str(each) for each in numbers)
            return (
                f"the doses so far went into compartment {into}, the setting goes into "
                f"{goal.into}: steps and totals cannot be limited"
            )
    told, last = goal.present, past.present
    if told is not None and last is not None and told > last + 1e-6 * max(last, 1.0):
        return (
            f"the plan says that {told:g} {goal.unit} is the present setting, the table's last "
            f"dose is {last:g}"
        )
    return ""


def refusals(
    goal: Goal, settings: Array, chances: Chances, past: DoseHistory
) -> tuple[str, ...]:
    """Why each of K settings may not be given; "" where it may.

    A setting of less side effect never waits for the largest step where the present one has
    come to break epsilon.
    """
    present = goal.present if goal.present is not None else past.present
    harm, passed = chances.held_to, chances.passed(goal.most_exposure)
    now = float(np.interp(present, settings, harm)) if present is not None else 0.0
    totals = most_within(goal, settings, past)
    late = settling_refusals(goal, settings, chances.settling, present)
    if chances.settling is not None:
        now = max(now, chances.settling.carried)
    found = []
    for k, setting in enumerate(settings):
        why = ""
        if not harm[k] <= goal.epsilon:
            why = _harm_words(chances.harm[k], harm[k])
        elif not passed[k] <= goal.epsilon:
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
        found.append(late[k] or why)
    return tuple(found)


def settling_refusals(
    goal: Goal, settings: Array, found: Settling | None, present: float | None
) -> tuple[str, ...]:
    """Why each of K settings may not be given while what is in the body passes the limit; ""
    where it may.

    Such a setting never makes it worse than it is, is no worse than the present one, and keeps
    the mean until the next dose within epsilon; from that dose on every moment counts again.
    """
    if found is None:
        return ("",) * len(settings)
    worst = found.carried * (1 + 1e-6)
    kept = np.inf if present is None else float(np.interp(present, settings, found.mean))
    why = []
    for k in range(len(settings)):
        one = ""
        if not found.highest[k] <= worst:
            one = (
                f"what is in the body gives the side effect {found.carried:.1%} already, and "
                f"this would make it {found.highest[k]:.1%}"
            )
        elif not found.mean[k] <= kept * (1 + 1e-6):
            one = f"the side effect passes its limit already: nothing worse than {present:g}"
        elif not found.mean[k] <= goal.epsilon:
            one = (
                f"what is in the body gives the side effect {found.carried:.1%} already, and "
                f"until the next dose it would stay at {found.mean[k]:.1%} on average"
            )
        why.append(one)
    return tuple(why)


def least_harmful(
    goal: Goal, settings: Array, chances: Chances, past: DoseHistory
) -> int | None:
    """Place of the setting of least side effect, for somebody in whom what is in the body
    passes the limit and no setting keeps it; None where each of them would make it worse than
    it is, or there is nothing yet to lower."""
    found = chances.settling
    present = goal.present if goal.present is not None else past.present
    if found is None or present is None:
        return None
    kept = float(np.interp(present, settings, found.mean))
    fine = (found.highest <= found.carried * (1 + 1e-6)) & (found.mean <= kept * (1 + 1e-6))
    fine &= most_within(goal, settings, past) <= goal.cumulative * (1 + 1e-12)
    if not fine.any():
        return None
    return int(np.argmin(np.where(fine, found.mean, np.inf)))


def _harm_words(harm: float, bound: float) -> str:
    said = f"the side effect would have probability {harm:.1%}"
    return said if bound - harm < 5e-4 else f"{said}, up to {bound:.1%} with so many draws"


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
