import sys

import pytest

from nanoward.adapters.runners.dask_cluster import ClearClusterError, ClusterLostError
from nanoward.wiring.engines import (
    ClusterAddress,
    HalfTlsError,
    NoClusterError,
    open_cluster,
)


def test_a_cluster_is_opened_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nanoward.adapters.runners.dask_cluster.CONNECT_S", 0.3)
    with pytest.raises(ClusterLostError, match="no scheduler"):
        open_cluster(ClusterAddress(address="tcp://127.0.0.1:9"))
    with pytest.raises(ClearClusterError):
        open_cluster(ClusterAddress(address="tcp://10.0.0.7:8786"))


def test_files_of_tls_are_named_together_or_not_at_all() -> None:
    with pytest.raises(HalfTlsError, match="half"):
        ClusterAddress(address="tls://ward.example:8786", ca="ca.pem", cert="ward.pem")


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoward.adapters.runners.dask_cluster", None)
    with pytest.raises(NoClusterError, match="distributed"):
        open_cluster(ClusterAddress(address="tcp://127.0.0.1:9"))
