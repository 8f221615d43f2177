"""A file sealed for another site, so that it may go with a message; and one opened."""

from nanoward.flows.messages.exchange_bundles import NoRelayKeysError, UnknownSiteError
from nanoward.flows.messages.message_book import MessageBook
from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.drafts import SEALED
from nanoward.programme.relays.bundle import BadBundleError


def seal_file(desk: MessageDesk, content: bytes, *, to: str) -> bytes:
    """The content as only a site can open it; UnknownSiteError, NoRelayKeysError."""
    if desk.keys is None:
        raise NoRelayKeysError("no relay keys stand here")
    known = MessageBook(desk.rules.site).refresh(desk.ports.ledger).sites().get(to)
    if known is None:
        raise UnknownSiteError(f"no site called {to!r} was opened here")
    return SEALED + desk.keys.seal(content, sealing_key=known)


def unseal_file(desk: MessageDesk, sealed: bytes) -> tuple[str, bytes]:
    """The site that sealed it, and the content; BadBundleError for anything else."""
    if desk.keys is None:
        raise NoRelayKeysError("no relay keys stand here")
    if not sealed.startswith(SEALED):
        raise BadBundleError("the file was not sealed by nanoward site seal")
    content, signature = desk.keys.open(sealed[len(SEALED) :])
    book = MessageBook(desk.rules.site).refresh(desk.ports.ledger)
    for name, peer in book.relays.peers.items():
        key = peer.key.signing_key if peer.key else ""
        if key and desk.keys.is_signed(content, signature, signing_key=key):
            return name, content
    raise BadBundleError("the file is signed by no site that was opened here")
