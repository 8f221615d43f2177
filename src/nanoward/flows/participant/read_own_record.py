"""What is known of one person, for that person: the ledger's facts, and the last round's."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.base.entries import KINDS, Entry, entry_of
from nanoward.base.errors import IntegrityError, NanowardError
from nanoward.clearance.policy.policy import policy_of
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.queries.last_round import NoRoundError, last_round_table
from nanoward.ports.ports import Ports
from nanoward.programme.own_record.own_facts import (
    LABORATORY_DAYS,
    MEASURED,
    SAID,
    OwnFact,
    carried,
    facts_of,
)

MOST_EVENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecord:
    """What a person reads of themselves.

    doubts  what could not be read, in words: nothing is shown in its place
    """

    participant: str
    today: date
    consent: str
    facts: tuple[OwnFact, ...]
    agent: str
    doubts: tuple[str, ...] = ()


def read_own_record(ports: Ports, participant: str) -> OwnRecord:
    """What the page shows, at the cost of what there is of the person and two tables."""
    entries = own_entries(ports, participant)
    lasts = policy_of(ports.folder.plan().section("clearance")).standing_lasts
    today = ports.today()
    facts = facts_of(entries, participant, lasts)
    doubts = []
    for read in (_laboratory, _events):
        try:
            facts += read(ports, participant)
        except NoRoundError:
            continue
        except (IntegrityError, NanowardError) as fault:
            doubts.append(fault.message)
    carrier = carried(entries, participant)
    return OwnRecord(
        participant=participant,
        today=today,
        consent=on_record(ports.ledger, participant).consent.status(today),
        facts=tuple(facts),
        agent="" if carrier is None else carrier.agent,
        doubts=tuple(dict.fromkeys(doubts)),
    )


def own_entries(ports: Ports, participant: str) -> list[Entry]:
    """Every entry of a person that this version knows, in order."""
    return [
        entry_of(one.kind, one.body, KINDS)
        for one in ports.ledger.about(participant)
        if one.kind in KINDS
    ]


def _laboratory(ports: Ports, who: str) -> list[OwnFact]:
    """The last result of each laboratory test."""
    table = last_round_table(ports, "grades").filter(
        (pl.col("participant") == who) & pl.col("value").is_not_null()
    )
    last = table.sort("taken").group_by("test", maintain_order=True).last()
    return [
        OwnFact(
            about="laboratory", name=row["test"],
            value=f"{row['value']:g} {row['unit'] or ''}".strip(),
            as_of=row["taken"], days=LABORATORY_DAYS, grade=MEASURED,
        )
        for row in last.sort("test").iter_rows(named=True)
        if row["taken"] is not None
    ]  # fmt: skip


def _events(ports: Ports, who: str) -> list[OwnFact]:
    """The latest events that were recorded; they stay true."""
    table = last_round_table(ports, "adverse_events").filter(pl.col("participant") == who)
    rows = table.sort("started", descending=True).head(MOST_EVENTS)
    return [
        OwnFact(
            about="event", name=row["term"], value=row["severity"] or "",
            as_of=row["started"], days=None, grade=SAID,
        )
        for row in rows.iter_rows(named=True)
        if row["started"] is not None
    ]  # fmt: skip
