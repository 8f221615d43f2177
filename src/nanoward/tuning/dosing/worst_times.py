"""When the side effect is most likely, and what of it no setting could avoid any more.

Searched in continuous time, not on a grid.

Within an interval between doses a level rises and falls once, so its worst moment lies between
two neighbours of a grid that is dense behind each dose; from there it is closed in on. The
search is made with some settings and draws, and with that value of the side effect which all
but `epsilon` of the draws keep below: it points to the worst moment also where the side effect
is certain or never seen. What is found is then looked at for all settings and draws.

What is in the body already may keep the side effect above the limit for a while, whatever is
set now. That share is the least harm of any setting, stopping included, at each moment
(`unavoidable`). Where it passes epsilon, the moments between now and the next dose are looked
at one by one (`settling`): a setting is then judged by what it adds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.forecast import Forecast, Moment, course_at
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.monte_carlo import mean_bound
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
MOST_MOMENTS = 96  # of the first look
MOST_INTERVALS = 32  # between doses, that are looked at; evenly spread where there are more
MOST_DRAWS, SETTINGS = 100, 5
CLOSER = 8  # moments of each further look
LOOKS = 2
SAME = 1e-3  # of an interval: moments closer than this are one


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """How bad S settings are at T moments."""

    moments: list[Moment]
    severity: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What is in the body already passes the limit, whatever is set now.

    carried       most probability of the side effect that no setting could avoid
    highest, mean (K,) of each setting, until the next dose
    """

    carried: float
    highest: Array
    mean: Array


def unavoidable(model: Dynamics, one: History, eta: Array, goal: Goal, counted: float) -> float:
    """The most, over the moments to come, of the least probability of the side effect under
    stopping, the lowest or the highest setting; with the margin of counting draws."""
    few = np.unique([0.0, goal.lowest, goal.highest])
    moments = [Moment(0.0), *first_moments(goal)]
    found = course_at(model, one, eta, goal, few, moments)
    return float(mean_bound(found.harm, counted).min(axis=0).max())


def settling(
    model: Dynamics, one: History, eta: Array, goal: Goal, settings: Array,
    margin: tuple[float, float],
) -> Settling:  # fmt: skip
    """What every setting does between now and the next dose; margin: what is unavoidable, and
    how many independent draws were counted."""
    carried, counted = margin
    end = min(goal.interval, goal.horizon)
    moments = [Moment(0.0), *(each for each in first_moments(goal) if each.after < end)]
    moments.append(Moment(end))
    found = course_at(model, one, eta, goal, settings, moments)
    bound = mean_bound(found.harm, counted)
    times = np.array([each.after for each in moments])
    area = np.sum(0.5 * (bound[:, 1:] + bound[:, :-1]) * np.diff(times), axis=1)
    return Settling(carried=carried, highest=bound.max(axis=1), mean=area / end)


def worst_moments(
    model: Dynamics, one: History, eta: Array, goal: Goal, settings: Array, since: float = 0.0
) -> list[Moment]:
    """The worst moments of some settings of all, with the neighbours that hem them in; of
    those `since` a time from now."""
    some = eta[np.unique(np.linspace(0, len(eta) - 1, MOST_DRAWS).astype(np.int64))]
    few = settings[np.unique(np.linspace(0, len(settings) - 1, SETTINGS).astype(np.int64))]

    def look(moments: list[Moment]) -> _Looked:
        found = course_at(model, one, some, goal, few, moments)
        return _Looked(moments=moments, severity=_severity(found, goal))

    seen = look([each for each in first_moments(goal) if each.after >= since])
    for _ in range(LOOKS):
        closer = {each for row in seen.severity for each in _between(seen.moments, row, goal)}
        known = [each for each in closer if each not in seen.moments]
        if not known:
            break
        seen = _joined(seen, look(sorted(known)))
    places = {int(np.argmax(row)) for row in seen.severity}
    near = {at for place in places for at in (place - 1, place, place + 1)}
    return [seen.moments[at] for at in sorted(near) if 0 <= at < len(seen.moments)]


def first_moments(goal: Goal) -> list[Moment]:
    """Dense behind each dose and its end, up to just before the next one."""
    starts = np.arange(0.0, goal.horizon, goal.interval)
    chosen = np.unique(np.linspace(0, len(starts) - 1, MOST_INTERVALS).astype(np.int64))
    count = max(3, MOST_MOMENTS // len(chosen))
    parts = goal.interval * (np.arange(1, count) / (count - 1)) ** 1.5
    ends = [goal.duration] if 0 < goal.duration < goal.interval else []
    found = {Moment(float(start), behind=True) for start in starts[chosen]}
    found |= {
        Moment(float(start + part))
        for start in starts[chosen]
        for part in (*parts, *ends)
        if start + part <= goal.horizon
    }
    return sorted({*found, Moment(float(goal.horizon))})


def _severity(found: Forecast, goal: Goal) -> Array:
    """(S, T) what all but epsilon of the draws keep below; for probabilities their mean."""
    if found.side is None:
        return np.asarray(found.harm.mean(axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.quantile(found.side, 1.0 - goal.epsilon, axis=1, method="lower"))


def _between(moments: list[Moment], row: Array, goal: Goal) -> list[Moment]:
    """Moments between the neighbours of the worst one."""
    place = int(np.argmax(row))
    low = moments[max(place - 1, 0)].after
    high = moments[min(place + 1, len(moments) - 1)].after
    if high - low <= SAME * goal.interval:
        return []
    inside = np.linspace(low, high, CLOSER + 2)[1:-1]
    return [Moment(float(at)) for at in inside]


def _joined(first: _Looked, second: _Looked) -> _Looked:
    moments = [*first.moments, *second.moments]
    order = sorted(range(len(moments)), key=lambda place: moments[place])
    severity = np.concatenate([first.severity, second.severity], axis=1)
    return _Looked(moments=[moments[at] for at in order], severity=severity[:, order])
