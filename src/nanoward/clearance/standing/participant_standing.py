"""The board: every participant's standing as of a day, from tables of facts."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.subject_domains import (
    Domains,
    assessments,
    consents,
    dispositions,
    doses,
    participants,
    randomised,
    scores,
)
from nanoward.clearance.standing.standing_rules import (
    CLEARED,
    HELD,
    RECALLED,
    Event,
    Person,
    Result,
    standing_of,
)

URGENT = ".URGENT"  # ends the code of an assessment's sign of danger, 1 or 0
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
) -> pl.DataFrame:
    """One row per participant in the shape STANDINGS.

    domains  SDTM by two letters, as known by the day (see `known_by`)
    grades   of `grade_results`
    events   of `understood_events`
    """
    people = (
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
    found = persons(domains, grades, events, policy)
    rows = []
    for row in people.iter_rows(named=True):
        who = row["participant"]
        answer = standing_of(found.get(who, Person(participant=who)), policy, as_of)
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
    for who, results in _results(grades, scores(domains), policy).items():
        facts[who]["results"] = tuple(results)
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
    """participant, day of randomisation or first dose, whichever came first."""
    dosed = doses(domains.get("EX")).select("participant", day="first_dose")
    return (
        pl.concat([dosed, randomised(domains)]).group_by("participant").agg(pl.col("day").min())
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


def _results(
    grades: pl.DataFrame, answers: pl.DataFrame, policy: Policy
) -> Mapping[str, list[Result]]:
    """Results of the series in which any holds, recalls or is in doubt."""
    proven = pl.coalesce("grade", "at_least")
    doubt = pl.col("grade").is_null() & pl.col("test").is_in(policy.critical_tests)
    level = (
        pl.when(proven >= policy.recall_grade)
        .then(RECALLED)
        .when((proven >= policy.hold_grade) | doubt)
        .then(HELD)
        .otherwise(CLEARED)
    )
    told = pl.format(
        "{} {} on {}: {} ({} {})",
        "term",
        pl.when(pl.col("grade").is_null())
        .then(pl.lit("cannot be graded"))
        .otherwise(pl.format("grade {}", "grade")),
        pl.col("taken").cast(pl.String).fill_null("an unknown day"),
        "reason",
        "test",
        pl.col("value").round_sig_figs(4).cast(pl.String).fill_null("no number"),
    )
    graded = (
        grades.filter(pl.col("term") != "")
        .with_columns(level=level)
        .filter(pl.col("level").max().over("participant", "term") >= HELD)
        .select("participant", "term", "taken", "level", told=told)
    )
    found: dict[str, list[Result]] = defaultdict(list)
    for who, series, day, how, words in graded.iter_rows():
        found[who].append(Result(series=series, day=day, level=how, told=words))
    for who, day, code, value in answers.iter_rows():
        asked = _is_urgent_item(code, policy) or code in policy.hold_scores
        if asked:
            found[who].append(_answer(code, day, value, policy))
    return found


def _is_urgent_item(code: str, policy: Policy) -> bool:
    """An item that the plan names, or the sign of danger of a recorded assessment."""
    return code in policy.urgent_items or code.endswith(URGENT)


def _answer(code: str, day: date | None, value: float | None, policy: Policy) -> Result:
    """A questionnaire result: urgent above 0, a total from its limit on; no answer holds."""
    if _is_urgent_item(code, policy):
        bad, told = value is None or value > 0, f"urgent answer {code} = {value}"
    else:
        bad = value is None or value >= policy.hold_scores[code]
        told = f"{code} = {value}, the limit is {policy.hold_scores[code]:g}"
    if value is None:
        told = f"{code} was not answered"
    return Result(
        series=code,
        day=day,
        level=HELD if bad else CLEARED,
        told=f"{told} on {day or 'an unknown day'}",
    )
