"""The service under load: processor time for each request, streams, uploads; 5,000 people.

    python benchmarks/bench_service.py [--people 5000] [--gib 1] [--streams 1000]

The service is a process of its own on loopback; its processor time comes from /proc, so that
the client's does not count. Wall times are those of a loaded machine and are not claimed.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import http.client
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
PLAN = """name = "bench"
title = "Bench"
time_zone = "UTC"
"""
POST_S, GET_S = 1 / 1_000, 1 / 3_000  # S3: of one core
STREAM_KB = 200  # S9
UPLOAD_MB = 50  # S8


def made(folder: Path, people: int) -> dict[str, str]:
    """A programme with this many people on its ledger, and sessions by role."""
    from nanoward.adapters.accounts.sqlite_accounts import SqliteAccounts
    from nanoward.base.entries import AssessmentRecorded, ConsentSigned, StandingDecided
    from nanoward.ports.service.accounts import Account
    from nanoward.programme.access.rights import Role
    from nanoward.wiring.service import begin, to_append

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.toml").write_text(PLAN)
    (folder / "data").mkdir(exist_ok=True)
    begin(str(folder))
    now = datetime.now(UTC)
    with to_append(str(folder)) as ports:
        consent = _document(ports)
        for start in range(0, people, 500):
            entries: list[Any] = []
            for number in range(start, min(start + 500, people)):
                who = f"P{number:05}"
                entries.append(
                    ConsentSigned(
                        participant=who, document_sha256=consent, version="1",
                        signed=now.date(), at=now, uses=("care",), refused=(),
                        printed_name="X", meaning="", identified_by="a and b",
                        explained_by="N", witnessed_by="M", read_s=100, answered_right=0,
                        agent_off=False, signature_sha256="0" * 64,
                    )
                )  # fmt: skip
                entries.append(
                    StandingDecided(
                        participant=who, standing="cleared", as_of=now.date(),
                        since=now.date(), reasons=("bench",),
                    )
                )  # fmt: skip
                entries += [
                    AssessmentRecorded(
                        participant=who, instrument="PHQ9", assessed=now.date(), score=3.0,
                        urgent=False,
                    )
                    for _ in range(8)
                ]  # fmt: skip
            ports.ledger.append(entries, actor="bench", at=now)
    accounts = SqliteAccounts(folder / ".nanoward" / "accounts.db")
    told = {}
    for role in (Role.INVESTIGATOR, Role.EPIDEMIOLOGIST, Role.NURSE):
        accounts.add_account(Account(account=str(role), shown=str(role), roles=(role,)))
        told[str(role)] = accounts.begin_session(str(role), now)
    accounts.close()
    return told


def _document(ports: Any) -> str:
    from nanoward.flows.consent.issue_consent import Terms, issue_document

    name, _ = issue_document(ports, b"consent", Terms(version="1", needed=("care",)), by="b")
    return str(name)


class Served:
    """The service of a folder as a process: its port, its processor time, its memory."""

    def __init__(self, folder: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "nanoward",
            "serve",
            str(folder),
            "--only",
            "web",
            "--port",
            "0",
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.origin = self.process.stdout.readline().split()[-1]
        self.port = int(self.origin.rsplit(":", 1)[1])

    def pids(self) -> list[int]:
        """The process that answers, and those that it began."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text().split())]

    def cpu(self) -> float:
        """Processor seconds so far."""
        return sum(_cpu(pid) for pid in self.pids())

    def memory(self) -> int:
        """kB of the process that answers, the largest of them."""
        return max(_memory(pid) for pid in self.pids())

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(60)


def _cpu(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / TICKS


def _memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Served]:
    one = Served(folder)
    try:
        yield one
    finally:
        one.end()


class Client:
    """Requests over one connection that stays open."""

    def __init__(self, port: int, session: str, origin: str) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port)
        host = origin.split("//", 1)[1]
        self.always = {"Cookie": f"__Host-session={session}", "Origin": origin, "Host": host}

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> tuple[int, bytes]:
        headers = {**self.always, **more}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        self.link.request(method, path, content, headers)
        told = self.link.getresponse()
        return told.status, told.read()


def requests(folder: Path, sessions: dict[str, str], people: int, count: int) -> dict[str, Any]:
    """Processor time for each GET and strict POST."""
    figures: dict[str, Any] = {}
    with served(folder) as one:
        client = Client(one.port, sessions["investigator"], one.origin)
        paths = {
            "GET item": lambda n: f"/api/v1/clearance/participants/P{n % people:05}",
            "GET item again": lambda _: "/api/v1/clearance/participants/P00007",
            "GET page of 50": lambda _: "/api/v1/clearance/participants?limit=50",
        }
        for name, path in paths.items():
            for number in range(20):
                status, content = client.ask("GET", path(number))
                assert status == 200, content
            before, times = one.cpu(), []
            for number in range(count):
                start = time.perf_counter()
                status, _ = client.ask("GET", path(number))
                times.append(time.perf_counter() - start)
                assert status == 200
            figures[name] = _figure(one.cpu() - before, count, times)
        before, times = one.cpu(), []
        for number in range(count):
            body = {"quantity": "temperature", "value": 36.6, "unit": "degC"}
            path_ = f"/api/v1/clearance/participants/P{number % people:05}/readings"
            key = {"Idempotency-Key": secrets.token_hex(16)}
            start = time.perf_counter()
            status, content = client.ask("POST", path_, body, **key)
            times.append(time.perf_counter() - start)
            assert status == 201, content
        figures["POST reading"] = _figure(one.cpu() - before, count, times)
    return figures


def _figure(cpu: float, count: int, times: list[float]) -> dict[str, float]:
    return {
        "cpu_us": round(cpu / count * 1e6),
        "per_core_s": round(count / cpu),
        "wall_p50_ms": round(statistics.median(times) * 1e3, 2),
        "wall_p95_ms": round(statistics.quantiles(times, n=20)[-1] * 1e3, 2),
    }


def streams(folder: Path, sessions: dict[str, str], count: int) -> dict[str, Any]:
    """Memory for each open stream, and how soon an event reaches all of them."""

    async def hold(one: Served) -> dict[str, Any]:
        before = one.memory()
        links = []
        host = one.origin.split("//", 1)[1]
        ask = (
            f"GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\n"
            f"Cookie: __Host-session={sessions['investigator']}\r\n\r\n"
        ).encode()
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
            writer.write(ask)
            links.append((reader, writer))
        for reader, _ in links:
            await reader.readuntil(b"retry: 500\n\n")
        await asyncio.sleep(1)
        after = one.memory()
        start = time.perf_counter()
        await asyncio.to_thread(alarm, one)

        async def heard(reader: asyncio.StreamReader) -> float:
            await reader.readuntil(b"event: ")
            return time.perf_counter() - start

        taken = await asyncio.gather(*(heard(reader) for reader, _ in links))
        for _, writer in links:
            writer.close()
        return {
            "streams": count,
            "kb_each": round((after - before) / count, 1),
            "mb_all": round((after - before) / 1024, 1),
            "alarm_last_s": round(max(taken), 2),
            "alarm_median_s": round(statistics.median(taken), 2),
        }

    def alarm(one: Served) -> None:
        client = Client(one.port, sessions["nurse"], one.origin)
        body = {"quantity": "temperature", "value": 39.9, "unit": "degC"}
        key = {"Idempotency-Key": secrets.token_hex(16)}
        status, content = client.ask(
            "POST", "/api/v1/clearance/participants/P00001/readings", body, **key
        )
        assert status == 201, content

    with served(folder) as one:
        alarm(one)  # the list of people is folded once, before anybody waits for it
        return asyncio.run(hold(one))


def upload(folder: Path, sessions: dict[str, str], gib: float) -> dict[str, Any]:
    """A file of reads with three cuts: extra memory and processor time."""
    size = int(gib * (1 << 30))
    block = _reads_block()
    digest = hashlib.sha256()
    for _ in range(size // len(block)):
        digest.update(block)
    size = size // len(block) * len(block)
    with served(folder) as one:
        before, cpu, most = one.memory(), one.cpu(), 0
        cuts = [size // 4, size // 2, size * 3 // 4, size]
        offset = 0
        for number, end in enumerate(cuts):
            last = end == size
            place = (offset, end, size)
            sent = _send(one, sessions["epidemiologist"], block, place, digest)
            most = max(most, sent)
            offset = _offset(one, sessions["epidemiologist"])
            assert offset == size if last else offset <= end, (number, offset, end)
        return {
            "gib": round(size / (1 << 30), 2),
            "cuts": len(cuts) - 1,
            "extra_mb": round((most - before) / 1024, 1),
            "cpu_s": round(one.cpu() - cpu, 2),
        }


def _reads_block() -> bytes:
    read = f"@r\n{'ACGT' * 37}\n+\n{'I' * 148}\n".encode()
    return read * ((1 << 20) // len(read))


def _send(
    one: Served, session: str, block: bytes, place: tuple[int, int, int], digest: Any
) -> int:
    """Send a part; where it is not the last, the link is cut before all of it was sent."""
    start, end, size = place
    last, value = end == size, base64.b64encode(digest.digest()).decode()
    head = [
        f"{'PUT' if start == 0 else 'PATCH'} /api/v1/catalogue/reads/S1/1 HTTP/1.1",
        f"Host: {one.origin.split('//', 1)[1]}",
        f"Origin: {one.origin}",
        f"Cookie: __Host-session={session}",
        f"Content-Length: {size - start}",
        f"Upload-Offset: {start}",
        f"Repr-Digest: sha-256=:{value}:",
    ]
    most = one.memory()
    with socket.create_connection(("127.0.0.1", one.port)) as link:
        link.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        sent = start
        while sent < end:
            within = sent % len(block)
            piece = block[within : within + min(len(block) - within, end - sent)]
            link.sendall(piece)
            sent += len(piece)
            most = max(most, one.memory())
        if last:
            answer = link.recv(65_536)
            assert b" 201 " in answer.split(b"\r\n", 1)[0], answer
    return most


def _offset(one: Served, session: str) -> int:
    for _ in range(100):  # the service notices a cut a moment later
        client = Client(one.port, session, one.origin)
        client.link.request("HEAD", "/api/v1/catalogue/reads/S1/1", headers=client.always)
        told = client.link.getresponse()
        found = int(told.headers["Upload-Offset"])
        told.read()
        time.sleep(0.05)
        client.link.request("HEAD", "/api/v1/catalogue/reads/S1/1", headers=client.always)
        told = client.link.getresponse()
        if int(told.headers["Upload-Offset"]) == found:
            return found
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=5_000)
    asked.add_argument("--requests", type=int, default=2_000)
    asked.add_argument("--streams", type=int, default=1_000)
    asked.add_argument("--gib", type=float, default=1.0)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-service-")) / "ward"
    try:
        sessions = made(folder, given.people)
        if given.requests:
            told = requests(folder, sessions, given.people, given.requests)
            print(json.dumps(told, indent=1), flush=True)
        if given.streams:
            print(json.dumps(streams(folder, sessions, given.streams), indent=1), flush=True)
        if given.gib:
            print(json.dumps(upload(folder, sessions, given.gib), indent=1), flush=True)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main()
