"""Wiring of watch: a programme's parts, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.ports.notifier import Notifier
from nanoward.ports.ports import Ports
from nanoward.wiring import open_ports

if TYPE_CHECKING:
    from nanoward.watch.objects.zones import WatchedArea


@contextmanager
def open_watch(path: str, *, quiet: bool = False) -> Iterator[tuple[Ports, Notifier]]:
    """All parts of a programme, and the outbox that whatever pages people reads."""
    with open_ports(path, quiet=quiet) as ports:
        yield ports, OutboxNotifier(Path(path) / ".nanoward" / "outbox.jsonl")


def read_zones(path: Path) -> "WatchedArea":
    """Zones, sensors and rules of a TOML file; InputError where it is not understood."""
    import tomllib

    from nanoward.watch.objects.zones import BadZonesError, watched_area

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadZonesError(f"is no TOML: {fault}", file=str(path)) from fault
    return watched_area(table)
