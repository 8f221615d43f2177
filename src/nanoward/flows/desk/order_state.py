"""What the ledgers say of orders, kept up to date one record after the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from nanoward.base.entries import (
    KINDS,
    CarrierEnrolled,
    Entry,
    FlushDecided,
    FlushSampled,
    KillAcknowledged,
    KillApproved,
    KillEnded,
    KillFailed,
    KillIntended,
    KillReleased,
    KillRequested,
    KillReviewed,
    KillSignatureRefused,
    KillUnanswered,
    OrderAcknowledged,
    OrderFailed,
    OrderIntended,
    OrderLapsed,
    OrderQueued,
    OrderReadBack,
    OrderRefused,
    OrderRequested,
    OrderSuperseded,
    OrderUnanswered,
    SealedCodeIssued,
    SignerRevoked,
    StrengthEstimated,
    entry_of,
)
from nanoward.control.gate import Lease
from nanoward.control.kill_state import KillState
from nanoward.control.killcode import after, begun
from nanoward.control.orders import STOP, Order, Queue, queued, settled, started
from nanoward.flows.desk.people_state import PeopleState
from nanoward.ports.desk import Desk
from nanoward.ports.ledger import Ledger

KEPT = timedelta(hours=25)  # leases older than this bound nothing any more
Place = tuple[str, str]  # participant, setting


class OrderState:
    """A fold over the programme's and the lane's ledger; `refresh` takes what is new."""

    def __init__(self) -> None:
        self.people = PeopleState()
        self.carriers: dict[str, CarrierEnrolled] = self.people.carriers
        self.requested: dict[str, OrderRequested] = {}
        self.intended: dict[str, OrderIntended] = {}
        self.status: dict[str, str] = {}
        self.leases: dict[Place, dict[str, Lease]] = {}
        self.latest: dict[Place, datetime] = {}
        self.queues: dict[str, Queue] = {}
        self.begun: dict[str, datetime] = {}
        self.unsettled: dict[str, dict[str, None]] = {}
        self.kills: dict[str, KillState] = {}
        self.samples: dict[Place, list[FlushSampled]] = {}
        self.flushes: dict[Place, FlushDecided] = {}
        self.fired: dict[Place, datetime] = {}
        self.strengths: dict[str, list[StrengthEstimated]] = {}
        self.bad_keys: dict[str, list[datetime]] = {}
        self.revoked: set[str] = set()
        self.codes: dict[str, SealedCodeIssued] = {}
        self.numbered: dict[str, int] = {}  # number of the last name made of a stem
        self._read: dict[int, int] = {}

    def refresh(self, desk: Desk) -> "OrderState":
        """Take every record that was appended since."""
        return self.read(desk.ledger, desk.lane)

    def read(self, *ledgers: Ledger) -> "OrderState":
        """Take every record of some ledgers that was not taken yet."""
        for name, ledger in {id(one): one for one in ledgers}.items():
            for record in ledger.records(after=self._read.get(name, 0)):
                self.take(entry_of(record.kind, record.body, KINDS), record.at)
                self._read[name] = record.seq
        return self

    def read_up_to(self, ledger: Ledger) -> int:
        """The size of a ledger as far as it was taken: what is decided rests on that much."""
        return self._read.get(id(ledger), 0)

    def take(self, entry: Entry, at: datetime) -> None:
        """Fold one entry; those of other rooms change nothing."""
        self.people.take(entry)
        taker = REDUCERS.get(type(entry))
        if taker is not None:
            taker(self, entry, at)

    def open_order(self, participant: str) -> str:
        """The order of which the outcome is not known yet; "" for none."""
        return self.queue(participant).running

    def queue(self, participant: str) -> Queue:
        """What a participant's agent is doing, and what waits behind it."""
        return self.queues.get(participant, Queue())

    def owed(self) -> tuple[OrderIntended, ...]:
        """Orders that were intended and of which the outcome is not known."""
        return tuple(
            one for name, one in self.intended.items() if self.status[name] in OWED_ORDERS
        )

    def kill_open(self, participant: str) -> bool:
        """Whether a kill code was released at the participant and is not decided for them.

        Once it was fired it stays open until cleared or escaped is decided.
        """
        return any(
            state.released is not None
            and state.people.get(participant) in UNDECIDED
            and (state.ended is None or state.people.get(participant) != "waiting")
            for state in self.kills.values()
        )


UNDECIDED = ("waiting", "intended", "unanswered", "acknowledged")
OWED_ORDERS = ("intended", "unanswered", "acknowledged", "doubted")


def _requested(book: OrderState, entry: OrderRequested, at: datetime) -> None:  # noqa: ARG001
    book.requested[entry.order] = entry


def _queued(book: OrderState, entry: OrderQueued, at: datetime) -> None:  # noqa: ARG001
    asked = order_from(book.requested[entry.order])
    queue, _ = queued(book.queue(asked.participant), asked)
    book.queues[asked.participant] = queue
    book.status[entry.order] = "queued"


def _over(book: OrderState, entry: Any, at: datetime) -> None:  # noqa: ARG001
    """Refused or superseded: it waits no more."""
    book.status[entry.order] = "over"
    asked = book.requested.get(entry.order)
    if asked is not None:
        queue = book.queue(asked.participant)
        waiting = tuple(one for one in queue.waiting if one.order != entry.order)
        book.queues[asked.participant] = replace(queue, waiting=waiting)


def _intended(book: OrderState, entry: OrderIntended, at: datetime) -> None:
    book.intended[entry.order] = entry
    book.status[entry.order] = "intended"
    if entry.kind != STOP:
        book.people.at_default.discard((entry.participant, entry.driver))
    place = (entry.participant, entry.setting)
    book.latest[place] = max(entry.issued, book.latest.get(place, entry.issued))
    book.begun[entry.order] = at
    book.unsettled.setdefault(entry.participant, {})[entry.order] = None
    if entry.kind == STOP:  # nothing is set while it is not known that the stop was done
        queue = book.queue(entry.participant)
        book.queues[entry.participant] = replace(
            queue, running=_oldest(book, entry.participant)
        )
        return
    queue = started(book.queue(entry.participant), entry.order)
    book.queues[entry.participant] = replace(queue, running=_oldest(book, entry.participant))
    leases = {
        name: one for name, one in book.leases.get(place, {}).items() if one.end > at - KEPT
    }
    leases[entry.order] = Lease(value=entry.value, start=at, end=entry.expires, certain=False)
    book.leases[place] = leases


def _unanswered(book: OrderState, entry: OrderUnanswered, at: datetime) -> None:  # noqa: ARG001
    book.status[entry.order] = "unanswered"
    order = book.intended[entry.order]
    book.unsettled.setdefault(order.participant, {})[entry.order] = None
    book.people.at_default.discard((order.participant, order.driver))
    queue = book.queue(order.participant)
    book.queues[order.participant] = replace(queue, running=_oldest(book, order.participant))


def _acknowledged(book: OrderState, entry: OrderAcknowledged, at: datetime) -> None:
    book.status[entry.order] = "acknowledged"
    order = book.intended[entry.order]
    if order.kind == STOP:
        for place in [one for one in book.leases if one[0] == order.participant]:
            _cut(book, place, entry.order, at, since=book.begun[entry.order])
        _settle(book, entry.order, "done")  # a stop is read back by its own flow


def _read_back(book: OrderState, entry: OrderReadBack, at: datetime) -> None:
    order = book.intended[entry.order]
    if not entry.agrees:
        book.status[entry.order] = "doubted"
        return
    if order.kind == STOP:
        if book.people.carriers.get(order.participant) is not None:
            book.people.at_default.add((order.participant, order.driver))
    else:
        place = (order.participant, order.setting)
        lease = book.leases[place].get(entry.order)
        if lease is not None:
            _cut(book, place, entry.order, at)
            book.leases[place][entry.order] = replace(lease, certain=True)
    _settle(book, entry.order, "done")


def _cut(
    book: OrderState, place: Place, but: str, at: datetime, since: datetime | None = None
) -> None:
    """End every lease of a place on one order's driver, but its own, when it was known.

    The order may have taken effect at any time between its intent (`since`) and now: what ran
    before counts until now, and the new one from its intent, so that no exposure is left out.
    What was intended later than that is not ended by it.
    """
    leases, driver = book.leases[place], book.intended[but].driver
    start = since or leases[but].start
    for name, one in list(leases.items()):
        if book.intended[name].driver != driver:
            continue  # it runs on another device, which was not told
        if name != but and one.end > at and one.start <= start:
            leases[name] = replace(one, end=max(at, one.start))


def _failed(book: OrderState, entry: OrderFailed, at: datetime) -> None:  # noqa: ARG001
    order = book.intended[entry.order]
    book.leases.get((order.participant, order.setting), {}).pop(entry.order, None)
    _settle(book, entry.order, "failed")


def _settle(book: OrderState, name: str, status: str) -> None:
    book.status[name] = status
    participant = book.intended[name].participant
    book.unsettled.get(participant, {}).pop(name, None)
    queue = settled(book.queue(participant), name)
    book.queues[participant] = replace(queue, running=_oldest(book, participant))


def _oldest(book: OrderState, participant: str) -> str:
    return next(iter(book.unsettled.get(participant, {})), "")


def _lapsed(book: OrderState, entry: OrderLapsed, at: datetime) -> None:  # noqa: ARG001
    _settle(book, entry.order, "lapsed")


def _kill(book: OrderState, entry: Any, at: datetime) -> None:
    state = book.kills.get(entry.order)
    if state is not None:
        book.kills[entry.order] = after(state, entry, at)
    if isinstance(entry, KillSignatureRefused) and entry.signature:
        book.bad_keys.setdefault(entry.key, []).append(at)
    if isinstance(entry, FlushSampled):
        book.samples.setdefault((entry.order, entry.participant), []).append(entry)
    if isinstance(entry, KillAcknowledged):
        book.fired[(entry.order, entry.participant)] = entry.at
    if isinstance(entry, FlushDecided):
        book.flushes[(entry.order, entry.participant)] = entry


def _asked(book: OrderState, entry: KillRequested, at: datetime) -> None:
    book.kills[entry.order] = begun(entry, at)


def _revoked(book: OrderState, entry: SignerRevoked, at: datetime) -> None:  # noqa: ARG001
    book.revoked.add(entry.key)


def _issued(book: OrderState, entry: SealedCodeIssued, at: datetime) -> None:  # noqa: ARG001
    book.codes[entry.order] = entry


def _estimated(book: OrderState, entry: StrengthEstimated, at: datetime) -> None:  # noqa: ARG001
    book.strengths.setdefault(entry.participant, []).append(entry)


REDUCERS: dict[type, Callable[[OrderState, Any, datetime], None]] = {
    OrderRequested: _requested,
    OrderRefused: _over,
    OrderQueued: _queued,
    OrderSuperseded: _over,
    OrderIntended: _intended,
    OrderUnanswered: _unanswered,
    OrderAcknowledged: _acknowledged,
    OrderReadBack: _read_back,
    OrderFailed: _failed,
    OrderLapsed: _lapsed,
    KillRequested: _asked,
    KillApproved: _kill,
    KillSignatureRefused: _kill,
    KillReleased: _kill,
    KillIntended: _kill,
    KillUnanswered: _kill,
    KillAcknowledged: _kill,
    KillFailed: _kill,
    KillEnded: _kill,
    KillReviewed: _kill,
    FlushSampled: _kill,
    FlushDecided: _kill,
    SignerRevoked: _revoked,
    SealedCodeIssued: _issued,
    StrengthEstimated: _estimated,
}


def order_from(entry: OrderRequested) -> Order:
    """The order that was asked for."""
    return Order(
        order=entry.order,
        participant=entry.participant,
        agent=entry.agent,
        setting=entry.setting,
        kind=entry.kind,
        value=entry.value,
        unit=entry.unit,
        lease_s=entry.lease_s,
        issued=entry.issued,
        requested_by=entry.requested_by,
        role=entry.role,
        scopes=entry.scopes,
        key=entry.key,
        signature=entry.signature,
    )


def append_and_refresh(
    desk: Desk,
    ledger: Ledger,
    book: OrderState,
    entries: Sequence[Entry],
    actor: str,
    *,
    after: int | None = None,
) -> None:
    """Append to a ledger, and let the state of orders know.

    after  the size that was decided by; LedgerMovedError where somebody wrote first
    """
    if entries:
        ledger.append(entries, actor=actor, at=desk.clock.now(), after=after)
        book.refresh(desk)
