"""What stands open: messages by state, sites, and what was done elsewhere in between."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from nanoward.base.entries.messages import MessageWritten
from nanoward.base.findings import Finding, in_order
from nanoward.flows.messages.message_book import MessageBook
from nanoward.ports.ledger import Ledger, Record
from nanoward.programme.messages.due import Evaluation, evaluate
from nanoward.programme.messages.findings import message_findings
from nanoward.programme.messages.rules import MessageRules
from nanoward.programme.relays.elsewhere import (
    ActDone,
    WithdrawalWord,
    act_of,
    acts_in_between,
    between_findings,
    carried_act,
    carried_record,
)
from nanoward.programme.relays.findings import SiteLine, relay_findings, site_lines

UNSEEN = timedelta(days=14)  # a site that was not seen for longer is told


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBoard:
    """Messages and sites at a moment.

    counts  messages by state
    acts    what was done with people at other sites, as far as they told
    """

    at: datetime
    book: MessageBook
    seen: Evaluation
    counts: dict[str, int]
    sites: tuple[SiteLine, ...]
    acts: tuple[ActDone, ...]
    findings: tuple[Finding, ...]


def message_board(ledger: Ledger, rules: MessageRules, now: datetime) -> MessageBoard:
    """All of it, by the ledger as it is; nothing is written."""
    book = MessageBook(rules.site).refresh(ledger)
    seen = evaluate(book.box, rules, now)
    lines = site_lines(book.relays, book.box)
    acts: tuple[ActDone, ...] = ()
    between: tuple[Finding, ...] = ()
    if book.relays.peers:
        records = list(ledger.records())
        words = _words(records, book, rules.site)
        here = (act_of(rules.site, one.kind, one.body, one.at) for one in records)
        acts = tuple(_carried(book))
        done = chain(acts, (one for one in here if one is not None))
        between = between_findings(acts_in_between(words, done))
    findings = in_order(
        (
            *message_findings(book.box, seen, rules, now),
            *relay_findings(book.relays, lines, now, UNSEEN),
            *between,
        )
    )
    return MessageBoard(
        at=now,
        book=book,
        seen=seen,
        counts=dict(Counter(one.word for one in seen.statuses.values())),
        sites=lines,
        acts=acts,
        findings=findings,
    )


def _carried(book: MessageBook) -> Iterator[ActDone]:
    for thread in book.box.threads.values():
        act = carried_act(thread.written)
        if act is not None and thread.written.origin:
            yield act


def _words(records: Iterable[Record], book: MessageBook, site: str) -> list[WithdrawalWord]:
    """Withdrawals said here, and those that other sites told of."""
    found = []
    for record in records:
        if record.kind != "clearance.ConsentWithdrawn" or record.body.get("uses"):
            continue
        thread = book.box.threads.get(str(record.body.get("notice") or ""))
        if thread is None:
            said = _said(record)
            who = str(record.body["participant"])
            found.append(
                WithdrawalWord(site=site, participant=who, said=said, learnt=record.at)
            )
    found += [
        _told_word(one.written, one.arrived or one.written.made)
        for one in book.box.threads.values()
        if one.written.kind == "withdrawal" and one.written.origin
    ]
    return found


def _said(record: Record) -> datetime:
    at = record.body.get("at")
    try:
        return datetime.fromisoformat(str(at)) if at else record.at
    except ValueError:
        return record.at


def _told_word(written: MessageWritten, learnt: datetime) -> WithdrawalWord:
    told = carried_record(written)
    said = written.made
    if told is not None:
        at = told[1].get("at") or told[1].get("given")
        said = datetime.fromisoformat(str(at)) if at else told[2]
    return WithdrawalWord(
        site=written.origin, participant=written.participant, said=said, learnt=learnt
    )
