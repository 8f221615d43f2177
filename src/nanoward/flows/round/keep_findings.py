"""Keep a round's findings with what became of each, for the next round."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.base.entries import KINDS, Entry, FindingsKept, entry_of, kind_of
from nanoward.base.ids import Sha256
from nanoward.base.tables import FINDING_STATES
from nanoward.flows.steps.finding_rows import findings_in
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.queries.finding_life import OPEN, finding_states, register_of

ACTS = ("programme.FindingAnswered", "programme.FindingAccepted", "programme.FindingAssigned")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFindings:
    """Table FINDING_STATES of a round, and the entry that names the register."""

    table: pl.DataFrame
    entry: FindingsKept


def keep_findings(ports: Ports, findings: pl.DataFrame, as_of: date) -> KeptFindings:
    """Tell new findings from those that stand, were answered or accepted; keep the register.

    findings  table FINDINGS of the round
    """
    before = _register(ports, as_of)
    rows = finding_states(findings_in(findings), before, _acts(ports), as_of)
    register = frame_of(FINDING_STATES, register_of(rows, before))
    return KeptFindings(
        table=frame_of(FINDING_STATES, rows),
        entry=FindingsKept(
            round=as_of.isoformat(),
            as_of=as_of,
            open=sum(row["state"] in OPEN for row in rows),
            register_sha256=ports.blobs.put(parquet_of(register)),
        ),
    )


def _register(ports: Ports, as_of: date) -> dict[str, dict[str, object]]:
    """The register of the last round of an earlier day; empty where there was none.

    A register that is lost makes every finding new: it is told once too often, never too
    seldom.
    """
    last: FindingsKept | None = None
    for record in ports.ledger.records(kind=kind_of(FindingsKept)):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, FindingsKept) and entry.as_of < as_of:
            last = entry if last is None or last.as_of <= entry.as_of else last
    if last is None or not ports.blobs.has(Sha256(last.register_sha256)):
        return {}
    table = table_of(ports.blobs.get(Sha256(last.register_sha256)))
    return {row["id"]: row for row in table.to_dicts()}


def _acts(ports: Ports) -> list[Entry]:
    return [
        entry_of(record.kind, record.body, KINDS)
        for record in ports.ledger.records()
        if record.kind in ACTS
    ]
