"""Settings that people moved themselves, into their histories where the plan has a goal."""

from collections.abc import Sequence

import polars as pl

from nanoward.base.findings import Finding
from nanoward.tuning.data.event_history import History
from nanoward.tuning.dosing.patient_adjustments import adjusted, setting_changes
from nanoward.tuning.plan_section import Question

MISPLACED = "TUN-124"


def with_adjustments(
    question: Question, people: Sequence[History], table: pl.DataFrame | None
) -> tuple[list[History], list[Finding]]:
    """The same people with their own moves and choices; what is wrong with these.

    table  base/tables.py ADJUSTMENTS; None: nobody moved anything
    """
    goal = question.goal
    if table is None or table.height == 0:
        return list(people), []
    if goal is None:
        return list(people), [_useless(table)]
    moves, findings = setting_changes(table.to_dicts(), goal, _file(table))
    known = {one.name for one in people}
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
        adjusted(question.model, one, goal, moves[one.name]) if one.name in moves else one
        for one in people
    ], findings


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
