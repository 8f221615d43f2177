"""Settings that people moved alone, or preferred: data for their next fit.

A move is a dose of the new size every interval from then on, unless the event table itself
tells the doses after it; additional doses of the earlier setting end there. It is a choice too:
the new setting was preferred to the old one (preference_model.py). Nothing else is read
into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.occasions import in_periods
from nanoward.tuning.dosing.goals import Goal
from nanoward.tuning.models.dynamics import Dynamics

MOVED, COMPARED = "moved", "compared"
_TOLD = {
    "TUN-121": "Give `how` as moved or compared, and a time and value.",
    "TUN-122": "Ask the person; give them a new certificate, or agree on another setting.",
    "TUN-123": "Give the day: without it the move is used in the fit but is no entry.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One person moved their setting at `time`, or preferred `value` to `before`."""

    time: float
    value: float
    before: float | None
    how: str


def setting_changes(
    rows: Sequence[Mapping[str, Any]], goal: Goal, file: str = ""
) -> tuple[dict[str, list[SettingChange]], list[Finding]]:
    """Moves by person in order of time (base/tables ADJUSTMENTS), and what is wrong."""
    found: dict[str, list[SettingChange]] = {}
    told: list[Finding] = []
    for row in rows:
        how = str(row.get("how") or MOVED)
        time, value, name = row.get("time"), row.get("value"), str(row.get("participant"))
        usable = how in (MOVED, COMPARED) and time is not None and value is not None
        if not usable or not np.isfinite([float(time or 0), float(value or 0)]).all():
            told.append(_finding("TUN-121", "error", "cannot be understood", row, file))
            continue
        if how == MOVED and not goal.lowest <= float(value or 0) <= goal.highest:
            what = (
                f"moved to {value:g} {goal.unit}, outside {goal.lowest:g} to {goal.highest:g}"
            )
            told.append(_finding("TUN-122", "error", what, row, file))
        if how == MOVED and row.get("day") is None:
            told.append(_finding("TUN-123", "warning", "a move without its day", row, file))
        before = row.get("before")
        found.setdefault(name, []).append(
            SettingChange(
                time=float(time or 0),
                value=float(value or 0),
                before=None if before is None else float(before),
                how=how,
            )
        )
    return {name: sorted(some, key=lambda one: one.time) for name, some in found.items()}, told


def _finding(code: str, severity: Any, what: str, row: Mapping[str, Any], file: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=f"adjustment at {row.get('time')}: {what}",
        next_step=_TOLD[code],
        file=file,
        line=row.get("line"),
        column="value",
        subject=str(row.get("participant")),
    )


def adjusted(
    model: Dynamics, one: History, goal: Goal, moves: Sequence[SettingChange]
) -> History:
    """The history with these moves as doses and as choices."""
    choices = list(one.choices)
    events = list(one.events)
    moved = [move for move in moves if move.how == MOVED]
    setting = _settings(model, one, goal)
    for place, move in enumerate(moved):
        until = moved[place + 1].time if place + 1 < len(moved) else np.inf
        old = move.before if move.before is not None else setting(move.time)
        if place and move.before is None:
            old = moved[place - 1].value
        if old is not None and old != move.value:
            choices.append((move.value, old))
        events = _moved(model, events, goal, move, float(until))
    choices += [
        (move.value, move.before)
        for move in moves
        if move.how == COMPARED and move.before is not None and move.before != move.value
    ]
    changed = replace(one, events=tuple(events), choices=tuple(choices))
    return in_periods(model, changed) if moved else changed


def _settings(model: Dynamics, one: History, goal: Goal) -> Any:
    """The amount of the last dose before a time; None where there was none."""
    doses = [
        (each.time, each.amount)
        for each in one.events
        if each.evid in (1, 4) and model.compartments[each.compartment].number == goal.into
    ]

    def at(time: float) -> float | None:
        before = [amount for when, amount in doses if when < time + 1e-9]
        return before[-1] if before else None

    return at


def _moved(
    model: Dynamics, events: list[Event], goal: Goal, move: SettingChange, until: float
) -> list[Event]:
    into = next((at for at, one in enumerate(model.compartments) if one.number == goal.into), 0)

    def ended(one: Event) -> Event:
        if one.evid not in (1, 4) or one.compartment != into or one.time >= move.time:
            return one
        past = int(np.ceil((move.time - one.time) / one.interval - 1e-9)) - 1 if one.more else 0
        return replace(one, more=min(one.more, max(0, past)))

    kept = [ended(one) for one in events]
    told = any(
        one.evid in (1, 4)
        and one.compartment == into
        and move.time - 1e-9 <= one.time < until - 1e-9
        for one in events
    )
    end = min(until, max((one.time for one in events), default=move.time))
    if told or move.value <= 0 or end <= move.time:
        return kept
    near = min(events, key=lambda one: abs(one.time - move.time))
    more = max(0, int(np.ceil((end - move.time) / goal.interval - 1e-9)) - 1)
    dose = Event(
        time=move.time,
        evid=1,
        amount=move.value,
        rate=move.value / goal.duration if goal.duration > 0 else 0.0,
        compartment=into,
        interval=goal.interval,
        more=more,
        covariates=near.covariates,
        occasion=near.occasion,
    )
    return sorted([*kept, dose], key=lambda one: one.time)
