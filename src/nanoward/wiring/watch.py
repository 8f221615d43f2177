"""Wiring of watch: a programme's parts, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports
from nanoward.wiring import open_ports


@contextmanager
def open_watch(path: str, *, quiet: bool = False) -> Iterator[tuple[Ports, Notifier]]:
    """All parts of a programme, and the outbox that whatever pages people reads."""
    with open_ports(path, quiet=quiet) as ports:
        yield ports, OutboxNotifier(Path(path) / ".nanoward" / "outbox.jsonl")
