"""Bytes of a file of reads, from memory or from the disk."""

from pathlib import Path

from nanoward.adapters.formats.sequences.file_content import content_of
from nanoward.ports.reads import ReadFile


def test_bytes_come_from_memory_where_they_are_there_and_else_from_the_disk(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.fasta"
    path.write_bytes(b">a\nACGT\n")
    assert content_of(ReadFile(name="a.fasta", path=str(path))) == b">a\nACGT\n"
    assert content_of(ReadFile(name="a.fasta", path=str(path), content=b"x")) == b"x"
