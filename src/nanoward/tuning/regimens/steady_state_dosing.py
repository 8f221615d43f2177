"""The dose that brings a steady exposure into a target range, for models of formulas.

Exposure is followed at steady state (SS = 1) for some doses from the lowest to the highest, for
every draw, and read off between them on logarithmic scales: exact for linear models.
Areas are Gauss-Legendre sums over the parts of one interval.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.dosing.target_attainment import Advice, Target, chosen_dose, poorly_sampled
from nanoward.tuning.estimation.map_estimates import longest, places_in, whitening
from nanoward.tuning.estimation.posterior_sampling import Draws
from nanoward.tuning.kernel.layout import workspace_for
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
TRIED = 16  # doses followed; between them exposure is read off
NODES = 12


def advise_at_steady_state(
    model: Dynamics, one: History, target: Target, draws: Draws
) -> Advice:
    """As dosing.advise, for a model of formulas."""
    if why := poorly_sampled(draws):
        return Advice(dose=None, reason=why)
    doses = target.doses()
    ends = np.unique(np.geomspace(doses[0], doses[-1], min(TRIED, len(doses))))
    tried = steady_exposure(model, one, target, ends, draws.eta)
    if not np.isfinite(tried).all() or (tried <= 0).any():
        return Advice(dose=None, reason="the model reaches no steady state at these doses")
    exposure = np.empty((len(doses), len(draws.eta)))
    for place in range(len(draws.eta)):
        logs = np.log(tried[:, place])
        exposure[:, place] = np.exp(np.interp(np.log(doses), np.log(ends), logs))
    return chosen_dose(target, exposure)


def steady_exposure(
    model: Dynamics, one: History, target: Target, doses: Array, eta: Array
) -> Array:
    """(K, D) exposure at steady state to each dose, for each draw eta (D, E)."""
    from nanoward.tuning.kernel.entry_points import followed

    times, weights = _nodes(target)
    last = one.events[-1]
    many = [_at_steady_state(last, target, float(dose), times) for dose in doses]
    program = assembled(model)
    given = packed(many, len(model.covariates))
    factor = whitening(model, 1)
    size = len(factor)
    z = np.ascontiguousarray(np.linalg.solve(factor, eta[:, :size].T).T)
    room = workspace_for(program, places_in(given), 0)
    out = np.zeros((len(doses), len(z), len(times), 2))
    seen = np.zeros((longest(given), 2, 1))
    followed(program, given, factor, z, room, seen, np.arange(1, len(times) + 1), out)
    found: Array = out[:, :, :, 0] @ weights
    return found


def _nodes(target: Target) -> tuple[Array, Array]:
    """Times within an interval and the weights that make the wanted exposure of them."""
    if target.measure == "trough":
        return np.array([target.interval]), np.ones(1)
    x, w = np.polynomial.legendre.leggauss(NODES)
    middle = max(target.duration, target.interval / 8)
    cuts = sorted({0.0, target.duration, 0.5 * (target.duration + middle), middle})
    cuts = [*cuts, target.interval]
    times, weights = [], []
    for low, high in pairwise(cuts):
        times.append(0.5 * (high - low) * x + 0.5 * (high + low))
        weights.append(0.5 * (high - low) * w)
    total = 1.0 if target.measure == "auc" else target.interval
    return np.concatenate(times), np.concatenate(weights) / total


def _at_steady_state(last: Event, target: Target, dose: float, times: Array) -> History:
    given = Event(
        time=0.0,
        evid=1,
        amount=dose,
        rate=dose / target.duration if target.duration > 0 else 0.0,
        interval=target.interval,
        steady=True,
        covariates=last.covariates,
    )
    asked = [
        Event(time=float(time), evid=0, output=0, covariates=last.covariates) for time in times
    ]
    return History(name="", events=(given, *asked))
