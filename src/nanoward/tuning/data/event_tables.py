"""From an event table to what the kernel works on: records in order, doses written out.

NONMEM's conventions (Users Guide VI, PREDPP): EVID 0 observation, 1 dose, 2 other, 3 reset,
4 reset and dose; AMT, RATE (-1: the model gives the rate, -2: the duration), II, ADDL, SS, CMT,
MDV; covariates stand in columns of their names, OCC numbers the occasions. CENS 1 marks an
observation below the limit that stands in DV (or LLOQ), CENS -1 one above what stands in DV;
LIMIT beside either is the other end of an interval (Monolix's convention).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.observation_checks import (
    adds_up,
    all_on_one_side,
    censored_as,
    censoring_error,
    mixed_quantities,
)
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.data.record_checks import (
    covariate_error,
    impossible_values,
    number_of,
    shared_values,
    with_doubts,
)
from nanoward.tuning.data.record_findings import RecordFindings
from nanoward.tuning.kernel.layout import Histories
from nanoward.tuning.models.dynamics import Dynamics, Output

Array = NDArray[np.float64]
MOST_DOSES = 10_000
_TOLD = {
    "TUN-111": "Write the measured value, or MDV = 1 where there is none.",
    "TUN-112": "Give the limit of quantification in the model (limit) and mark it CENS = 1.",
    "TUN-113": "Correct the dose; nobody is fitted with a dose left out.",
    "TUN-114": "Give the covariate, or `missing` in the model for people without it.",
    "TUN-115": "Put the records of each person in the order of their times.",
    "TUN-116": "Name the output of these observations by CMT or DVID, as the model does.",
    "TUN-125": "Name the quantity of the output in the model (quantity), or use --quantity.",
    "TUN-126": "CENS 1: below DV; -1: above DV; 0: measured; LIMIT: the interval's other end.",
    "TUN-117": "A fit needs one observation above the limit; the population is shown instead.",
    "TUN-140": "Correct the value, or give the covariate's low and high in the model.",
    "TUN-141": "Write a value that the output can have, or MDV = 1 where there is none.",
    "TUN-142": "Correct the records; until then no setting is derived from them.",
    "TUN-143": "Check whose values these are; two people hardly ever have the same ones.",
}


def histories(
    events: pl.DataFrame, model: Dynamics, *, file: str = ""
) -> tuple[list[History], list[Finding]]:
    """Everybody of an event table (base/tables.py EVENTS) by name, and what is wrong."""
    found: list[History] = []
    told: list[Finding] = []
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in events.with_columns(pl.col("ID").cast(pl.String)).to_dicts():
        groups.setdefault(str(row["ID"]), []).append(row)
    mixed = mixed_quantities(events, model)
    for name in sorted(groups):
        account = RecordFindings(person=name, file=file, steps=_TOLD)
        history = _history(name, groups[name], model, account)
        if mixed and history.observed:
            what = f"{mixed} meet the only output {model.outputs[0].name}"
            account.add("TUN-125", "error", f"{what}; the person is not fitted", {}, "DVID")
            history = replace(history, exclusion_reason=history.exclusion_reason or what)
        found.append(with_doubts(history, groups[name], model, account))
        told.extend(account.found)
    told += shared_values(found, groups, file, _TOLD)
    return [in_periods(model, one) for one in found], told


def _history(
    name: str, rows: Sequence[Mapping[str, Any]], model: Dynamics, account: RecordFindings
) -> History:
    covariates, unfit = _covariates(rows, model, account)
    unfit = unfit or censoring_error(rows, account)
    unfit = unfit or impossible_values(
        rows, [output_of(row, model) for row in rows], model, account
    )
    occasions = sorted({row.get("OCC") or 0 for row in rows})
    found: list[Event] = []
    interval, last, given = None, -np.inf, None
    for row, told in zip(rows, covariates, strict=True):
        time, evid = row.get("TIME"), int(row.get("EVID") or 0)
        if time is None or not isfinite(time) or (time < last and evid not in (3, 4)):
            what = "a record without a time" if time is None else "times are out of order"
            account.add("TUN-115", "error", f"{what}; the person is not fitted", row, "TIME")
            unfit = unfit or what
            continue
        last = float(time)
        at = {
            "time": last,
            "evid": evid,
            "covariates": told,
            "occasion": occasions.index(row.get("OCC") or 0) if len(occasions) > 1 else 0,
        }
        if evid in (1, 4):
            event, wrong = _dose(row, model, at)
            if wrong:
                account.add(
                    "TUN-113", "error", f"{wrong}; the person is not fitted", row, "AMT"
                )
                unfit = unfit or wrong
                continue
            if event.interval > 0 and (event.more or event.steady):
                interval = event.interval
            elif given is not None and last > given:
                interval = last - given
            given = last
        else:
            event = _observation(row, model, at, account)
        found.append(event)
    history = History(
        name=name,
        events=tuple(found),
        occasions=len(occasions) if model.between_occasions else 1,
        exclusion_reason=unfit,
        interval=interval,
    )
    seen = history.observed
    if all_on_one_side(seen):
        what = "all observations are censored"
        account.add("TUN-117", "error", what, rows[0] if rows else {}, "DV")
        return replace(history, exclusion_reason=unfit or what)
    return history


def _dose(row: Mapping[str, Any], model: Dynamics, at: Mapping[str, Any]) -> tuple[Event, str]:
    """A dose and why it cannot be used, "" when it can."""
    amount, rate = row.get("AMT"), float(row.get("RATE") or 0.0)
    every, more = float(row.get("II") or 0.0), int(row.get("ADDL") or 0)
    steady = float(row.get("SS") or 0)
    numbers = {one.number: place for place, one in enumerate(model.compartments)}
    wanted = row.get("CMT")
    first = min(numbers) if numbers else 1
    number = first if wanted is None or wanted == 0 else int(wanted)
    plain = Event(time=at["time"], evid=at["evid"])
    always = bool(amount == 0 and rate > 0 and steady == 1 and every == 0)  # an infusion
    if amount is None or not isfinite(amount) or (amount <= 0 and not always):
        return plain, f"a dose of {amount}"
    if number not in numbers:
        known = ", ".join(str(one) for one in sorted(numbers)) or "none"
        return (
            plain,
            f"a dose into compartment {number}, which the model lacks (it has {known})",
        )
    place = numbers[number]
    one = model.compartments[place]
    if rate < 0 and (rate not in (-1, -2) or not (one.rate if rate == -1 else one.duration)):
        key = "rate" if rate == -1 else "duration"
        return plain, f"RATE {rate:g}, but compartment {one.name} gives no {key}"
    if (more > 0 or steady) and not every > 0 and not always:
        return plain, "ADDL or SS without an interval II"
    if steady not in (0, 1) and (steady != 2 or not adds_up(model)):
        return plain, f"SS {steady:g}; 1 is offered, and 2 in linear models without an inflow"
    event = Event(
        **at,
        amount=float(amount),
        rate=rate,
        compartment=place,
        interval=every,
        more=min(more, MOST_DOSES),
        steady=int(steady),
    )
    return event, ""


def output_of(row: Mapping[str, Any], model: Dynamics) -> int | None:
    """Which output a record observes; None where the model tells none."""
    if len(model.outputs) == 1:
        wanted = model.outputs[0].quantity
        told = str(row.get("DVID") or "")
        return 0 if not wanted or not told or told == wanted else None
    for place, one in enumerate(model.outputs):
        if one.quantity and str(row.get("DVID") or "") == one.quantity:
            return place
        if one.compartment is not None and row.get("CMT") == one.compartment:
            return place
    return None


def _observation(
    row: Mapping[str, Any], model: Dynamics, at: Mapping[str, Any], account: RecordFindings
) -> Event:
    none = {**at, "evid": at["evid"] or 2}
    if at["evid"] != 0 or row.get("MDV"):
        return Event(**none)
    place = output_of(row, model)
    if place is None:
        if len(model.outputs) > 1:
            account.add("TUN-116", "warning", "observed by no output, not used", row, "CMT")
        return Event(**none)
    one, value = model.outputs[place], row.get("DV")
    if value is None or not isfinite(value):
        account.add("TUN-111", "error", "observation without a value, not used", row, "DV")
        return Event(**none)
    seen = _seen(row, one, float(value), account)
    if seen is None:
        return Event(**none)
    return replace(seen, **at, output=place)


def _seen(
    row: Mapping[str, Any], one: Output, value: float, account: RecordFindings
) -> Event | None:
    """The value on the scale of its output, and what is known of it where it is censored. None
    where it cannot be used."""
    limit = row.get("LLOQ") if row.get("LLOQ") is not None else one.limit
    censored, above, other = censored_as(row)
    natural = np.exp(value) if one.logged else value
    if limit is not None and natural < limit and not above:
        censored, value = True, float(np.log(limit)) if one.logged else float(limit)
    if one.log and not one.logged:
        if not value > 0:
            what = f"value {value:g} has no logarithm, not used"
            account.add("TUN-112", "error", what, row, "DV")
            return None
        value = float(np.log(value))
        other = float(np.log(other)) if other > 0 else (-np.inf if other <= 0 else other)
    pure = one.likelihood == "normal" and one.proportional and not one.additive
    if pure and value <= 0:
        what = f"value {value:g} cannot be under a proportional error, not used"
        account.add("TUN-112", "error", what, row, "DV")
        return None
    return Event(
        time=0.0, evid=0, value=float(value), censored=censored, above=above, other=other
    )


def _covariates(
    rows: Sequence[Mapping[str, Any]], model: Dynamics, account: RecordFindings
) -> tuple[list[tuple[float, ...]], str]:
    """(R) covariates of each record: a gap takes the next value told, then the last."""
    columns, unfit = [], ""
    for one in model.covariates:
        given = [number_of(row.get(one.name, row.get(one.name.upper()))) for row in rows]
        known = [place for place, value in enumerate(given) if value is not None]
        if not known:
            head = rows[0] if rows else {}
            if one.missing is None:
                what = f"covariate {one.name} is missing"
                account.add(
                    "TUN-114", "error", f"{what}; the person is not fitted", head, one.name
                )
                unfit = unfit or what
            else:
                what = f"covariate {one.name} is missing, {one.missing:g} was used"
                account.add("TUN-114", "warning", what, head, one.name)
            columns.append([float("nan") if one.missing is None else one.missing] * len(rows))
            continue
        unfit = unfit or covariate_error(one.name, given, rows, model, account)
        filled = []
        for place in range(len(rows)):
            ahead = next((at for at in known if at >= place), known[-1])
            filled.append(float(given[ahead] or 0.0))
        columns.append(filled)
    return [tuple(column[place] for column in columns) for place in range(len(rows))], unfit


def packed(people: Sequence[History], covariates: int, *, whole: bool = False) -> Histories:
    """All people's records as flat arrays. Records behind the last that is observed or asked
    for are left out, unless `whole`."""
    first = [0]
    records: list[tuple[Event, bool, int, int]] = []
    doses: list[tuple[float, ...]] = []
    for one in people:
        wanted = [place for place, event in enumerate(one.events) if event.output >= 0]
        count = len(one.events) if whole else (wanted[-1] + 1 if wanted else 0)
        events = one.events[:count]
        before: Event | None = None
        for place, event in enumerate(events):
            start = len(doses)
            if event.evid in (1, 4):
                doses += _written_out(events, place)
            same = before is not None and (before.covariates, before.occasion) == (
                event.covariates,
                event.occasion,
            )
            records.append((event, not same, start, len(doses)))
            before = event
        first.append(len(records))
    events_of = [one for one, _, _, _ in records]
    table = np.array(doses, dtype=float).reshape(-1, 8)

    def whole_numbers(values: Any) -> NDArray[np.int64]:
        return np.array(list(values), dtype=np.int64)

    return Histories(
        first=whole_numbers(first),
        time=np.array([one.time for one in events_of], dtype=float),
        reset=whole_numbers(one.evid in (3, 4) for one in events_of),
        output=whole_numbers(one.output for one in events_of),
        value=np.array([one.value for one in events_of], dtype=float),
        censored=whole_numbers(one.censored for one in events_of),
        bounds=np.array([one.bounds for one in events_of], dtype=float).reshape(-1, 2),
        covariates=np.array([one.covariates for one in events_of], dtype=float).reshape(
            len(events_of), covariates
        ),
        occasion=whole_numbers(one.occasion for one in events_of),
        fresh=whole_numbers(fresh for _, fresh, _, _ in records),
        doses=whole_numbers((a, b) for _, _, a, b in records).reshape(-1, 2),
        dose_time=np.ascontiguousarray(table[:, 0]),
        dose_amount=np.ascontiguousarray(table[:, 1]),
        dose_rate=np.ascontiguousarray(table[:, 2]),
        dose_compartment=table[:, 3].astype(np.int64),
        dose_steady=table[:, 4].astype(np.int64),
        dose_interval=np.ascontiguousarray(table[:, 5]),
        dose_own=table[:, 6].astype(np.int64),
        dose_count=table[:, 7].astype(np.int64),
    )


def _written_out(events: Sequence[Event], place: int) -> list[tuple[float, ...]]:
    """The dose of a record and its additional ones, up to a reset or the last record."""
    one = events[place]
    end = next((other.time for other in events[place + 1 :] if other.evid in (3, 4)), np.inf)
    last = max((other.time for other in events[place:]), default=one.time)
    shape = (one.amount, one.rate, float(one.compartment))
    steady = float(one.steady)
    found: list[tuple[float, ...]] = [(one.time, *shape, steady, one.interval, 1.0, 1.0)]
    count = one.more
    while count and one.time + count * one.interval > min(last, end):
        count -= 1
    if count:
        found.append((one.time, *shape, 0.0, one.interval, 0.0, float(count)))
    return found
