"""Whose site somebody is of, as the files say: SITEID of DM, or the sites of the plan."""

import threading
from collections.abc import Mapping
from pathlib import Path

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.roles import role_of
from nanoward.adapters.stores.disk_folder import DiskFolder
from nanoward.base.errors import NanowardError
from nanoward.base.names import identity_of

Stamp = tuple[tuple[str, int, int], ...]


class PersonSites:
    """Looks a person's site up; reads the files anew when they changed.

    The plan's [programme.sites] comes before DM. Two files that contradict each other,
    and a file that cannot be read, say nothing: the site is then known to nobody.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._turn = path, threading.Lock()
        self._stamp: Stamp | None = None
        self._sites: Mapping[str, str] = {}

    def site_of(self, participant: str) -> str | None:
        """The site of a person; None where nobody knows it."""
        return self._known().get(identity_of(participant))

    def people_at(self, site: str) -> frozenset[str]:
        """Everybody of a site."""
        return frozenset(who for who, one in self._known().items() if one == site)

    def _known(self) -> Mapping[str, str]:
        with self._turn:
            files = sorted(
                one
                for one in (self._path / "data").rglob("*")
                if one.name.lower().startswith("dm.") and one.is_file()
            )
            stamp = tuple(_stamp(one) for one in (self._path / "programme.toml", *files))
            if stamp != self._stamp:
                self._sites, self._stamp = self._read(files), stamp
            return self._sites

    def _read(self, files: list[Path]) -> Mapping[str, str]:
        found: dict[str, set[str]] = {}
        for file in files:
            for who, site in self._rows(file):
                found.setdefault(who, set()).add(site)
        known = {who: next(iter(sites)) for who, sites in found.items() if len(sites) == 1}
        return known | self._planned()

    def _rows(self, file: Path) -> list[tuple[str, str]]:
        name = file.relative_to(self._path).as_posix()
        role = role_of(name)
        if role != "sdtm.DM":
            return []
        try:
            table = FileFormats().read(role, name, file.read_bytes()).table
        except (NanowardError, OSError):
            return []
        if not {"USUBJID", "SITEID"} <= set(table.columns):
            return []
        pairs = table.select("USUBJID", "SITEID").drop_nulls().iter_rows()
        return [(identity_of(str(who)), str(site)) for who, site in pairs]

    def _planned(self) -> dict[str, str]:
        try:
            section = DiskFolder(self._path).plan().section("programme")
            sites = section.get("sites", {})
            return {
                identity_of(str(who)): str(name)
                for name, site in sites.items()
                for who in site.get("people", ())
            }
        except (NanowardError, AttributeError, TypeError):
            return {}


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        told = file.stat()
    except OSError:
        return str(file), 0, 0
    return str(file), told.st_mtime_ns, told.st_size
