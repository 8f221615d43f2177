"""Work on the machines of a Dask cluster; the same answers as in one process.

Functions, plain values and names of content go there and come back: never a ledger, a key or a
store. Its protocol carries code, so that whoever reaches a scheduler can run anything: between
machines it is spoken under TLS alone.
"""

import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import distributed as _distributed

from nanoward.adapters.runners.pieces import (
    PieceAnswer,
    PiecedWork,
    answer_piece,
    plain_bytes,
)
from nanoward.base.errors import OutsideError, RefusedError, UsageError
from nanoward.ports.runner import Answer, Item

distributed: Any = _distributed  # its functions have no types
AHEAD = 3  # pieces per thread that are at the cluster at once, so that none waits for the way
CONNECT_S = 20.0
PATIENCE_S = 60.0  # without any worker, before it is given up


class ClearClusterError(RefusedError):
    """A cluster on other machines was to be spoken to without TLS."""

    code = "REF-380"
    next_step = "Start scheduler and workers with TLS and name it as tls://HOST:PORT."


class ClusterAddressError(UsageError):
    """The address or the certificates of a cluster cannot be used."""

    code = "USE-380"
    next_step = "Name the scheduler as tls://HOST:PORT (tcp://127.0.0.1:PORT on this machine)."


class ClusterLostError(OutsideError):
    """The cluster cannot be reached, or has no workers any more."""

    code = "OUT-381"
    next_step = (
        "Start scheduler and workers and run the command again, or leave out --cluster; what "
        "was done is kept."
    )


class ForeignWorkerError(OutsideError):
    """A worker runs another version of nanoward, of Python or of its libraries."""

    code = "OUT-382"
    next_step = "Install the same versions everywhere, and start the workers again."


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Paths of PEM files: who signed both sides, and this side's certificate and key."""

    ca: str
    cert: str
    key: str


@dataclass(frozen=True, slots=True)
class _Foreign:
    """What a worker answers that runs other software: its digest."""

    software: str


class DaskRunner:
    """The workers of one scheduler.

    address     tls://HOST:PORT; tcp:// on this machine alone
    software    a module-level function: the digest of what computes, here and on a worker
    patience_s  how long it may be without any worker
    """

    def __init__(
        self,
        address: str,
        *,
        software: Callable[[], str],
        tls: TlsFiles | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        require_private(address)
        self._software, self._patience_s = software, patience_s
        try:
            self._client: Any = distributed.Client(
                address,
                security=None if tls is None else _security(tls),
                timeout=CONNECT_S,
                set_as_default=False,
            )
        except (ValueError, TypeError, FileNotFoundError) as fault:
            raise ClusterAddressError(f"{address}: {fault}") from None
        except OSError as fault:  # a time-out too
            raise ClusterLostError(f"no scheduler answers at {address}: {fault}") from None

    def map(
        self,
        work: Callable[[Item], Answer],
        items: Sequence[Item],
        *,
        step: Callable[[int], None] | None = None,
        lost: Callable[[Item], Answer] | None = None,
    ) -> list[Answer]:
        if not items:
            return []
        told = partial(_Cluster, self._client, self._software, self._patience_s)
        return PiecedWork(told(plain_bytes(work)), items, step=step, lost=lost).run()

    def close(self) -> None:
        """Leave the cluster; it goes on. Closing twice is harmless."""
        with suppress(OSError):
            self._client.close()


class _Cluster:
    """The pieces of one map that the cluster holds.

    The work is a task of its own, so that each worker is given it once, and a worker that
    comes later too. Only a piece whose worker died is done again.
    """

    tries = 1  # the scheduler has tried several workers by then

    def __init__(
        self, client: Any, software: Callable[[], str], patience_s: float, work: bytes
    ) -> None:
        self._client, self._patience_s = client, patience_s
        self._software, self._digest = software, software()
        self._name = f"nanoward-{uuid4().hex}"
        self._sent = 0
        self._out: dict[Any, range] = {}
        self._work = client.submit(pickle.loads, work, key=f"{self._name}-work", pure=False)

    @property
    def room(self) -> int:
        return AHEAD * max(1, sum(int(one) for one in self._client.nthreads().values()))

    def send(self, place: range, items: Sequence[Any]) -> None:
        self._sent += 1
        future = self._client.submit(
            answer_sent,
            self._work,
            plain_bytes(list(items)),
            self._software,
            self._digest,
            key=f"{self._name}-{self._sent}",
            retries=0,
            pure=False,
        )
        self._out[future] = place

    def receive(self) -> list[tuple[range, PieceAnswer | None]]:
        self._wait()
        done = [future for future in self._out if future.done()]
        return [(self._out.pop(future), self._answer(future)) for future in done]

    def drop(self) -> None:
        with suppress(Exception):
            self._client.cancel([*self._out, self._work])
        self._out.clear()

    def _wait(self) -> None:
        while True:
            try:
                with self._client.as_current():
                    distributed.wait(
                        list(self._out), timeout=self._patience_s, return_when="FIRST_COMPLETED"
                    )
            except (TimeoutError, distributed.TimeoutError):
                if not self._workers():
                    raise ClusterLostError(
                        f"the cluster had no worker for {self._patience_s:.0f} s"
                    ) from None
            except distributed.CancelledError as fault:
                raise ClusterLostError(f"the scheduler went away: {fault}") from None
            else:
                return

    def _workers(self) -> int:
        try:
            return len(self._client.nthreads())
        except OSError as fault:
            raise ClusterLostError(f"the scheduler does not answer: {fault}") from None

    def _answer(self, future: Any) -> PieceAnswer | None:
        if future.status == "finished":
            answer = future.result()
            if isinstance(answer, _Foreign):
                raise ForeignWorkerError(
                    f"a worker runs {answer.software[:12]}, this process {self._digest[:12]}"
                )
            return answer  # type: ignore[no-any-return]
        if future.status == "error":
            fault = future.exception()
            if type(fault).__name__ == "KilledWorker":
                return None
            raise ForeignWorkerError(f"a worker cannot do the work: {fault!r}")
        raise ClusterLostError(f"the scheduler lost a piece of work ({future.status})")


def answer_sent(
    work: Callable[[Any], Any], items: bytes, software: Callable[[], str], digest: str
) -> PieceAnswer | _Foreign:
    """On a worker: a piece, by the same software as where it came from."""
    mine = software()
    if mine != digest:
        return _Foreign(mine)
    return answer_piece(work, pickle.loads(items))  # noqa: S301 - from our own process, by TLS


def require_private(address: str) -> None:
    """ClearClusterError unless an address is on this machine or spoken to under TLS."""
    try:
        found = urlsplit(address if "://" in address else f"tcp://{address}")
        scheme, host, port = found.scheme, found.hostname, found.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in ("tcp", "tls") or not host or port is None:
        raise ClusterAddressError(f"{address!r} is no address of a scheduler")
    if scheme != "tls" and not _is_here(host):
        raise ClearClusterError(
            f"{address} is on another machine: people's data would go there in the clear"
        )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _security(tls: TlsFiles) -> Any:
    return distributed.Security(
        tls_ca_file=tls.ca,
        tls_client_cert=tls.cert,
        tls_client_key=tls.key,
        require_encryption=True,
    )
