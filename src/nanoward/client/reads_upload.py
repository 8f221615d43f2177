"""Send a file of reads: piece by piece, resumed where it was cut, with its SHA-256."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from nanoward.client.json_values import from_value
from nanoward.client.transport import ProblemError, Transport

PATH = "/api/v1/catalogue/reads"
PIECE = 8 << 20
CUTS = 10  # how often a link may break before it is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReads:
    """How far a file has come, and its SHA-256 once it is whole."""

    sample: str
    mate: str
    offset: int
    whole: bool
    sha256: str
    kind: str


def send_reads(transport: Transport, sample: str, mate: str, file: Path) -> SentReads:
    """Send a file of reads, or the rest of it; ProblemError, httpx2.TransportError."""
    digest = _digest(file)
    path = f"{PATH}/{sample}/{mate}"
    for left in range(CUTS, -1, -1):
        offset = _offset(transport, path)
        try:
            return _sent(transport, path, file, offset, digest)
        except httpx2.TransportError:
            if not left:
                raise
    raise AssertionError("unreachable")


def _sent(transport: Transport, path: str, file: Path, offset: int, digest: str) -> SentReads:
    size = file.stat().st_size
    for start, content in _pieces(file, offset):
        last = start + len(content) == size
        headers = {"Upload-Complete": "?1" if last else "?0", "Repr-Digest": digest}
        method = "PATCH" if start else "PUT"
        if start:
            headers["Upload-Offset"] = str(start)
        answer = transport.send(method, path, body=content, headers=headers)
        if last:
            return from_value(SentReads, answer.json())
    raise ValueError(f"{file} is empty")


def _pieces(file: Path, offset: int) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as source:
        source.seek(offset)
        while content := source.read(PIECE):
            yield offset, content
            offset += len(content)


def _offset(transport: Transport, path: str) -> int:
    try:
        told = transport.send("HEAD", path)
    except ProblemError as fault:
        if fault.status == 404:
            return 0
        raise
    return int(told.headers["Upload-Offset"])


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        found = hashlib.file_digest(source, "sha256").digest()
    return f"sha-256=:{base64.b64encode(found).decode()}:"
