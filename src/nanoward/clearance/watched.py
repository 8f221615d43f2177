"""What the plan asks to be watched: stopping rules step by step, and change within people.

```toml
[clearance.stopping.severe]   # any number of rules, each with a name
event = "severe"              # an emergent event of at least this severity, or "serious"
within_days = 28              # of the first dose; until then a person counts in part
by = "arm"                    # "programme", "arm" or "site"
risk = 0.05                   # acceptable risk per person
alpha = 0.05                  # chance of stopping although the risk is acceptable
most = 86                     # people at most
family = "pocock"             # see clearance/stopping.py; `delta`, `against`, `prior` as there

[clearance.change]
scales = ["PHQ9TOT", "GAD7TOT"]
control_arms = ["Placebo"]    # whose weeks give the norms; without any, everybody's do
false_alarms = 0.05           # per person within `weeks`
weeks = 26
load = "AGENT"                # laboratory test that measures the load of the agent, if any
```

A person who left early counts once the window has passed: events are recorded after leaving.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float, Int

from nanoward.base.sections import check, rules_of
from nanoward.clearance.policy import SEVERITIES

SCOPES = ("programme", "arm", "site")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedRule:
    """One stopping rule of the plan; see the top of this file."""

    risk: float
    alpha: float
    most: int
    event: str = "severe"
    within_days: int = 28
    by: str = "programme"
    family: str = "pocock"
    delta: float = 0.25
    against: float = 0.0
    prior_events: float = 0.0
    prior_others: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedChange:
    """How change within people is looked for; see the top of this file."""

    scales: tuple[str, ...]
    control_arms: tuple[str, ...] = ()
    false_alarms: float = 0.05
    weeks: int = 26
    load: str = ""


def watched_rules(section: Mapping[str, Any]) -> dict[str, WatchedRule]:
    """The stopping rules of [clearance], by name; BadSectionError names the key at fault."""
    table = section.get("stopping", {})
    check(isinstance(table, Mapping), "clearance", "stopping", "a table of rules", table)
    found = {}
    for name, one in sorted(table.items()):
        at = f"clearance.stopping.{name}"
        check(isinstance(one, Mapping), "clearance.stopping", name, "a table", one)
        for key in ("risk", "alpha", "most"):
            check(key in one, at, key, "a number", None)
        rule = rules_of(WatchedRule, one, at)
        known = (*SEVERITIES, "serious")
        check(rule.event in known, at, "event", f"one of {', '.join(known)}", rule.event)
        check(rule.by in SCOPES, at, "by", f"one of {', '.join(SCOPES)}", rule.by)
        check(1 <= rule.within_days <= 3660, at, "within_days", "1 to 3660", rule.within_days)
        check(1 <= rule.most <= 2000, at, "most", "1 to 2000 people", rule.most)
        found[name] = rule
    return found


def watched_change(section: Mapping[str, Any]) -> WatchedChange | None:
    """[clearance.change]; None where the plan has none."""
    if "change" not in section:
        return None
    table, at = section["change"], "clearance.change"
    check(isinstance(table, Mapping), "clearance", "change", "a table", table)
    check(bool(table.get("scales")), at, "scales", "a list of scores", table.get("scales"))
    rule = rules_of(WatchedChange, table, at)
    check(0 < rule.false_alarms < 1, at, "false_alarms", "between 0 and 1", rule.false_alarms)
    check(6 <= rule.weeks <= 520, at, "weeks", "6 to 520", rule.weeks)
    return rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a rule has seen, day by day.

    counted  (T,) people by that day: 1 for whom the window has passed or who had the event,
             else the share of the window that has passed
    events   (T,) of them had the event
    people   of the last day: in full, and pending: the shares of the others
    """

    counted: Float[np.ndarray, " T"]
    events: Int[np.ndarray, " T"]
    people: int
    pending: tuple[float, ...]

    def reached(self, most: int) -> list[int]:
        """Events when so many people were counted: for 1, 2 ... people, as far as it went.

        Taking people as they become known would count events before the people without one,
        because an event is known at once; counting those in part takes that away.
        """
        whole = np.maximum(np.floor(self.counted + 1e-9).astype(int), 1)
        if not whole.size or self.counted[-1] == 0:
            return []
        most = min(most, int(whole[-1]))
        return [int(self.events[whole <= people].max(initial=0)) for people in
                range(1, most + 1)]  # fmt: skip


def steps_of(
    people: pl.DataFrame, events: pl.DataFrame, rule: WatchedRule, as_of: date
) -> Steps:
    """What a rule has seen by a day, of the first `most` people by their first dose.

    people  participant, first_dose
    events  ADVERSE_EVENTS; only emergent ones within the window count
    """
    window = timedelta(days=rule.within_days)
    given = people.filter(pl.col("first_dose") <= as_of).sort("first_dose", "participant")
    first = dict(given.select("participant", "first_dose").head(rule.most).rows())
    had: dict[str, date] = {}
    for who, started in _counting(events, rule).select("participant", "started").rows():
        begun = first.get(who)
        if begun is not None and begun <= started <= min(begun + window, as_of):
            had[who] = min(started, had.get(who, started))
    if not first:
        return Steps(counted=np.zeros(0), events=np.zeros(0, int), people=0, pending=())
    start = min(first.values())
    days = np.arange((as_of - start).days + 1)
    begun_at = np.array([(day - start).days for day in first.values()])
    never = len(days)
    had_at = np.array([(had[who] - start).days if who in had else never for who in first])
    share = np.clip((days[:, None] - begun_at[None, :]) / rule.within_days, 0.0, 1.0)
    share = np.where(days[:, None] >= had_at[None, :], 1.0, share)
    last = share[-1]
    return Steps(
        counted=share.sum(axis=1),
        events=(days[:, None] >= had_at[None, :]).sum(axis=1),
        people=int((last >= 1.0).sum()),
        pending=tuple(float(one) for one in last[last < 1.0]),
    )


def _counting(events: pl.DataFrame, rule: WatchedRule) -> pl.DataFrame:
    """Emergent events that a rule counts; a severity that is not told counts, for it may be."""
    emergent = events.filter(
        pl.col("emergent").fill_null(value=False) & pl.col("started").is_not_null()
    )
    if rule.event == "serious":
        return emergent.filter(pl.col("serious").fill_null(value=False))
    enough = SEVERITIES[SEVERITIES.index(rule.event) :]
    grave = pl.col("severity").str.to_lowercase().is_in(enough)
    return emergent.filter(grave.fill_null(value=True))


def weekly_scores(
    scores: pl.DataFrame, scales: Sequence[str]
) -> dict[str, tuple[list[date], pl.DataFrame]]:
    """Per person the days of assessments and a column per scale, null where not answered.

    scores  participant, day, code, value; of two answers on one day the last counts
    """
    asked = scores.filter(pl.col("code").is_in(scales) & pl.col("day").is_not_null())
    if asked.is_empty():
        return {}
    wide = asked.pivot("code", index=["participant", "day"], values="value",
                       aggregate_function="last")  # fmt: skip
    absent = [name for name in scales if name not in wide.columns]
    wide = wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in absent)
    ordered = wide.sort("participant", "day")
    return {
        str(who): (part["day"].to_list(), part.select(scales))
        for (who,), part in ordered.group_by("participant", maintain_order=True)
    }
