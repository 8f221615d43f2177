"""What a person's records cannot be: each fault is told and concerns that person alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import Any

from nanoward.base.findings import Finding
from nanoward.tuning.data.covariate_bounds import covariate_bounds, impossible_parameters
from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.record_consistency import contradictions, shared_observations
from nanoward.tuning.data.record_findings import RecordFindings
from nanoward.tuning.models.dynamics import Dynamics, Output

Row = Mapping[str, Any]
PREGNANT = ("PREG", "PREGNANT", "PREGN", "PREGNANCY")
_NO = frozenset({"", "0", "0.0", "N", "NO", "F", "FALSE", ".", "NA", "NAN", "NEGATIVE"})


def number_of(value: Any) -> float | None:
    """A covariate's value; None where the field is empty, NaN where it holds no number."""
    if value is None or (isinstance(value, str) and value.strip() in ("", ".")):
        return None
    try:
        return nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return nan


def covariate_error(
    name: str, given: Sequence[float | None], rows: Sequence[Row], model: Dynamics,
    account: RecordFindings,
) -> str:  # fmt: skip
    """Why a covariate has a value that it cannot have; "" where it has none such."""
    bounds = covariate_bounds(model)[name]
    for row, value in zip(rows, given, strict=True):
        wrong = "" if value is None else bounds.error(name, value)
        if wrong:
            account.add("TUN-140", "error", f"{wrong}; the person is not fitted", row, name)
            return wrong
    return ""


def impossible_values(
    rows: Sequence[Row], outputs: Sequence[int | None], model: Dynamics, account: RecordFindings
) -> str:
    """Why a grade, a count or a yes-or-no is none; "" where all are.

    outputs  place of the output that each row observes, None where there is none
    """
    why = ""
    for row, place in zip(rows, outputs, strict=True):
        value = row.get("DV")
        if row.get("EVID") or row.get("MDV") or value is None or not isfinite(value):
            continue
        wrong = "" if place is None else _impossible(model.outputs[place], float(value))
        if place is not None and row.get("CENS") and not wrong:
            wrong = _uncensorable(model.outputs[place])
        if wrong:
            account.add("TUN-141", "error", f"{wrong}; the person is not fitted", row, "DV")
            why = why or wrong
    return why


def _uncensorable(one: Output) -> str:
    normal = one.likelihood == "normal"
    return "" if normal else f"{one.name} is marked CENS, which a {one.likelihood} cannot be"


def _impossible(one: Output, value: float) -> str:
    known = {"ordinal": len(one.logits), "bernoulli": 1, "preference": 1, "event": 1}
    most = known.get(one.likelihood)
    if one.likelihood == "poisson" and (value < 0 or value != int(value)):
        return f"{one.name} is {value:g}, which is no count"
    if most is not None and value not in range(most + 1):
        return f"{one.name} is {value:g}, which is none of 0 to {most}"
    return ""


def with_doubts(
    one: History, rows: Sequence[Row], model: Dynamics, account: RecordFindings
) -> History:
    """The person, excluded where the typical person cannot have their covariates, doubted where
    their records contradict each other."""
    if one.exclusion_reason or not one.events:
        return one
    values = list(dict.fromkeys(event.covariates for event in one.events))
    if wrong := impossible_parameters(model, values):
        what = next(iter(wrong.values()))
        account.add("TUN-140", "error", f"{what}; the person is not fitted", rows[0], "")
        return replace(one, exclusion_reason=what)
    against = contradictions(one.events, outputs=len(model.outputs))
    for each in against:
        what = f"{each.what}; no setting is recommended"
        account.add("TUN-142", "error", what, rows[each.place], each.column)
    doubt = f"the records contradict each other: {against[0].what}" if against else ""
    return replace(one, doubt=pregnancy(rows) or doubt)


def pregnancy(rows: Sequence[Row]) -> str:
    """Why nothing is recommended: a column says pregnant; "" where none does."""
    for row in rows:
        for name in PREGNANT:
            said = str(row.get(name) if row.get(name) is not None else "").strip().upper()
            if said not in _NO:
                return f"is pregnant ({name} {said}): nothing is recommended"
    return ""


def shared_values(
    found: Sequence[History], groups: Mapping[str, Sequence[Row]], file: str,
    steps: Mapping[str, str],
) -> list[Finding]:  # fmt: skip
    """A finding for whoever has the same values at the same times as somebody before them."""
    told = []
    for first, second in shared_observations([(one.name, one.events) for one in found]):
        account = RecordFindings(person=second, file=file, steps=steps)
        what = f"has the same values at the same times as {first}"
        account.add("TUN-143", "warning", what, groups[second][0], "DV")
        told += account.found
    return told
