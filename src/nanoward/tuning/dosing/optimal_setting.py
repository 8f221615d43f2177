"""Which setting a person should have: most utility, while the side effect stays rare enough.

For every setting that may be given and every draw from the person's posterior the course ahead
is followed up to `horizon`. A setting is allowed when at its worst moment (worst_times.py) the
side effect's probability, over all draws and with the margin of counting so many of them
(monte_carlo.py), is at most `epsilon`, and when it keeps every other limit (constraints.py). Of
the allowed settings the one of most expected utility is recommended:
    utility = benefit - weight x probability of the side effect, mean over times and draws.
What the person prefers enters by `weight` or by their own choices (choice_model.py,
preference_model.py), apart from what is allowed. The first `learning` settings of a person also
count what they teach (exploration.py).

Where what is in the body passes the limit already, and no setting could avoid it, a setting is
judged by what it adds (constraints.py, settling_refusals); where none is allowed even so, the
one of least side effect is the answer, and that is said.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.constraints import (
    Chances,
    dose_history,
    least_harmful,
    present_conflict,
    refusals,
)
from nanoward.tuning.dosing.explanations import explained
from nanoward.tuning.dosing.exploration import value_of_information
from nanoward.tuning.dosing.forecast import Forecast, forecast
from nanoward.tuning.dosing.frontier import Frontier
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.dosing.monte_carlo import mean_bound
from nanoward.tuning.dosing.preference_model import Utility, fit_utility, next_comparison
from nanoward.tuning.dosing.target_attainment import Advice, poorly_sampled
from nanoward.tuning.dosing.worst_times import (
    Settling,
    settling,
    unavoidable,
    worst_moments,
)
from nanoward.tuning.estimation.posterior_sampling import Draws
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
LEVELS = (0.05, 0.95)


def recommend(model: Dynamics, one: History, draws: Draws, goal: Goal) -> Frontier:
    """The frontier of benefit and side effect of one person, and the setting on it.

    Where the person has chosen between settings (one.choices) these weigh benefit against side
    effect, else goal.weight does.
    """
    settings = goal.settings()
    if reason := poorly_sampled(draws):
        return _nothing(settings, reason)
    past = dose_history(model, one, goal)
    if goal.present is not None and goal.present < (past.present or 0.0):
        past = replace(past, present=goal.present)  # stopped or lessened since the last dose
    if reason := present_conflict(model, one, goal, past):
        return _nothing(settings, reason)
    counted = len(draws.eta) * draws.effective
    settled = _settling(model, one, draws.eta, goal, counted)
    since = 0.0 if settled is None else min(goal.interval, goal.horizon)
    worst = worst_moments(model, one, draws.eta, goal, settings, since)
    found = forecast(model, one, draws.eta, goal, settings, worst, since)
    frontier = _frontier(goal, found, None, counted)
    features = (frontier.benefit, frontier.mean_harm)
    preferences = fit_utility(goal, frontier.settings, features, one.choices)
    if one.choices and preferences.weights.converged:
        frontier = _frontier(goal, found, preferences, counted)
    chances = Chances(
        harm=frontier.harm, held_to=frontier.held_to, exposure=found.exposure,
        counted=counted, settling=settled,
    )  # fmt: skip
    why = refusals(goal, frontier.settings, chances, past)
    frontier = replace(
        frontier,
        why=why,
        allowed=np.array([not each for each in why], bool) & np.isfinite(frontier.utility),
        present=past.present,
        carried=None if settled is None else settled.carried,
    )
    score = frontier.utility
    if past.tried < goal.learning:
        score = value_of_information(goal, found, frontier.allowed)
    advice = _advice(goal, frontier, score, least_harmful(goal, settings, chances, past))
    ask = next_comparison(preferences, goal, features, frontier.allowed)
    frontier = replace(frontier, advice=advice, ask=ask)
    return replace(frontier, words=explained(goal, frontier, model.time_unit))


def _settling(
    model: Dynamics, one: History, eta: Array, goal: Goal, counted: float
) -> Settling | None:
    """What happens until the next dose where what is in the body passes the limit."""
    carried = unavoidable(model, one, eta, goal, counted)
    if carried <= goal.epsilon:
        return None
    return settling(model, one, eta, goal, goal.settings(), (carried, counted))


def _nothing(settings: Array, reason: str) -> Frontier:
    """No setting: nothing could be followed, so every value is unknown."""
    unknown = np.full(len(settings), np.nan)
    return Frontier(
        settings=settings, benefit=unknown, low=unknown, high=unknown, harm=unknown,
        harm_low=unknown, harm_high=unknown, mean_harm=unknown,
        utility=unknown, utility_low=unknown, utility_high=unknown,
        allowed=np.zeros(len(settings), bool), why=(reason,) * len(settings),
        advice=Advice(dose=None, reason=reason), words=f"{reason[:1].upper()}{reason[1:]}.",
    )  # fmt: skip


def _frontier(
    goal: Goal, found: Forecast, preferences: Utility | None, counted: float
) -> Frontier:
    own = goal.benefit_sign * found.benefit.mean(axis=2)
    worst, mean_harm = found.at_worst.mean(axis=1).max(axis=1), found.harm.mean(axis=2)
    spread = found.at_worst.max(axis=2)
    utility = own - goal.weight * mean_harm
    if preferences is not None:
        utility = preferences.utility(own, mean_harm)
    low, high = np.quantile(own, LEVELS, axis=1)
    harm_low, harm_high = np.quantile(spread, LEVELS, axis=1)
    utility_low, utility_high = np.quantile(utility, LEVELS, axis=1)
    settings = goal.settings()
    return Frontier(
        settings=settings,
        benefit=own.mean(axis=1),
        low=low,
        high=high,
        harm=worst,
        harm_low=harm_low,
        harm_high=harm_high,
        harm_bound=mean_bound(found.at_worst, counted).max(axis=1),
        mean_harm=mean_harm.mean(axis=1),
        utility=utility.mean(axis=1),
        utility_low=utility_low,
        utility_high=utility_high,
        allowed=np.zeros(len(settings), bool),
        why=(),
        advice=Advice(dose=None, reason=""),
    )


def _advice(goal: Goal, found: Frontier, score: Array, least: int | None) -> Advice:
    """least  place of the setting of least side effect, where none is allowed and it is the
    answer all the same"""
    if not found.allowed.any() and least is not None and found.carried is not None:
        return Advice(
            dose=float(found.settings[least]),
            reason=f"the limit of {goal.epsilon:.1%} is passed already: what is in the body "
            f"gives the side effect {found.carried:.1%}, and no setting brings it below in "
            "time. This is the setting of least side effect"
            + ("" if goal.lowest == 0 else "; stopping altogether may be less still"),
            expected=float(found.benefit[least]),
            low=float(found.low[least]),
            high=float(found.high[least]),
            probability=float(1.0 - found.carried),
        )
    if not found.allowed.any():
        near = int(np.argmin(found.held_to))
        return Advice(
            dose=None,
            reason=f"no setting from {goal.lowest:g} to {goal.highest:g} {goal.unit} may be "
            f"given: {found.why[near]} at {found.settings[near]:g}",
        )
    best = int(np.argmax(np.where(found.allowed, score, -np.inf)))
    chosen = found.settings[best]
    most = int(np.argmax(np.where(found.allowed, found.utility, -np.inf)))
    what = "most utility" if best == most else "most worth in utility and in what it teaches"
    return Advice(
        dose=float(chosen),
        reason=f"{what} of {int(found.allowed.sum())} allowed settings: benefit "
        f"{found.benefit[best]:.3g}, side effect at most {found.harm[best]:.1%} "
        f"(limit {goal.epsilon:.1%})" + _carried_words(found),
        expected=float(found.benefit[best]),
        low=float(found.low[best]),
        high=float(found.high[best]),
        probability=float(1.0 - max(found.harm[best], found.carried or 0.0)),
    )


def _carried_words(found: Frontier) -> str:
    if found.carried is None:
        return ""
    return (
        " from the next dose on; until then what is in the body gives up to "
        f"{found.carried:.1%}, whatever is set"
    )
