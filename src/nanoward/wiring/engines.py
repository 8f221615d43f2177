"""Wiring of engines: where the work of a round is done besides this machine."""

from dataclasses import dataclass

from nanoward.base.errors import UsageError
from nanoward.ports.runner import Runner


class NoClusterError(UsageError):
    """A cluster was asked for, but the library to reach it is not installed."""

    code = "USE-381"
    next_step = "Install it: pip install 'nanoward[cluster]', here and on every worker."


class HalfTlsError(UsageError):
    """Some of the files for TLS were named, but not all three."""

    code = "USE-382"
    next_step = "Name --cluster-ca, --cluster-cert and --cluster-key together."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAddress:
    """A Dask scheduler, and the PEM files by which both sides know one another.

    ca, cert, key  paths; all "" where Dask's own settings name them, or on this machine
    """

    address: str
    ca: str = ""
    cert: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        told = [bool(one) for one in (self.ca, self.cert, self.key)]
        if any(told) and not all(told):
            raise HalfTlsError(f"TLS of {self.address} is told by half")


def open_cluster(cluster: ClusterAddress) -> Runner:
    """The workers of a scheduler; ClusterLostError where it does not answer."""
    try:
        from nanoward.adapters.runners.dask_cluster import DaskRunner, TlsFiles
    except ImportError:
        raise NoClusterError(f"{cluster.address}: the library distributed is missing") from None
    from nanoward.flows.steps.source_digest import package_digest

    tls = None
    if cluster.ca:
        tls = TlsFiles(ca=cluster.ca, cert=cluster.cert, key=cluster.key)
    return DaskRunner(cluster.address, software=package_digest, tls=tls)
