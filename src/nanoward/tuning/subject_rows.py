"""Rows of one person: parameters and covariances, courses with their bands, observations, and
what a dose would do. One set of them, however a model is written.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.column_quantiles import column_quantiles
from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.target_attainment import Advice
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.map_estimates import Predictions, predictions_at
from nanoward.tuning.estimation.posterior_sampling import (
    CommonNormals,
    Draws,
    Normals,
    common_seed,
    posterior_draws,
)
from nanoward.tuning.models.dynamics import Dynamics, Output
from nanoward.tuning.plan_section import Question
from nanoward.tuning.regimens.course_times import course_times, dose_times
from nanoward.tuning.subject_results import Row

Array = NDArray[np.float64]
LEVEL = 0.90
LIMITS = (0.5 * (1.0 - LEVEL), 1.0 - 0.5 * (1.0 - LEVEL))


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedSubject:
    """A person's fit, and draws from the posterior about it."""

    fit: Fit
    draws: Draws

    def is_usable(self, one: History) -> bool:
        """Whether the fit may be shown as this person's."""
        return self.fit.converged and not one.exclusion_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """The last observations of a person, kept out of a fit to test its predictions.

    held_back  (T,) which observations; training: the history without them, with its fit
    """

    held_back: NDArray[np.bool_]
    training: History
    fit: Fit


def held_back(count: int, share: float) -> NDArray[np.bool_]:
    """(T,) the last observations in time, the share rounded, at least one of three or more.

    Nobody with fewer than three observations has any held back.
    """
    chosen = np.zeros(count, bool)
    if share > 0 and count >= 3:
        chosen[count - max(1, round(share * count)) :] = True
    return chosen


def fit_rows(model: Dynamics, name: str, fit: Fit) -> tuple[Row, ...]:
    """One row per parameter, then one per further eta of an occasion (CL@1, CL@2 ...)."""
    with np.errstate(invalid="ignore"):
        error = np.sqrt(np.diag(fit.covariance))
    common = {one: place for place, one in enumerate(model.random)}
    further = len(common)
    shared = {
        "participant": name,
        "objective": fit.objective if fit.observations else None,
        "observations": fit.observations,
        "converged": bool(fit.converged),
    }
    rows = [
        {
            "parameter": one.name,
            "unit": one.unit,
            "eta": float(fit.eta[common[one.name]]) if one.name in common else 0.0,
            "value": fit.parameters[one.name],
            "eta_se": float(error[common[one.name]]) if one.name in common else 0.0,
            **shared,
        }
        for one in (model.parameters if model.written is None else model.written.parameters)
    ]
    each = model.between_occasions
    rows += [
        {
            "parameter": f"{each[place % len(each)]}@{place // len(each) + 1}",
            "unit": "",
            "eta": float(fit.eta[further + place]),
            "value": None,
            "eta_se": float(error[further + place]),
            **shared,
        }
        for place in range(len(fit.eta) - further)
    ]
    return tuple(rows)


def covariance_rows(model: Dynamics, one: History, fit: Fit) -> tuple[Row, ...]:
    """The covariance of the etas, lower triangle; null where there is none."""
    names = model.eta_names(one.occasions)
    return tuple(
        {
            "participant": one.name,
            "a": names[row],
            "b": names[column],
            "covariance": float(fit.covariance[row, column]),
        }
        for row in range(len(names))
        for column in range(row + 1)
    )


def advice_row(question: Question, one: History, advice: Advice, words: str = "") -> Row:
    """A row of base/tables RECOMMENDATIONS."""
    asked, aimed = question.goal, None
    setting, unit = ("", "") if asked is None else (asked.setting, asked.unit)
    if asked is None and question.target is not None:
        target = question.target
        setting, unit, aimed = target.setting, target.dose_unit, target.value
    return {
        "participant": one.name,
        "setting": setting,
        "value": advice.dose,
        "unit": unit,
        "target": aimed,
        "expected": advice.expected,
        "low": advice.low,
        "high": advice.high,
        "probability": advice.probability,
        "reason": advice.reason,
        "words": words,
    }


def band_rows(model: Dynamics, one: History, eta: Array, seed: int) -> tuple[Row, ...]:
    """The course of every output with a residual error: typical, median and 90 % band."""
    span = _span(model, one)
    if len(eta) == 0 or span is None:
        return ()
    rows: list[Row] = []
    times = course_times(*span, dose_times(one))
    for place, output in enumerate(model.outputs):
        if output.likelihood != "normal":
            continue
        asked = one.asked(times, place)
        found = predictions_at(model, asked, eta)
        nobody = predictions_at(model, asked, np.zeros((1, eta.shape[1])))
        purpose = f"band {output.name}" if model.written is None else "band"
        low, high = _limits(model, output, found, CommonNormals(seed, purpose))
        typical = _natural(output, nobody.value[0])
        middle = _natural(output, column_quantiles(found.value, (0.5,))[0])
        rows.extend(
            {
                "participant": one.name,
                "quantity": _quantity(output),
                "time": float(times[at]),
                "typical": _or_null(typical[at]),
                "median": _or_null(middle[at]),
                "low": _or_null(low[at]),
                "high": _or_null(high[at]),
            }
            for at in range(len(times))
        )
    return tuple(rows)


def _span(model: Dynamics, one: History) -> tuple[float, float] | None:
    """From when until when a course is drawn: the records; of a model written as compartments
    from 0 or before until the last dose, additional ones included. None where nothing is."""
    if not one.events:
        return None
    begin = one.events[0].time
    if model.written is None:
        return min(begin, 0.0) if begin > 0 else begin, one.last
    end = max([one.last, *dose_times(one).tolist()])
    return (min(0.0, begin), end) if end > 0 else None


def observed_rows(
    question: Question, seed: int, one: History, now: FittedSubject, tested: Holdout
) -> tuple[Row, ...]:
    """Observations in the band of the full fit; those held back, of a fit without them; and
    those of quantities that the model does not predict."""
    model, seen, late = question.model, one.observed, tested.held_back
    table = np.full((len(seen), 3), np.nan)
    if now.is_usable(one) and len(seen):
        table[:, 0] = _mode(model, one, now.fit)
        if question.draws:
            chance: Normals = CommonNormals(seed, "observed")
            table[:, 1:] = _within(model, one, now.draws.eta, chance)
    if late.any():
        table[late] = np.nan
        if tested.fit.converged and not one.exclusion_reason:
            table[late] = _held_back(question, seed, one, tested)[late]
    rows = [
        {
            "participant": one.name,
            "quantity": _quantity(model.outputs[event.output]),
            "time": event.time,
            "value": float(_natural(model.outputs[event.output], np.array(event.value))),
            "predicted": _or_null(table[place, 0]),
            "held_back": bool(late[place]),
            "low": _or_null(table[place, 1]),
            "high": _or_null(table[place, 2]),
        }
        for place, event in enumerate(seen)
    ]
    return (*rows, *_others(one))


def _held_back(question: Question, seed: int, one: History, tested: Holdout) -> Array:
    """(T, 3) as `observed_rows`, of the fit that has not seen the observations held back."""
    model, without = question.model, tested.fit
    table = np.full((len(one.observed), 3), np.nan)
    table[:, 0] = _mode(model, one, without)
    if question.draws:
        chance = common_seed(seed, "held back")
        again = posterior_draws(model, tested.training, without, question.draws, chance)
        noise: Normals = chance
        if model.written is not None:
            noise = CommonNormals(seed, "held back band")
        table[:, 1:] = _within(model, one, again.eta, noise)
    return table


def _others(one: History) -> tuple[Row, ...]:
    """Other quantities, observed but not predicted by this model."""
    return tuple(
        {
            "participant": one.name,
            "quantity": quantity,
            "time": time,
            "value": value,
            "predicted": None,
            "held_back": False,
            "low": None,
            "high": None,
        }
        for quantity, time, value in one.others
    )


def _mode(model: Dynamics, one: History, fit: Fit) -> Array:
    """(T,) predictions at the mode, on the natural scale."""
    return _each_natural(model, one, predictions_at(model, one, fit.eta[None, :]).value[0])


def _within(model: Dynamics, one: History, eta: Array, chance: Normals) -> Array:
    """(T, 2) 5 % and 95 % limits of an observation, on the natural scale."""
    found = predictions_at(model, one, eta)
    low, high = column_quantiles(_noisy(found, chance), LIMITS)
    table = np.column_stack([_each_natural(model, one, side) for side in (low, high)])
    for place, event in enumerate(one.observed):
        if model.outputs[event.output].likelihood != "normal":
            table[place] = np.nan
    return table if model.written is None else np.maximum(table, 0.0)


def _each_natural(model: Dynamics, one: History, values: Array) -> Array:
    pairs = zip(one.observed, values, strict=True)
    return np.array([_natural(model.outputs[event.output], value) for event, value in pairs])


def _limits(
    model: Dynamics, output: Output, found: Predictions, chance: Normals
) -> tuple[Array, Array]:
    """(T,) 5 % and 95 % limits of an observation; concentrations do not fall below 0."""
    low, high = column_quantiles(_natural(output, _noisy(found, chance)), LIMITS)
    if model.written is None:
        return low, high
    return np.maximum(low, 0.0), np.maximum(high, 0.0)


def _noisy(found: Predictions, chance: Normals) -> Array:
    """(D, T) predictions with residual error."""
    spread = np.sqrt(np.maximum(found.variance, 0.0))
    return found.value + spread * chance.standard_normal(found.value.shape)


def _natural(output: Output, value: Array) -> Array:
    return np.exp(value) if output.log and not output.logged else value


def _quantity(output: Output) -> str:
    return output.quantity or output.name


def _or_null(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
