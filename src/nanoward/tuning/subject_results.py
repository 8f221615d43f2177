"""Everything that tuning says about one person, as plain rows that can be kept and sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.base.tables import (
    BANDS,
    COVARIANCES,
    FITS,
    FRONTIER,
    OBSERVED,
    OUTLOOK,
    RECOMMENDATIONS,
    TableShape,
)
from nanoward.tuning.data.pk_subjects import Person, only
from nanoward.tuning.dosing.dose_response_table import dose_response_rows
from nanoward.tuning.dosing.target_attainment import (
    Advice,
    advise,
    dosing_error,
    exposure_per_dose,
)
from nanoward.tuning.estimation.linear_map_estimates import Fit, fit_person
from nanoward.tuning.estimation.posterior_sampling import (
    CommonNormals,
    Draws,
    common_seed,
    posterior_draws,
    predicted_concentrations,
)
from nanoward.tuning.estimation.prediction_intervals import PredictionInterval, band
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.model import Model
from nanoward.tuning.plan_section import Question
from nanoward.tuning.regimens.course_times import course_times

Array = NDArray[np.float64]
Row = dict[str, Any]
VERSION = "9"  # changes whenever an answer may change
_TYPES: Mapping[str, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


@dataclass(frozen=True, kw_only=True)
class SubjectResult:
    """Rows of base/tables.py about one person.

    recommendation  None where no target was asked for
    doubts          why this person's fit must not be used; "" when it may
    ambiguity       why the most likely values are not the only ones to believe in
    """

    participant: str
    fits: tuple[Row, ...] = ()
    covariances: tuple[Row, ...] = ()
    bands: tuple[Row, ...] = ()
    observed: tuple[Row, ...] = ()
    frontier: tuple[Row, ...] = ()
    outlook: tuple[Row, ...] = ()
    recommendation: Row | None = None
    doubts: str = ""
    ambiguity: str = ""

    def __post_init__(self) -> None:
        """A number that is none is a null in every row: it can be neither kept nor sent."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                object.__setattr__(self, one.name, tuple(_finite(row) for row in value))
            elif isinstance(value, dict):
                object.__setattr__(self, one.name, _finite(value))

    @classmethod
    def of_kept(cls, values: Mapping[str, Any]) -> "SubjectResult":
        """A result that was kept: its numbers were looked at when it was made."""
        found = object.__new__(cls)
        for name in RESULT_FIELDS:
            value = values[name]
            object.__setattr__(found, name, tuple(value) if isinstance(value, list) else value)
        return found


RESULT_FIELDS = tuple(one.name for one in fields(SubjectResult))


def _finite(row: Row) -> Row:
    broken = [key for key, at in row.items() if isinstance(at, float) and not isfinite(at)]
    return {**row, **dict.fromkeys(broken)} if broken else row


def question_sha256(question: Question) -> str:
    """Name of all that a person's answer depends on, beside the person and the seed."""
    text = json.dumps([VERSION, asdict(question)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def answer(question: Question, seed: int, person: Person) -> SubjectResult:
    """Fit, band, test of the band on observations held back, and recommended setting.

    The answer depends on these three values alone: not on other people, order or workers.
    """
    model = _closed(question)
    if person.exclusion_reason:
        return SubjectResult(
            participant=person.name,
            observed=_others(person),
            recommendation=_refused(
                question, person, dosing_error(person, prior_fit(model, person))
            ),
            doubts=f"the records cannot be used: {person.exclusion_reason}",
        )
    fit = fit_person(model, person)
    draws = _draws(question, person, fit, seed, "posterior")
    advice = None
    if question.target is not None and not question.draws:
        advice = Advice(dose=None, reason="no draws were asked for")
    elif question.target is not None:
        advice = advise(model, person, fit, question.target, draws)
    usable = fit.converged and question.draws > 0
    return SubjectResult(
        participant=person.name,
        fits=_fit_rows(model, person, fit),
        covariances=_covariance_rows(model, person, fit),
        bands=_band_rows(question, person, draws.eta, seed) if usable else (),
        observed=(*_observed_rows(question, person, fit, draws.eta, seed), *_others(person)),
        outlook=() if advice is None else _outlook(question, person, draws, advice),
        recommendation=None if advice is None else _advice_row(question, person, advice),
        doubts=dosing_error(person, fit),
        ambiguity=fit.ambiguity,
    )


def _outlook(
    question: Question, person: Person, draws: Draws, advice: Advice
) -> tuple[Row, ...]:
    """What every dose would do; nothing where no dose may be derived from the fit."""
    if question.target is None or advice.expected is None:
        return ()
    exposure = exposure_per_dose(_closed(question), person, question.target, draws.eta)
    return dose_response_rows(person.name, question.target, exposure, advice.dose)


def _closed(question: Question) -> Model:
    """The question's model, which this module takes to be a closed-form one."""
    assert isinstance(question.model, Model)
    return question.model


def prior_fit(model: Model, person: Person) -> Fit:
    """The population's own values, for a person who cannot be fitted."""
    nothing = np.zeros(len(person.times), bool)
    return fit_person(model, only(person, nothing))


def held_back(count: int, share: float) -> NDArray[np.bool_]:
    """(T,) the last observations in time, the share rounded, at least one of three or more.

    Nobody with fewer than three observations has any held back.
    """
    chosen = np.zeros(count, bool)
    if share > 0 and count >= 3:
        chosen[count - max(1, round(share * count)) :] = True
    return chosen


def table(shape: TableShape, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a table of this shape; NaN becomes null, for it means "not known"."""
    schema = {column.name: _TYPES[column.kind] for column in shape.columns}
    found = pl.DataFrame(list(rows), schema=schema, orient="row")
    return found.with_columns(pl.col(pl.Float64).fill_nan(None))


def tables(answers: Sequence[SubjectResult]) -> dict[str, pl.DataFrame]:
    """All tables of people, from fits to recommendations, sorted by their keys."""
    rows = {
        FITS: [row for one in answers for row in one.fits],
        COVARIANCES: [row for one in answers for row in one.covariances],
        BANDS: [row for one in answers for row in one.bands],
        OBSERVED: [row for one in answers for row in one.observed],
        FRONTIER: [row for one in answers for row in one.frontier],
        OUTLOOK: [row for one in answers for row in one.outlook],
        RECOMMENDATIONS: [one.recommendation for one in answers if one.recommendation],
    }
    return {shape.name: table(shape, some).sort(shape.key) for shape, some in rows.items()}


def coverage(observed: pl.DataFrame) -> tuple[int, int]:
    """How many observations were held back and predicted, and how many lay in their band."""
    tested = observed.filter(pl.col("held_back") & pl.col("low").is_not_null())
    within = tested.filter(pl.col("value").is_between("low", "high"))
    return tested.height, within.height


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
        for one in model.parameters
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


def _covariance_rows(model: Model, person: Person, fit: Fit) -> tuple[Row, ...]:
    return tuple(
        {
            "participant": person.name,
            "a": a,
            "b": b,
            "covariance": float(fit.covariance[row, column]),
        }
        for row, a in enumerate(model.random)
        for column, b in enumerate(model.random[: row + 1])
    )


def _fit_rows(model: Model, person: Person, fit: Fit) -> tuple[Row, ...]:
    place = {name: index for index, name in enumerate(model.random)}
    with np.errstate(invalid="ignore"):
        error = np.sqrt(np.diag(fit.covariance))
    return tuple(
        {
            "participant": person.name,
            "parameter": one.name,
            "unit": one.unit,
            "eta": float(fit.eta[place[one.name]]) if one.name in place else 0.0,
            "value": fit.parameters[one.name],
            "eta_se": float(error[place[one.name]]) if one.name in place else 0.0,
            "objective": fit.objective if fit.observations else None,
            "observations": fit.observations,
            "converged": fit.converged,
        }
        for one in model.parameters
    )


def _band_rows(question: Question, person: Person, draws: Array, seed: int) -> tuple[Row, ...]:
    ends = [*person.times, *(time for _, time, _ in person.others), *person.doses.time]
    if not ends or max(ends) <= 0:
        return ()
    times = course_times(min(0.0, *ends), max(ends), person.doses.time)
    found = band(_closed(question), person, draws, times, CommonNormals(seed, "band"))
    return tuple(
        {
            "participant": person.name,
            "quantity": _quantity(_closed(question)),
            "time": float(times[place]),
            "typical": float(found.typical[place]),
            "median": float(found.median[place]),
            "low": float(found.low[place]),
            "high": float(found.high[place]),
        }
        for place in range(len(times))
    )


def _observed_rows(
    question: Question, person: Person, fit: Fit, draws: Array, seed: int
) -> tuple[Row, ...]:
    """Observations within the band of the full fit; those held back, of a fit without them."""
    model, late = _closed(question), held_back(len(person.times), question.held_back)
    nothing = np.full(len(person.times), np.nan)
    predicted, low, high = nothing.copy(), nothing.copy(), nothing.copy()
    if fit.converged and len(person.times):
        predicted = fit.predicted.copy()
        if question.draws:
            found = _band_at(question, person, draws, seed, "observed")
            low, high = found.low, found.high
    if late.any():
        without = fit_person(model, only(person, ~late))
        predicted[late] = low[late] = high[late] = np.nan
        if without.converged:
            known = only(person, ~late)
            alone = predicted_concentrations(
                model, person, without.eta[None, :], person.times, person.records
            )
            predicted[late] = alone[0, late]
            if question.draws:
                some = _draws(question, known, without, seed, "held back")
                found = _band_at(question, person, some.eta, seed, "held back band")
                low[late], high[late] = found.low[late], found.high[late]
    return tuple(
        {
            "participant": person.name,
            "quantity": _quantity(model),
            "time": float(person.times[place]),
            "value": float(person.values[place]),
            "predicted": _or_null(predicted[place]),
            "held_back": bool(late[place]),
            "low": _or_null(low[place]),
            "high": _or_null(high[place]),
        }
        for place in range(len(person.times))
    )


def _draws(question: Question, person: Person, fit: Fit, seed: int, what: str) -> Draws:
    if not question.draws:
        return Draws(eta=np.zeros((0, len(fit.eta))), effective=0.0)
    chance = common_seed(seed, what)
    return posterior_draws(_closed(question), person, fit, question.draws, chance)


def _band_at(
    question: Question, person: Person, draws: Array, seed: int, what: str
) -> PredictionInterval:
    chance = CommonNormals(seed, what)
    return band(_closed(question), person, draws, person.times, chance, person.records)


def _others(person: Person) -> tuple[Row, ...]:
    """Other quantities, observed but not predicted by this model."""
    return tuple(
        {
            "participant": person.name,
            "quantity": quantity,
            "time": time,
            "value": value,
            "predicted": None,
            "held_back": False,
            "low": None,
            "high": None,
        }
        for quantity, time, value in person.others
    )


def _quantity(model: Model) -> str:
    return model.quantity or "concentration"


def _or_null(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _refused(question: Question, person: Person, reason: str) -> Row | None:
    if question.target is None:
        return None
    return _advice_row(question, person, Advice(dose=None, reason=reason))


def _advice_row(question: Question, person: Person, advice: Advice) -> Row:
    target = question.target
    assert target is not None
    return {
        "participant": person.name,
        "setting": target.setting,
        "value": advice.dose,
        "unit": target.dose_unit,
        "target": target.value,
        "expected": advice.expected,
        "low": advice.low,
        "high": advice.high,
        "probability": advice.probability,
        "reason": advice.reason,
        "words": "",
    }
