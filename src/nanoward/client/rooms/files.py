"""Files: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFinding:
    """A problem in a file, with its place."""

    code: str
    severity: str
    message: str
    line: int | None
    column: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A file as it would be read: its rows by table, and every problem; nothing is kept."""

    file: str
    path: str
    sha256: str
    tables: dict[str, int]
    findings: list[FileFinding]
    findings_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTaken:
    """A file that the next round uses, and how many of its problems were shown."""

    path: str
    role: str
    sha256: str
    rows: int
    errors: int
    warnings: int


class FilesPart:
    """The part of the API about files."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def file_findings(self, body: bytes, *, name: str) -> FileRead:
        """Read a table as a round would, and say what is wrong with it; nothing is ..."""
        return self._transport.ask(
            FileRead,
            "POST",
            "/api/v1/programme/files/findings",
            query={"name": name},
            body=body,
        )

    def genomic_findings(self, body: bytes, *, name: str) -> FileRead:
        """Read variants or genomes as a round would, and say what is wrong; nothing ..."""
        return self._transport.ask(
            FileRead,
            "POST",
            "/api/v1/programme/files/genomic/findings",
            query={"name": name},
            body=body,
        )

    def accept_clinical(
        self, body: bytes, *, name: str, sha256: str, role: str = "", key: str | None = None
    ) -> FileTaken:
        """Accept a table that was looked at: the next round uses it."""
        return self._transport.ask(
            FileTaken,
            "POST",
            "/api/v1/programme/files",
            query={"name": name, "sha256": sha256, "role": role},
            body=body,
            key=key,
        )

    def accept_genomic(
        self, body: bytes, *, name: str, sha256: str, role: str = "", key: str | None = None
    ) -> FileTaken:
        """Accept variants or genomes that were looked at: the next round uses them."""
        return self._transport.ask(
            FileTaken,
            "POST",
            "/api/v1/programme/files/genomic",
            query={"name": name, "sha256": sha256, "role": role},
            body=body,
            key=key,
        )
