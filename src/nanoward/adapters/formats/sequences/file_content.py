"""The bytes of a file of reads: handed over, or still on the disk."""

from pathlib import Path

from nanoward.ports.reads import ReadFile


def content_of(file: ReadFile) -> bytes:
    """All bytes of a file."""
    return Path(file.path).read_bytes() if file.content is None else file.content
