"""Control in the round: what is owed, who is due for verification, and who escaped."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from nanoward.base.entries import LaneSeen
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.control.kill_state import FIRED, OWED, KillState
from nanoward.control.overdue import overdue, status_of
from nanoward.control.plan import strict_control_plan
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.lane.control_history import drill_table, kill_table
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.ports import Ports

ORDER_SCHEMA: dict[str, Any] = {
    "order": pl.String,
    "participant": pl.String,
    "kind": pl.String,
    "setting": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "reasons": pl.List(pl.String),
}
FLUSH_SCHEMA: dict[str, Any] = {
    "order": pl.String,
    "participant": pl.String,
    "mechanism": pl.String,
    "fired": pl.Date,
    "outcome": pl.String,
    "response": pl.String,
    "residual": pl.Float64,
    "samples": pl.Int64,
    "earliest": pl.Date,
    "latest": pl.Date,
    "reasons": pl.List(pl.String),
}


def check_control(
    ports: Ports, plan: Plan, as_of: date, *, lane: Ledger | None = None
) -> Outcome:
    """Tables `orders` and `flushes`, findings for what is overdue, facts for the report.

    lane     the kill lane's ledger (wiring.open_lane_ledger); None where there is none yet
    returns  an empty outcome for a programme without a [control] section
    """
    if "control" not in plan.sections:
        return Outcome()
    strict_control_plan(plan.section("control"))  # told with the key at fault
    seen = () if lane is None else (lane_seen(lane),)  # before it is read: it may go on
    book = OrderState().read(ports.ledger, *([] if lane is None else [lane]))
    now = datetime.combine(as_of, time.max, tzinfo=UTC)
    findings = [
        _finding(due.participant or due.order, due.message, due.urgency)
        for state in book.kills.values()
        for due in overdue(state, now)
    ]
    findings += [
        _finding(one.participant, f"order {one.order} is not settled", "today")
        for one in book.owed()
    ]
    flushes = flush_rows(book)
    return Outcome(
        tables={
            "orders": pl.DataFrame(order_rows(book), schema=ORDER_SCHEMA),
            "flushes": pl.DataFrame(flushes, schema=FLUSH_SCHEMA),
            "kills": kill_table(book),
            "drills": drill_table(lane),
        },
        findings=tuple(findings),
        undecided=tuple(_open(row) for row in flushes if row["outcome"] == "verifying"),
        facts=_facts(book, flushes),
        entries=seen,
        computed=len(flushes),
    )


def lane_seen(lane: Ledger) -> LaneSeen:
    """How far the kill lane's ledger has come."""
    head = lane.head()
    key = str(lane.key()) if isinstance(lane, ProvenLedger) else ""
    return LaneSeen(key=key, records=head.size, head=head.hash)


def order_rows(book: OrderState) -> list[dict[str, Any]]:
    """One row per order that passed the gate."""
    return [
        {
            "order": one.order,
            "participant": one.participant,
            "kind": one.kind,
            "setting": one.setting,
            "value": one.value,
            "unit": one.unit,
            "status": book.status[one.order],
            "reasons": list(one.reasons),
        }
        for one in book.intended.values()
    ]


def flush_rows(book: OrderState) -> list[dict[str, Any]]:
    """One row per participant at whom a kill code was fired, or is owed."""
    return [
        _flush_row(book, state, who)
        for state in book.kills.values()
        for who, word in state.people.items()
        if word in FIRED or word in OWED
    ]


def _flush_row(book: OrderState, state: KillState, who: str) -> dict[str, Any]:
    order, word = state.request.order, state.people[who]
    decided = book.flushes.get((order, who))
    fired = book.fired.get((order, who))
    return {
        "order": order,
        "participant": who,
        "mechanism": state.request.mechanism,
        "fired": fired.date() if fired else None,
        "outcome": word if word in ("cleared", "escaped", *OWED) else "verifying",
        "response": decided.response if decided else "unknown",
        "residual": decided.residual if decided else None,
        "samples": len(book.samples.get((order, who), ())),
        "earliest": decided.earliest.date() if decided and decided.earliest else None,
        "latest": decided.latest.date() if decided and decided.latest else None,
        "reasons": list(decided.reasons) if decided else [],
    }


def _open(row: Mapping[str, Any]) -> Undecided:
    due = row["earliest"]
    when = f"at the earliest on {due}" if due else "not with the samples planned"
    return Undecided(
        code="CTL-901",
        room="control",
        subject=row["participant"],
        question="is the agent gone?",
        reason=f"{'; '.join(row['reasons']) or 'no sample was examined'}; cleared {when}",
    )


def _finding(subject: str, message: str, urgency: str) -> Finding:
    return Finding(
        code="CTL-001" if urgency == "now" else "CTL-002",
        severity="error" if urgency == "now" else "warning",
        message=message,
        next_step="Run `nanoward control status`, then act on it.",
        subject=subject,
    )


def _facts(book: OrderState, flushes: list[dict[str, Any]]) -> dict[str, str | int]:
    counted = {
        word: sum(row["outcome"] == word for row in flushes)
        for word in ("verifying", "cleared", "escaped")
    }
    return {
        "orders sent": len(book.intended),
        "orders not settled": len(book.owed()),
        "kill codes": len(book.kills),
        "kill codes open": sum(
            status_of(one) in ("requested", "approved", "released", "firing")
            for one in book.kills.values()
        ),
        "due for flush verification": counted["verifying"],
        "flushes cleared": counted["cleared"],
        "escaped": ", ".join(
            sorted(row["participant"] for row in flushes if row["outcome"] == "escaped")
        ),
    }
