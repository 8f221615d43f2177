"""What a site's ledger owes the others: withdrawals, stops, dangers to all, acts to the centre.

Each record gives one message with an identifier that follows from the record, so that however
often it is asked, and whoever passes it on, it is one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries.messages import MessageWritten
from nanoward.base.names import identity_of
from nanoward.ports.ledger import Record
from nanoward.programme.messages.rules import MessageRules
from nanoward.programme.messages.threads import Mailbox
from nanoward.programme.relays.elsewhere import ACTS, LEDGER

CENTRE = "centre"
FACT = "fact:"
ECHOES = (  # what people did with a message goes back to the site that wrote it
    "messages.MessageRead",
    "messages.MessageAcknowledged",
    "messages.MessageAnswered",
    "messages.MessageRefused",
    "messages.MessageClosed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedKind:
    """As what message a record goes to other sites.

    all_sites  to every site; else to the centre alone
    """

    kind: str
    urgency: str
    wants: str
    all_sites: bool


SHARED: Mapping[str, SharedKind] = {
    "clearance.ConsentWithdrawn": SharedKind(
        kind="withdrawal", urgency="now", wants="acknowledgement", all_sites=True
    ),
    "exit.NoticeGiven:leave": SharedKind(
        kind="withdrawal", urgency="now", wants="acknowledgement", all_sites=True
    ),
    "exit.NoticeGiven:stop": SharedKind(
        kind="stop", urgency="now", wants="acknowledgement", all_sites=True
    ),
    "clearance.DoubtSpoken": SharedKind(
        kind="concern", urgency="today", wants="acknowledgement", all_sites=False
    ),
    "clearance.DangerSignalled": SharedKind(
        kind="danger", urgency="now", wants="acknowledgement", all_sites=True
    ),
    "clearance.StandingDecided": SharedKind(
        kind="recall", urgency="now", wants="acknowledgement", all_sites=True
    ),
    "control.FlushSampled": SharedKind(
        kind="flush", urgency="today", wants="receipt", all_sites=False
    ),
    "catalogue.SampleTyped": SharedKind(
        kind="record", urgency="week", wants="receipt", all_sites=False
    ),
    **{
        kind: SharedKind(kind="record", urgency="week", wants="receipt", all_sites=False)
        for kind in ACTS
    },
}
LASTS = {"now": timedelta(days=1), "today": timedelta(days=7), "week": timedelta(days=28)}


def owed_records(
    records: Iterable[Record],
    box: Mailbox,
    rules: MessageRules,
    destination: str,
    now: datetime,
) -> Iterator[MessageWritten]:
    """Messages that tell a site what the ledger, or the exit's, holds and it was not told.

    records  of the programme's ledger and of the exit's spool
    """
    told = {
        one.written.cause
        for one in box.threads.values()
        if destination in (one.written.site, one.written.origin) and one.written.cause
    }
    for record in records:
        shared = _shared(record, box, destination)
        if shared is None:
            continue
        cause = cause_of(record, box)
        if cause in told:
            continue
        told.add(cause)
        yield _message(record, shared, cause, rules, destination, now)


def _shared(record: Record, box: Mailbox, destination: str) -> SharedKind | None:
    body = record.body
    if record.kind in ECHOES:
        thread = box.threads.get(str(body.get("message")))
        mine = thread is not None and thread.written.origin == destination
        system = thread is not None and thread.written.sender == LEDGER
        if not mine or (system and record.kind == "messages.MessageRead"):
            return None
        return SharedKind(kind="record", urgency="week", wants="receipt", all_sites=True)
    kind = record.kind
    if kind == "exit.NoticeGiven":
        kind = f"{kind}:{body.get('wish')}"
        if body.get("uses"):
            return None
    shared = SHARED.get(kind)
    if shared is None or (not shared.all_sites and destination != CENTRE):
        return None
    if kind == "clearance.ConsentWithdrawn" and body.get("uses"):
        return None  # some uses of data were taken back: nobody left
    if kind == "clearance.StandingDecided" and body.get("standing") != "recalled":
        return None
    return shared


def cause_of(record: Record, box: Mailbox) -> str:
    """What a record is known by at every site: where it came from another, as it was there."""
    notice = str(record.body.get("notice") or "")
    thread = box.threads.get(notice)
    if thread is not None and thread.written.cause:
        return thread.written.cause
    if notice:
        return f"{FACT}{notice}"
    return f"{FACT}{record_name(record)}"


def record_name(record: Record) -> str:
    """A record's own name: a ledger that was restored and went on otherwise has another."""
    told = {"kind": record.kind, "body": dict(record.body), "at": record.at.isoformat()}
    return str(sha256_of(canonical_json(told).encode()))[:32]


def _message(
    record: Record,
    shared: SharedKind,
    cause: str,
    rules: MessageRules,
    destination: str,
    now: datetime,
) -> MessageWritten:
    told = {"kind": record.kind, "body": dict(record.body), "at": record.at.isoformat()}
    name = sha256_of(f"{cause}|{rules.site}|{destination}".encode())[:32]
    return MessageWritten(
        message=name,
        sender=LEDGER,
        to=first_role(rules),
        participant=identity_of(str(record.body.get("participant") or "")),
        kind=shared.kind,
        urgency=shared.urgency,
        made=now,
        act_by=now + LASTS[shared.urgency],
        expires=None,
        wants=shared.wants,
        body=json.dumps(told, ensure_ascii=False, sort_keys=True, default=str),
        site=destination,
        about=record.hash,
        cause=cause,
    )


def first_role(rules: MessageRules) -> str:
    """Who hears at another site of what this one's ledger holds."""
    return next(iter(rules.roles), "coordinator")


def echo_of(written: MessageWritten) -> tuple[str, dict[str, Any]] | None:
    """Kind and body of what people did with a message elsewhere; None where it tells none."""
    if written.sender != LEDGER or written.kind != "record":
        return None
    try:
        told = json.loads(written.body)
    except ValueError:
        return None
    kind = str(told.get("kind"))
    return (kind, dict(told["body"])) if kind in ECHOES else None
