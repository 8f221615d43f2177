"""Uploads of reads on the disk: `.nanoward/uploads` until they are whole, then data/reads.

A name is never a path: sample and mate are of a few letters, and are checked here as well.
"""

import hashlib
import os
import re
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nanoward.adapters.stores.private import make_private
from nanoward.adapters.uploads.inflation import Inflation
from nanoward.base.errors import InputError, OutsideError, RefusedError, UsageError
from nanoward.ports.service.uploads import UploadState

SAMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MATES = ("1", "2", "single")
MOST_BYTES = 256 << 30
KEPT_FREE = 1 << 30  # bytes of the disk that uploads never fill: the ledger needs room
PIECE = 1 << 20
ENDS = {"gzip": ".fastq.gz", "fastq": ".fastq", "bam": ".bam", "cram": ".cram"}


class BadSampleNameError(UsageError):
    """A sample or mate that cannot be the name of a file."""

    code = "USE-254"
    next_step = "Name samples by letters, digits, dots, dashes; the mate is 1, 2 or single."


class WrongOffsetError(RefusedError):
    """A piece does not begin where what is kept ends."""

    code = "REF-112"
    next_step = "Ask where it ends (HEAD), and send on from there."


class WholeUploadError(RefusedError):
    """The reads of this sample and mate are here already; they are replaced by nobody."""

    code = "REF-113"
    next_step = "Send them under the name of another sample, or compare their digest."


class WrongDigestError(InputError):
    """What came is not what was sent."""

    code = "INP-090"
    next_step = "Send it again; nothing of it was kept."


class NotReadsError(InputError):
    """The first bytes are of no file of reads."""

    code = "INP-091"
    next_step = "Send FASTQ (plain or gzip), BAM or CRAM."


class TooMuchInflatedError(InputError):
    """It grows too much when it is unpacked: no reads do that."""

    code = "INP-092"
    next_step = "Send the file as the sequencer wrote it; nothing of it was kept."


class NoRoomError(OutsideError):
    """The disk has no room for it."""

    code = "OUT-085"
    next_step = "Make room on the programme's disk; what was kept of the upload stays."


@dataclass(slots=True)
class _Coming:
    """What this process knows of a file that comes; after a start, made from the disk."""

    digest: Any = field(default_factory=hashlib.sha256)
    inflation: Inflation | None = None
    offset: int = 0
    kind: str = ""


class DiskReadUploads:
    """Keeps uploads in a programme's folder; one process at a time, threads take turns."""

    def __init__(self, folder: Path, *, most: int = MOST_BYTES, free: int = KEPT_FREE) -> None:
        self._parts, self._reads = folder / ".nanoward" / "uploads", folder / "data" / "reads"
        self._most, self._free = most, free
        self._turn = threading.Lock()
        self._coming: dict[str, _Coming] = {}

    def state(self, sample: str, mate: str) -> UploadState | None:
        with self._turn:
            if (file := self._whole(sample, mate)) is not None:
                digest = self._parts / f"{file.name}.sha256"
                told = digest.read_text().strip() if digest.exists() else ""
                return UploadState(offset=file.stat().st_size, whole=True, sha256=told)
            part = self._part(sample, mate)
            if not part.exists():
                return None
            coming = self._known(sample, mate)
            return UploadState(offset=coming.offset, whole=False, kind=coming.kind)

    def begin(self, sample: str, mate: str) -> None:
        with self._turn:
            if self._whole(sample, mate) is not None:
                raise WholeUploadError(f"{sample} {mate} is whole")
            part = self._part(sample, mate)
            make_private(part.parent)
            part.write_bytes(b"")
            part.chmod(0o600)
            self._coming[part.name] = _Coming()

    def add(self, sample: str, mate: str, offset: int, content: bytes) -> int:
        with self._turn:
            coming = self._known(sample, mate)
            if offset != coming.offset:
                raise WrongOffsetError(f"{coming.offset} bytes are kept, not {offset}")
            part = self._part(sample, mate)
            if coming.offset + len(content) > self._most:
                raise NoRoomError(f"a file of reads has at most {self._most} bytes")
            if shutil.disk_usage(part.parent).free - len(content) < self._free:
                raise NoRoomError("the disk is nearly full")
            _take(coming, content)
            with part.open("ab") as file:
                file.write(content)
            coming.offset += len(content)
            return coming.offset

    def cut(self, sample: str, mate: str, offset: int) -> None:
        with self._turn:
            part = self._part(sample, mate)
            if part.exists():
                os.truncate(part, offset)
            self._coming.pop(part.name, None)  # the digest is made anew from what is left

    def finish(self, sample: str, mate: str, sha256: str) -> UploadState:
        with self._turn:
            coming, part = self._known(sample, mate), self._part(sample, mate)
            found = coming.digest.hexdigest()
            if not coming.offset:
                raise NotReadsError("the file is empty")
            if found != sha256:
                part.unlink(missing_ok=True)
                self._coming.pop(part.name, None)
                raise WrongDigestError(f"its SHA-256 is {found}, and {sha256} was told")
            target = self._reads / f"{_stem(sample, mate)}{_end(coming.kind)}"
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.rename(target)
            (self._parts / f"{target.name}.sha256").write_text(found + "\n")
            self._coming.pop(part.name, None)
            return UploadState(offset=coming.offset, whole=True, sha256=found, kind=coming.kind)

    def _known(self, sample: str, mate: str) -> _Coming:
        part = self._part(sample, mate)
        found = self._coming.get(part.name)
        if found is None:
            if not part.exists():
                raise WrongOffsetError("nothing of it was sent yet")
            found = self._coming[part.name] = _Coming()
            with part.open("rb") as file:
                while piece := file.read(PIECE):
                    _take(found, piece)
                    found.offset += len(piece)
        return found

    def _part(self, sample: str, mate: str) -> Path:
        return self._parts / f"{_stem(sample, mate)}.part"

    def _whole(self, sample: str, mate: str) -> Path | None:
        stem = _stem(sample, mate)
        files = (self._reads / f"{stem}{end}" for end in ENDS.values())
        return next((one for one in files if one.exists()), None)


def _stem(sample: str, mate: str) -> str:
    if not SAMPLE.fullmatch(sample) or mate not in MATES:
        raise BadSampleNameError("a sample or mate of another form")
    return sample if mate == "single" else f"{sample}_{mate}"


def _end(kind: str) -> str:
    return ENDS[kind]


def _take(coming: _Coming, content: bytes) -> None:
    """Look at a piece, then add it to the digest; NotReadsError, TooMuchInflatedError."""
    if not coming.offset:
        coming.kind = kind_of(content)
        coming.inflation = Inflation() if coming.kind in ("gzip", "bam") else None
    if coming.inflation is not None and not coming.inflation.add(content):
        raise TooMuchInflatedError("it unpacks to too much, or cannot be unpacked")
    coming.digest.update(content)


def kind_of(content: bytes) -> str:
    """What a file of reads is by its first bytes; NotReadsError for anything else."""
    if content[:1] == b"@":
        return "fastq"
    if content[:4] == b"CRAM":
        return "cram"
    if content[:2] == b"\x1f\x8b":
        first = Inflation().first(content)
        if first[:4] == b"BAM\x01":
            return "bam"
        if first[:1] == b"@" or not first:
            return "gzip"
    raise NotReadsError("it begins like no file of reads")
