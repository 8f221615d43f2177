"""Which exposure is meant, as times and weights: areas, averages, levels, troughs and peaks.

Areas are Gauss-Legendre sums between starts and ends of doses. A peak is the highest of a grid
that is dense behind a dose, and of a parabola through it and its neighbours.
"""

from itertools import pairwise
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.regimens.regimen_history import Regimen, history_under

Array = NDArray[np.float64]
NODES = 16
PARTS = 6  # of each stretch between starts and ends of doses
PEAK_GRID = 96
FAR = 40  # doublings within which everything has left the body, or the area is endless
SETTLED = 1e-7


def area_nodes(start: float, end: float, cuts: list[float]) -> tuple[Array, Array]:
    """Times and weights whose sum is the area between start and end."""
    inside = sorted({start, end, *(one for one in cuts if start < one < end)})
    x, w = np.polynomial.legendre.leggauss(NODES)
    times, weights = [], []
    for first, last in pairwise(inside):
        edges = first + (last - first) * np.linspace(0, 1, PARTS + 1) ** 2
        for low, high in pairwise(edges):
            times.append(0.5 * (high - low) * x + 0.5 * (high + low))
            weights.append(0.5 * (high - low) * w)
    return np.concatenate(times), np.concatenate(weights)


def moments_of(one: History) -> list[float]:
    """Starts and ends of all doses, additional ones written out."""
    found: list[float] = []
    for each in one.events:
        if each.evid in (1, 4):
            long = each.amount / each.rate if each.rate > 0 else 0.0
            starts = each.time + each.interval * np.arange(each.more + 1)
            found += [*starts.tolist(), *(starts + long).tolist()]
    return found


def area(
    model: Dynamics, one: History, regimen: Regimen, output: int, span: tuple[float, float],
    eta: Array,
) -> Array:  # fmt: skip
    """(D,) area under an output over a span; the end may be infinite."""
    start, end = span
    if isfinite(end):
        history = history_under(model, one, regimen, end)
        times, weights = area_nodes(start, end, moments_of(history))
        return np.asarray(levels(model, history, output, times, eta) @ weights)
    reach = max([*moments_of(history_under(model, one, regimen, inf)), start]) + 1.0
    total = area(model, one, regimen, output, (start, reach), eta)
    for _ in range(FAR):
        more = area(model, one, regimen, output, (reach, start + 2 * (reach - start)), eta)
        total, reach = total + more, start + 2 * (reach - start)
        if np.all(np.abs(more) <= SETTLED * np.abs(total)):
            return total
    return np.full(len(eta), inf)


def levels(model: Dynamics, history: History, output: int, times: Array, eta: Array) -> Array:
    """(D, T) values of an output, each after what is given at its time."""
    found = predictions_at(model, history.asked(times, output), eta).value
    natural = np.exp(found) if model.outputs[output].log else found
    return np.asarray(natural)


def peak(
    model: Dynamics, one: History, regimen: Regimen, output: int, end: float, eta: Array
) -> Array:
    """(D,) the highest value after the regimen's last dose that begins before `end`."""
    history = history_under(model, one, regimen, end)
    count = regimen.doses_before(end) - 1
    start = regimen.at + count * regimen.interval if regimen.interval > 0 else regimen.at
    parts = np.linspace(0.0, 1.0, PEAK_GRID + 1) ** 2
    times = start + (end - start) * parts
    if 0 < regimen.duration < end - start:
        times = np.union1d(times, [start + regimen.duration])
    found = levels(model, history, output, times, eta)
    best = np.argmax(found, axis=1)
    rows, n = np.arange(len(eta)), len(times)
    inner = np.clip(best, 1, n - 2)
    y0, y1, y2 = (found[rows, inner + k] for k in (-1, 0, 1))
    t0, t1, t2 = (times[inner + k] for k in (-1, 0, 1))
    with np.errstate(all="ignore"):
        left, right = (y1 - y0) / (t1 - t0), (y2 - y1) / (t2 - t1)
        bend = (right - left) / (t2 - t0)
        top = 0.5 * (t0 + t1) - left / (2.0 * bend)
        value = y0 + left * (top - t0) + bend * (top - t0) * (top - t1)
    smooth = (best > 0) & (best < n - 1) & (bend < 0) & (top > t0) & (top < t2)
    smooth &= ~np.isin(times[best], [start + regimen.duration]) | (regimen.duration == 0)
    return np.asarray(np.where(smooth & np.isfinite(value), value, found[rows, best]))
