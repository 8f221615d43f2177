"""One way to ask about people, whichever kind of model the question holds.

A `Model` is linear and has closed forms here in Python; `Dynamics` are formulas that the
compiled kernel carries out, many people at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.event_tables import histories
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.data.pk_subjects import Person, people
from nanoward.tuning.dosing.frontier_table import frontier_rows
from nanoward.tuning.dosing.optimal_setting import recommend
from nanoward.tuning.dosing.target_attainment import Advice, dosing_error
from nanoward.tuning.estimation.linear_map_estimates import Fit
from nanoward.tuning.estimation.map_estimates import fit_histories, predictions_at
from nanoward.tuning.estimation.posterior_sampling import Draws, common_seed, posterior_draws
from nanoward.tuning.models.dynamics import Dynamics, Output
from nanoward.tuning.models.model import Model
from nanoward.tuning.plan_section import Question
from nanoward.tuning.regimens.course_times import course_times, dose_times
from nanoward.tuning.regimens.steady_state_dosing import advise_at_steady_state
from nanoward.tuning.subject_results import Row, SubjectResult, answer, fit_rows, held_back

Array = NDArray[np.float64]
Participant = Person | History
LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posterior:
    """A person's fit, and draws from the posterior about it."""

    fit: Fit
    draws: Draws


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holdout:
    """The last observations of a person, kept out of a fit to test its predictions.

    held_back  (T,) which observations; training: the history without them, with its fit
    """

    held_back: NDArray[np.bool_]
    training: History
    fit: Fit


def load_subjects(
    events: pl.DataFrame, model: Model | Dynamics, *, file: str = ""
) -> tuple[Sequence[Participant], list[Finding]]:
    """People of an event table as this kind of model needs them, and every problem."""
    if isinstance(model, Dynamics):
        return histories(events, model, file=file)
    return people(events, model, file=file)


def analyse(question: Question, seed: int, some: Sequence[Participant]) -> list[SubjectResult]:
    """One answer per person, in order; each depends on the question, seed and person alone."""
    model = question.model
    if isinstance(model, Model):
        return [answer(question, seed, one) for one in some if isinstance(one, Person)]
    ahead = question.goal.horizon if question.goal is not None else 0.0
    known = [in_periods(model, one, ahead) for one in some if isinstance(one, History)]
    fits = fit_histories(model, known)
    late = [held_back(len(one.observed), question.held_back) for one in known]
    tested = [
        one.only(~chosen) if chosen.any() else one
        for one, chosen in zip(known, late, strict=True)
    ]
    without = fit_histories(model, tested) if any(one.any() for one in late) else fits
    return [
        _answer(
            question, seed, one, fit, _Holdout(held_back=chosen, training=earlier, fit=again)
        )
        for one, fit, chosen, earlier, again in zip(
            known, fits, late, tested, without, strict=True
        )
    ]


def _answer(
    question: Question, seed: int, one: History, fit: Fit, tested: _Holdout
) -> SubjectResult:
    model = question.model
    assert isinstance(model, Dynamics)
    usable = fit.converged and not one.exclusion_reason
    draws = Draws(eta=np.zeros((0, len(fit.eta))), effective=0.0)
    if usable and question.draws:
        chance = common_seed(seed, "posterior")
        draws = posterior_draws(model, one, fit, question.draws, chance)
    why = (
        f"the records cannot be used: {one.exclusion_reason}"
        if one.exclusion_reason
        else dosing_error(one, fit)
    )
    advice, frontier = _advice(question, one, fit, draws)
    bands: tuple[Row, ...] = ()
    if usable and question.draws:
        bands = _band_rows(model, one, draws.eta, seed)
    return SubjectResult(
        participant=one.name,
        fits=() if one.exclusion_reason else fit_rows(model, one.name, fit),
        covariances=() if one.exclusion_reason else covariance_rows(model, one, fit),
        bands=bands,
        observed=_observed_rows(question, seed, one, _Posterior(fit=fit, draws=draws), tested),
        frontier=frontier,
        recommendation=advice,
        doubts=why,
        ambiguity=fit.ambiguity,
    )


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


def _advice(
    question: Question, one: History, fit: Fit, draws: Draws
) -> tuple[Row | None, tuple[Row, ...]]:
    """The recommendation, and under a goal the frontier that it stands on."""
    model, target, goal = question.model, question.target, question.goal
    assert isinstance(model, Dynamics)
    if target is None and goal is None:
        return None, ()
    why = dosing_error(one, fit) or ("" if question.draws else "no draws were asked for")
    setting, unit, aimed = "", "", None
    advice, words = Advice(dose=None, reason=why), ""
    frontier: tuple[Row, ...] = ()
    if goal is not None:
        setting, unit = goal.setting, goal.unit
        if not why:
            found = recommend(model, one, draws, goal)
            advice, words = found.advice, found.words
            frontier = frontier_rows(one.name, goal, found)
    elif target is not None:
        setting, unit, aimed = target.setting, target.dose_unit, target.value
        advice = advice if why else advise_at_steady_state(model, one, target, draws)
    row = {
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
    return row, frontier


def _natural(output: Output, value: Array) -> Array:
    return np.exp(value) if output.log and not output.logged else value


def _quantity(output: Output) -> str:
    return output.quantity or output.name


def _noisy(value: Array, variance: Array, chance: np.random.Generator) -> Array:
    return value + np.sqrt(np.maximum(variance, 0.0)) * chance.standard_normal(value.shape)


def _band_rows(model: Dynamics, one: History, eta: Array, seed: int) -> tuple[Row, ...]:
    """The course of every output with a residual error: typical, median and 90 % band."""
    if not one.events or len(eta) == 0:
        return ()
    tail = (1.0 - LEVEL) / 2.0
    rows: list[Row] = []
    begin, doses = one.events[0].time, dose_times(one)
    for place, output in enumerate(model.outputs):
        if output.likelihood != "normal":
            continue
        times = course_times(min(begin, 0.0) if begin > 0 else begin, one.last, doses)
        asked = one.asked(times, place)
        found = predictions_at(model, asked, eta)
        typical = predictions_at(model, asked, np.zeros((1, eta.shape[1]))).value[0]
        chance = common_seed(seed, f"band {output.name}")
        seen = _natural(output, _noisy(found.value, found.variance, chance))
        middle = _natural(output, np.median(found.value, axis=0))
        low, high = np.quantile(seen, [tail, 1.0 - tail], axis=0)
        rows.extend(
            {
                "participant": one.name,
                "quantity": _quantity(output),
                "time": float(times[at]),
                "typical": _or_null(_natural(output, typical)[at]),
                "median": _or_null(middle[at]),
                "low": _or_null(low[at]),
                "high": _or_null(high[at]),
            }
            for at in range(len(times))
        )
    return tuple(rows)


def _observed_rows(
    question: Question, seed: int, one: History, now: _Posterior, tested: _Holdout
) -> tuple[Row, ...]:
    """Observations in the band of the full fit; those held back, of a fit without them."""
    model, seen = question.model, one.observed
    assert isinstance(model, Dynamics)
    late, without = tested.held_back, tested.fit
    table = np.full((len(seen), 3), np.nan)
    fit, draws = now.fit, now.draws
    if fit.converged and not one.exclusion_reason and len(seen):
        table[:, 0] = fit.predicted
        if question.draws:
            table = _within(model, one, fit, draws.eta, common_seed(seed, "observed"))
    if late.any():
        table[late] = np.nan
        if without.converged and question.draws and not one.exclusion_reason:
            chance = common_seed(seed, "held back")
            again = posterior_draws(model, tested.training, without, question.draws, chance)
            table[late] = _within(model, one, without, again.eta, chance)[late]
    return tuple(
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
    )


def _within(
    model: Dynamics, one: History, fit: Fit, eta: Array, chance: np.random.Generator
) -> Array:
    """(T, 3) prediction at the mode, 5 % and 95 % limits, on the natural scale."""
    tail = (1.0 - LEVEL) / 2.0
    alone = predictions_at(model, one, fit.eta[None, :]).value[0]
    found = predictions_at(model, one, eta)
    seen = _noisy(found.value, found.variance, chance)
    low, high = (
        np.quantile(seen, [tail, 1.0 - tail], axis=0) if len(seen) else (alone * np.nan,) * 2
    )
    table: Array = np.column_stack([alone, low, high])
    for place, event in enumerate(one.observed):
        output = model.outputs[event.output]
        table[place] = _natural(output, table[place])
        if output.likelihood != "normal":
            table[place, 1:] = np.nan
    return table


def _or_null(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
