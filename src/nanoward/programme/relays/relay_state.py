"""What a site's ledger says of its exchange with each other site, folded from its entries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    BundleMade,
    BundleRead,
    BundleRefused,
    MessageArrived,
    MessageWritten,
    SiteOpened,
    SiteRolledBack,
)
from nanoward.programme.relays.seen_ranges import highest, receipted


@dataclass(slots=True)
class Peer:
    """The exchange with one other site.

    sent       identifiers of messages for it, in the order in which they were written here
    held       its messages that are here, by their number
    read       its bundles that were read, number to hash
    newest     number of the newest of them
    receipts   numbers of `sent` that it certainly holds
    """

    site: str
    key: SiteOpened | None = None
    sent: list[str] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)
    blocks: dict[int, str] = field(default_factory=dict)
    read: dict[int, str] = field(default_factory=dict)
    newest: int = 0
    newest_made: datetime | None = None
    last_seen: datetime | None = None
    seen: tuple[str, ...] = ()
    receipts: frozenset[int] = frozenset()
    made: int = 0
    their_newest: int = 0  # the newest bundle of ours that it said to have read
    their_written: int = 0
    clock_ahead_s: float = 0.0

    def unreceipted(self) -> list[int]:
        """Numbers of messages that are to be sent again."""
        return [n for n in range(1, len(self.sent) + 1) if n not in self.receipts]

    def gaps(self) -> list[int]:
        """Numbers that the site has written for us and that are not here."""
        return [n for n in range(1, self.their_written + 1) if n not in self.held]


@dataclass(slots=True)
class RelayState:
    """All exchanges of the site called `site`.

    here       identifiers of all messages of this ledger
    refused    files that were not taken
    rollbacks  when a site, or this one, was found to have been restored from a copy
    """

    site: str
    peers: dict[str, Peer] = field(default_factory=dict)
    here: set[str] = field(default_factory=set)
    refused: dict[str, BundleRefused] = field(default_factory=dict)
    rollbacks: list[SiteRolledBack] = field(default_factory=list)

    def peer(self, site: str) -> Peer:
        """The exchange with a site, begun where there is none."""
        return self.peers.setdefault(site, Peer(site=site))


def relay_state_of(site: str, entries: Iterable[Entry]) -> RelayState:
    """The state after some entries, in their order."""
    state = RelayState(site=site)
    for entry in entries:
        relay_state_after(state, entry)
    return state


def relay_state_after(state: RelayState, entry: Entry) -> None:
    """Fold one more entry."""
    match entry:
        case MessageWritten():
            _written(state, entry)
        case MessageArrived() if entry.source:
            peer = state.peer(entry.source)
            if peer.held.get(entry.number) != entry.message:
                peer.blocks.clear()
            peer.held[entry.number] = entry.message
        case BundleMade():
            peer = state.peer(entry.destination)
            peer.made = max(peer.made, entry.number)
        case BundleRead():
            _read(state.peer(entry.source), entry)
        case BundleRefused():
            state.refused[entry.bundle] = entry
        case SiteOpened():
            state.peer(entry.site).key = entry
        case SiteRolledBack():
            state.rollbacks.append(entry)
        case _:
            pass


def _written(state: RelayState, entry: MessageWritten) -> None:
    if entry.message in state.here:
        return
    state.here.add(entry.message)
    if entry.origin in ("", state.site) and entry.site not in ("", state.site):
        state.peer(entry.site).sent.append(entry.message)


def _read(peer: Peer, entry: BundleRead) -> None:
    """Take what a bundle says, unless an older one says it: the newest word of a site counts.

    Where two bundles bear one number, one of them is from a site that was restored: until a
    newer one comes, only what both receipt is receipted.
    """
    other = peer.read.get(entry.number)
    peer.read[entry.number] = entry.bundle
    peer.last_seen = entry.at
    believed = receipted(entry.seen, peer.sent)
    if entry.number > peer.newest:
        peer.newest, peer.newest_made = entry.number, entry.made
        peer.seen, peer.receipts = entry.seen, believed
        peer.their_newest, peer.their_written = entry.seen_bundle, entry.written
        peer.clock_ahead_s = entry.clock_ahead_s
    elif other not in (None, entry.bundle):
        peer.receipts &= believed


def rollback_reasons(peer: Peer, number: int, bundle: str, facts: BundleRead) -> list[str]:
    """Why a bundle shows that its site, or this one, went back; asked before it is folded.

    number, bundle  place and hash of the file
    """
    reasons = []
    if peer.read.get(number) not in (None, bundle):
        reasons.append(f"two different files bear number {number}")
    if number > peer.newest and peer.newest:
        if facts.written < peer.their_written:
            reasons.append(
                f"it wrote {facts.written} messages, and {peer.their_written} before"
            )
        if highest(facts.seen) < highest(peer.seen) or not peer.receipts <= receipted(
            facts.seen, peer.sent
        ):
            reasons.append("it does not hold any more what it had receipted")
    return reasons


def own_rollback_reasons(peer: Peer, facts: BundleRead) -> list[str]:
    """Why a bundle shows that this site itself was restored from a copy."""
    reasons = []
    if highest(facts.seen) > len(peer.sent):
        reasons.append(
            f"it holds message {highest(facts.seen)} of this site, more than were written here"
        )
    if facts.seen_bundle > peer.made:
        reasons.append(
            f"it has read bundle {facts.seen_bundle} of this site, which was not made here"
        )
    return reasons
