"""Wiring of ledgers and witnesses."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from nanoward.adapters.accounts.look_ledger import FILE as LOOKS
from nanoward.adapters.accounts.look_ledger import KEYS as LOOK_KEYS
from nanoward.adapters.signers.key_folder import KeyFolder
from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.adapters.stores.ledger_choice import acting, ledger_in
from nanoward.adapters.stores.lock import locked
from nanoward.adapters.stores.mark_file import MarkFile
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.stores.tree_ledger import TreeLedger
from nanoward.adapters.system_clock import SystemClock
from nanoward.adapters.witnesses.desk import FolderDesk, make_desk
from nanoward.adapters.witnesses.http import HttpWitness, WitnessServer
from nanoward.adapters.witnesses.witness_list import WitnessFiles
from nanoward.audit.leaves import Row
from nanoward.audit.notes import Note
from nanoward.base.errors import UsageError
from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.ledger import Ledger, Marks, ProvenLedger
from nanoward.ports.progress import Progress
from nanoward.ports.signer import NoteSigner
from nanoward.ports.witness import WitnessDesk, Witnesses
from nanoward.wiring import open_bench, open_folder
from nanoward.wiring.exit import kept_folder


class NoLaneError(UsageError):
    """The programme has no kill lane's ledger."""

    code = "USE-016"
    next_step = "It is made with the first order: nanoward control --help."


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPorts:
    """The parts for work on a ledger alone."""

    ledger: ProvenLedger
    witnesses: Witnesses
    marks: Marks
    clock: Clock
    progress: Progress


@contextmanager
def open_ledger(
    path: str,
    *,
    quiet: bool = False,
    restoring: bool = False,
    lane: bool = False,
    spool: bool = False,
) -> Iterator[LedgerPorts]:
    """The ledger of one programme, while others go on working on it.

    restoring  its records are about to come from an export: nobody else works on it meanwhile
    lane       the kill lane's own ledger
    spool      the exit's own ledger
    """
    kept = kept_folder(path)
    bench = open_bench(quiet=quiet)
    busy = kept / ("lane.lock" if lane else "lock")
    with locked(busy) if restoring else nullcontext():
        ledger = (
            open_spool(kept)
            if spool
            else _lane_in(kept, restoring=restoring)
            if lane
            else ledger_in(kept, restoring=restoring)
        )
        name = "exit-witnesses" if spool else "lane-witnesses" if lane else "witnesses"
        try:
            yield LedgerPorts(
                ledger=ledger,
                witnesses=WitnessFiles(kept / name),
                marks=marks_of(path, lane=lane, spool=spool),
                clock=bench.clock,
                progress=bench.progress,
            )
        finally:
            ledger.close()


def _lane_in(kept: Path, *, restoring: bool) -> TreeLedger:
    file = kept / "lane.db"
    if not file.exists() and not restoring:
        raise NoLaneError(f"{kept.parent} has no kill lane yet")
    return SqliteLedger(file, keys=kept / "lane-keys", restoring=restoring)


@contextmanager
def open_all_ledgers(path: str) -> Iterator[tuple[LedgerPorts, ...]]:
    """The programme's ledger, and those of the kill lane, the exit and of reads, if any.

    Nobody works on them meanwhile; a notice is kept all the same, under keys that stand.
    """
    kept = Path(path) / ".nanoward"
    with ExitStack() as stack:
        stack.enter_context(locked(kept_folder(path) / "lock"))
        sites = [stack.enter_context(open_ledger(path, quiet=True))]
        stack.enter_context(acting(sites[0].ledger, wait_s=0))
        if (kept / "lane.db").exists():
            stack.enter_context(locked(kept / "lane.lock"))
            sites.append(stack.enter_context(open_ledger(path, quiet=True, lane=True)))
        if (kept / "exit.db").exists():
            sites.append(stack.enter_context(open_ledger(path, quiet=True, spool=True)))
        looks = stack.enter_context(open_look_ledger(path))
        if looks is not None:
            sites.append(replace(sites[0], ledger=looks))
        yield tuple(sites)


@contextmanager
def open_look_ledger(path: str) -> Iterator[ProvenLedger | None]:
    """The ledger of reads, which the service writes; None where it never ran."""
    kept = Path(path) / ".nanoward"
    if not (kept / LOOKS).exists():
        yield None
        return
    with closing(SqliteLedger(kept / LOOKS, keys=kept / LOOK_KEYS)) as ledger:
        yield ledger


@contextmanager
def open_every_ledger(
    path: str, *, quiet: bool = False
) -> Iterator[tuple[dict[str, Ledger | None], Progress]]:
    """Every ledger of a programme by name, while others go on working on them."""
    kept = kept_folder(path)
    with ExitStack() as stack:
        sites = {"ledger": stack.enter_context(open_ledger(path, quiet=quiet))}
        if (kept / "lane.db").exists():
            sites["kill lane"] = stack.enter_context(open_ledger(path, lane=True))
        if (kept / "exit.db").exists():
            sites["exit"] = stack.enter_context(open_ledger(path, spool=True))
        found: dict[str, Ledger | None] = {name: one.ledger for name, one in sites.items()}
        looks = stack.enter_context(open_look_ledger(path))
        yield found | ({"reads": looks} if looks else {}), sites["ledger"].progress


@contextmanager
def open_blobs_to_copy(
    path: str, *, origin: str | None, quiet: bool = False
) -> Iterator[tuple[Blobs, Blobs, Progress]]:
    """Where a programme's blobs were, and where its plan says that they are; nobody acts."""
    from nanoward.adapters.stores.shared.blob_choice import blobs_to_copy

    kept, plan = kept_folder(path), open_folder(path).plan()
    with locked(kept / "lock"):
        source, target = blobs_to_copy(kept, plan.section("storage"), origin)
        yield source, target, open_bench(quiet=quiet).progress


def marks_of(path: str, *, lane: bool = False, spool: bool = False) -> Marks:
    """How far the verification of a programme's ledger had come; its ledger is there."""
    kept = Path(path) / ".nanoward"
    before = "exit-" if spool else "lane-" if lane else ""
    signer = KeyFolder(kept / f"{before}keys").signer(begun=True)
    return MarkFile(kept / f"{before}verifying.json", signer)


def witnesses_of(path: str, *, lane: bool = False) -> Witnesses:
    """The witnesses of a programme's ledger, or of its kill lane's."""
    return WitnessFiles(Path(path) / ".nanoward" / ("lane-witnesses" if lane else "witnesses"))


@contextmanager
def open_scratch_ledger(folder: str | None) -> Iterator[LedgerPorts]:
    """A ledger to try a disk with: made in a folder of its own, and removed afterwards."""
    bench = open_bench(quiet=True)
    with tempfile.TemporaryDirectory(prefix="nanoward-stress-", dir=folder) as name:
        kept = Path(name)
        ledger = ledger_in(kept)
        try:
            yield LedgerPorts(
                ledger=ledger,
                witnesses=WitnessFiles(kept / "witnesses"),
                marks=MarkFile(
                    kept / "verifying.json", KeyFolder(kept / "keys").signer(begun=True)
                ),
                clock=bench.clock,
                progress=bench.progress,
            )
        finally:
            ledger.close()


def restore_ledger(path: str, site: LedgerPorts, rows: Iterator[list[Row]], note: Note) -> None:
    """Lay the rows of an export in the ledger of a programme, which must be empty."""
    if not isinstance(site.ledger, TreeLedger):
        raise TypeError(f"the ledger of {path} takes no rows")
    site.ledger.restore((row for chunk in rows for row in chunk), note)


def new_witness(folder: str, *, name: str) -> str:
    """Make the key of a witness; returns its vkey."""
    return str(make_desk(Path(folder), name=name))


def open_desk(folder: str) -> FolderDesk:
    """A witness of its own, in a folder."""
    return FolderDesk(Path(folder), SystemClock())


def serve_desk(desk: WitnessDesk, *, host: str, port: int) -> WitnessServer:
    """A server that answers for a witness; call `serve_forever`."""
    return WitnessServer(desk, host=host, port=port)


def witness_at(url: str) -> WitnessDesk:
    """A witness that answers at a URL."""
    return HttpWitness(url)


def open_signer(folder: str) -> NoteSigner:
    """The key of a folder of keys, which is made on first use."""
    return KeyFolder(Path(folder)).signer(begun=False)


def write_file(path: str, text: str) -> None:
    """A file that is there whole or not at all."""
    write_whole(Path(path), text.encode())
