"""Messages and relays in the round: what is late, what no channel takes, who was not seen."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from nanoward.base.plan import Plan
from nanoward.base.tables import MESSAGES, RELAY_SITES
from nanoward.flows.messages.message_board import MessageBoard, message_board
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.ports import Ports
from nanoward.programme.messages.rules import message_rules
from nanoward.programme.messages.states import is_settled
from nanoward.programme.relays.findings import SiteLine

_TYPES = {"text": pl.String, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean,
          "date": pl.Date}  # fmt: skip


def check_messages(ports: Ports, plan: Plan, as_of: date) -> Outcome:
    """Tables of open messages and of sites, with findings; nothing where none was ever written.

    as_of  its end, or now where that is earlier
    """
    rules = message_rules(plan.section("programme").get("messages", {}), plan.time_zone)
    end = datetime.combine(as_of + timedelta(days=1), time(), UTC)
    board = message_board(ports.ledger, rules, min(ports.clock.now(), end))
    if not board.seen.statuses and not board.sites:
        return Outcome(findings=board.findings)
    return Outcome(
        tables={MESSAGES.name: message_rows(board), RELAY_SITES.name: site_rows(board)},
        findings=board.findings,
        facts={f"messages {word}": count for word, count in sorted(board.counts.items())},
    )


def message_rows(board: MessageBoard) -> pl.DataFrame:
    """One row per message that is not settled, the nearest moment first."""
    rows = []
    for name, status in board.seen.statuses.items():
        thread = board.book.box.threads[name]
        if is_settled(thread, status.word):
            continue
        written = thread.written
        rows.append(
            {
                "message": name,
                "kind": written.kind,
                "urgency": written.urgency,
                "to": written.to,
                "participant": written.participant,
                "site": written.site,
                "state": status.word,
                "overdue": status.overdue,
                "turned_to": ", ".join(one.role for one in status.steps),
                "act_by": f"{written.act_by.astimezone(UTC):%Y-%m-%d %H:%M}",
                "wants": written.wants,
                "reason": status.reason,
            }
        )
    schema = {one.name: _TYPES[one.kind] for one in MESSAGES.columns}
    return pl.DataFrame(rows, schema=schema).sort("act_by", "message")


def site_rows(board: MessageBoard) -> pl.DataFrame:
    """One row per other site."""
    rows = [_site_row(one, board) for one in board.sites]
    return pl.DataFrame(
        rows, schema={one.name: _TYPES[one.kind] for one in RELAY_SITES.columns}
    )


def _days(age: timedelta) -> float:
    return round(age / timedelta(days=1), 1)


def _site_row(line: SiteLine, board: MessageBoard) -> dict[str, object]:
    seen, waits = line.last_seen, line.safety_since
    return {
        "site": line.site,
        "last_seen": None if seen is None else f"{seen.astimezone(UTC):%Y-%m-%d %H:%M}",
        "days_since": None if seen is None else _days(board.at - seen),
        "unreceipted": line.unreceipted,
        "safety_days": None if waits is None else _days(board.at - waits),
        "gaps": line.gaps,
        "late": line.late,
        "clock_ahead_h": line.clock_ahead_s / 3600,
        "went_back": line.rolled_back,
        "acts": sum(one.site == line.site for one in board.acts),
    }
