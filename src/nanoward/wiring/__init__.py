"""The one place that picks concrete parts."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nanoward.adapters.progress import SilentProgress, TerminalProgress
from nanoward.adapters.system_clock import SystemClock

if TYPE_CHECKING:  # a bench needs no ledger, and a stop no table
    from nanoward.adapters.meter import ProcessMeter
    from nanoward.base.plan import Plan
    from nanoward.ports.blobs import Blobs
    from nanoward.ports.folder import Folder
    from nanoward.ports.ledger import ProvenLedger
    from nanoward.ports.ports import FilePorts, Ports
    from nanoward.ports.progress import Meter
    from nanoward.ports.runner import Runner
    from nanoward.wiring.engines import ClusterAddress


Use = Literal["read", "act", "round"]
ToldColumns = tuple[Sequence[tuple[str, str]], Sequence[str]]
ACT_S = 10.0  # acts are short


def open_bench(
    *, quiet: bool = False, workers: int | None = None, columns: ToldColumns = ((), ())
) -> "FilePorts":
    """Parts for a room used alone.

    columns  pairs of our name of a column and theirs, and the tables that are read
    """
    from nanoward.adapters.formats import FileFormats
    from nanoward.adapters.formats.column_names import aliases
    from nanoward.adapters.runners.local import LocalRunner
    from nanoward.ports.ports import FilePorts

    return FilePorts(
        formats=FileFormats(aliases(*columns)),
        clock=SystemClock(),
        runner=LocalRunner(workers),
        progress=SilentProgress() if quiet else TerminalProgress(),
    )


def open_meter() -> "ProcessMeter":
    """What steps of this process cost."""
    from nanoward.adapters.meter import ProcessMeter

    return ProcessMeter()


def open_indices(folder: Path | None = None) -> "Blobs":
    """Where indices of references are kept between commands; they can be removed at any time.

    folder  NANOWARD_CACHE or the user's cache folder where None
    """
    from nanoward.adapters.stores.file_blobs import FileBlobs

    told = os.environ.get("NANOWARD_CACHE") or os.environ.get("XDG_CACHE_HOME")
    return FileBlobs((folder or Path(told or Path.home() / ".cache")) / "nanoward")


def open_folder(path: str) -> "Folder":
    """A programme's folder alone, as it is before its ledger exists."""
    from nanoward.adapters.stores.disk_folder import DiskFolder

    return DiskFolder(Path(path))


@contextmanager
def open_ports(
    path: str,
    *,
    quiet: bool = False,
    workers: int | None = None,
    wait_s: float = ACT_S,
    use: Use = "act",
    meter: "Meter | None" = None,
    cluster: "ClusterAddress | None" = None,
) -> "Iterator[Ports]":
    """All parts of one programme.

    use     read: waits for nobody; act: nobody else decides meanwhile; round: computes without
            holding anybody up, and shuts others out for each append alone
    meter   takes down what steps cost
    wait_s  how long an act waits for another to end; ProgrammeBusyError afterwards
    cluster where work is done; on this machine where None
    """
    from nanoward.adapters.stores.disk_folder import DiskFolder
    from nanoward.adapters.stores.exit_spool import ExitSpool, open_spool
    from nanoward.adapters.stores.ledger_choice import acting, held_round, ledger_in
    from nanoward.adapters.stores.lock import locked
    from nanoward.adapters.stores.private import private_folder
    from nanoward.adapters.stores.shared.blob_choice import blobs_in
    from nanoward.ports.ports import Ports
    from nanoward.ports.progress import NoMeter

    folder = DiskFolder(Path(path))
    plan = folder.plan()  # a folder without a programme gets no ledger
    kept = private_folder(Path(path) / ".nanoward")
    blobs = blobs_in(kept, plan.section("storage"))
    bench = open_bench(quiet=quiet, workers=workers, columns=_told_in(plan))
    with ExitStack() as parts:
        runner = bench.runner if cluster is None else _runner_on(cluster)
        parts.callback(runner.close)
        if use == "act":
            parts.enter_context(locked(kept / "lock", wait_s=wait_s))
        ledger = ledger_in(kept)
        parts.callback(ledger.close)
        spool = ExitSpool(kept)
        parts.callback(spool.close)
        if use == "act":
            parts.enter_context(acting(ledger, wait_s=wait_s))
        if use != "read":
            open_spool(kept).close()  # its room is kept free before anybody needs it
        if use == "round":
            held_round(ledger, kept)
        yield Ports(
            folder=folder,
            formats=bench.formats,
            ledger=ledger,
            blobs=blobs,
            clock=bench.clock,
            runner=runner,
            progress=bench.progress,
            spool=spool,
            meter=meter or NoMeter(),
        )


def _runner_on(cluster: "ClusterAddress") -> "Runner":
    from nanoward.wiring.engines import (
        open_cluster,  # the libraries of clusters load here alone
    )

    return open_cluster(cluster)


def _told_in(plan: "Plan") -> ToldColumns:
    """Names of columns that a programme remembers: [columns] of programme.toml."""
    from nanoward.adapters.formats.column_names import EVERY_TABLE, pairs_of

    return pairs_of(plan.section("columns")), EVERY_TABLE


@contextmanager
def open_lane_beside(path: str) -> "Iterator[ProvenLedger | None]":
    """The kill lane's ledger, to read what it did; None where there is none yet."""
    if not (Path(path) / ".nanoward" / "lane.db").exists():
        yield None
        return
    from nanoward.wiring.control import open_lane_ledger

    lane = open_lane_ledger(path)
    try:
        yield lane
    finally:
        if lane is not None:
            lane.close()
