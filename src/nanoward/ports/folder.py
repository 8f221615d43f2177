"""The programme on disk: its plan, its files, and the rounds that were held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """One file: its path within the programme (with forward slashes) and what it holds."""

    path: str
    sha256: Sha256
    size: int


def is_place_of_data(path: str) -> bool:
    """Whether a file may be put there: programme.toml, or a name that stays under data/."""
    parts = path.split("/")
    plain = all(
        part and part[0] != "." and "\\" not in part and "\0" not in part for part in parts
    )
    return path == "programme.toml" or (plain and parts[0] == "data" and len(parts) > 1)


@runtime_checkable
class Folder(Protocol):
    """What stands in a programme's folder, `.nanoward/` and `rounds/` left out."""

    def plan(self) -> Plan:
        """programme.toml; InputError with line when it cannot be understood."""
        ...

    def files(self) -> tuple[FileName, ...]:
        """All files under data/ and agents/ that can be opened, sorted by path."""
        ...

    def unread(self) -> Mapping[str, str]:
        """Paths under data/ and agents/ that are there and cannot be opened, and why."""
        ...

    def content(self, path: str) -> bytes:
        """The bytes of one file."""
        ...

    def create(self, files: Mapping[str, str]) -> str:
        """Write the files of a new programme; UsageError where one is there already."""
        ...

    def round_file(self, name: str, path: str) -> bytes | None:
        """One file of a round that was held; None when it is not there."""
        ...

    def write_round(self, name: str, files: Mapping[str, bytes]) -> str:
        """Write rounds/NAME/ whole or not at all; returns its path as the user knows it."""
        ...

    def round_path(self, name: str) -> str:
        """Where rounds/NAME/ stands or would stand, as the user knows it."""
        ...

    def put(self, path: str, content: bytes) -> str:
        """Write one file under data/, or programme.toml, whole or not at all; its path.

        A file that is there is replaced. UsageError for any other place.
        """
        ...

    def add_to_round(self, name: str, path: str, content: bytes) -> str:
        """Write one further file of a round that was held, whole or not at all; its path."""
        ...
