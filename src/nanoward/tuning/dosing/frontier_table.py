"""A frontier as rows of base/tables.py FRONTIER."""

from typing import Any

import numpy as np

from nanoward.tuning.dosing.frontier import Frontier
from nanoward.tuning.dosing.goals import Goal

Row = dict[str, Any]


def frontier_rows(name: str, goal: Goal, found: Frontier) -> tuple[Row, ...]:
    """One row per setting that may be given."""
    return tuple(
        {
            "participant": name,
            "setting": float(found.settings[k]),
            "unit": goal.unit,
            "benefit": _known(found.benefit[k]),
            "low": _known(found.low[k]),
            "high": _known(found.high[k]),
            "harm": _known(found.harm[k]),
            "harm_low": _known(found.harm_low[k]),
            "harm_high": _known(found.harm_high[k]),
            "utility": _known(found.utility[k]),
            "utility_low": _known(found.utility_low[k]),
            "utility_high": _known(found.utility_high[k]),
            "allowed": bool(found.allowed[k]),
            "days": days_certified(goal, found, k),
            "place": _place(found, k),
            "reason": found.why[k],
        }
        for k in range(len(found.settings))
    )


def days_certified(goal: Goal, found: Frontier, k: int) -> float | None:
    """Days after the last observation for which a setting may be used alone
    (self_adjustment_certificate.py); None where it may not be."""
    if not found.allowed[k] or found.advice.dose is None:
        return None
    return goal.oldest * max(0.0, 1.0 - float(found.held_to[k]) / goal.epsilon)


def _place(found: Frontier, k: int) -> str:
    chosen = found.chosen
    if chosen is not None and abs(k - chosen) <= 1:
        return {-1: "lower", 0: "chosen", 1: "higher"}[k - chosen]
    if found.present is None or len(found.settings) == 0:
        return ""
    near = int(np.argmin(np.abs(found.settings - found.present)))
    return "present" if k == near else ""


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
