"""The board: every participant's standing as of a day, from tables of facts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.answers import answers
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import (
    assessments,
    consents,
    dispositions,
    doses,
    participants,
    randomised,
    refusals,
    unplaced_doses,
)
from nanoward.clearance.sdtm.unread_facts import unread_facts
from nanoward.clearance.standing.pregnancy_tests import pregnancy_series
from nanoward.clearance.standing.series import answered_series, graded_series, joined_series
from nanoward.clearance.standing.standing_rules import (
    Event,
    Person,
    standing_of,
)
from nanoward.clearance.standing.stops_told import stop_series

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "participant": pl.String,
    "standing": pl.String,
    "since": pl.Date,
    "arm": pl.String,
    "reasons": pl.List(pl.String),
    "first_dose": pl.Date,
    "last_dose": pl.Date,
    "worst_grade": pl.Int64,
    "emergent_events": pl.UInt32,
}


def standings(
    domains: Domains,
    grades: pl.DataFrame,
    events: pl.DataFrame,
    policy: Policy,
    as_of: date,
    unread: Sequence[str] = (),
    people: Mapping[str, Person] | None = None,
) -> pl.DataFrame:
    """One row per participant in the shape STANDINGS.

    domains  SDTM by two letters, as known by the day (see `known_by`)
    grades   of `grade_results`
    events   of `understood_events`
    unread   what could not be read and may speak of anybody: a file, a rule's own code
    people   of `persons`, where somebody has asked it already
    """
    policy = in_force(policy, domains)
    known = (
        participants(domains)
        .join(doses(domains.get("EX")), on="participant", how="left")
        .join(_worst(grades, policy, as_of), on="participant", how="left")
        .join(
            events.group_by("participant").agg(emergent_events=pl.col("emergent").sum()),
            on="participant",
            how="left",
        )
        .join(_first_seen(domains), on="participant", how="left")
    )
    found = persons(domains, grades, events, policy) if people is None else people
    rows = []
    for row in known.iter_rows(named=True):
        who = row["participant"]
        person = found.get(who, Person(participant=who))
        person = replace(person, unread=(*person.unread, *unread))
        answer = standing_of(person, policy, as_of)
        rows.append(
            row
            | {
                "standing": answer.standing,
                "since": answer.since or row["seen"],
                "reasons": list(answer.reasons),
                "arm": row["arm"] if row["first_dose"] else None,
                "emergent_events": row["emergent_events"] or 0,
            }
        )
    return (
        pl.DataFrame(rows, schema_overrides=_SCHEMA, infer_schema_length=None).select(
            pl.col(name).cast(kind) for name, kind in _SCHEMA.items()
        )
        if rows
        else pl.DataFrame(schema=_SCHEMA)
    )


def in_force(policy: Policy, domains: Domains) -> Policy:
    """The policy; a questionnaire is asked for by default only where any is kept."""
    if "psychological_weeks" in policy.stated or "QS" in domains:
        return policy
    return replace(policy, psychological_weeks=0)


def persons(
    domains: Domains, grades: pl.DataFrame, events: pl.DataFrame, policy: Policy
) -> dict[str, Person]:
    """The facts of everybody of whom there are any."""
    facts: dict[str, dict[str, Any]] = defaultdict(dict)
    for who, signed in _grouped(consents(domains), "signed"):
        facts[who]["consents"] = tuple(day for (day,) in signed)
    for who, day in _admissions(domains).iter_rows():
        facts[who]["admitted"] = day
    for who, left in _grouped(dispositions(domains), "day", "event", "standing"):
        facts[who]["leaving"] = tuple(left)
    for kind in ("medical", "psychological"):
        days = assessments(domains).filter(pl.col("kind") == kind)
        for who, when in _grouped(days, "day"):
            facts[who][kind] = tuple(day for (day,) in when)
    asked = answers(domains)
    series = joined_series(
        graded_series(grades, policy),
        answered_series(asked, policy),
        pregnancy_series(domains),
        stop_series(domains),
    )
    for who, results in series.items():
        facts[who]["results"] = results
    for who, refused in _grouped(refusals(domains), "day", "what"):
        facts[who]["refusals"] = tuple(refused)
    for who, things in _grouped(unread_facts(domains), "told"):
        facts[who]["unread"] = tuple(words for (words,) in things)
    emergent = events.filter("emergent")
    columns = ("term", "started", "ended", "severity", "serious")
    for who, rows in _grouped(emergent, *columns):
        facts[who]["events"] = tuple(
            Event(**dict(zip(columns, row, strict=True)) | {"term": row[0] or "unnamed"})
            for row in rows
        )
    return {who: Person(participant=who, **told) for who, told in facts.items()}


def _grouped(table: pl.DataFrame, *columns: str) -> list[tuple[str, list[tuple[Any, ...]]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for who, *values in table.select("participant", *columns).iter_rows():
        grouped[who].append(tuple(values))
    return list(grouped.items())


def _admissions(domains: Domains) -> pl.DataFrame:
    """participant, day of randomisation or first dose, whichever came first.

    Somebody who was dosed on a day that cannot be read was admitted before any day asked for.
    """
    dosed = doses(domains.get("EX")).select("participant", day="first_dose")
    unread = unplaced_doses(domains.get("EX")).select("participant", day=pl.lit(date.min))
    return (
        pl.concat([dosed, unread, randomised(domains)])
        .group_by("participant")
        .agg(pl.col("day").min())
    )


def _first_seen(domains: Domains) -> pl.DataFrame:
    return assessments(domains).group_by("participant").agg(seen=pl.col("day").min())


def _worst(grades: pl.DataFrame, policy: Policy, as_of: date) -> pl.DataFrame:
    recent = grades.filter(
        pl.col("taken") > as_of - timedelta(days=policy.window_days),
        pl.col("taken") <= as_of,
        pl.col("term") != "",
    )
    proven = pl.coalesce("grade", pl.when(pl.col("at_least") > 0).then("at_least"))
    return recent.group_by("participant").agg(worst_grade=proven.max())
