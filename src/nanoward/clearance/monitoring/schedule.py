"""Who is due: visits and assessments with windows and anchors, as of any date.

A schedule comes from SDTM: TV plans visits by study day, SV tells which were made. A visit
that TV ties to an event ("If ...", "When ...") is conditional: it is planned for nobody until
the event, and is not counted as missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.subject_domains import text

State = Literal["made", "early", "late", "due", "missed", "ahead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """An assessment that comes again: `every` days from the anchor, with its window.

    before, after  days around the planned day within which it counts as on time
    grace          further days in which it may still be made, late
    """

    name: str
    every: int = 7
    before: int = 2
    after: int = 2
    grace: int = 2

    def __post_init__(self) -> None:
        if self.every < 1 or min(self.before, self.after, self.grace) < 0:
            raise ValueError(f"{self} cannot be kept")
        if self.before + self.after + self.grace >= self.every:
            raise ValueError(f"the windows of {self.name} overlap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One planned occasion and what became of it as of a day."""

    name: str
    number: int
    planned: date
    opens: date
    closes: date
    made: date | None
    state: State


def occasions(
    plan: Repeated,
    anchor: date,
    made: Sequence[date],
    as_of: date,
    *,
    until: date | None = None,
) -> tuple[Occasion, ...]:
    """Every occasion planned up to the day, and the next one.

    anchor  day of occasion 0, the baseline; occasion n is planned n x every days later
    made    days on which the assessment was made; what lies after as_of is not looked at
    until   the person left: nothing is planned after that day
    """
    known = sorted(day for day in made if day <= as_of)
    found: list[Occasion] = []
    number = 0
    while True:
        planned = anchor + timedelta(days=number * plan.every)
        opens = planned - timedelta(days=plan.before)
        if until is not None and planned > until:
            break
        found.append(_occasion(plan, number, planned, known, as_of))
        if opens > as_of:
            break
        number += 1
    return tuple(found)


def _occasion(
    plan: Repeated, number: int, planned: date, known: Sequence[date], as_of: date
) -> Occasion:
    opens = planned - timedelta(days=plan.before)
    closes = planned + timedelta(days=plan.after)
    last = closes + timedelta(days=plan.grace)
    day = next((one for one in known if opens <= one <= last), None)
    state: State
    if day is not None:
        state = "made" if day <= closes else "late"
    elif as_of < opens:
        state = "ahead"
    elif as_of <= last:
        state = "due"
    else:
        state = "missed"
    return Occasion(
        name=plan.name,
        number=number,
        planned=planned,
        opens=opens,
        closes=closes,
        made=day,
        state=state,
    )


def planned_visits(tv: pl.DataFrame) -> pl.DataFrame:
    """visit, name, day (study day, no day 0), conditional: the plan of TV, by visit number."""
    number = pl.col("VISITNUM").cast(pl.Float64, strict=False)
    rule = text(tv, "TVSTRL").str.to_lowercase()
    day = (
        pl.col("VISITDY").cast(pl.Float64, strict=False).cast(pl.Int64)
        if "VISITDY" in tv.columns
        else pl.lit(None, dtype=pl.Int64)
    )
    return (
        tv.select(
            visit=number,
            name=text(tv, "VISIT"),
            day=day,
            conditional=rule.str.contains(r"^(if|when)\b").fill_null(value=False),
        )
        .unique("visit", keep="first", maintain_order=True)
        .sort("visit")
    )


def visit_windows(tv: pl.DataFrame, sv: pl.DataFrame, anchors: pl.DataFrame) -> pl.DataFrame:
    """A row per visit made that TV plans for a day: how many days early or late it was.

    anchors  participant, anchor (date): study day 1, of DM.RFSTDTC
    returns  participant, visit, name, planned (date), made (date), late (days, negative is
             early; null without an anchor or a readable day)
    """
    plan = planned_visits(tv).filter(~pl.col("conditional") & pl.col("day").is_not_null())
    seen = sv.select(
        participant=text(sv, "USUBJID"),
        visit=pl.col("VISITNUM").cast(pl.Float64, strict=False),
        made=earliest("SVSTDTC"),
    )
    offset = pl.when(pl.col("day") > 0).then(pl.col("day") - 1).otherwise(pl.col("day"))
    return (
        seen.join(plan, on="visit", how="inner")
        .join(anchors.select("participant", "anchor"), on="participant", how="left")
        .with_columns(planned=pl.col("anchor") + pl.duration(days=offset))
        .select(
            "participant",
            "visit",
            "name",
            "planned",
            "made",
            late=(pl.col("made") - pl.col("planned")).dt.total_days(),
        )
        .sort("participant", "visit", "made")
    )


def anchors_of(dm: pl.DataFrame) -> pl.DataFrame:
    """participant, anchor: the reference start of DM, people without one left out."""
    return (
        dm.select(text(dm, "USUBJID"), text(dm, "RFSTDTC"))
        .select(participant="USUBJID", anchor=earliest("RFSTDTC"))
        .drop_nulls()
    )


def within(windows: pl.DataFrame, days: int) -> int:
    """How many visits were made within so many days of their plan."""
    return int((windows["late"].abs() <= days).sum())


def due_visits(
    tv: pl.DataFrame,
    sv: pl.DataFrame,
    anchors: pl.DataFrame,
    as_of: date,
    *,
    days: int = 3,
    left: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """A row per person and planned visit, and its state as of a day.

    days     how far from its planned day a visit is on time
    left     participant, day: nothing is planned for a person after that day
    returns  participant, visit, name, planned, made (null: not), state: made, early, late,
             due (not made, its days are not over), missed, ahead
    """
    plan = planned_visits(tv).filter(~pl.col("conditional") & pl.col("day").is_not_null())
    offset = pl.when(pl.col("day") > 0).then(pl.col("day") - 1).otherwise(pl.col("day"))
    wanted = anchors.join(plan, how="cross").with_columns(
        planned=pl.col("anchor") + pl.duration(days=offset)
    )
    if left is not None:
        gone = left.drop_nulls().group_by("participant").agg(left=pl.col("day").min())
        wanted = wanted.join(gone, on="participant", how="left").filter(
            (pl.col("planned") <= pl.col("left")).fill_null(value=True)
        )
    made = visit_windows(tv, sv, anchors).filter(pl.col("made") <= as_of)
    first = made.group_by("participant", "visit").agg(
        pl.col("made").min(), pl.col("late").sort_by("made").first()
    )
    told = wanted.join(first, on=["participant", "visit"], how="left")
    reach = pl.duration(days=days)
    return told.select(
        "participant",
        "visit",
        "name",
        "planned",
        "made",
        state=pl.when(pl.col("late") < -days)
        .then(pl.lit("early"))
        .when(pl.col("late") > days)
        .then(pl.lit("late"))
        .when(pl.col("made").is_not_null())
        .then(pl.lit("made"))
        .when(pl.col("planned") - reach > as_of)
        .then(pl.lit("ahead"))
        .when(pl.col("planned") + reach >= as_of)
        .then(pl.lit("due"))
        .otherwise(pl.lit("missed")),
    ).sort("participant", "planned", "visit")
