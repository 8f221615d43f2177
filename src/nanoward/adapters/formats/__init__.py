"""Formats: files to tables and findings, and back. Nothing here computes."""

from nanoward.ports.formats import Reading


class FileFormats:
    """Readers of the standard formats by role."""

    version = "0"

    def role_of(self, path: str) -> str | None:
        raise NotImplementedError

    def read(self, role: str, path: str, content: bytes) -> Reading:
        raise NotImplementedError
