"""Clinical files without a programme: SDTM domains by their names, FHIR bundles by theirs."""

from collections.abc import Mapping
from pathlib import PurePath

import polars as pl

from nanoward.base.findings import Finding
from nanoward.clearance.sdtm.other_domains import READ, unread_domains, with_other_domains
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.formats import Formats, ParsedTable

Files = Mapping[str, bytes]  # path to content
_BUNDLES = (".json", ".ndjson")


def read_sdtm(formats: Formats, files: Files) -> tuple[Materials, tuple[Finding, ...]]:
    """Files (lb.xpt, lbch.parquet, ward.json ...) as materials by role, and their problems."""
    parts: dict[str, list[pl.DataFrame]] = {}
    findings: list[Finding] = []
    for path, content in files.items():
        for role, reading in readings_of(formats, path, content).items():
            parts.setdefault(role, []).append(reading.table.with_columns(file=pl.lit(path)))
            findings += reading.findings
    tables = {role: pl.concat(some, how="diagonal_relaxed") for role, some in parts.items()}
    return Materials(tables=tables, sources={}), tuple(findings)


def readings_of(
    formats: Formats, path: str, content: bytes, role: str = ""
) -> dict[str, ParsedTable]:
    """One file by role: a bundle's tables, else the table that `role` or its name tells."""
    if PurePath(path.removesuffix(".gz")).suffix.lower() in _BUNDLES:
        return formats.bundle(path, content)
    named = role or f"sdtm.{PurePath(path).name.split('.')[0].upper()}"
    return {named: formats.read(named, path, content)}


DOMAINS = ("DM", "DS", "AE", "EG", "EX", "LB", "QS", "SV", "VS")


def sdtm_domains(materials: Materials) -> dict[str, pl.DataFrame]:
    """SDTM domains by two letters; parts of a split domain (LBCH, LBHE) are one again."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for role in _roles(materials):
        parts.setdefault(role[5:7], []).append(_plain_text(materials.tables[role]))
    joined = {name: pl.concat(some, how="diagonal_relaxed") for name, some in parts.items()}
    others = {name: joined.pop(name) for name in READ if name in joined}
    return with_other_domains(joined, others)


def _roles(materials: Materials) -> list[str]:
    known = (*DOMAINS, *READ)
    return sorted(
        role for role in materials.tables if role.startswith("sdtm.") and role[5:7] in known
    )


def domains_not_read(materials: Materials) -> tuple[Finding, ...]:
    """What is told of SDTM domains that no rule reads."""
    rows = {role: table.height for role, table in materials.tables.items()}
    return tuple(unread_domains(rows, DOMAINS))


def _plain_text(table: pl.DataFrame) -> pl.DataFrame:
    """Columns of which nothing is known become text, so that parts can be joined."""
    empty = [name for name, kind in table.schema.items() if kind == pl.Null]
    return table.with_columns(pl.col(empty).cast(pl.String)) if empty else table
