"""Wiring of control: drivers, the kill lane, keys of people, drills."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.drivers.config import DriverConfig, open_named
from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.adapters.drivers.simulated import SimulatedAgents
from nanoward.adapters.notifiers.outbox import OutboxNotifier
from nanoward.adapters.signers.ed25519 import Ed25519Signer, new_key, read_key
from nanoward.adapters.signers.known import KnownSignatures
from nanoward.adapters.signers.webauthn import RelyingParty
from nanoward.adapters.stores.disk_folder import DiskFolder
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.private import make_private
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.system_clock import SystemClock
from nanoward.base.errors import InputError
from nanoward.base.plan import Plan
from nanoward.control.kill_state import ROLES
from nanoward.control.kill_state import Signer as Person
from nanoward.control.plan import ControlPlan, EnrolledSigner, control_plan
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.drill_kill import (
    DrillSigner,
    drill_carriers,
    kill_once,
    sealed_once,
)
from nanoward.ports.desk import Desk
from nanoward.ports.driver import SettingLimit
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports
from nanoward.ports.signer import Signer


@contextmanager
def open_control(ports: Ports, path: str) -> Iterator[Desk]:
    """Control of a programme that is open: its ledger, and the kill lane's beside it."""
    from nanoward.base.tables.lineage import ORDERED_RAISE
    from nanoward.clearance.policy.policy import policy_of  # a stop needs no table of grades
    from nanoward.flows.steps.stated_grades import plan_lineage, raise_guesses

    kept, lane = Path(path) / ".nanoward", open_lane_ledger(path, make=True)
    assert lane is not None
    plan = _kept_plan(path)
    desk = replace(
        _desk(kept, plan, ledger=ports.ledger, lane=lane),
        standing_lasts=policy_of(plan.section("clearance")).standing_lasts,
        zone=ZoneInfo(plan.time_zone),
        spool=ports.spool,
        guesses=raise_guesses(plan_lineage(plan), ORDERED_RAISE),
    )
    try:
        yield desk
    finally:
        _close(desk, lane)


@contextmanager
def hold_lane(path: str) -> Iterator[None]:
    """Be the one process that works the kill lane; ProgrammeBusyError where another does."""
    with locked(Path(path) / ".nanoward" / "lane.lock"):
        yield


@contextmanager
def open_lane(path: str) -> Iterator[Desk]:
    """The kill lane's own desk: it opens nothing of the programme's ledger.

    What it does stops, lowers or lets go, and waits for no plan: where the plan cannot be read
    the last counts that could (`plan_fault` says so); its InputError where there is none.
    """
    try:
        plan = _kept_plan(path)
    except InputError:
        if not (kept_plan(path) / "programme.toml").exists():
            raise  # no plan could ever be read here: what is wrong with this one is told
        plan = DiskFolder(kept_plan(path)).plan()
    kept, lane = Path(path) / ".nanoward", open_lane_ledger(path, make=True)
    assert lane is not None
    desk = _desk(kept, plan, ledger=lane, lane=lane)
    try:
        yield desk
    finally:
        _close(desk, lane)


def plan_fault(path: str) -> str:
    """Why the plan cannot be read just now, so that the last that could be counts; else ""."""
    try:
        _kept_plan(path)
    except InputError as fault:
        return str(fault)
    return ""


def has_lane(path: str) -> bool:
    """Whether anybody was ever enrolled, or a kill code asked for."""
    return (Path(path) / ".nanoward" / "lane.db").exists()


def kept_plan(path: str) -> Path:
    """Folder of the last programme.toml whose control could be read."""
    return Path(path) / ".nanoward" / "last-plan"


def _kept_plan(path: str) -> Plan:
    """The plan as it is now; a copy is kept for the day on which it cannot be read."""
    plan = DiskFolder(Path(path)).plan()
    if "control" in plan.sections:
        control_plan(plan.section("control"))
    now, copy = Path(path) / "programme.toml", kept_plan(path) / "programme.toml"
    with suppress(OSError):  # a full disk keeps no copy, and stops nobody
        content = now.read_bytes()
        if not copy.exists() or copy.read_bytes() != content:
            make_private(copy.parent)
            write_whole(copy, content)
    return plan


def open_lane_ledger(path: str, *, make: bool = False) -> SqliteLedger | None:
    """The kill lane's ledger; None where there is none yet."""
    file = Path(path) / ".nanoward" / "lane.db"
    return SqliteLedger(file, keys=file.parent / "lane-keys") if make or file.exists() else None


def lane_socket(path: str) -> Path:
    """Where the kill lane of a programme listens."""
    return Path(path) / ".nanoward" / "lane.sock"


def make_signing_key(file: str, password: str) -> Signer:
    """A new key for a person who signs kill codes."""
    return new_key(Path(file), password)


def read_signing_key(file: str, password: str) -> Signer:
    """A person's key."""
    return read_key(Path(file), password)


@contextmanager
def open_drill(
    plan: ControlPlan, mechanism: str, people: int, *, sealed: bool = False
) -> Iterator[Callable[[int], bool]]:
    """Drill number n to whether its simulated agent died: own ledger, own keys, nobody's body.

    Everything between is real: ledger, signatures of two throw-away keys, driver, journal.

    sealed  by sealed codes, at a driver that is silent when they are used
    """
    keys = [Ed25519Signer(Ed25519PrivateKey.generate()) for _ in ROLES]
    signers = tuple(
        EnrolledSigner(
            signer=Person(name=role, roles=frozenset({role}), key=key.key),
            scheme=key.scheme,
            public=key.public,
        )
        for role, key in zip(ROLES, keys, strict=True)
    )
    rules = replace(plan, signers=signers)
    agents = SimulatedAgents(
        _config(plan, "drill", None, {"agents": "microbe"}),
        log_kill=plan.mechanisms[mechanism].log_kill,
    )
    with TemporaryDirectory() as folder:
        lane = SqliteLedger(Path(folder) / "lane.db")
        desk = Desk(
            ledger=lane,
            lane=lane,
            clock=SystemClock(),
            drivers={"drill": JournalledDriver("drill", agents, DriverJournal(None))},
            signatures=KnownSignatures(),
            notifier=OutboxNotifier(Path(folder) / "outbox.jsonl"),
            plan=rules,
            plan_sha256="",
        )
        lane.append(drill_carriers(rules, people), actor="drill", at=desk.clock.now())
        book, full = OrderState(), agents.load("nobody")
        held = [
            DrillSigner(name=role, role=role, signer=key)
            for role, key in zip(ROLES, keys, strict=True)
        ]

        def once(number: int) -> bool:
            who, left = f"D{number}", full * 10.0 ** -plan.mechanisms[mechanism].log_kill
            if sealed:
                agents.misbehave(who, ["silent"])
                device = Ed25519Signer(Ed25519PrivateKey.generate())
                fired = sealed_once(desk, book, held, mechanism, who, device)
            else:
                fired = kill_once(desk, book, held, mechanism, who)
            return fired and agents.load(who) <= left * 1.000001

        try:
            yield once
        finally:
            _close(desk, lane)


def _desk(kept: Path, plan: Plan, *, ledger: Ledger, lane: Ledger) -> Desk:
    rules = control_plan(plan.section("control"))
    party = rules.passkeys
    drivers = {
        name: open_named(
            str(one.get("kind", name)),
            _config(rules, name, kept / "drivers", one, _owner_of(plan, kept, one)),
        )
        for name, one in rules.drivers.items()
    }
    return Desk(
        ledger=ledger,
        lane=lane,
        clock=SystemClock(),
        drivers=drivers,
        signatures=KnownSignatures(
            RelyingParty(domain=party[0], origin=party[1]) if party else None
        ),
        notifier=OutboxNotifier(kept / "outbox.jsonl"),
        plan=rules,
        plan_sha256=plan.sha256,
    )


def _config(
    plan: ControlPlan,
    name: str,
    folder: Path | None,
    options: Mapping[str, Any],
    owner: str = "",
) -> DriverConfig:
    return DriverConfig(
        name=name,
        folder=folder,
        settings={
            one.setting: SettingLimit(unit=one.unit, range=one.range, default=one.default)
            for one in plan.settings.values()
        },
        mechanisms={one.name: one.dose for one in plan.mechanisms.values()},
        options=options,
        owner=owner,
    )


def _owner_of(plan: Plan, kept: Path, options: Mapping[str, Any]) -> str:
    """A programme as a shared device knows it: its name, and a mark that goes where it goes."""
    if "device" not in options:
        return ""
    mark = kept / "drivers" / "owner"
    try:
        found = mark.read_text(encoding="utf-8")
    except OSError:
        found = secrets.token_hex(8)
        with suppress(OSError):  # a full disk stops nobody
            make_private(mark.parent)
            write_whole(mark, found.encode())
    return f"{plan.name}-{found}"


def _close(desk: Desk, lane: Ledger) -> None:
    for driver in desk.drivers.values():
        driver.close()
    lane.close()
