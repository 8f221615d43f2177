"""Other programs' alarms become messages; a cause that flaps is one of them."""

from dataclasses import dataclass
from typing import Any

from nanoward.base.entries.messages import CauseRepeated
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.write_message import write_message
from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.alerts import ForeignAlert, foreign_alerts
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.due import open_cause


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTaken:
    """One alarm and what became of it: written, repeated, resolved, or "" (nothing stood)."""

    name: str
    outcome: str
    message: str


def read_alerts(
    desk: MessageDesk, document: Any, *, to: str, by: str
) -> tuple[AlertTaken, ...]:
    """Take every alarm of a document for a role; BadAlertError where one is not understood."""
    now = desk.ports.clock.now()
    alerts = foreign_alerts(document, now)
    return tuple(_taken(desk, one, to=to, by=by) for one in alerts)


def _taken(desk: MessageDesk, alert: ForeignAlert, *, to: str, by: str) -> AlertTaken:
    if alert.resolved:
        return _resolved(desk, alert, to)
    draft = Draft(
        sender=by,
        to=to,
        kind="alarm",
        body=f"{alert.name}: {alert.text}",
        urgency=alert.urgency,
        cause=alert.cause,
    )
    written = write_message(desk, draft)
    outcome = "repeated" if written.repeated else "written"
    return AlertTaken(name=alert.name, outcome=outcome, message=written.message)


def _resolved(desk: MessageDesk, alert: ForeignAlert, to: str) -> AlertTaken:
    ports = desk.ports
    book = MessageBook(desk.rules.site).refresh(ports.ledger)
    now = ports.clock.now()
    known = open_cause(book.box, alert.cause, to, desk.rules, now)
    if known is None or known.last_word == "resolved":
        return AlertTaken(name=alert.name, outcome="", message="")
    entry = CauseRepeated(message=known.message, word="resolved", at=now)
    ports.ledger.append([entry], actor="alerts", at=now)
    return AlertTaken(name=alert.name, outcome="resolved", message=known.message)
