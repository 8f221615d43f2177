"""A programme's folder on disk."""

import os
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

from nanoward.adapters.formats.text.plan_file import plan_of
from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.base.canonical import sha256_of
from nanoward.base.errors import InputError, OutsideError, UsageError
from nanoward.base.plan import Plan
from nanoward.ports.folder import FileName, is_place_of_data

HEARD = ("data", "agents")
FILE_NAMES = (".csv", ".tsv", ".xpt", ".parquet", ".json", ".ndjson", ".gz", ".xlsx")


class NoProgrammeError(InputError):
    """The folder holds no programme."""

    code = "INP-020"
    next_step = "Name the folder that holds programme.toml, or make one: nanoward init FOLDER."


class BadPlanError(InputError):
    """programme.toml is no TOML."""

    code = "INP-021"


class AlreadyThereError(UsageError):
    """A new programme would overwrite files of another."""

    code = "USE-010"
    next_step = "Name a new folder; nothing was written."


class NoPlaceOfDataError(UsageError):
    """A file was to be written where no data stand."""

    code = "USE-245"
    next_step = "Data stand in files under data/."


class DiskFolder:
    """programme.toml, data/, agents/ and rounds/ of one programme."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def plan(self) -> Plan:
        try:
            content = (self._path / "programme.toml").read_bytes()
            table = tomllib.loads(content.decode())
        except (FileNotFoundError, NotADirectoryError):
            raise NoProgrammeError(f"{self._path} holds no programme.toml") from None
        except UnicodeDecodeError as fault:
            line = fault.object[: fault.start].count(b"\n") + 1
            raise BadPlanError("not UTF-8", file="programme.toml", line=line) from None
        except tomllib.TOMLDecodeError as fault:
            raise BadPlanError(str(fault), file="programme.toml") from None
        return plan_of(table, sha256=sha256_of(content))

    def files(self) -> tuple[FileName, ...]:
        unread = self.unread()
        return tuple(
            self._named(path)
            for path in self._paths()
            if path.is_file() and self._name(path) not in unread
        )

    def unread(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in self._paths():
            if path.is_symlink() and not path.exists():
                found[self._name(path)] = "it is a link to nothing"
            elif path.is_symlink() and path.is_dir():
                found[self._name(path)] = "it is a link to a folder"
            elif not os.access(path, os.R_OK):
                found[self._name(path)] = "nobody may read it"
            elif not path.is_file() and not path.is_dir():
                found[self._name(path)] = "it is no file"
            elif path.is_dir() and path.name.lower().endswith(FILE_NAMES):
                found[self._name(path)] = "it is a folder that is called like a file"
        return found

    def _paths(self) -> list[Path]:
        return sorted(path for top in HEARD for path in (self._path / top).rglob("*"))

    def _name(self, path: Path) -> str:
        return path.relative_to(self._path).as_posix()

    def content(self, path: str) -> bytes:
        return (self._path / path).read_bytes()

    def write_round(self, name: str, files: Mapping[str, bytes]) -> str:
        target = self._path / "rounds" / name
        fresh = target.with_name(f".{name}.new")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            for path, content in files.items():
                write_whole(fresh / path, content)
            old = target.with_name(f".{name}.old")
            shutil.rmtree(old, ignore_errors=True)
            if target.exists():
                target.rename(old)
            fresh.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as fault:
            raise OutsideError(f"round {name} could not be written: {fault}") from fault
        return self.round_path(name)

    def round_path(self, name: str) -> str:
        return str(self._path / "rounds" / name)

    def put(self, path: str, content: bytes) -> str:
        if not is_place_of_data(path):
            raise NoPlaceOfDataError(f"nothing is written to {path!r}")
        try:
            write_whole(self._path / path, content)
        except OSError as fault:
            raise OutsideError(f"{path} could not be written: {fault}") from fault
        return path

    def add_to_round(self, name: str, path: str, content: bytes) -> str:
        target = self._path / "rounds" / name / path
        try:
            write_whole(target, content)
        except OSError as fault:
            raise OutsideError(
                f"{path} of round {name} could not be written: {fault}"
            ) from fault
        return str(target)

    def round_file(self, name: str, path: str) -> bytes | None:
        try:
            return (self._path / "rounds" / name / path).read_bytes()
        except FileNotFoundError:
            return None

    def create(self, files: Mapping[str, str]) -> str:
        taken = [path for path in files if (self._path / path).exists()]
        if taken:
            raise AlreadyThereError(f"{self._path / taken[0]} is there already")
        for path, text in files.items():
            write_whole(self._path / path, text.encode())
        return str(self._path)

    def _named(self, path: Path) -> FileName:
        content = path.read_bytes()
        return FileName(path=self._name(path), sha256=sha256_of(content), size=len(content))
