"""The rounds that a round is compared with: their snapshots, else the ledger alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.base.entries import KINDS, StandingDecided, entry_of, kind_of
from nanoward.base.errors import IntegrityError
from nanoward.base.findings import Finding
from nanoward.clearance.standing.standing_differences import StandingRow
from nanoward.flows.round.missing_rows import MissingRow
from nanoward.flows.round.round_snapshot import RoundSnapshot, load_snapshot, snapshots_before
from nanoward.ports.ports import Ports
from nanoward.programme.continuity.material_differences import people_of, renamed_people
from nanoward.programme.continuity.row_differences import row_differences, row_identity

ROUND_ACTOR = "ward round"  # who writes the standings that a round decided


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRounds:
    """What a round is compared with.

    base       the last round of an earlier day; None before the second round
    snapshots  of all rounds that may have had rows which this one lost
    findings   about what could not be compared
    lost       a snapshot is on the ledger and cannot be read any more
    """

    base: RoundSnapshot | None
    snapshots: tuple[RoundSnapshot, ...]
    findings: tuple[Finding, ...] = ()
    lost: bool = False


def earlier_rounds(ports: Ports, as_of: date) -> EarlierRounds:
    """The snapshots that a round of a day stands upon; one that is lost is a finding."""
    snapshots: list[RoundSnapshot] = []
    findings: list[Finding] = []
    for kept, seq in snapshots_before(ports.ledger, as_of):
        try:
            snapshots.append(load_snapshot(ports.blobs, kept, seq))
        except IntegrityError as fault:
            findings.append(_lost(kept.round, fault))
    return EarlierRounds(
        base=next((one for one in snapshots if one.as_of < as_of), None),
        snapshots=tuple(snapshots),
        findings=tuple(findings),
        lost=bool(findings),
    )


def _lost(name: str, fault: IntegrityError) -> Finding:
    return Finding(
        code="PRG-021",
        severity="error",
        message=f"what the round of {name} kept cannot be read, so nobody can tell what"
        f" vanished since: {fault.message}",
        next_step="Restore .nanoward/blobs from its copy; until then standings that stop stay.",
    )


def recorded_standings(ports: Ports, as_of: date) -> dict[str, StandingRow]:
    """The last standing of everybody that a round of an earlier day put on the ledger."""
    found: dict[str, StandingRow] = {}
    for record in ports.ledger.records(kind=kind_of(StandingDecided)):
        entry = entry_of(record.kind, record.body, KINDS)
        if (
            isinstance(entry, StandingDecided)
            and record.actor == ROUND_ACTOR
            and entry.as_of < as_of
        ):
            found[entry.participant] = StandingRow(
                participant=entry.participant,
                standing=entry.standing,
                since=entry.since,
                reasons=entry.reasons,
            )
    return found


def renamed_rows(
    base: RoundSnapshot, present: Mapping[str, pl.DataFrame]
) -> tuple[dict[str, str], list[MissingRow]]:
    """Old names to new ones, and the old one's rows that the new one lacks, as missing."""
    before = {
        name[5:]: table
        for name, table in base.tables.items()
        if name.startswith("sdtm.") and "USUBJID" in table.columns
    }
    after = {name: one for name, one in present.items() if "USUBJID" in one.columns}
    fresh = people_of(after) - people_of(before)
    names = renamed_people(before, after, fresh)
    return names, [
        row for old, new in names.items() for row in _lacking(base, before, after, old, new)
    ]


def _lacking(
    base: RoundSnapshot,
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    old: str,
    new: str,
) -> Iterator[MissingRow]:
    for domain in sorted(before.keys() | after.keys()):
        theirs = _of(after, domain, new)
        for table in (_of(before, domain, old), _of(after, domain, old)):
            if table is None:
                continue
            named = table.with_columns(USUBJID=pl.lit(new))
            if "SUBJID" in named.columns:
                named = named.drop("SUBJID")
            other = named.clear() if theirs is None else theirs.drop("SUBJID", strict=False)
            found = row_differences(named, other)
            for row in [*found.gone.to_dicts(), *found.changed.to_dicts()]:
                yield MissingRow(
                    id=row_identity(domain, row),
                    domain=domain,
                    participant=new,
                    row=row,
                    became=None,
                    seen=base.as_of,
                )


def _of(tables: Mapping[str, pl.DataFrame], domain: str, who: str) -> pl.DataFrame | None:
    table = tables.get(domain)
    return None if table is None else table.filter(pl.col("USUBJID") == who)
