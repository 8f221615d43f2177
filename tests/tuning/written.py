"""People of models written as compartments: fitted, followed and observed, for tests."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning import Fit, History, Model, fit_histories, formulas_of
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import predictions_at

Array = NDArray[np.float64]


def fit_person(model: Model, one: History) -> Fit:
    """The individual estimate of one person."""
    return fit_histories(formulas_of(model), [one])[0]


def predicted_concentrations(model: Model, one: History, eta: Array, times: Array) -> Array:
    """(D, T) concentrations for each eta (D, P), at times in any order."""
    order = np.argsort(times, kind="stable")
    found = np.empty((len(eta), len(times)))
    asked = one.asked(np.asarray(times, float), 0)
    found[:, order] = predictions_at(formulas_of(model), asked, eta).value
    return found


def seen_at(
    one: History, times: Sequence[float] | Array, values: Sequence[float] | Array
) -> History:
    """The doses of a person with these observations instead of their own."""
    given = [each for each in one.events if each.evid in (1, 3, 4)]
    told = given[0].covariates if given else ()
    seen = [
        Event(time=float(time), evid=0, output=0, value=float(value), covariates=told)
        for time, value in zip(times, values, strict=True)
    ]
    return replace(one, events=tuple(sorted([*given, *seen], key=lambda each: each.time)))


def values_of(one: History) -> list[float]:
    """What was observed, in order."""
    return [each.value for each in one.observed]
