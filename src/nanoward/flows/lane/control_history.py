"""Kill codes and drills as rows, for the pictures of a round."""

import polars as pl

from nanoward.base.tables import DRILLS, KILLS
from nanoward.control.kill_state import CLEARED, ESCAPED, FIRED, KillState
from nanoward.control.overdue import status_of
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.drill_kill import failure_limit
from nanoward.maths.frames import frame_of
from nanoward.ports.ledger import Ledger


def kill_table(book: OrderState) -> pl.DataFrame:
    """base/tables KILLS: every kill code that was asked for, whatever became of it."""
    return frame_of(KILLS, (_kill(state) for state in book.kills.values()))


def drill_table(lane: Ledger | None) -> pl.DataFrame:
    """base/tables DRILLS; empty where the programme has no lane yet."""
    records = () if lane is None else lane.records(kind="control.DrillHeld")
    return frame_of(
        DRILLS,
        (
            {
                **one.body,
                "held": one.at.date(),
                "upper": failure_limit(one.body["tries"], one.body["failures"]),
            }
            for one in records
        ),
    )


def _kill(state: KillState) -> dict[str, object]:
    asked, people = state.request, list(state.people.values())
    return {
        "order": asked.order,
        "asked": asked.not_before.date(),
        "lot": asked.lot,
        "mechanism": asked.mechanism,
        "reason": asked.reason,
        "requested_by": asked.requested_by,
        "signed": [f"{one.signer} as {one.role}" for one in state.approvals],
        "status": status_of(state),
        "break_glass": state.released is not None and state.released.break_glass,
        "reviewed": state.reviewed,
        "people": len(people),
        "answered": sum(word in FIRED for word in people),
        "cleared": people.count(CLEARED),
        "escaped": people.count(ESCAPED),
        "expected_escapees": asked.expected_escapees,
    }
