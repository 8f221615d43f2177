"""Fleet orders: one order for many people, in stages, each opened by a person.

Stages hold 1 person, then up to 5 %, 25 % and 100 % of all. A stage that fails too often, or
harms anybody, ends the whole order, and everyone whom it touched goes back to the default.
Patterns: the groups, thresholds and pause-by-default of hawkBit's rollouts.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from nanoward.base.entries import (
    Entry,
    FleetAborted,
    FleetOrdered,
    FleetStageEnded,
    FleetStageOpened,
)

SHARES: Final = (0.05, 0.25, 1.0)
LEAST_FAILURES: Final = 2
FAILING_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetState:
    """One fleet order as the ledger tells it; `aborted` holds the reasons."""

    order: FleetOrdered
    opened: tuple[FleetStageOpened, ...] = ()
    ended: tuple[FleetStageEnded, ...] = ()
    aborted: tuple[str, ...] = ()


def stages(participants: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """People of each stage, in the order that they are named in; no stage is empty."""
    total = len(participants)
    ends = [min(1, total), *(math.ceil(share * total) for share in SHARES)]
    edges = sorted({0, *ends})
    return tuple(participants[a:b] for a, b in pairwise(edges))


def next_stage(state: FleetState) -> tuple[int, tuple[str, ...]] | None:
    """Number (from 0) and people of the stage that a person may open now; None for none."""
    plan = stages(state.order.participants)
    number = len(state.opened)
    if state.aborted or len(state.ended) != number or number >= len(plan):
        return None
    return number, plan[number]


def abort_reasons(ended: FleetStageEnded, size: int) -> tuple[str, ...]:
    """Why a stage of `size` people ends the whole fleet order; () when it does not."""
    most = max(LEAST_FAILURES, math.ceil(FAILING_SHARE * size))
    only = size <= len(ended.failed) and size > 0
    checks = (
        (not ended.harmed, f"an adverse event of grade 3 or worse in {len(ended.harmed)}"),
        (
            len(ended.failed) < most and not only,
            f"{len(ended.failed)} of {size} orders failed",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)


def touched(state: FleetState) -> tuple[str, ...]:
    """Everyone in a stage that was opened."""
    return tuple(one for stage in state.opened for one in stage.participants)


def status_of_fleet(state: FleetState) -> str:
    """aborted, running, paused (a person must open the next stage) or complete."""
    if state.aborted:
        return "aborted"
    if len(state.ended) < len(state.opened):
        return "running"
    return "paused" if next_stage(state) is not None else "complete"


def fleets_of(entries: Iterable[Entry]) -> dict[str, FleetState]:
    """Fleet orders by identifier, folded from the ledger's entries."""
    found: dict[str, FleetState] = {}
    for entry in entries:
        match entry:
            case FleetOrdered():
                found.setdefault(entry.fleet, FleetState(order=entry))
            case FleetStageOpened():
                state = found[entry.fleet]
                found[entry.fleet] = replace(state, opened=(*state.opened, entry))
            case FleetStageEnded():
                state = found[entry.fleet]
                found[entry.fleet] = replace(state, ended=(*state.ended, entry))
            case FleetAborted():
                found[entry.fleet] = replace(found[entry.fleet], aborted=entry.reasons)
    return found
