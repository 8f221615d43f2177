"""Wiring of watch: a programme's parts, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.flows.watch.give_notices import IncidentNotices, MessageNotices
from nanoward.flows.watch.keep_incidents import plan_of
from nanoward.ports.ports import Ports
from nanoward.wiring import open_ports
from nanoward.wiring.messages import desk_of

if TYPE_CHECKING:
    from nanoward.watch.objects.zones import WatchedArea


@contextmanager
def open_watch(path: str, *, quiet: bool = False) -> Iterator[tuple[Ports, IncidentNotices]]:
    """All parts of a programme, and its messages, by which the rota is told."""
    with open_ports(path, quiet=quiet) as ports:
        yield ports, MessageNotices(desk_of(ports, path), plan_of(ports))


def read_zones(path: Path) -> "WatchedArea":
    """Zones, sensors and rules of a TOML file; InputError where it is not understood."""
    import tomllib

    from nanoward.watch.objects.zones import BadZonesError, watched_area

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadZonesError(f"is no TOML: {fault}", file=str(path)) from fault
    return watched_area(table)
