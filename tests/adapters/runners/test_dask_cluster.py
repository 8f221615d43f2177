import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from a_cluster import cluster, killing, worker_pids

from nanoward.adapters.runners.dask_cluster import (
    ClearClusterError,
    ClusterAddressError,
    ClusterLostError,
    DaskRunner,
    ForeignWorkerError,
    TlsFiles,
    require_private,
)
from nanoward.adapters.runners.pieces import CarriedPortError
from nanoward.adapters.stores.file_blobs import FileBlobs
from nanoward.base.errors import InputError
from nanoward.flows.steps.source_digest import package_digest
from nanoward.ports.runner import Runner
from nanoward.testing.conformance.runner import (
    WorkersConformance,
    slow_process_of,
    squared,
)

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with cluster() as address:
        yield address


@pytest.fixture
def runner(scheduler: str) -> Iterator[DaskRunner]:
    made = DaskRunner(scheduler, software=package_digest)
    yield made
    made.close()


class TestCluster(WorkersConformance):
    @pytest.fixture(autouse=True)
    def _runner(self, runner: DaskRunner) -> None:
        self.runner = runner

    def make(self) -> Runner:
        return self.runner


def test_work_is_done_by_workers_and_not_here(runner: DaskRunner, scheduler: str) -> None:
    found = runner.map(slow_process_of, list(range(30)))
    assert set(found) <= set(worker_pids(scheduler))
    assert os.getpid() not in found


@pytest.mark.hazard("H-377")
def test_killed_workers_change_no_answer(runner: DaskRunner, scheduler: str) -> None:
    with killing(scheduler, every_s=1.0) as killed:
        assert runner.map(slowly, list(range(100))) == [one * one for one in range(100)]
    assert killed


def slowly(number: int) -> int:
    time.sleep(0.06)
    return number * number


def test_a_refusal_comes_back_with_its_place_and_is_not_tried_again(
    runner: DaskRunner, tmp_path: Path
) -> None:
    asked = [(str(tmp_path / "asked"), number) for number in range(9)]
    with pytest.raises(InputError) as told:
        runner.map(counted, asked)
    assert (told.value.code, told.value.file, told.value.line) == ("INP-001", "data/x.csv", 4)
    assert (tmp_path / "asked").read_text() == "x"


def counted(item: tuple[str, int]) -> int:
    path, number = item
    if number == 4:
        with Path(path).open("a") as file:
            file.write("x")
        raise InputError("no date", file="data/x.csv", line=number)
    return number


@pytest.mark.hazard("H-376")
def test_a_store_is_not_carried_to_a_worker(runner: DaskRunner, tmp_path: Path) -> None:
    with pytest.raises(CarriedPortError):
        runner.map(squared, [FileBlobs(tmp_path)])  # type: ignore[list-item]


@pytest.mark.hazard("H-378")
def test_a_worker_with_other_software_is_refused(scheduler: str) -> None:
    runner = DaskRunner(scheduler, software=process_name)
    with pytest.raises(ForeignWorkerError):
        runner.map(squared, [1, 2, 3])
    runner.close()


def process_name() -> str:
    """Another "version" in each process."""
    return str(os.getpid())


@pytest.mark.hazard("H-376")
@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.7:8786", "scheduler.example:8786", "tcp://[2001:db8::1]:8786"]
)
def test_nothing_goes_to_another_machine_in_the_clear(address: str) -> None:
    with pytest.raises(ClearClusterError, match="clear"):
        DaskRunner(address, software=package_digest)


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:1", "tcp://127.0.0.1", "tls://:1"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ClusterAddressError):
        require_private(address)


def test_addresses_on_this_machine_or_under_tls_are_good() -> None:
    for one in (
        "127.0.0.1:8786",
        "tcp://localhost:1",
        "tcp://[::1]:8786",
        "tls://ward.example:1",
    ):
        require_private(one)


def test_a_scheduler_that_is_not_there_and_files_that_are_not_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nanoward.adapters.runners.dask_cluster.CONNECT_S", 0.5)
    with pytest.raises(ClusterLostError, match="no scheduler"):
        DaskRunner("tcp://127.0.0.1:9", software=package_digest)
    none = TlsFiles(ca=str(tmp_path / "ca"), cert=str(tmp_path / "c"), key=str(tmp_path / "k"))
    with pytest.raises(ClusterAddressError):
        DaskRunner("tls://127.0.0.1:9", software=package_digest, tls=none)


def test_a_cluster_without_workers_is_given_up() -> None:
    with cluster(0) as address:
        runner = DaskRunner(address, software=package_digest, patience_s=0.5)
        with pytest.raises(ClusterLostError, match="no worker"):
            runner.map(squared, [1, 2])
        runner.close()


@pytest.mark.hazard("H-376")
def test_between_machines_tls_is_spoken_and_strangers_are_not_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import distributed

    library: Any = distributed
    security = library.Security.temporary()
    told = TlsFiles(
        ca=str(tmp_path / "ca"), cert=str(tmp_path / "cert"), key=str(tmp_path / "key")
    )
    Path(told.ca).write_text(security.tls_ca_file)
    Path(told.cert).write_text(security.tls_client_cert)
    Path(told.key).write_text(security.tls_client_key)
    other = library.Security.temporary()
    stranger = replace(told, cert=str(tmp_path / "c.pem"), key=str(tmp_path / "k.pem"))
    Path(stranger.cert).write_text(other.tls_client_cert)
    Path(stranger.key).write_text(other.tls_client_key)
    with library.LocalCluster(
        n_workers=1,
        processes=False,
        security=security,
        protocol="tls://",
        dashboard_address="127.0.0.1:0",
    ) as running:
        address = running.scheduler_address
        assert address.startswith("tls://")
        runner = DaskRunner(address, software=package_digest, tls=told)
        assert runner.map(squared, [1, 2, 3]) == [1, 4, 9]
        runner.close()
        monkeypatch.setattr("nanoward.adapters.runners.dask_cluster.CONNECT_S", 2.0)
        with pytest.raises((ClusterLostError, ClusterAddressError)):
            DaskRunner(address, software=package_digest, tls=stranger)
        with pytest.raises((ClusterLostError, ClusterAddressError)):
            DaskRunner(address, software=package_digest)
