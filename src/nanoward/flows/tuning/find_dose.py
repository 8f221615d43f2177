"""The dose, interval or infusion time that reaches what is wanted, for everybody of a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, isinf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.base.findings import Finding, in_order
from nanoward.flows.tuning.fit_people import EventFile, persons_of
from nanoward.ports.ports import FilePorts
from nanoward.tuning import (
    Dynamics,
    Fit,
    History,
    Question,
    common_seed,
    dosing_error,
    fit_histories,
    posterior_draws,
)
from nanoward.tuning.estimation.ambiguity import ambiguity_findings
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.regimens.dose_search import quantiles
from nanoward.tuning.regimens.regimen_words import answer_unit, exposure_unit, regimen_line
from nanoward.tuning.regimens.single_dose import (
    SingleDoseTarget,
    dose_for,
    exposure_of,
    output_place,
    time_below,
)

Array = NDArray[np.float64]
DRUG_LEFT, DISAGREES = "TUN-150", "TUN-151"
LIMITS = np.array([0.05, 0.5, 0.95])
MOST_DRAWS = 400  # whose own answers are sought
LEFT = 0.01  # of what is wanted: less than this in the body is nothing
APART = 2.58  # deviations of the last level from the model, beyond which it is told


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseChoice:
    """How an answer is chosen from what each draw asks for.

    probability  with which the exposure is to be reached (at_most: not passed); None: the
                 answer at the most likely parameters
    step         doses that can be given; 0: any. now: the dose is given at the last record
    """

    probability: float | None = None
    at_most: bool = False
    step: float = 0.0
    now: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseAnswers:
    """One row per person and regimen beside the answer; lines: the answers in words."""

    rows: list[dict[str, Any]]
    regimens: list[dict[str, Any]]
    lines: list[str]
    findings: tuple[Finding, ...]


def find_dose(
    ports: FilePorts,
    file: EventFile,
    question: Question,
    wanted: SingleDoseTarget,
    seed: int,
    choice: DoseChoice | None = None,
) -> DoseAnswers:
    """Everybody's answer at their most likely parameters, and its median with 5 % and 95 %
    limits over the posterior; a reason where there is none. People never observed are answered
    from the population, which is said."""
    model = question.model
    known, findings = persons_of(ports.formats, file, question)
    fits, chosen = fit_histories(model, known), choice or DoseChoice()
    rows, regimens, lines, told = [], [], [], list(findings)
    with ports.progress("asking for doses", len(known)) as step:
        for one, fit in zip(known, fits, strict=True):
            misplaced = _misplaced(model, one, wanted, now=chosen.now)
            asked = replace(wanted, at=one.last) if chosen.now and not misplaced else wanted
            row, others = _answer(question, one, fit, asked, seed, chosen, misplaced)
            rows.append(row)
            regimens += others
            line = misplaced or regimen_line(model, asked, row["give"])
            lines.append(f"{line} ({one.name})")
            if row["give"] is not None or not row["reason"]:
                told += _doubts(model, one, fit, asked, file.path)
            step(1)
    told += ambiguity_findings(
        ((one.name, fit.ambiguity) for one, fit in zip(known, fits, strict=True)), file.path
    )
    return DoseAnswers(rows=rows, regimens=regimens, lines=lines, findings=in_order(told))


def _answer(
    question: Question, one: History, fit: Fit, wanted: SingleDoseTarget, seed: int,
    choice: DoseChoice, misplaced: str = "",
) -> tuple[dict[str, Any], list[dict[str, Any]]]:  # fmt: skip
    model = question.model
    never = fit.observations == 0 and not one.exclusion_reason
    reason = (one.doubt if never else dosing_error(one, fit)) or misplaced
    row: dict[str, Any] = {
        "participant": one.name, "give": None, "unit": answer_unit(model, wanted),
        "answer": None, "median": None, "low": None, "high": None,
        "basis": "population" if never else "own levels", "reason": reason,
    }  # fmt: skip
    if reason:
        return row, []
    draws = posterior_draws(model, one, fit, question.draws, common_seed(seed, "posterior"))
    most = 1 if model.is_known else MOST_DRAWS
    some = draws.eta[np.unique(np.linspace(0, len(draws.eta) - 1, most).astype(np.int64))]
    ask = time_below if wanted.measure == "below" else dose_for
    answer = float(ask(model, one, wanted, fit.eta[None, :])[0])
    spread = ask(model, one, wanted, some)
    spread = spread[~np.isnan(spread)]
    row["answer"] = _or_none(answer)
    low, middle, high = quantiles(spread, LIMITS) if len(spread) else (np.nan,) * 3
    row["low"], row["median"], row["high"] = (_or_none(one) for one in (low, middle, high))
    given = answer
    if choice.probability is not None and len(spread):
        share = 1 - choice.probability if choice.at_most else choice.probability
        given = float(quantiles(spread, np.array([share]))[0])
    row["give"], row["reason"] = _given(model, wanted, given, high, choice)
    if row["give"] is None or wanted.find == "exposure" or wanted.measure == "below":
        return row, []
    return row, _regimens(model, one, wanted, row["give"], some, choice.step)


def _misplaced(model: Dynamics, one: History, wanted: SingleDoseTarget, *, now: bool) -> str:
    """Why a question from now cannot be asked of this person's records; "" where it can. It
    ends nobody else's answer."""
    if wanted.basis != "now":
        return ""
    at = one.last if now else wanted.at
    if wanted.end is not None and wanted.end <= at:
        return f"no answer: {wanted.end:g} {model.time_unit} is not after {at:g}, the next dose"
    later = [each.time for each in one.events if each.evid in (1, 4) and each.time > at + 1e-9]
    if later and wanted.dose > 0:
        return f"no answer: a dose was given at {max(later):g}, after the {at:g} asked for"
    return ""


def _given(
    model: Dynamics, wanted: SingleDoseTarget, answer: float, high: float, choice: DoseChoice
) -> tuple[float | None, str]:
    """What can be given, and what must be said of it."""
    value = f"{wanted.measure} {wanted.value:g} {exposure_unit(model, wanted)}"
    if not isfinite(answer):
        until = "" if wanted.end is None else f" until {wanted.end:g} {model.time_unit}"
        return None, f"{value} is not reached{until}"
    if wanted.find == "dose" and wanted.measure != "below":
        if answer == 0:
            return 0.0, f"{value} is reached without a further dose"
        if choice.step > 0:
            steps = answer / choice.step
            if choice.probability is not None:  # rounded to the side that keeps the promise
                steps = floor(steps + 1e-9) if choice.at_most else ceil(steps - 1e-9)
                if steps == 0:  # one step would pass what was promised not to be
                    return None, f"less than one step of {choice.step:g} keeps {value}"
            answer = max(1.0, round(steps)) * choice.step
    unsure = isinf(high) and wanted.measure == "below"
    return answer, f"in some draws not until {wanted.end:g} {model.time_unit}" if unsure else ""


def _regimens(
    model: Dynamics, one: History, wanted: SingleDoseTarget, given: float, eta: Array,
    step: float,
) -> list[dict[str, Any]]:  # fmt: skip
    """Exposure, and how often the target is reached, at the answer and beside it."""
    beside = (
        (given - step, given, given + step)
        if step > 0
        else tuple(given * k for k in (0.8, 1.0, 1.25))
    )
    rows = []
    for value in beside:
        if not value > 0:
            continue
        tried = replace(wanted, find="exposure", **{wanted.find: float(value)})  # type: ignore[arg-type]
        found = exposure_of(model, one, tried, eta)
        found = found[~np.isnan(found)]
        if len(found) == 0:
            continue
        low, middle, high = np.quantile(found, LIMITS)
        rows.append(
            {
                "participant": one.name,
                wanted.find: float(value),
                "unit": answer_unit(model, wanted),
                "exposure": float(middle),
                "low": float(low),
                "high": float(high),
                "exposure unit": exposure_unit(model, wanted),
                "reaches it": float(np.mean(found >= wanted.value)),
            }
        )
    return rows


def _doubts(
    model: Dynamics, one: History, fit: Fit, wanted: SingleDoseTarget, file: str
) -> Sequence[Finding]:
    """What is still in the body where the answer counts from empty, and a last level that the
    model does not meet."""
    place, found = output_place(model, wanted.output), []
    unit = model.outputs[place].unit
    if wanted.basis == "empty" and wanted.measure != "below" and _was_dosed(one):
        left = float(
            predictions_at(
                model, one.asked(np.array([one.last]), place), fit.eta[None, :]
            ).value[0, 0]
        )
        if wanted.measure == "auc" or left > LEFT * wanted.value:
            what = (
                f"at {one.last:g} {model.time_unit} there are still {left:.3g} {unit} in the "
                "body, and the answer counts from empty"
            )
            step = f"Ask with --at {one.last:g} (or --now) for the next dose."
            found.append(_finding(DRUG_LEFT, what, step, one.name, file))
    seen = [each for each in one.observed if each.output == place and not each.censored]
    if seen and model.outputs[place].likelihood == "normal":
        at = predictions_at(model, one, fit.eta[None, :])
        asked = [each for each in one.events if each.output >= 0]
        k = max(i for i, each in enumerate(asked) if each is seen[-1])
        apart = (seen[-1].value - at.value[0, k]) / np.sqrt(at.variance[0, k])
        if not abs(apart) <= APART:
            what = (
                f"the last level, {seen[-1].value:.4g} {unit} at {seen[-1].time:g}, lies "
                f"{abs(apart):.1f} deviations from the model's {at.value[0, k]:.4g}"
            )
            step = "Look at the last record and at what changed before acting on the answer."
            found.append(_finding(DISAGREES, what, step, one.name, file))
    return found


def _was_dosed(one: History) -> bool:
    return any(each.evid in (1, 4) for each in one.events)


def _finding(code: str, what: str, step: str, name: str, file: str) -> Finding:
    return Finding(
        code=code, severity="warning", message=what, next_step=step, file=file, subject=name
    )


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
