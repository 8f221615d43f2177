"""Predictions of many draws at once, where a model is written as compartments.

The kernel's tapes answer one draw after another; here all draws of a person are carried along
together (kernel/closed_forms.py), some twenty times as fast. What does not fit (a lag time that
differs between draws, resets, steady states, covariates that change) is left to the tapes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.estimation.censoring import minus_two_log_between
from nanoward.tuning.models.compartment_formulas import typical_values
from nanoward.tuning.models.compartments import Doses, concentrations, laid_events
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.model import Model

Array = NDArray[np.float64]


def individual_values(model: Model, one: History, eta: Array) -> dict[str, Array]:
    """Parameters by name, (D,) each, for draws eta (D, P); covariates of the last record."""
    columns = one.events[-1].covariates if one.events else None
    typical = typical_values(model, columns)
    values = {name: np.full(len(eta), value) for name, value in typical.items()}
    for place, name in enumerate(model.random):
        values[name] = values[name] * np.exp(eta[:, place])
    return values


def can_be_carried(model: Dynamics, one: History) -> bool:
    """Whether all draws of this person meet the same events in the same order."""
    if model.written is None or "LAG" in model.random or one.occasions != 1:
        return False
    same = {each.covariates for each in one.events}
    return len(same) == 1 and not any(each.evid in {3, 4} or each.steady for each in one.events)


def carried_courses(model: Dynamics, one: History, eta: Array) -> tuple[Array, Array]:
    """Values and variances (D, T) at the observed or asked records; `can_be_carried` holds."""
    written = model.written
    assert written is not None
    asked = [place for place, each in enumerate(one.events) if each.output >= 0]
    values = individual_values(written, one, eta)
    times = np.array([one.events[place].time for place in asked], float)
    lag = float(values["LAG"][0]) if "LAG" in values and len(eta) else 0.0
    absorbed = written.absorption == "first-order"
    events = laid_events(
        _doses(one.events, absorbed=absorbed), times, np.array(asked, float), lag
    )
    value = concentrations(values, events, len(asked))
    residual = written.residual
    return value, residual.additive + residual.proportional * value**2


def minus_two_log(
    model: Dynamics, one: History, value: Array, variance: Array, eta: Array
) -> Array:
    """(D,) -2 ln likelihood of what was observed, with the prior; inf where impossible."""
    asked = [each for each in one.events if each.output >= 0]
    seen = np.array([not np.isnan(each.value) for each in asked], bool)
    f, g = np.ascontiguousarray(value[:, seen]), np.ascontiguousarray(variance[:, seen])
    known = one.observed
    below = np.array([each.censored for each in known], bool)
    prior = np.einsum("di,ij,dj->d", eta, np.linalg.inv(model.omega()), eta)
    with np.errstate(all="ignore"):
        each = (np.array([one.value for one in known]) - f) ** 2 / g + np.log(g)
        if below.any():
            limits = np.array([one.bounds for one in known if one.censored], float)
            each[:, below] = minus_two_log_between(limits, f[:, below], g[:, below])
        found: Array = np.sum(each, axis=1) + prior
    return np.where(np.isfinite(found), found, np.inf)


def _doses(events: Sequence[Event], *, absorbed: bool) -> Doses:
    """Doses of a person with additional ones written out, up to the last record."""
    last = max(each.time for each in events)
    lines = [
        (
            each.time + count * each.interval,
            each.amount,
            each.amount / each.rate if each.rate > 0 else 0.0,
            float(absorbed and each.compartment == 0),
            float(place) if count == 0 else -1.0,
        )
        for place, each in enumerate(events)
        if each.evid == 1
        for count in range(1 + (each.more if each.interval > 0 else 0))
        if count == 0 or each.time + count * each.interval <= last
    ]
    table = np.array(lines, dtype=float).reshape(-1, 5)
    return Doses(
        time=table[:, 0],
        amount=table[:, 1],
        duration=table[:, 2],
        depot=table[:, 3] > 0,
        record=table[:, 4],
    )
