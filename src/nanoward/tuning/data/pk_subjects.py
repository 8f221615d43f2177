"""From an event table to people: doses written out, observations sorted, problems told."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.base.findings import Finding
from nanoward.tuning.data.covariate_bounds import usual_bounds
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.data.observation_checks import censored_as, censoring_error
from nanoward.tuning.data.record_checks import number_of, pregnancy
from nanoward.tuning.data.record_consistency import contradictions
from nanoward.tuning.data.record_findings import RecordFindings, owners_of_lines
from nanoward.tuning.models.compartments import Doses
from nanoward.tuning.models.model import Model

Array = NDArray[np.float64]
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
class Observation:
    """One measurement of the fitted quantity."""

    time: float
    value: float
    record: int


class _DoseRecord(NamedTuple):
    """One dose written out: a row of `Doses` (models/compartments.py)."""

    time: float
    amount: float
    duration: float
    depot: bool
    until: float
    record: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of one person, ready to be fitted.

    doses     K doses; None where one could not be understood (`exclusion_reason` says why)
    times, values, records   (T,) observations of the fitted quantity in order of time
    others    observations of other quantities: (quantity, time, value)
    interval  h between the last doses, where the table tells; None otherwise
    doubt     why no dose may be derived from these records, though they can be fitted
    censored  (T,) observations of which only is known that they lie below `values`; None: none
    bounds    (T, 2) the limits that censored ones lie between; None: below `values`
    sha256    of all that a fit depends on
    """

    name: str
    doses: Doses
    times: Array
    values: Array
    records: Array
    covariates: Mapping[str, float]
    others: tuple[tuple[str, float, float], ...] = ()
    interval: float | None = None
    exclusion_reason: str = ""
    doubt: str = ""
    censored: NDArray[np.bool_] | None = None
    bounds: Array | None = None
    sha256: str = field(default="", compare=False)

    @property
    def is_censored(self) -> NDArray[np.bool_]:
        """(T,) which observations are censored."""
        if self.censored is None:
            return np.zeros(len(self.times), np.bool_)
        return self.censored

    @property
    def limits(self) -> Array:
        """(C, 2) what each of the C censored observations lies between, -inf or inf."""
        chosen = self.is_censored
        if self.bounds is not None:
            return self.bounds[chosen]
        return np.column_stack([np.full(int(chosen.sum()), -np.inf), self.values[chosen]])


def people(
    events: pl.DataFrame, model: Model, *, file: str = ""
) -> tuple[list[Person], list[Finding]]:
    """All people of an event table (base/tables.py EVENTS), in order of their names.

    A row without a usable value is told and left out; a dose that cannot be understood makes
    the whole person unfit, because a fit without it would be wrong.
    """
    found: list[Person] = []
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


def only(person: Person, chosen: NDArray[np.bool_]) -> Person:
    """The same person with some observations left out; `chosen` (T,)."""
    return replace(
        person,
        times=person.times[chosen],
        values=person.values[chosen],
        records=person.records[chosen],
        censored=None if person.censored is None else person.censored[chosen],
        bounds=None if person.bounds is None else person.bounds[chosen],
    )


def _person(
    name: str, rows: Sequence[Mapping[str, Any]], model: Model, account: RecordFindings
) -> Person:
    timed = [row for row in rows if _has_time(row, account)]
    places = {id(row): place for place, row in enumerate(timed)}
    ordered = sorted(timed, key=lambda row: (float(row["TIME"]), places[id(row)]))
    doses, interval, unfit = _doses(ordered, model, account)
    kept: list[tuple[float, float, int]] = []
    marks: list[Event] = []
    others: list[tuple[str, float, float]] = []
    for record, row in enumerate(ordered):
        if row["EVID"] != 0:
            continue
        quantity = str(row.get("DVID") or "")
        if model.quantity and quantity and quantity != model.quantity:
            if row["DV"] is not None and not row.get("MDV"):
                others.append((quantity, float(row["TIME"]), float(row["DV"])))
        elif _usable(row, model, account):
            kept.append((float(row["TIME"]), float(row["DV"]), record))
            cut, above, other = censored_as(row)
            marks.append(
                Event(
                    time=0.0, evid=0, value=float(row["DV"]), censored=cut, above=above,
                    other=other,
                )
            )  # fmt: skip
    covariates, odd = _covariates(ordered, model, account)
    unfit = (
        unfit or odd or _out_of_time(rows, timed, account) or censoring_error(ordered, account)
    )
    table = np.array(kept, dtype=float).reshape(-1, 3)
    cut_off = any(one.censored for one in marks)
    text = repr((name, [sorted(row.items(), key=str) for row in ordered]))
    return Person(
        name=name,
        doses=doses,
        times=table[:, 0],
        values=table[:, 1],
        records=table[:, 2],
        covariates=covariates,
        others=tuple(others),
        interval=interval,
        exclusion_reason=unfit,
        doubt="" if unfit else _doubt(ordered, kept, marks, account),
        censored=np.array([one.censored for one in marks], bool) if cut_off else None,
        bounds=np.array([one.bounds for one in marks], float) if cut_off else None,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _doubt(
    rows: Sequence[Mapping[str, Any]], kept: Sequence[tuple[float, float, int]],
    marks: Sequence[Event], account: RecordFindings,
) -> str:  # fmt: skip
    """Why no dose may be derived: records that contradict each other; "" where none do."""
    seen = {record: one for (_, _, record), one in zip(kept, marks, strict=True)}
    events = [
        Event(
            time=float(row["TIME"]),
            evid=int(row["EVID"]),
            amount=float(row.get("AMT") or 0.0),
            compartment=int(row.get("CMT") or 0),
            interval=float(row.get("II") or 0.0),
            more=int(row.get("ADDL") or 0),
            output=0 if place in seen else -1,
            value=seen[place].value if place in seen else float("nan"),
            censored=place in seen and seen[place].censored,
            above=place in seen and seen[place].above,
            other=seen[place].other if place in seen else float("nan"),
        )
        for place, row in enumerate(rows)
    ]
    against = contradictions(events, outputs=1) if events else []
    for each in against:
        what = f"{each.what}; no setting is recommended"
        account.add("TUN-142", "error", what, rows[each.place], each.column)
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


def _doses(
    rows: Sequence[Mapping[str, Any]], model: Model, account: RecordFindings
) -> tuple[Doses, float | None, str]:
    resets = [float(row["TIME"]) for row in rows if row["EVID"] in (3, 4)]
    lines: list[_DoseRecord] = []
    interval: float | None = None
    for record, row in enumerate(rows):
        if row["EVID"] not in (1, 4):
            continue
        problem = _problem(row, model)
        if problem:
            code = "TUN-105" if problem.startswith("dose") else "TUN-106"
            account.add(code, "error", f"{problem}; the person is not fitted", row, "AMT")
            return _packed([]), None, problem
        time, amount = float(row["TIME"]), float(row["AMT"])
        rate, more = float(row.get("RATE") or 0.0), int(row.get("ADDL") or 0)
        every = float(row.get("II") or 0.0)
        depot = _into_depot(row, model)
        until = min((at for place, at in enumerate(resets) if at > time), default=float("inf"))
        if every > 0 and more > 0:
            interval = every
        elif lines and time > lines[-1].time:
            interval = time - lines[-1].time
        for count in range(min(more, MOST_DOSES) + 1):
            at = time + count * every
            if at >= until:
                break
            place = float(record) if count == 0 else -1.0
            duration = amount / rate if rate > 0 else 0.0
            lines.append(_DoseRecord(at, amount, duration, depot, until, place))
    return _packed(lines), interval, ""


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


def _packed(lines: Sequence[_DoseRecord]) -> Doses:
    table = np.array(lines, dtype=float).reshape(-1, 6)
    return Doses(
        time=table[:, 0],
        amount=table[:, 1],
        duration=table[:, 2],
        depot=table[:, 3] > 0,
        until=table[:, 4],
        record=table[:, 5],
    )


def _covariates(
    rows: Sequence[Mapping[str, Any]], model: Model, account: RecordFindings
) -> tuple[dict[str, float], str]:
    """The first value of each, and why one cannot be; "" where all can."""
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
    return found, unfit


def _impossible(model: Model, name: str, value: float) -> str:
    """Why a covariate cannot have this value; "" where it can."""
    is_switch = all(e.form == "factor" for e in model.covariates if e.covariate == name)
    bounds = usual_bounds(name, is_switch=is_switch)
    if not is_switch and not value > 0:
        return f"covariate {name} is {value:g}, which has no power"
    return bounds.error(name, value)
