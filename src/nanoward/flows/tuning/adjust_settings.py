"""What people moved themselves: into their histories, onto the ledger, and into findings."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import polars as pl

from nanoward.base.entries import Entry, SettingAdjusted
from nanoward.base.findings import Finding
from nanoward.tuning import Dynamics, Goal, History, Participant, Question
from nanoward.tuning.dosing.patient_adjustments import MOVED, adjusted, setting_changes

MISPLACED = "TUN-124"


def with_adjustments(
    question: Question, persons: Sequence[Participant], table: pl.DataFrame | None
) -> tuple[list[Participant], list[Finding]]:
    """The same people with their own moves and choices; what is wrong with these."""
    model, goal = question.model, question.goal
    if table is None or table.height == 0:
        return list(persons), []
    if goal is None or not isinstance(model, Dynamics):
        return list(persons), [_useless(table)]
    moves, findings = setting_changes(table.to_dicts(), goal, _file(table))
    known = {one.name for one in persons}
    findings += [
        Finding(
            code=MISPLACED,
            severity="error",
            message=f"an adjustment of {name}, who is not in the event table",
            next_step="Write the identifier as the event table does.",
            file=_file(table),
            subject=name,
        )
        for name in sorted(set(moves) - known)
    ]
    return [
        adjusted(model, one, goal, moves[one.name])
        if isinstance(one, History) and one.name in moves
        else one
        for one in persons
    ], findings


def adjustment_entries(goal: Goal | None, table: pl.DataFrame | None) -> tuple[Entry, ...]:
    """An entry for each move whose day is told."""
    if goal is None or table is None:
        return ()
    return tuple(
        SettingAdjusted(
            participant=str(row["participant"]),
            setting=goal.setting,
            value=float(row["value"]),
            unit=goal.unit,
            at=datetime.combine(row["day"], time(), tzinfo=UTC),
        )
        for row in table.to_dicts()
        if _is_whole(row)
    )


def _is_whole(row: dict[str, Any]) -> bool:
    moved = str(row.get("how") or MOVED) == MOVED
    return moved and row.get("day") is not None and row.get("value") is not None


def _file(table: pl.DataFrame) -> str:
    return str(table["file"][0]) if "file" in table.columns and table.height else ""


def _useless(table: pl.DataFrame) -> Finding:
    return Finding(
        code=MISPLACED,
        severity="warning",
        message="adjustments were read, but the plan has no [tuning.goal] that they belong to",
        next_step="Write [tuning.goal] with a model of formulas, or leave the file out.",
        file=_file(table),
    )
