"""The dose that reaches what is wanted, for everybody of one event table."""

from typing import Any

import numpy as np

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding
from nanoward.flows.tuning.fit_people import EventFile, persons_of
from nanoward.ports.ports import FilePorts
from nanoward.tuning import (
    Dynamics,
    History,
    Question,
    common_seed,
    dosing_error,
    fit_histories,
    posterior_draws,
)
from nanoward.tuning.regimens.single_dose import SingleDoseTarget, dose_for, time_below


def find_dose(
    ports: FilePorts, file: EventFile, question: Question,
    wanted: SingleDoseTarget, seed: int,
) -> tuple[list[dict[str, Any]], tuple[Finding, ...]]:  # fmt: skip
    """One row per person: the answer at their most likely parameters, and its median with 5 %
    and 95 % limits over the posterior; a reason where there is none."""
    model = question.model
    if not isinstance(model, Dynamics):
        raise UsageError("a single dose is offered for models of formulas")
    persons, findings = persons_of(ports.formats, file, question)
    known = [one for one in persons if isinstance(one, History)]
    fits = fit_histories(model, known)
    answer = time_below if wanted.measure == "below" else dose_for
    rows = []
    with ports.progress("asking for doses", len(known)) as step:
        for one, fit in zip(known, fits, strict=True):
            row: dict[str, Any] = {
                "participant": one.name, "answer": None, "median": None, "low": None,
                "high": None, "reason": dosing_error(one, fit),
            }  # fmt: skip
            if not row["reason"]:
                draws = posterior_draws(
                    model, one, fit, question.draws, common_seed(seed, "posterior")
                )
                row["answer"] = _or_none(answer(model, one, wanted, fit.eta[None, :])[0])
                spread = answer(model, one, wanted, draws.eta)
                if np.isfinite(spread).any():
                    cuts = np.nanquantile(spread, [0.05, 0.5, 0.95])
                    row["low"], row["median"], row["high"] = (float(cut) for cut in cuts)
                if row["answer"] is None:
                    row["reason"] = f"{wanted.measure} {wanted.value:g} is not reached"
            rows.append(row)
            step(1)
    return rows, findings


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
