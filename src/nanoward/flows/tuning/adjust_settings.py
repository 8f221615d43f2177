"""What people moved themselves, onto the ledger."""

from datetime import UTC, datetime, time
from typing import Any

import polars as pl

from nanoward.base.entries import Entry, SettingAdjusted
from nanoward.tuning import Goal
from nanoward.tuning.dosing.patient_adjustments import MOVED


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
