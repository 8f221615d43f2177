"""Prove that the kill lane's ledger is whole, and goes on from every state that rounds saw."""

from collections.abc import Iterable

from nanoward.audit.leaves import leaf_of
from nanoward.audit.receipts import Head
from nanoward.audit.tree import Frontier
from nanoward.base.entries import KINDS, LaneSeen, SpoolSeen, body_of, entry_of, kind_of
from nanoward.base.errors import IntegrityError
from nanoward.flows.ledger.verify_ledger import verify_ledger
from nanoward.ports.ledger import Ledger, ProvenLedger
from nanoward.ports.progress import Progress


class SpoolContradictedError(IntegrityError):
    """The exit's own ledger is not the one that earlier rounds saw."""

    code = "INT-062"
    next_step = (
        "Stop. Notices of people who left were removed or rewritten: compare .nanoward/exit.db"
        " with every copy and export there is."
    )


class LaneContradictedError(IntegrityError):
    """The kill lane's ledger is not the one that earlier rounds saw."""

    code = "INT-029"
    next_step = (
        "Stop. Kill codes were removed or rewritten, or a copy was put in their place: compare "
        ".nanoward/lane.db with every copy and export there is."
    )


def verify_lane(
    ledger: Ledger, lane: ProvenLedger | None, progress: Progress, *, bodies: bool = True
) -> Head | None:
    """Verify the kill lane's ledger, and that it continues all that `ledger` says was seen.

    returns  its head; None where there is none, and none was ever seen
    raises   IntegrityError where a record is broken, or the history is another
    """
    seen = lanes_seen(ledger)
    if lane is None:
        if seen:
            raise LaneContradictedError(f"it is gone; {seen[-1].records} records were seen")
        return None
    head = verify_ledger(lane, progress, bodies=bodies)
    require_continued(lane, seen)
    return head


def verify_spool(
    ledger: Ledger, spool: ProvenLedger | None, progress: Progress, *, bodies: bool = True
) -> Head | None:
    """As `verify_lane`, for the exit's own ledger."""
    found = (
        entry_of(record.kind, record.body, KINDS)
        for record in ledger.records(kind=kind_of(SpoolSeen))
    )
    seen = [one for one in found if isinstance(one, SpoolSeen)]
    if spool is None:
        if any(one.records for one in seen):
            raise SpoolContradictedError(f"it is gone; {seen[-1].records} records were seen")
        return None
    head = verify_ledger(spool, progress, bodies=bodies)
    try:
        require_continued(spool, [LaneSeen(**body_of(one)) for one in seen])  # type: ignore[arg-type]
    except LaneContradictedError as fault:
        raise SpoolContradictedError(fault.message) from None
    return head


def lanes_seen(ledger: Ledger) -> list[LaneSeen]:
    """What rounds wrote down of the kill lane's ledger, oldest first."""
    found = (
        entry_of(record.kind, record.body, KINDS)
        for record in ledger.records(kind=kind_of(LaneSeen))
    )
    return [one for one in found if isinstance(one, LaneSeen)]


def require_continued(lane: ProvenLedger, seen: Iterable[LaneSeen]) -> None:
    """LaneContradictedError at the first state seen that the ledger did not pass through."""
    wanted = sorted(seen, key=lambda one: one.records)
    key, tree, rows = str(lane.key()), Frontier(), lane.rows()
    for one in wanted:
        if one.key and one.key != key:
            raise LaneContradictedError(f"it was signed with {one.key}, and now with {key}")
        while tree.size < one.records:
            row = next(rows, None)
            if row is None:
                raise LaneContradictedError(
                    f"{one.records} records were seen, {tree.size} are there"
                )
            tree.add(leaf_of(row))
        if one.records and tree.root().hex() != one.head:
            raise LaneContradictedError(f"its first {one.records} records were rewritten")
