"""Wiring of watch: a programme's parts, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from nanoward.flows.watch.give_notices import IncidentNotices, MessageNotices
from nanoward.flows.watch.keep_incidents import plan_of
from nanoward.ports.ports import Ports
from nanoward.wiring import open_ports
from nanoward.wiring.messages import desk_of


@contextmanager
def open_watch(path: str, *, quiet: bool = False) -> Iterator[tuple[Ports, IncidentNotices]]:
    """All parts of a programme, and its messages, by which the rota is told."""
    with open_ports(path, quiet=quiet) as ports:
        yield ports, MessageNotices(desk_of(ports, path), plan_of(ports))
