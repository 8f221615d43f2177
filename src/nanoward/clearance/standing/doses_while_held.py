"""Doses that were given while a person was held or recalled: deviations from the plan.

A hold counts against a dose when it had begun before the day of the dose and still stood on
that day: what a visit finds on the day of the dose cannot have kept anybody from giving it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import text
from nanoward.clearance.standing.standing_rules import (
    HELD,
    RECALLED,
    Person,
    StandingInterval,
    person_at_cutoff,
    standing_intervals,
)

HELD_DOSES = pl.Schema(
    {"participant": pl.String, "day": pl.Date, "sequence": pl.Int64, "reason": pl.String}
)
_UNSEEN = ("no consent on record",)  # told as such, with every dose of the person


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseWhileHeld:
    """A dose on a day on which its person was held, and why."""

    participant: str
    day: date
    sequence: int | None
    reason: str


def doses_while_held(
    domains: Domains, people: Mapping[str, Person], policy: Policy, as_of: date
) -> list[DoseWhileHeld]:
    """Every dose up to the day that began while its person was held, by person and day.

    domains  SDTM by two letters, as known by the day
    people   of `persons`: the facts of everybody of whom there are any
    """
    doses = _dose_days(domains)
    if not doses:
        return []
    return [
        found
        for who, days in sorted(doses.items())
        for found in _of_person(people.get(who, Person(participant=who)), days, policy, as_of)
    ]


def _of_person(
    person: Person, days: list[tuple[date, int | None]], policy: Policy, as_of: date
) -> Iterator[DoseWhileHeld]:
    holds = [
        one
        for one in standing_intervals(person_at_cutoff(person, as_of), policy, as_of)
        if one.weight in (HELD, RECALLED) and one.told not in _UNSEEN and not one.word
    ]
    for day, sequence in sorted(days, key=lambda one: (one[0], one[1] or 0)):
        stood = [one for one in holds if _stood_before(one, day)]
        if stood and day <= as_of:
            gravest = max(stood, key=lambda one: (one.weight, one.start or date.min))
            yield DoseWhileHeld(
                participant=person.participant, day=day, sequence=sequence, reason=gravest.told
            )


def _stood_before(hold: StandingInterval, day: date) -> bool:
    begun = hold.start is not None and hold.start < day
    return begun and (hold.end is None or hold.end > day)


def _dose_days(domains: Mapping[str, pl.DataFrame]) -> dict[str, list[tuple[date, int | None]]]:
    ex = domains.get("EX")
    if ex is None or "USUBJID" not in ex.columns:
        return {}
    number = pl.col("EXSEQ") if "EXSEQ" in ex.columns else pl.lit(None)
    rows = (
        ex.with_columns(text(ex, "USUBJID"), text(ex, "EXOCCUR"), text(ex, "EXSTDTC"))
        .filter((pl.col("EXOCCUR").str.to_uppercase() != "N").fill_null(value=True))
        .select(
            "USUBJID",
            day=earliest("EXSTDTC"),
            number=number.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
        )
        .drop_nulls(["USUBJID", "day"])
    )
    found: dict[str, list[tuple[date, int | None]]] = {}
    for who, day, sequence in rows.iter_rows():
        found.setdefault(who, []).append((day, sequence))
    return found
