"""Look at a file before it is accepted: where it would stand, its rows and every finding."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding, in_order
from nanoward.base.ids import Sha256
from nanoward.base.tables import INCOMING
from nanoward.ports.formats import BUNDLE, Formats
from nanoward.programme.access.redaction import people_of

MOST_SHOWN = 20
GENOMIC = frozenset({"variants", "genomes", "reads", "primers", "reference"})
TABLES = ("samples", "contacts", "events", "adjustments", "markers")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_ENDING = re.compile(r"(\.[A-Za-z0-9]{1,8}(\.gz)?)$")


class NoPlaceForFileError(UsageError):
    """Nobody reads a file of this name; nothing of it was kept."""

    code = "USE-246"
    next_step = (
        "Say what it holds, or name it as docs/howto/start-a-programme.md does: samples.csv, "
        "lb.xpt, NAME.vcf.gz, NAME.fastq.gz or a FHIR bundle as NAME.json."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """A file that was looked at.

    path      where it would stand
    role      what it holds
    columns   names in its header, where it is a table of text
    ours      names that its table may have
    rows      that can be used, by table
    shown     the first rows, as text
    people    whom its rows name
    """

    name: str
    path: str
    role: str
    sha256: Sha256
    size: int
    columns: Sequence[str]
    ours: Sequence[str]
    rows: Mapping[str, int]
    shown: Mapping[str, Sequence[Mapping[str, Any]]]
    people: frozenset[str]
    findings: Sequence[Finding]

    @property
    def is_genomic(self) -> bool:
        """Whether genomes stand in it: another right than clinical data."""
        return self.role in GENOMIC

    def count(self, severity: str) -> int:
        """How many findings are of a severity."""
        return sum(one.severity == severity for one in self.findings)


def look_at_file(formats: Formats, name: str, content: bytes, role: str = "") -> FileLook:
    """Read a file as a round would, and use nothing of it; NoPlaceForFileError.

    role  what it holds; by its name and content where ""
    """
    path = place_of(formats, name, role, content)
    told = formats.role_of(path)
    if told is None:
        raise NoPlaceForFileError(f"nobody reads {name!r}")
    parts = (
        formats.bundle(path, content) if told == BUNDLE
        else {told: formats.read(told, path, content)}
    )  # fmt: skip
    findings = in_order(one for reading in parts.values() for one in reading.findings)
    shape = next((one for one in INCOMING if one.name == told), None)
    return FileLook(
        name=name,
        path=path,
        role=told,
        sha256=sha256_of(content),
        size=len(content),
        columns=_header(content) if path.endswith((".csv", ".tsv", ".txt")) else (),
        ours=tuple(one.name for one in shape.columns if one.name != "line") if shape else (),
        rows={part: reading.table.height for part, reading in parts.items()},
        shown={
            part: reading.table.head(MOST_SHOWN).to_dicts() for part, reading in parts.items()
        },
        people=frozenset().union(*(_people_in(reading.table) for reading in parts.values())),
        findings=findings,
    )


def _people_in(table: pl.DataFrame) -> frozenset[str]:
    """Whom the rows of a table name; an event table names them by NONMEM's ID."""
    named = table.rename({"ID": "participant"}) if "ID" in table.columns else table
    return people_of(named)


def place_of(formats: Formats, name: str, role: str, content: bytes) -> str:
    """The path under data/ at which a file of this name is read; NoPlaceForFileError."""
    plain = _ODD.sub("-", PurePosixPath(name.replace("\\", "/")).name).lstrip(".-")
    if not plain:
        raise NoPlaceForFileError(f"{name!r} is no name of a file")
    for place in _candidates(plain, role, content):
        found = formats.role_of(place)
        if found is not None and role in ("", found):
            return place
    raise NoPlaceForFileError(f"nobody reads {plain!r}{f' as {role}' if role else ''}")


def _candidates(name: str, role: str, content: bytes) -> list[str]:
    ending = _ENDING.search(name)
    suffix = ending.group(1).lower() if ending else ""
    if role in TABLES:
        return [f"data/{role}{suffix}"]
    if role.startswith("sdtm."):
        return [f"data/sdtm/{role[5:].lower()}{suffix}"]
    near = content[:4096].lstrip()
    bundle = near[:1] == b"{" and b"resourceType" in near
    told = [f"data/fhir/{name}"] if bundle or role == BUNDLE else []
    stem = name.removesuffix(suffix)
    return [
        *told,
        f"data/{name}",
        f"data/reads/{name}",
        f"data/sdtm/{name.lower()}",
        *([f"data/{stem}-variants{suffix}"] if role == "variants" else []),
    ]


def _header(content: bytes) -> tuple[str, ...]:
    """Names in the first line, apart by comma, semicolon or tab: to choose from alone."""
    line = content[:65_536].decode("utf-8-sig", "replace").split("\n", 1)[0].strip("\r")
    apart = max(",;\t", key=line.count)
    return tuple(one.strip().strip('"') for one in line.split(apart))[:200]
