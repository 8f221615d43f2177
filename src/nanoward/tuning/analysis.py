"""One answer per person: fit, draws, bands, a setting. The same for every way of writing a
model, by one compiled kernel.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.event_tables import histories
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.data.pk_subjects import people
from nanoward.tuning.dosing.dose_response_table import dose_response_rows
from nanoward.tuning.dosing.frontier_table import frontier_rows
from nanoward.tuning.dosing.optimal_setting import recommend
from nanoward.tuning.dosing.target_attainment import (
    Advice,
    advise,
    dosing_error,
    exposure_per_dose,
)
from nanoward.tuning.estimation.individual_fit import Fit
from nanoward.tuning.estimation.map_estimates import fit_histories
from nanoward.tuning.estimation.posterior_sampling import Draws, common_seed, posterior_draws
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.plan_section import Question
from nanoward.tuning.regimens.steady_state_dosing import advise_at_steady_state
from nanoward.tuning.subject_results import Row, SubjectResult
from nanoward.tuning.subject_rows import (
    FittedSubject,
    Holdout,
    advice_row,
    band_rows,
    covariance_rows,
    fit_rows,
    held_back,
    observed_rows,
)


def load_subjects(
    events: pl.DataFrame, model: Dynamics, *, file: str = ""
) -> tuple[list[History], list[Finding]]:
    """People of an event table by the rules of how the model was written, and every problem."""
    if model.written is not None:
        return people(events, model.written, file=file)
    return histories(events, model, file=file)


def analyse_subjects(
    question: Question, seed: int, some: Sequence[History]
) -> list[SubjectResult]:
    """One answer per person, in order; each depends on the question, seed and person alone."""
    model = question.model
    ahead = question.goal.horizon if question.goal is not None else 0.0
    known = [in_periods(model, one, ahead) for one in some]
    fits = fit_histories(model, known)
    late = [held_back(len(one.observed), question.held_back) for one in known]
    tested = [
        one.only(~chosen) if chosen.any() else one
        for one, chosen in zip(known, late, strict=True)
    ]
    without = fit_histories(model, tested) if any(one.any() for one in late) else fits
    return [
        _answer(
            question,
            seed,
            one,
            FittedSubject(fit=fit, draws=_draws(question, seed, one, fit)),
            Holdout(held_back=chosen, training=earlier, fit=again),
        )
        for one, fit, chosen, earlier, again in zip(
            known, fits, late, tested, without, strict=True
        )
    ]


def _draws(question: Question, seed: int, one: History, fit: Fit) -> Draws:
    """Draws of a fit that converged; none of any other."""
    if not (fit.converged and question.draws) or one.exclusion_reason:
        return Draws(eta=np.zeros((0, len(fit.eta))), effective=0.0)
    chance = common_seed(seed, "posterior")
    return posterior_draws(question.model, one, fit, question.draws, chance)


def _answer(
    question: Question, seed: int, one: History, now: FittedSubject, tested: Holdout
) -> SubjectResult:
    model, fit = question.model, now.fit
    recommendation, frontier, outlook = _advice(question, one, now)
    drawn = now.is_usable(one) and question.draws > 0
    return SubjectResult(
        participant=one.name,
        fits=() if one.exclusion_reason else fit_rows(model, one.name, fit),
        covariances=() if one.exclusion_reason else covariance_rows(model, one, fit),
        bands=band_rows(model, one, now.draws.eta, seed) if drawn else (),
        observed=observed_rows(question, seed, one, now, tested),
        frontier=frontier,
        outlook=outlook,
        recommendation=recommendation,
        doubts=dosing_error(one, fit),
        ambiguity=fit.ambiguity,
    )


def _advice(
    question: Question, one: History, now: FittedSubject
) -> tuple[Row | None, tuple[Row, ...], tuple[Row, ...]]:
    """The recommendation; under a goal the frontier that it stands on; under a target what
    every dose would do, where the exposure is known without following it."""
    model, target, goal, draws = question.model, question.target, question.goal, now.draws
    if target is None and goal is None:
        return None, (), ()
    why = dosing_error(one, now.fit) or ("" if question.draws else "no draws were asked for")
    if why:
        return advice_row(question, one, Advice(dose=None, reason=why)), (), ()
    if goal is not None:
        found = recommend(model, one, draws, goal)
        row = advice_row(question, one, found.advice, found.words)
        return row, frontier_rows(one.name, goal, found), ()
    assert target is not None
    per_dose = exposure_per_dose(model, one, target, draws.eta)
    if per_dose is None:
        advice = advise_at_steady_state(model, one, target, draws)
        return advice_row(question, one, advice), (), ()
    advice = advise(target, per_dose, draws)
    outlook: tuple[Row, ...] = ()
    if advice.expected is not None:
        outlook = dose_response_rows(one.name, target, per_dose, advice.dose)
    return advice_row(question, one, advice), (), outlook
