"""Wiring of messages: channels, keys of sites, what is kept beside the ledger."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nanoward.adapters.notifiers.config import NotifierConfig, open_notifier
from nanoward.adapters.relays.relay_files import HeartbeatFile, RefusedFolder, put_file
from nanoward.adapters.relays.relay_keys import new_relay_keys, relay_keys_in
from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.adapters.stores.private import make_private, private_folder
from nanoward.base.errors import NanowardError, UsageError
from nanoward.ports.messages import MessageDesk, RelayKeys
from nanoward.ports.notifier import DeliveryFailedError, Notification, Notifier
from nanoward.ports.ports import Ports
from nanoward.programme.messages.rules import MessageRules, message_rules
from nanoward.programme.relays.bpv7 import written_bpv7
from nanoward.wiring import Use, open_ports

KEYS = "relay/relay.keys"
INSIDE = ("screen", "outbox")  # kinds of channels that never leave `.nanoward`

LIFETIME_MS = 365 * 86_400_000
ENDPOINT = "dtn:none"  # who sends, and to whom, stands in the sealed part alone

__all__ = [
    "free_folder",
    "new_relay_keys",
    "open_messages",
    "put_file",
    "screen_lines",
    "shared_plan_files",
    "wrapped",
]


class OccupiedSiteError(UsageError):
    """A site's folder holds something already."""

    code = "USE-197"
    next_step = "Name a folder that is empty or does not exist yet."


class ClosedChannel:
    """A channel that could not be opened: each notice fails with the reason, and goes on."""

    def __init__(self, fault: NanowardError) -> None:
        self._fault = fault

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        """Nothing can be told by it."""

    def deliver(self, notification: Notification) -> None:
        raise DeliveryFailedError(f"{notification.to}: {self._fault.message}")


@contextmanager
def open_messages(
    path: str, *, quiet: bool = False, use: Use = "read", keys: bool = False
) -> Iterator[MessageDesk]:
    """Messages of a programme. Nobody is waited for: each append decides anew.

    keys  make the site's keys where it has none
    """
    with open_ports(path, quiet=quiet, use=use) as ports:
        kept = Path(path) / ".nanoward"
        if keys or (kept / KEYS).exists():
            open_spool(kept).close()  # other sites' withdrawals are kept there first
        yield desk_of(ports, path, make_keys=keys)


def desk_of(ports: Ports, path: str, *, make_keys: bool = False) -> MessageDesk:
    """The desk of a programme that is open."""
    kept, plan = private_folder(Path(path) / ".nanoward"), ports.folder.plan()
    rules = message_rules(plan.section("programme").get("messages", {}), plan.time_zone)
    return MessageDesk(
        ports=ports,
        rules=rules,
        channels={name: _channel(name, one, kept) for name, one in rules.deliveries.items()},
        full=_full(rules),
        chance=os.urandom,
        heartbeat=HeartbeatFile(kept / "ticked"),
        refused=RefusedFolder(kept / "refused"),
        keys=_keys(kept / KEYS, make=make_keys),
    )


def _keys(path: Path, *, make: bool) -> RelayKeys | None:
    return relay_keys_in(path) if make or path.exists() else None


def _full(rules: MessageRules) -> frozenset[str]:
    """Channels that may tell all: those of this machine, and where the plan says so."""
    return frozenset(
        name
        for name, one in rules.deliveries.items()
        if one.get("shows", "full" if one.get("kind") in INSIDE else "notice") == "full"
    )


def _channel(name: str, options: Mapping[str, Any], kept: Path) -> Notifier:
    own = {key: one for key, one in options.items() if key not in ("kind", "shows")}
    config = NotifierConfig(name=name, folder=kept, options=own)
    try:
        return open_notifier(str(options.get("kind", name)), config)
    except NanowardError as fault:
        return ClosedChannel(fault)


def wrapped(sealed: bytes, name: str) -> bytes:
    """A sealed file within a bundle of the Bundle Protocol (RFC 9171).

    name  random: its first digits number the bundle
    """
    return written_bpv7(
        sealed,
        source=ENDPOINT,
        destination=ENDPOINT,
        sequence=int(name[:8], 16),
        lifetime_ms=LIFETIME_MS,
    )


def screen_lines(path: str, most: int = 50) -> list[dict[str, str]]:
    """What stands on the lane's screen, the last first."""
    file = Path(path) / ".nanoward" / "screen.jsonl"
    if not file.exists():
        return []
    told = [json.loads(one) for one in file.read_text(encoding="utf-8").splitlines() if one]
    return [
        {
            "at": str(one.get("at", "")),
            "urgency": str(one.get("urgency", "")),
            "status": str(one.get("status", "new")),
            "text": f"{one.get('at', '')} {one.get('status', '')} {one.get('subject', '')}\n"
            f"{one.get('message', '')}",
        }
        for one in reversed(told[-most:])
    ]


def free_folder(path: str) -> None:
    """OccupiedSiteError where a site's folder holds something already."""
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OccupiedSiteError(f"{folder} is not an empty folder; nothing was written")


def shared_plan_files(path: str, site_path: str, plan: str) -> tuple[str, ...]:
    """Lay out a site's folder: its plan, the agents, empty data. Returns what was written."""
    target = Path(site_path)
    write_whole(target / "programme.toml", plan.encode())
    make_private(target / ".nanoward")
    (target / "data").mkdir(exist_ok=True)
    agents = Path(path) / "agents"
    if agents.is_dir():
        shutil.copytree(agents, target / "agents", dirs_exist_ok=True)
    return ("programme.toml", *(["agents"] if agents.is_dir() else []))
