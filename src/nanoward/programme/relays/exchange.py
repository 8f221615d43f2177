"""The next bundle for a site, and the entries that follow from one that came in.

Exactly once: a message has its effect where its identifier is not on the receiver's ledger
yet. Every message is sent again until a receipt covers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    BundleRead,
    MessageArrived,
    MessageRefused,
    MessageWritten,
    SiteRolledBack,
)
from nanoward.programme.messages.kinds import KINDS
from nanoward.programme.relays.bundle import Bundle, CarriedMessage
from nanoward.programme.relays.relay_state import (
    RelayState,
    own_rollback_reasons,
    rollback_reasons,
)
from nanoward.programme.relays.seen_ranges import seen_ranges

CLOCKS_DIFFER = timedelta(minutes=5)  # by which clocks of two sites may differ unnoticed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBundle:
    """What follows from a bundle.

    entries  for the receiver's ledger, in one append
    fresh    messages that were not here
    late     of those, the ones that are not acted on any more, with the reason
    """

    entries: tuple[Entry, ...]
    fresh: tuple[MessageWritten, ...]
    late: Mapping[str, str]
    rollbacks: tuple[str, ...]


def next_bundle(
    state: RelayState,
    destination: str,
    written: Callable[[str], MessageWritten],
    now: datetime,
    *,
    content: Callable[[str], bytes] = lambda _: b"",
) -> Bundle:
    """All that a site has no receipt for, and which of its messages are here.

    written  the entry of a message of this ledger
    now      by this site's clock
    content  of an attachment, by its SHA-256
    """
    peer = state.peer(destination)
    messages = tuple(
        CarriedMessage(
            number=number,
            age_s=max((now - entry.made).total_seconds(), 0.0),
            written=replace(entry, origin=state.site),
            attachment=content(entry.attachment) if entry.attachment else b"",
        )
        for number in peer.unreceipted()
        for entry in (written(peer.sent[number - 1]),)
    )
    return Bundle(
        source=state.site,
        destination=destination,
        number=max(peer.made, peer.their_newest) + 1,
        made=now,
        seen=seen_ranges(peer.held, peer.blocks, written=peer.their_written),
        seen_bundle=peer.newest,
        seen_made=peer.newest_made,
        written=len(peer.sent),
        messages=messages,
    )


def read_bundle(state: RelayState, bundle: Bundle, file: str, now: datetime) -> ReadBundle:
    """What the receiver's ledger is to hold of a bundle that was opened and verified.

    file  SHA-256 of the file
    now   by the receiver's clock
    A file that was read before gives no entries.
    """
    peer = state.peer(bundle.source)
    if peer.read.get(bundle.number) == file:
        return ReadBundle(entries=(), fresh=(), late={}, rollbacks=())
    fresh, entries, late = list[MessageWritten](), list[Entry](), dict[str, str]()
    for one in bundle.messages:
        name = one.written.message
        if name not in state.here:
            mine = replace(one.written, site=state.site, origin=bundle.source)
            fresh.append(mine)
            entries.append(mine)
            reason = late_reason(one, bundle, now)
            if reason:
                late[name] = reason
        if peer.held.get(one.number) != name:
            entries.append(
                MessageArrived(message=name, at=now, source=bundle.source, number=one.number)
            )
    entries += [
        MessageRefused(message=one.message, participant=one.participant,
                       reason=late[one.message], at=now)
        for one in fresh
        if one.message in late
    ]  # fmt: skip
    read = _read_entry(bundle, file, now, len(fresh))
    known = {(one.site, one.reason) for one in state.rollbacks}
    reused = [
        f"message {one.number} of it is two different messages"
        for one in bundle.messages
        if peer.held.get(one.number) not in (None, one.written.message)
    ]
    reasons = [
        *((bundle.source, why) for why in rollback_reasons(peer, bundle.number, file, read)),
        *((bundle.source, why) for why in reused[:1]),
        *((state.site, f"{bundle.source}: {why}") for why in own_rollback_reasons(peer, read)),
    ]
    told = [
        SiteRolledBack(site=site, reason=why, at=now)
        for site, why in reasons
        if (site, why) not in known
    ]
    return ReadBundle(
        entries=(*entries, read, *told),
        fresh=tuple(fresh),
        late=late,
        rollbacks=tuple(f"{one.site}: {one.reason}" for one in told),
    )


def _read_entry(bundle: Bundle, file: str, now: datetime, fresh: int) -> BundleRead:
    return BundleRead(
        bundle=file,
        source=bundle.source,
        number=bundle.number,
        made=bundle.made,
        at=now,
        fresh=fresh,
        repeated=len(bundle.messages) - fresh,
        seen=bundle.seen,
        seen_bundle=bundle.seen_bundle,
        written=bundle.written,
        clock_ahead_s=clock_ahead(bundle, now).total_seconds(),
    )


def clock_ahead(bundle: Bundle, now: datetime) -> timedelta:
    """The least by which the source's clock must be ahead of ours; negative: behind; 0: fits.

    Ahead: it was made later than now. Behind: it answers a bundle of ours that was made later
    than it.
    """
    if bundle.made - now > CLOCKS_DIFFER:
        return bundle.made - now
    if bundle.seen_made is not None and bundle.seen_made - bundle.made > CLOCKS_DIFFER:
        return bundle.made - bundle.seen_made
    return timedelta(0)


def late_reason(one: CarriedMessage, bundle: Bundle, now: datetime) -> str:
    """Why a message that came is not acted on; empty where it is, however late it comes.

    Its life ends by its age, by the clock it was written by, or by ours: whichever is first.
    What never expires is never late. What starts or raises is also late where nobody can tell
    how late it is.
    """
    written = one.written
    kind = KINDS.get(written.kind)
    if kind is None:
        return f"this site knows no kind {written.kind!r}: a person has to read it"
    if kind.lasting or written.expires is None:
        return ""
    life = written.expires - written.made
    age = timedelta(seconds=one.age_s) + max(now - bundle.made, timedelta(0))
    if age > life or now >= written.expires:
        return f"it came {_days(max(age - life, now - written.expires))} after it had expired"
    if kind.raises and clock_ahead(bundle, now):
        return "the clocks of the two sites differ, so that nobody can tell how old it is"
    return ""


def _days(late: timedelta) -> str:
    hours = late.total_seconds() / 3600
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} d"
