"""From an event table to people, for models written as compartments: their own rules of CMT,
covariates and the quantity that is fitted; problems told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.findings import Finding
from nanoward.tuning.data.covariate_bounds import usual_bounds
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.observation_checks import censored_as, censoring_error
from nanoward.tuning.data.record_checks import number_of, pregnancy
from nanoward.tuning.data.record_consistency import contradictions
from nanoward.tuning.data.record_findings import RecordFindings, owners_of_lines
from nanoward.tuning.models.compartment_formulas import neutral
from nanoward.tuning.models.model import Model

MOST_DOSES = 10_000
DOSE_COLUMNS = ("", "ID", "TIME", "EVID", "AMT", "RATE", "II", "ADDL", "CMT", "SS")
_TOLD = {
    "TUN-101": "Write the measured value, or MDV = 1 where there is none.",
    "TUN-102": "State the limit of quantification in DV, and mark the row CENS = 1.",
    "TUN-103": "Check that the value is a measurement and no mark for 'below the limit'.",
    "TUN-104": "Give TIME in hours from the person's first record.",
    "TUN-105": "Correct the dose (AMT > 0, RATE >= 0, II > 0 where ADDL > 0); nobody is fitted "
    "with a dose left out.",
    "TUN-106": "Use a model of this room without it, or fit the person elsewhere.",
    "TUN-107": "Give the covariate in the event table, or leave it out of the model.",
    "TUN-108": "Check the covariate; the person's first value was used.",
    "TUN-140": "Correct the value; a model of formulas may tell low and high.",
    "TUN-126": "CENS 1: below DV; -1: above DV; 0: measured; LIMIT: the interval's other end.",
    "TUN-142": "Correct the records; until then no setting is derived from them.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A person's usable records as events, with their places; what else is known of them."""

    events: tuple[Event, ...] = ()
    places: tuple[int, ...] = ()
    interval: float | None = None
    others: tuple[tuple[str, float, float], ...] = ()
    unfit: str = ""


def people(
    events: pl.DataFrame, model: Model, *, file: str = ""
) -> tuple[list[History], list[Finding]]:
    """All people of an event table (base/tables.py EVENTS), in order of their names, as the
    model's formulas read them.

    A row without a usable value is told and left out; a dose that cannot be understood makes
    the whole person unfit, because a fit without it would be wrong.
    """
    found: list[History] = []
    told: list[Finding] = []
    groups = events.with_columns(pl.col("ID").cast(pl.String)).partition_by(
        "ID", as_dict=True, maintain_order=True
    )
    for name in sorted(str(key[0]) for key in groups):
        account = RecordFindings(person=name, file=file, steps=_TOLD)
        rows = groups[(name,)].to_dicts()
        found.append(_person(name, rows, model, account))
        told.extend(account.found)
    return found, told


def unread_doses(
    persons: Sequence[Any], findings: Sequence[Finding], events: pl.DataFrame | None = None
) -> list[Any]:
    """The same people; unfit where a dose may have been lost while the table was read.

    findings  about the event table: an error in a column of doses, or of the whole file,
              concerns its subject; without a subject whoever stands beside its line in
              `events`, and without that anybody
    """
    beside = owners_of_lines(events)
    doubted = [
        one
        for one in findings
        if one.severity == "error" and (one.column in DOSE_COLUMNS or one.line is None)
    ]
    why = {
        name: f"a dose may be lost, see {one.code}"
        for one in doubted
        for name in ((one.subject,) if one.subject or one.line is None else beside(one.line))
    }
    return [
        replace(
            one, exclusion_reason=one.exclusion_reason or why.get(one.name, why.get("", ""))
        )
        for one in persons
    ]


def _person(
    name: str, rows: Sequence[Mapping[str, Any]], model: Model, account: RecordFindings
) -> History:
    timed = [row for row in rows if _has_time(row, account)]
    places = {id(row): place for place, row in enumerate(timed)}
    ordered = sorted(timed, key=lambda row: (float(row["TIME"]), places[id(row)]))
    covariates, odd = _covariates(ordered, model, account)
    taken = _taken(ordered, model, covariates, account)
    unfit = (
        taken.unfit
        or odd
        or _out_of_time(rows, timed, account)
        or censoring_error(ordered, account)
    )
    return History(
        name=name,
        events=taken.events,
        interval=taken.interval,
        others=taken.others,
        exclusion_reason=unfit,
        doubt="" if unfit else _doubt(ordered, taken, account),
    )


def _taken(
    rows: Sequence[Mapping[str, Any]],
    model: Model,
    covariates: tuple[float, ...],
    account: RecordFindings,
) -> _Taken:
    """Doses and observations in order; nothing of the doses where one cannot be understood."""
    events: list[Event] = []
    places: list[int] = []
    others: list[tuple[str, float, float]] = []
    interval, last, unfit = None, None, ""
    for place, row in enumerate(rows):
        time, evid = float(row["TIME"]), int(row["EVID"])
        event = Event(time=time, evid=evid or 2, covariates=covariates)
        if evid in (1, 4) and not unfit:
            if unfit := _problem(row, model):
                code = "TUN-105" if unfit.startswith("dose") else "TUN-106"
                account.add(code, "error", f"{unfit}; the person is not fitted", row, "AMT")
                continue
            event = _dose(row, model, event)
            if event.interval > 0 and event.more > 0:
                interval = event.interval
            elif last is not None and time > last:
                interval = time - last
            last = time + (event.more * event.interval)
        elif evid == 0:
            quantity = str(row.get("DVID") or "")
            if model.quantity and quantity and quantity != model.quantity:
                if row["DV"] is not None and not row.get("MDV"):
                    others.append((quantity, time, float(row["DV"])))
            elif _usable(row, model, account):
                event = _observation(row, event)
        events.append(event)
        places.append(place)
    return _Taken(
        events=tuple(events),
        places=tuple(places),
        interval=None if unfit else interval,
        others=tuple(others),
        unfit=unfit,
    )


def _dose(row: Mapping[str, Any], model: Model, event: Event) -> Event:
    central = 1 if model.absorption == "first-order" else 0
    return replace(
        event,
        evid=int(row["EVID"]),
        amount=float(row["AMT"]),
        rate=float(row.get("RATE") or 0.0),
        compartment=0 if _into_depot(row, model) else central,
        interval=float(row.get("II") or 0.0),
        more=min(int(row.get("ADDL") or 0), MOST_DOSES),
    )


def _observation(row: Mapping[str, Any], event: Event) -> Event:
    cut, above, other = censored_as(row)
    return replace(
        event,
        evid=0,
        output=0,
        value=float(row["DV"]),
        censored=cut,
        above=above,
        other=other,
    )


def _doubt(rows: Sequence[Mapping[str, Any]], taken: _Taken, account: RecordFindings) -> str:
    """Why no dose may be derived: records that contradict each other; "" where none do."""
    against = contradictions(taken.events, outputs=1) if taken.events else []
    for each in against:
        what = f"{each.what}; no setting is recommended"
        account.add("TUN-142", "error", what, rows[taken.places[each.place]], each.column)
    doubt = f"the records contradict each other: {against[0].what}" if against else ""
    return pregnancy(rows) or doubt


def _out_of_time(
    rows: Sequence[Mapping[str, Any]],
    timed: Sequence[Mapping[str, Any]],
    account: RecordFindings,
) -> str:
    """Why the times cannot be laid along one line; "" when they can."""
    lost = [row for row in rows if row.get("TIME") is None and row["EVID"] in (1, 4)]
    if lost:
        return "a dose has no time"
    for before, row in pairwise(timed):
        if row["TIME"] < before["TIME"] and row["EVID"] in (3, 4):
            what = "a further occasion whose time starts anew is not offered"
            account.add("TUN-106", "error", f"{what}; the person is not fitted", row, "TIME")
            return what
    return ""


def _has_time(row: Mapping[str, Any], account: RecordFindings) -> bool:
    time = row.get("TIME")
    if time is not None and np.isfinite(time):
        return True
    account.add("TUN-104", "error", "record without a time, not used", row, "TIME")
    return False


def _usable(row: Mapping[str, Any], model: Model, account: RecordFindings) -> bool:
    if row.get("MDV"):
        return False
    value = row["DV"]
    if value is None or not np.isfinite(value):
        account.add("TUN-101", "error", "observation without a value, not used", row, "DV")
        return False
    if value < 0 or (value == 0 and model.residual.additive == 0):
        what = f"value {value:g} cannot be under a proportional error, not used"
        if value < 0:
            what = f"negative value {value:g}, not used"
        account.add("TUN-102", "error", what, row, "DV")
        return False
    if value == 0:
        account.add("TUN-103", "warning", "value 0, used as it stands", row, "DV")
    return True


def _problem(row: Mapping[str, Any], model: Model) -> str:
    """Why a dose cannot be used; "" when it can."""
    amount, rate = row.get("AMT"), row.get("RATE") or 0.0
    if amount is None or not np.isfinite(amount) or amount <= 0:
        return f"dose of {amount}"
    if rate < 0 or not np.isfinite(rate):
        return f"dose with rate {rate:g}"
    if (row.get("ADDL") or 0) > 0 and not (row.get("II") or 0) > 0:
        return "dose with ADDL but no interval II"
    if row.get("SS"):
        return "a dose at steady state (SS) is not offered"
    if rate > 0 and _into_depot(row, model):
        return "an infusion into the depot is not offered"
    compartment = row.get("CMT")
    if compartment is not None and compartment not in (1, 2):
        return f"a dose into compartment {compartment} is not offered"
    return ""


def _into_depot(row: Mapping[str, Any], model: Model) -> bool:
    """CMT 1 is the depot and 2 the centre under absorption; otherwise 1 is the centre."""
    if model.absorption == "none":
        return False
    compartment = row.get("CMT")
    if compartment is None:
        return not (row.get("RATE") or 0) > 0
    return bool(compartment == 1)


def _covariates(
    rows: Sequence[Mapping[str, Any]], model: Model, account: RecordFindings
) -> tuple[tuple[float, ...], str]:
    """What each effect is worked out from, the first value of its covariate, and why one cannot
    be; "" where all can."""
    found: dict[str, float] = {}
    unfit = ""
    for name in sorted({effect.covariate for effect in model.covariates}):
        head = rows[0] if rows else {}
        values, wrong = [], ""
        for row in rows:
            if (value := number_of(row.get(name))) is None:
                continue
            values.append(value)
            if not wrong and (wrong := _impossible(model, name, value)):
                account.add("TUN-140", "error", f"{wrong}; the person is not fitted", row, name)
        unfit = unfit or wrong
        if not values:
            what = f"covariate {name} is missing, the typical person's value was used"
            account.add("TUN-107", "warning", what, head, name)
            continue
        found[name] = float(values[0])
        if len(set(values)) > 1:
            what = f"covariate {name} changes over time"
            account.add("TUN-108", "warning", what, head, name)
    return tuple(found.get(one.covariate, neutral(one)) for one in model.covariates), unfit


def _impossible(model: Model, name: str, value: float) -> str:
    """Why a covariate cannot have this value; "" where it can."""
    is_switch = all(e.form == "factor" for e in model.covariates if e.covariate == name)
    bounds = usual_bounds(name, is_switch=is_switch)
    if not is_switch and not value > 0:
        return f"covariate {name} is {value:g}, which has no power"
    return bounds.error(name, value)
