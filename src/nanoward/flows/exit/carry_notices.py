"""Carry notices to the lane, the programme's ledger and the people on duty, until all know.

Each is told at least once, and the programme's ledger holds a notice exactly once: what it
holds already is not written again. What fails stays owed, and is tried again by whoever comes
next: the exit's process, a command, or the weekly round.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS, DoubtSpoken, entry_of
from nanoward.base.entries.exit import NoticeCarried, NoticeGiven
from nanoward.base.errors import NanowardError
from nanoward.clearance.consent.notices import (
    ADVOCATE,
    CONCERN,
    LANE,
    LEDGER,
    LESS,
    Notice,
    notices_after,
)
from nanoward.flows.consent.withdraw_participant import (
    LedgerAndClock,
    Withdrawal,
    withdraw_participant,
)
from nanoward.flows.exit.give_notice import ACTOR
from nanoward.ports.exit import ExitPorts
from nanoward.ports.ledger import Ledger, LedgerMovedError

DONE = ("done", "refused")  # refused: nobody is enrolled under that name; nothing runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """What became of carrying one notice.

    carried     way to outcome
    owed        way to why not yet
    stopped     rows of the lane: participant, order, outcome
    withdrawal  what the programme's ledger closed; None where that is owed
    """

    notice: NoticeGiven
    carried: Mapping[str, str]
    owed: Mapping[str, str]
    stopped: tuple[Mapping[str, Any], ...] = ()
    withdrawal: Withdrawal | None = None


class SpoolState:
    """The notices of a spool, kept up to date one record after the other."""

    def __init__(self) -> None:
        self.notices: dict[str, Notice] = {}
        self._read = 0

    def refresh(self, spool: Ledger) -> "SpoolState":
        """Take every record that was appended since."""
        for record in spool.records(after=self._read):
            notices_after(self.notices, entry_of(record.kind, record.body, KINDS))
            self._read = record.seq
        return self

    def owed(self) -> tuple[Notice, ...]:
        """Notices that somebody is to be told of yet, oldest first."""
        return tuple(one for one in self.notices.values() if one.owed)


def carry_notice(ports: ExitPorts, notice: Notice) -> Carriage:
    """Tell everybody who was not told yet; never raises for what is down."""
    given, carried, owed = notice.given, dict[str, str](), dict[str, str]()
    stopped: tuple[Mapping[str, Any], ...] = ()
    withdrawal = None
    for way in notice.owed:
        try:
            if way == LANE:
                stopped = _to_lane(ports, given)
                running = [one for one in stopped if one["outcome"] not in DONE]
                if running:
                    owed[way] = _running(running)
                    continue
                carried[way] = "done" if stopped else "nobody is enrolled"
            elif way == LEDGER:
                withdrawal = _to_ledger(ports, given)
                carried[way] = "kept"
            else:
                _page(ports, given, way)
                carried[way] = "told"
        except (NanowardError, OSError) as fault:
            owed[way] = getattr(fault, "message", str(fault))
    return Carriage(
        notice=given,
        carried=carried,
        owed=owed | _not_noted(ports, given, carried),
        stopped=stopped,
        withdrawal=withdrawal,
    )


def carry_notices(ports: ExitPorts, state: SpoolState) -> tuple[Carriage, ...]:
    """Carry all that is owed, oldest first."""
    owed = state.refresh(ports.spool).owed()
    done = tuple(carry_notice(ports, one) for one in owed)
    state.refresh(ports.spool)
    return done


def _running(rows: list[Mapping[str, Any]]) -> str:
    told = ", ".join(f"{one['participant']} {one['outcome']}" for one in rows)
    return f"not confirmed at its default: {told}"


def _not_noted(
    ports: ExitPorts, given: NoticeGiven, carried: Mapping[str, str]
) -> dict[str, str]:
    """Write on the spool who was told; what cannot be written is told again another time."""
    now = ports.clock.now()
    entries = [
        NoticeCarried(
            notice=given.notice,
            participant=given.participant,
            to=way,
            outcome=told,
            carried=now,
        )
        for way, told in carried.items()
    ]
    if not entries:
        return {}
    try:
        ports.spool.append(entries, actor=ACTOR, at=now)
    except NanowardError as fault:
        return {"spool": fault.message}
    return {}


def _to_lane(ports: ExitPorts, given: NoticeGiven) -> tuple[Mapping[str, Any], ...]:
    asked = {
        "do": "less" if given.wish == LESS and given.setting else "stop",
        "participant": given.participant or None,
        "order": f"exit-{given.notice}",
        "setting": given.setting,
        "value": given.value,
        "unit": given.unit,
        "by": given.by,
    }
    return tuple(ports.lane(asked)["stopped"])


def _to_ledger(ports: ExitPorts, given: NoticeGiven) -> Withdrawal | None:
    with ports.ledger() as ledger:
        if given.wish == CONCERN:
            _note_concern(ports, ledger, given)
            return None
        return withdraw_participant(
            LedgerAndClock(ledger=ledger, clock=ports.clock),
            given.participant,
            by=given.by,
            channel=given.channel,
            uses=given.uses,
            notice=given.notice,
            given=given.given,
        )


def _note_concern(ports: ExitPorts, ledger: Ledger, given: NoticeGiven) -> None:
    entry = DoubtSpoken(
        participant=given.participant,
        spoken=given.given.date(),
        words_sha256=sha256_of(given.words.encode()),
        notice=given.notice,
    )
    while True:
        size = ledger.head().size
        said = (one.body for one in ledger.about(given.participant))
        if any(body.get("notice") == given.notice for body in said):
            return
        try:
            ledger.append([entry], actor=given.participant, at=ports.clock.now(), after=size)
        except LedgerMovedError:
            continue
        return


def _page(ports: ExitPorts, given: NoticeGiven, way: str) -> None:
    if way == ADVOCATE:
        words = given.words or "wants to speak with you, and said no more"
        ports.advocate.notify(urgency="today", subject=given.participant, message=words)
        return
    who = given.participant or "everybody"
    ports.staff.notify(
        urgency="now",
        subject=who,
        message=f"{who}: {given.wish}, asked by {given.by} ({given.channel or 'no channel'})",
    )
