"""Where the plan's stopping rules stand: events, evaluable people, and those who still wait.

A person counts from their first dose in a group (a site, a lot of the agent, a setting). With
the event inside the window they count whole; without it whole once the window has passed, and
until then by the share of it that they were followed, up to the day they left (Cheung and
Chappell 2000, Biometrics 56:1177). An event without a day counts as if it came with the dose.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.findings import Finding
from nanoward.base.tables import STAIRS, STOPPING
from nanoward.clearance.monitoring.stopping import Design, StoppingRule, design, stopping_state
from nanoward.clearance.policy.stopping_rules import SEVERITIES, PlannedStop
from nanoward.clearance.sdtm.data_cutoff import earliest
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import dispositions, text, texts
from nanoward.maths.frames import frame_of

_SETTING = ("EXTRT", "EXDOSE", "EXDOSU")


def stopping_rule_status(
    rules: Sequence[PlannedStop],
    domains: Domains,
    grades: pl.DataFrame,
    events: pl.DataFrame,
    as_of: date,
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Finding, ...]]:
    """Tables STOPPING and STAIRS, and a finding for each rule and group that says stop.

    domains  SDTM by two letters, as known by the day
    grades   of `grade_results`
    events   of `understood_events`
    """
    rows: list[Mapping[str, Any]] = []
    stairs: list[Mapping[str, Any]] = []
    for rule in rules:
        planned = designed(rule)
        stairs += _stairs(rule, planned)
        counted = counts(rule, domains, grades, events, as_of)
        rows += [_state(rule, planned, row) for row in counted.iter_rows(named=True)]
    stops = [_finding(row) for row in rows if row["stop"]]
    return frame_of(STOPPING, rows), frame_of(STAIRS, stairs), tuple(stops)


def designed(rule: PlannedStop) -> Design:
    """The rule with its exact boundary; BadStoppingRuleError where it has none."""
    return design(
        StoppingRule(
            risk=rule.risk,
            alpha=rule.alpha,
            most=rule.people,
            family=rule.family,
            delta=rule.delta,
            against=rule.against,
            prior=rule.prior,
        )
    )


def counts(
    rule: PlannedStop,
    domains: Domains,
    grades: pl.DataFrame,
    events: pl.DataFrame,
    as_of: date,
) -> pl.DataFrame:
    """group, events, whole (people who count whole), pending (list of shares of the window)."""
    started = _started(rule, domains)
    days = _event_days(rule, domains, grades, events)
    left = dispositions(domains).group_by("participant").agg(left=pl.col("day").min())
    met = (
        started.join(days, on="participant")
        .with_columns(since=(pl.col("day").fill_null(pl.col("start")) - pl.col("start")))
        .filter(pl.col("since").dt.total_days().is_between(0, rule.window_days))
        .select("participant", "group", event=pl.lit(value=True))
        .unique()
    )
    until = pl.min_horizontal(pl.lit(as_of), pl.col("left"))
    followed = (until - pl.col("start")).dt.total_days() / rule.window_days
    told = (
        started.join(met, on=["participant", "group"], how="left")
        .join(left, on="participant", how="left")
        .with_columns(pl.col("event").fill_null(value=False), share=followed.clip(0.0, 1.0))
    )
    waits = ~pl.col("event") & (pl.col("share") < 1)
    return (
        told.group_by("group")
        .agg(
            events=pl.col("event").sum(),
            whole=(~waits).sum(),
            pending=pl.col("share").filter(waits).sort(),
        )
        .sort("group")
    )


def _started(rule: PlannedStop, domains: Domains) -> pl.DataFrame:
    """participant, group, start: the first dose of each person in each group."""
    ex = domains.get("EX", pl.DataFrame(schema={"USUBJID": pl.String}))
    given = text(ex, "EXOCCUR").str.to_uppercase().fill_null("Y") != "N"
    group = {
        "programme": pl.lit("programme"),
        "site": pl.lit(None, dtype=pl.String),
        "lot": text(ex, "EXLOT"),
        "setting": pl.concat_str(
            *(text(ex, name) for name in _SETTING), separator=" ", ignore_nulls=True
        ),
    }[rule.by]
    rows = ex.filter(given).select(
        text(ex, "EXSTDTC"), participant=text(ex, "USUBJID"), group=group
    )
    if rule.by == "site":
        dm = domains.get("DM", pl.DataFrame(schema={"USUBJID": pl.String}))
        sites = texts(dm, "USUBJID", "SITEID").select(participant="USUBJID", group="SITEID")
        rows = rows.drop("group").join(sites, on="participant", how="left")
    return (
        rows.with_columns(start=earliest("EXSTDTC"), group=pl.col("group").fill_null("unknown"))
        .drop_nulls(["participant", "start"])
        .group_by("participant", "group")
        .agg(pl.col("start").min())
        .sort("group", "participant")
    )


def _event_days(
    rule: PlannedStop, domains: Domains, grades: pl.DataFrame, events: pl.DataFrame
) -> pl.DataFrame:
    """participant, day: every time that the event of the rule was seen in somebody."""
    if rule.event == "discontinued":
        left = dispositions(domains).filter(pl.col("event") == "ADVERSE EVENT")
        return left.select("participant", "day")
    if rule.event.startswith("grade "):
        proven = pl.coalesce("grade", "at_least") >= int(rule.event[-1])
        return grades.filter(proven & (pl.col("term") != "")).select("participant", day="taken")
    emergent = events.filter("emergent")
    if rule.event == "serious":
        return emergent.filter("serious").select("participant", day="started")
    worst = SEVERITIES[SEVERITIES.index(rule.event) :]
    return emergent.filter(pl.col("severity").is_in(worst)).select("participant", day="started")


def _state(rule: PlannedStop, planned: Design, row: Mapping[str, Any]) -> dict[str, Any]:
    told = stopping_state(planned, row["whole"], row["events"], row["pending"])
    nearest = told.stops_at or (None, None)
    return {
        "rule": rule.name,
        "group": row["group"],
        "events": told.events,
        "people": told.people,
        "most": rule.people,
        "limit": planned.stop_at(max(told.people, told.events, 1)),
        "stop": told.stop,
        "stops_events": nearest[0],
        "stops_people": nearest[1],
        "told": told.told,
    }


def _stairs(rule: PlannedStop, planned: Design) -> Iterator[dict[str, Any]]:
    for people, events in enumerate(planned.boundary.stop_at.tolist(), 1):
        if events <= people:
            yield {"rule": rule.name, "people": people, "stops_at": int(events)}


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(
        code="CLR-060",
        severity="error",
        message=f"stopping rule {row['rule']!r}, {row['group']}: {row['told']}",
        next_step="Give nobody of the group a further dose until the council has decided.",
        subject=str(row["group"]),
    )
