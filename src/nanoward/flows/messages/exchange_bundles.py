"""Make a file for another site, and take one that came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS as ENTRY_KINDS
from nanoward.base.entries import Entry, entry_of
from nanoward.base.entries.exit import NoticeGiven
from nanoward.base.entries.messages import BundleMade, BundleRefused, MessageWritten
from nanoward.base.errors import NanowardError, OutsideError, UsageError
from nanoward.flows.exit.give_notice import give_notices
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.share_records import echo_of, owed_records
from nanoward.ports.ledger import LedgerMovedError, ProvenLedger
from nanoward.ports.messages import MessageDesk, RelayKeys
from nanoward.programme.relays.bpv7 import read_bpv7
from nanoward.programme.relays.bundle import (
    BadBundleError,
    Bundle,
    bundle_bytes,
    bundle_of,
)
from nanoward.programme.relays.cbor import INDEFINITE, BadCborError
from nanoward.programme.relays.exchange import next_bundle, read_bundle

ACTOR = "relay"
NAME_BYTES = 16
CLOSING = {"withdrawal": "leave", "stop": "stop"}


class UnknownSiteError(UsageError):
    """No site of that name was opened here."""

    code = "USE-194"
    next_step = "Open it: nanoward site open PROGRAMME SITE FOLDER."


class NoRelayKeysError(UsageError):
    """This programme exchanges nothing with other sites: it has no keys for that."""

    code = "USE-195"
    next_step = "Open a site: nanoward site open PROGRAMME SITE FOLDER."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedBundle:
    """A file for a site.

    name   random; nothing in it tells from whom or for whom it is
    """

    destination: str
    name: str
    number: int
    messages: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBundle:
    """What became of a file.

    reason    why it was refused; empty: it was taken
    repeated  it had been read before
    closed    people whose gates were closed, or who were stopped, by it
    """

    file: str
    source: str = ""
    number: int = 0
    fresh: int = 0
    repeated: bool = False
    late: int = 0
    closed: tuple[str, ...] = ()
    rollbacks: tuple[str, ...] = ()
    reason: str = ""


def export_bundle(
    desk: MessageDesk, destination: str, *, put: Callable[[str, bytes], None]
) -> ExportedBundle:
    """All that a site has no receipt for, in one sealed file.

    The ledger says first that the file is made: one that was never written is a courier that
    was lost, and no two files bear one number.
    put  writes a file of a name, whole
    """
    keys, book = _keys(desk), MessageBook(desk.rules.site)
    share_records(desk, destination, book)
    while True:
        book.refresh(desk.ports.ledger)
        now = desk.ports.clock.now()
        known = book.sites().get(destination)
        if known is None:
            raise UnknownSiteError(f"no site called {destination!r} was opened here")
        bundle = next_bundle(
            book.relays,
            destination,
            book.written,
            now,
            content=desk.ports.blobs.get,  # type: ignore[arg-type]
        )
        sealed = keys.seal(bundle_bytes(bundle), sealing_key=known)
        made = BundleMade(
            bundle=sha256_of(sealed),
            destination=destination,
            number=bundle.number,
            made=now,
            messages=len(bundle.messages),
            size=len(sealed),
        )
        try:
            desk.ports.ledger.append([made], actor=ACTOR, at=now, after=book.size)
        except LedgerMovedError:
            continue
        name = f"{desk.chance(NAME_BYTES).hex()}.dat"
        put(name, sealed)
        return ExportedBundle(
            destination=destination,
            name=name,
            number=bundle.number,
            messages=len(bundle.messages),
            size=len(sealed),
        )


def share_records(desk: MessageDesk, destination: str, book: MessageBook) -> int:
    """Write what the ledgers hold and a site was not told yet as messages for it."""
    while True:
        book.refresh(desk.ports.ledger)
        now = desk.ports.clock.now()
        spool = desk.ports.spool
        records = chain(
            desk.ports.ledger.records(),
            spool.records(kind="exit.NoticeGiven") if spool is not None else (),
        )
        fresh = list(owed_records(records, book.box, desk.rules, destination, now))
        if not fresh:
            return 0
        try:
            desk.ports.ledger.append(fresh, actor=ACTOR, at=now, after=book.size)
        except LedgerMovedError:
            continue
        return len(fresh)


def import_file(desk: MessageDesk, content: bytes) -> ImportedBundle:
    """Take a file of another site, whole or not at all; what is refused is kept.

    A withdrawal or stop in it goes to the exit's spool first: it counts from there on, whatever
    befalls the programme's ledger.
    """
    file = str(sha256_of(content))
    book = MessageBook(desk.rules.site).refresh(desk.ports.ledger)
    try:
        bundle = opened_bundle(_keys(desk), content, book)
    except BadBundleError as fault:
        return _refused(desk, book, file, content, fault.what)
    closed: tuple[str, ...] = ()
    while True:
        now = desk.ports.clock.now()
        read = read_bundle(book.relays, bundle, file, now)
        for one in bundle.messages:
            if one.attachment:
                desk.ports.blobs.put(one.attachment)
        closed = closed or _close_gates(desk, read.fresh)
        entries = (*read.entries, *_echoes(read.fresh, book))
        if entries:
            try:
                desk.ports.ledger.append(entries, actor=ACTOR, at=now, after=book.size)
            except LedgerMovedError:
                book.refresh(desk.ports.ledger)
                continue
        return ImportedBundle(
            file=file,
            source=bundle.source,
            number=bundle.number,
            fresh=len(read.fresh),
            repeated=not entries,
            late=len(read.late),
            closed=closed,
            rollbacks=read.rollbacks,
        )


def opened_bundle(keys: RelayKeys, content: bytes, book: MessageBook) -> Bundle:
    """The bundle of a file; BadBundleError with the reason where any part of it is wrong."""
    plain, signature = keys.open(_unwrapped(content))
    bundle = bundle_of(plain)
    peer = book.relays.peers.get(bundle.source)
    if bundle.destination != book.relays.site:
        raise BadBundleError(f"the file is for {bundle.destination!r}")
    if peer is None or peer.key is None:
        raise BadBundleError(f"no site called {bundle.source!r} was opened here")
    if not keys.is_signed(plain, signature, signing_key=peer.key.signing_key):
        raise BadBundleError(f"the file is not signed by {bundle.source}")
    return bundle


def _unwrapped(content: bytes) -> bytes:
    """The payload of a bundle of the Bundle Protocol; any other file as it is."""
    if content[:2] not in (bytes([INDEFINITE, 0x88]), bytes([INDEFINITE, 0x89])):
        return content
    try:
        found = read_bpv7(content)
    except BadCborError:
        return content  # a sealed file that begins like one by chance
    if found.reasons:
        raise BadBundleError(f"the bundle is refused: {', '.join(found.reasons)} (RFC 9171)")
    return found.payload


def _keys(desk: MessageDesk) -> RelayKeys:
    if desk.keys is None:
        raise NoRelayKeysError("no relay keys stand here")
    return desk.keys


def _refused(
    desk: MessageDesk, book: MessageBook, file: str, content: bytes, reason: str
) -> ImportedBundle:
    desk.refused.keep(file, content)
    if file not in book.relays.refused:
        now = desk.ports.clock.now()
        entry = BundleRefused(bundle=file, size=len(content), reason=reason, at=now)
        desk.ports.ledger.append([entry], actor=ACTOR, at=now)
    return ImportedBundle(file=file, reason=reason)


def _close_gates(desk: MessageDesk, fresh: tuple[MessageWritten, ...]) -> tuple[str, ...]:
    """Give notice at the exit of every withdrawal and stop, under the message's own name."""
    given = list(_notices(desk, fresh))
    if not given:
        return ()
    spool = desk.ports.spool
    opened = getattr(spool, "opened", lambda: spool)()
    if not isinstance(opened, ProvenLedger):
        raise OutsideError("the exit's spool cannot be opened: nothing of the file was taken")
    give_notices(opened, given, desk.ports.clock)
    return tuple(dict.fromkeys(one.participant or "everybody" for one in given))


def _notices(desk: MessageDesk, fresh: tuple[MessageWritten, ...]) -> Iterator[NoticeGiven]:
    for one in fresh:
        wish = CLOSING.get(one.kind)
        if wish is None or (wish == "leave" and not one.participant):
            continue
        yield NoticeGiven(
            notice=one.message,
            participant=one.participant,
            wish=wish,
            given=min(one.made, desk.ports.clock.now()),
            by=one.participant or one.sender,
            channel=f"site {one.origin}",
        )


def _echoes(fresh: tuple[MessageWritten, ...], book: MessageBook) -> Iterator[Entry]:
    """What people elsewhere did with messages of this site, as entries of this ledger."""
    for one in fresh:
        told = echo_of(one)
        if told is None:
            continue
        thread = book.box.threads.get(str(told[1].get("message")))
        if thread is None or thread.written.site != one.origin:
            continue
        try:
            entry = entry_of(told[0], told[1], ENTRY_KINDS)
        except NanowardError:
            continue  # the record itself stands; it is of a newer version
        if hasattr(entry, "by"):
            entry = replace(entry, by=f"{entry.by} ({one.origin})")
        yield entry
