"""Keep what is said at the way out, once, and answer with a receipt that proves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.audit.leaves import leaf_of
from nanoward.base.entries.exit import NoticeGiven
from nanoward.base.errors import UsageError
from nanoward.base.names import identity_of, participant_id
from nanoward.clearance.consent.notices import LESS, STOP, WAYS
from nanoward.flows.consent.read_spool import GIVEN
from nanoward.ports.clock import Clock
from nanoward.ports.ledger import LedgerMovedError, ProvenLedger

ACTOR = "exit"


class UnknownWishError(UsageError):
    """The way out was asked for something that it does not know."""

    code = "USE-097"
    next_step = f"Ask for one of {', '.join(WAYS)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReceipt:
    """That a notice stands on the spool; keep it, and owe nobody trust.

    seq         number of its record
    leaf        hexadecimal hash of it, under the signed checkpoint `checkpoint`
    repeated    it stood there already
    """

    notice: str
    seq: int
    leaf: str
    checkpoint: str
    repeated: bool


def notice_from(asked: Mapping[str, Any], clock: Clock) -> NoticeGiven:
    """The notice that a request asks for; the moment is the clock's.

    asked  notice (identifier), wish, participant (empty: everybody, for a stop), by, channel,
           uses, setting, value, unit, words
    """
    wish, name = str(asked.get("wish")), identity_of(str(asked.get("participant") or ""))
    if wish not in WAYS:
        raise UnknownWishError(f"no wish is called {wish!r}")
    who = name if wish == STOP and not name else participant_id(name)
    value = asked.get("value")
    return NoticeGiven(
        notice=str(asked["notice"]),
        participant=who,
        wish=wish,
        given=clock.now(),
        by=identity_of(str(asked.get("by") or "")) or who or "unknown",
        channel=str(asked.get("channel") or ""),
        uses=tuple(str(one) for one in asked.get("uses") or ()),
        setting=str(asked.get("setting") or "") if wish == LESS else "",
        value=float(value) if wish == LESS and value is not None else None,
        unit=str(asked.get("unit") or "") if wish == LESS else "",
        words=str(asked.get("words") or ""),
    )


def give_notices(
    spool: ProvenLedger, given: Sequence[NoticeGiven], clock: Clock
) -> tuple[NoticeReceipt, ...]:
    """Keep notices in one append, each once; on the disk when this returns.

    A notice that stands there already is answered with its own record. Nothing is asked of
    consent, standing or plan: who says that they leave, has left.
    """
    while True:
        size = spool.head().size
        known = {one.notice: _seq_of(spool, one) for one in given}
        fresh = list({one.notice: one for one in given if not known[one.notice]}.values())
        if not fresh:
            return tuple(
                _receipt(spool, one, known[one.notice], repeated=True) for one in given
            )
        try:
            receipt = spool.append(fresh, actor=ACTOR, at=clock.now(), after=size)
        except LedgerMovedError:
            continue
        seqs = {one.notice: receipt.first + place for place, one in enumerate(fresh)}
        return tuple(
            NoticeReceipt(
                notice=one.notice,
                seq=seqs[one.notice],
                leaf=receipt.leaf(seqs[one.notice]).hex(),
                checkpoint=str(receipt.note),
                repeated=False,
            )
            if one.notice in seqs
            else _receipt(spool, one, known[one.notice], repeated=True)
            for one in given
        )


def _seq_of(spool: ProvenLedger, given: NoticeGiven) -> int:
    for record in spool.about(given.participant, kinds=() if given.participant else (GIVEN,)):
        if record.kind == GIVEN and record.body["notice"] == given.notice:
            return record.seq
    return 0


def _receipt(
    spool: ProvenLedger, given: NoticeGiven, seq: int, *, repeated: bool
) -> NoticeReceipt:
    row = next(spool.rows(after=seq - 1))
    return NoticeReceipt(
        notice=given.notice,
        seq=seq,
        leaf=leaf_of(row).hex(),
        checkpoint=str(spool.checkpoint()),
        repeated=repeated,
    )
