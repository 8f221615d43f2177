"""Read what is new in a programme: files to tables and findings, each file once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.entries import Entry, MaterialReceived
from nanoward.base.findings import Finding
from nanoward.base.tables import INCOMING, TableShape
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.foreign_content import told_of
from nanoward.flows.steps.foreign_files import unreadable_file
from nanoward.flows.steps.memoised_tables import memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.folder import FileName
from nanoward.ports.formats import BUNDLE
from nanoward.ports.ports import Ports

SHAPES = {shape.name: shape for shape in INCOMING}
DATED = {"samples": "taken", "contacts": "first", "adjustments": "day"}


def collect_materials(ports: Ports, as_of: date) -> tuple[Materials, Outcome]:
    """Every file under data/ and agents/ as a table of its role, up to a day.

    Rows dated after `as_of` wait for a later round; rows dated after today are errors.
    """
    pieces: dict[str, list[pl.DataFrame]] = defaultdict(list)
    sources: dict[str, list[str]] = defaultdict(list)
    findings: list[Finding] = []
    entries: list[Entry] = []
    recalled = 0
    files = ports.folder.files()
    for path, why in sorted(ports.folder.unread().items()):
        findings.append(unreadable_file(path, why))
    with ports.progress("reading files", len(files)) as step:
        for file in files:
            role = ports.formats.role_of(file.path)
            step(1)
            if role is None:
                findings += told_of(file.path, ports.folder.content(file.path))
                continue
            read, found, known = attempted_read(ports, role, file)
            recalled += known
            for part, table in read.items():
                pieces[part].append(table.with_columns(file=pl.lit(file.path)))
                sources[part].append(f"{file.path}={file.sha256}")
            findings += found
            entries.append(
                MaterialReceived(
                    path=file.path,
                    role=role,
                    sha256=file.sha256,
                    rows=sum(table.height for table in read.values()),
                    findings=len(found),
                )
            )
    tables = {}
    for role, parts in sorted(pieces.items()):
        joined, doubled = joined_table(role, parts)
        tables[role], late = up_to(role, joined, as_of, ports.today())
        findings += [*doubled, *late]
    findings += _leave_out_waiting(tables, pieces, as_of)
    reader = reader_of(ports)
    materials = Materials(
        tables=tables,
        sources={role: ";".join([*names, reader]) for role, names in sources.items()},
        findings=tuple(findings),
    )
    return materials, Outcome(
        entries=tuple(entries),
        findings=tuple(findings),
        facts={"files read": len(entries)},
        computed=len(entries) - recalled,
        recalled=recalled,
    )


def reader_of(ports: Ports) -> str:
    """What reads the files: its sources, and the names that it takes columns for."""
    return f"{reachable_digest(type(ports.formats).__module__)} {ports.formats.version}"


def attempted_read(
    ports: Ports, role: str, file: FileName
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...], bool]:
    """As `read_file`; a file that no standing rests on may fail, and is told.

    What clearance reads is read or nobody is cleared: such a failure ends the round.
    """
    try:
        return read_file(ports, role, file)
    except Exception as fault:
        if role == BUNDLE or role.startswith("sdtm."):
            raise
        finding = Finding(
            code="CTL-013",
            severity="error",
            message=f"this file could not be read, by a fault of ours: {fault!r}",
            next_step="Report this with the file; nothing of it was used.",
            file=file.path,
        )
        return {}, (finding,), False


def read_file(
    ports: Ports, role: str, file: FileName
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...], bool]:
    """One file's tables by role, its findings, and whether an earlier round had read it.

    A bundle holds tables of several roles; every other file holds its own.
    """

    def read() -> dict[str, pl.DataFrame]:
        content = ports.folder.content(file.path)
        if role == BUNDLE:
            readings = ports.formats.bundle(file.path, content)
            told = [one for reading in readings.values() for one in reading.findings]
            parts = {part: reading.table for part, reading in readings.items()}
            return {**parts, "findings": finding_rows(told)}
        reading = ports.formats.read(role, file.path, content)
        return {"table": reading.table, "findings": finding_rows(reading.findings)}

    key = memo_key(
        f"reading {file.path}",
        reader_of(ports),
        role=role,
        path=file.path,
        sha256=file.sha256,
    )
    tables, known = memoised_tables(ports, key, read)
    found = findings_in(tables.pop("findings"))
    return (
        {role if part == "table" else part: one for part, one in tables.items()},
        found,
        known,
    )


def joined_table(
    role: str, parts: list[pl.DataFrame]
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The rows of several files of one role; a key that comes again is used once."""
    joined = pl.concat(parts, how="diagonal_relaxed") if len(parts) > 1 else parts[0]
    shape = SHAPES.get(role)
    if shape is None or len(parts) == 1:
        return joined, ()
    key = [name for name in shape.key if name in joined.columns]
    repeated = joined.filter(~pl.struct(key).is_first_distinct())
    kept = joined.filter(pl.struct(key).is_first_distinct())
    return kept, tuple(_doubled(shape, row) for row in repeated.select(key).to_dicts())


def up_to(
    role: str, table: pl.DataFrame, as_of: date, today: date
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Rows up to a day; a finding for each row dated after today, one note for the rest."""
    column = DATED.get(role)
    if column is None or column not in table.columns:
        return table, ()
    future = table.filter(pl.col(column) > max(today, as_of))
    findings = [_future(column, row) for row in future.to_dicts()]
    waiting = table.filter((pl.col(column) > as_of) & (pl.col(column) <= today)).height
    if waiting:
        findings.append(
            Finding(
                code="PRG-004",
                severity="note",
                message=f"{waiting} rows of {role} are dated after {as_of} and were left out",
                next_step="They are used in a round for a later day",
                subject=role,
            )
        )
    return table.filter(pl.col(column).is_null() | (pl.col(column) <= as_of)), tuple(findings)


def _leave_out_waiting(
    tables: dict[str, pl.DataFrame], pieces: Mapping[str, list[pl.DataFrame]], as_of: date
) -> list[Finding]:
    """Leave out sequences and readings of samples that wait for a later round.

    tables  by role, changed in place: their samples table holds those up to the day
    pieces  the samples tables as they were read
    """
    if "samples" not in tables:
        return []
    every = {str(one) for part in pieces["samples"] for one in part["sample"].drop_nulls()}
    waiting = sorted(every - set(tables["samples"]["sample"]))
    findings = []
    for role, table in tables.items():
        if role == "samples" or "sample" not in table.columns:
            continue
        left = table.filter(pl.col("sample").is_in(waiting))
        if left.height:
            tables[role] = table.filter(~pl.col("sample").is_in(waiting).fill_null(value=False))
            findings.append(_waits(role, left["sample"].unique().sort().to_list(), as_of))
    return findings


def _waits(role: str, samples: list[str], as_of: date) -> Finding:
    few = ", ".join(samples[:5]) + (" ..." if len(samples) > 5 else "")
    return Finding(
        code="PRG-020",
        severity="note",
        message=f"{role} of {len(samples)} samples taken after {as_of} wait ({few})",
        next_step="They are used in a round for a later day",
        subject=role,
    )


def _doubled(shape: TableShape, row: dict[str, Any]) -> Finding:
    return Finding(
        code="PRG-002",
        severity="error",
        message=f"{shape.name} of {row} stand in two files; the first is used",
        next_step="Remove one of the two",
        subject=str(next(iter(row.values()))),
    )


def _future(column: str, row: dict[str, Any]) -> Finding:
    return Finding(
        code="PRG-003",
        severity="error",
        message=f"{column} {row[column]} lies in the future; the row was not used",
        next_step="Correct the date",
        file=row["file"],
        line=row.get("line"),
        column=column,
        subject=str(next(iter(row.values()))),
    )
