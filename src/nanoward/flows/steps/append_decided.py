"""Append what was decided, by the ledger as it is when it is appended."""

from collections.abc import Callable, Sequence

from nanoward.base.entries import Entry
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports


def append_decided(
    ports: Ports, decide: Callable[[], Sequence[Entry]], *, by: str
) -> Sequence[Entry]:
    """Entries of `decide`, which is asked again where somebody else appended meanwhile.

    Whatever it raises is raised and nothing is written. Returns what was appended.
    """
    while True:
        head = ports.ledger.head()
        entries = decide()
        if not entries:
            return ()
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return entries
