"""Clinical files without a programme: SDTM domains by their names, FHIR bundles by theirs."""

from collections.abc import Mapping
from pathlib import PurePath

import polars as pl

from nanoward.base.findings import Finding
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.formats import Formats, Reading

Files = Mapping[str, bytes]  # path to content
_BUNDLES = (".json", ".ndjson")


def read_clinical(formats: Formats, files: Files) -> tuple[Materials, tuple[Finding, ...]]:
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
) -> dict[str, Reading]:
    """One file by role: a bundle's tables, else the table that `role` or its name tells."""
    if PurePath(path.removesuffix(".gz")).suffix.lower() in _BUNDLES:
        return formats.bundle(path, content)
    named = role or f"sdtm.{PurePath(path).name.split('.')[0].upper()}"
    return {named: formats.read(named, path, content)}
