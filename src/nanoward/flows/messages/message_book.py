"""All messages and relays of a ledger, kept up to date one record after the other."""

from nanoward.base.entries import KINDS, Entry, entry_of
from nanoward.base.entries.messages import MessageWritten
from nanoward.base.errors import UsageError
from nanoward.ports.ledger import Ledger
from nanoward.programme.messages.threads import Mailbox, Thread, mailbox_after
from nanoward.programme.relays.relay_state import RelayState, relay_state_after

ROOM = "messages."
SHORTEST = 6  # letters of an identifier that may stand for it


class UnknownMessageError(UsageError):
    """No message, or more than one, is called so."""

    code = "USE-192"
    next_step = "See nanoward message board PROGRAMME for the identifiers."


class MessageBook:
    """What the records read so far say. A ledger that went back is read anew."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._clear()

    def _clear(self) -> None:
        self.box, self.relays = Mailbox(), RelayState(site=self._site)
        self.size = 0

    def refresh(self, ledger: Ledger) -> "MessageBook":
        """Take every record that was appended since."""
        if ledger.head().size < self.size:
            self._clear()
        for record in ledger.records(after=self.size):
            self.size = record.seq
            if record.kind.startswith(ROOM):
                self.take(entry_of(record.kind, record.body, KINDS))
        self.take_receipts()
        return self

    def take(self, entry: Entry) -> None:
        """One more entry."""
        mailbox_after(self.box, entry)
        relay_state_after(self.relays, entry)

    def take_receipts(self) -> None:
        """A message for another site has arrived while that site's last word receipts it."""
        for peer in self.relays.peers.values():
            for number, name in enumerate(peer.sent, 1):
                thread = self.box.threads[name]
                thread.arrived = peer.last_seen if number in peer.receipts else None

    def named(self, name: str) -> Thread:
        """The message of an identifier, or of its beginning; UnknownMessageError."""
        found = self.box.threads.get(name)
        if found is not None:
            return found
        alike = [one for one in self.box.threads if one.startswith(name)]
        if len(name) < SHORTEST or len(alike) != 1:
            what = f"{len(alike)} messages begin" if alike else "no message begins"
            raise UnknownMessageError(f"{what} with {name!r}")
        return self.box.threads[alike[0]]

    def written(self, name: str) -> MessageWritten:
        """The entry of a message of this ledger."""
        return self.box.threads[name].written

    def sites(self) -> dict[str, str]:
        """Sites whose keys are known here, to their sealing keys."""
        return {
            name: peer.key.sealing_key
            for name, peer in self.relays.peers.items()
            if peer.key is not None
        }
