import gzip
import hashlib
from pathlib import Path

import pytest

from nanoward.adapters.uploads.read_uploads import (
    BadSampleNameError,
    DiskReadUploads,
    NoRoomError,
    NotReadsError,
    TooMuchInflatedError,
    WholeUploadError,
    WrongDigestError,
    WrongOffsetError,
    kind_of,
)

READS = b"@r\nACGT\n+\nIIII\n" * 100


def made(folder: Path, **limits: int) -> DiskReadUploads:
    return DiskReadUploads(folder, **{"free": 0, **limits})


def test_what_a_process_that_ended_had_kept_is_gone_on_with(tmp_path: Path) -> None:
    first = made(tmp_path)
    first.begin("S1", "1")
    first.add("S1", "1", 0, READS[:200])
    second = made(tmp_path)
    state = second.state("S1", "1")
    assert state is not None
    assert (state.offset, state.kind) == (200, "fastq")
    with pytest.raises(WrongOffsetError):
        second.add("S1", "1", 100, b"x")
    second.add("S1", "1", 200, READS[200:])
    sha256 = hashlib.sha256(READS).hexdigest()
    assert second.finish("S1", "1", sha256).whole
    assert (tmp_path / "data/reads/S1_1.fastq").read_bytes() == READS
    told = second.state("S1", "1")
    assert told is not None
    assert told.sha256 == sha256
    with pytest.raises(WholeUploadError):
        second.begin("S1", "1")


def test_a_file_of_another_digest_is_let_go_of(tmp_path: Path) -> None:
    one = made(tmp_path)
    one.begin("S1", "single")
    one.add("S1", "single", 0, READS)
    one.cut("S1", "single", 30)
    state = one.state("S1", "single")
    assert state is not None
    assert state.offset == 30
    with pytest.raises(WrongDigestError):
        one.finish("S1", "single", "0" * 64)
    assert one.state("S1", "single") is None


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".x", "a" * 65, "a\n"], ids=range(6))
def test_a_name_is_never_a_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSampleNameError):
        made(tmp_path).begin(name, "1")
    with pytest.raises(BadSampleNameError):
        made(tmp_path).begin("S1", name or "3")


def test_a_bomb_a_full_disk_and_what_is_no_file_of_reads_are_refused(tmp_path: Path) -> None:
    one = made(tmp_path)
    one.begin("S1", "1")
    with pytest.raises(NotReadsError):
        one.add("S1", "1", 0, b"PK\x03\x04 a zip")
    with pytest.raises(NotReadsError):
        one.finish("S1", "1", "0" * 64)
    packed = gzip.compress(b"@" + bytes(120 << 20))
    with pytest.raises(TooMuchInflatedError):
        one.add("S1", "1", 0, packed)
    with pytest.raises(NoRoomError):
        made(tmp_path, most=10).add("S1", "1", 0, READS)
    with pytest.raises(NoRoomError):
        made(tmp_path, free=1 << 60).add("S1", "1", 0, READS)


def test_a_file_is_known_by_its_first_bytes() -> None:
    assert kind_of(READS) == "fastq"
    assert kind_of(b"CRAM\x03") == "cram"
    assert kind_of(gzip.compress(b"BAM\x01xx")) == "bam"
    assert kind_of(gzip.compress(READS)) == "gzip"
    with pytest.raises(NotReadsError):
        kind_of(gzip.compress(b"%PDF"))
