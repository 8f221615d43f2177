"""Standings by what is there, and by what vanished as well: the graver one counts.

What vanished keeps its consequence until a named person confirms that it may go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.clearance import Policy
from nanoward.clearance.analysis import standings_alone
from nanoward.clearance.standing.standing_differences import (
    StandingRow,
    graver,
    held_for,
    lost_reasons,
    standing_rows,
)
from nanoward.flows.round.missing_rows import SEEN, MissingRow, as_tables

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """What vanished and still counts.

    standings  of the people whose standing or reasons differ for it, by name
    resting    people on whose standing it tells, with the ids that a person has to confirm
    gone       people who are no longer in the records, with the day on which they last were
    """

    standings: Mapping[str, StandingRow]
    resting: Mapping[str, tuple[str, ...]]
    gone: Mapping[str, date]


def person_identity(what: str, *names: str) -> str:
    """Name of a change that is no row: 16 hexadecimal digits."""
    return sha256_of("\0".join((what, *names)).encode())[:16]


def retained_standings(
    domains: Tables,
    missing: Iterable[MissingRow],
    present: Mapping[str, StandingRow],
    policy: Policy,
    as_of: date,
) -> Retained:
    """Standings with the missing rows beside those that are there.

    domains  what is there, with what the ledger recorded
    missing  rows that nobody confirmed
    present  standings by what is there; somebody who is not among them is gone
    """
    rows = [one for one in missing if one.participant]
    people = sorted({one.participant for one in rows})
    if not people:
        return Retained(standings={}, resting={}, gone={})
    kept = _decided_with(domains, rows, people, policy, as_of)
    standings: dict[str, StandingRow] = {}
    resting: dict[str, tuple[str, ...]] = {}
    gone: dict[str, date] = {}
    for who in people:
        own = [one for one in rows if one.participant == who]
        ids = tuple(sorted(one.id for one in own))
        before = kept.get(who, StandingRow(participant=who, standing="cleared"))
        if who not in present:
            gone[who] = max(one.seen for one in own)
            standings[who] = held_for(before, _gone_reason(who, gone[who]))
            resting[who] = (*ids, person_identity("person", who))
            continue
        now = _kept_standing(before, present[who], own)
        if now != present[who]:
            standings[who], resting[who] = now, ids
    return Retained(standings=standings, resting=resting, gone=gone)


def _kept_standing(
    before: StandingRow, present: StandingRow, own: list[MissingRow]
) -> StandingRow:
    """The present standing with the reasons that only missing rows give."""
    day = max(one.seen for one in own)
    lost = lost_reasons(before, present)
    told = tuple(f"{one} ({_source(own, day)})" for one in lost)
    now = graver(before, present, told) if lost else present
    if any(one.domain == "DM" and one.became is None for one in own):
        who = present.participant
        now = held_for(now, f"{who} is gone from DM since the round of {day}; to be confirmed")
    return now


def _decided_with(
    domains: Tables, rows: list[MissingRow], people: list[str], policy: Policy, as_of: date
) -> dict[str, StandingRow]:
    own = {
        name: table.filter(pl.col("USUBJID").is_in(people))
        for name, table in domains.items()
        if "USUBJID" in table.columns
    }
    for name, table in as_tables(rows, domains).items():
        if name in own:
            own[name] = _without_partners(
                own[name], [one for one in rows if one.domain == name]
            )
        parts = [own[name], table.drop(SEEN)] if name in own else [table.drop(SEEN)]
        own[name] = pl.concat(parts, how="diagonal_relaxed")
    found = standing_rows(standings_alone(own, policy, as_of).to_dicts())
    return {one.participant: one for one in found}


def _without_partners(table: pl.DataFrame, rows: list[MissingRow]) -> pl.DataFrame:
    """The table without the rows that stand in the place of corrected ones.

    Both at once would contradict each other: another unit is no second result.
    """
    places = [
        {"file": one.became.get("file"), "line": one.became.get("line")}
        for one in rows
        if one.became is not None
    ]
    if not places or not {"file", "line"} <= set(table.columns):
        return table
    gone = pl.DataFrame(places, schema={"file": pl.String, "line": table.schema["line"]})
    return table.join(gone.unique(), on=["file", "line"], how="anti")


def _source(rows: list[MissingRow], day: date) -> str:
    files = ", ".join(sorted({one.file for one in rows if one.file})) or "its source"
    changed = any(one.became is not None for one in rows)
    verb = "was changed or is gone" if changed else "is gone"
    return f"what it rests on {verb} in {files} since the round of {day}; to be confirmed"


def _gone_reason(who: str, day: date) -> str:
    return f"{who} is gone from the records since the round of {day}; to be confirmed"


def with_standings(table: pl.DataFrame, kept: Mapping[str, StandingRow]) -> pl.DataFrame:
    """The table STANDINGS with these people's standings in the place of their own."""
    if not kept:
        return table
    told = table.to_dicts()
    known = {str(row["participant"]) for row in told}
    rows = [
        {**row, **_cells(kept[row["participant"]])} if row["participant"] in kept else row
        for row in told
    ]
    blank = dict.fromkeys(table.columns)
    rows += [
        {**blank, "participant": who, **_cells(one), "emergent_events": 0}
        for who, one in sorted(kept.items())
        if who not in known
    ]
    return pl.DataFrame(rows, schema=table.schema).sort("participant")


def _cells(one: StandingRow) -> dict[str, object]:
    return {"standing": one.standing, "since": one.since, "reasons": list(one.reasons)}
