"""Watch over a round: stopping rules step by step, and who has changed within themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date

import numpy as np
import polars as pl

from nanoward.base.findings import Undecided
from nanoward.base.plan import Plan
from nanoward.base.tables import SHIFTS, STOPPING, UNDECIDED, WEEKS
from nanoward.clearance import known_by, results_of, scores
from nanoward.clearance.people import texts
from nanoward.clearance.watched import (
    WatchedChange,
    WatchedRule,
    steps_of,
    watched_change,
    watched_rules,
    weekly_scores,
)
from nanoward.flows.clear_participants import sdtm_domains
from nanoward.flows.outcome import Materials, Outcome
from nanoward.flows.recall import recall_key, recall_tables
from nanoward.flows.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.rows import undecided_rows
from nanoward.flows.type_samples import content_hash
from nanoward.maths.frames import frame_of
from nanoward.ports.site import Site

VERSION = "1"  # raise it whenever an answer of this flow may change
Tables = dict[str, pl.DataFrame]


def watch_people(
    site: Site, plan: Plan, materials: Materials, cleared: Outcome, as_of: date, seed: int
) -> Outcome:
    """Tables `stopping`, `shifts` and `weeks`, where [clearance] asks for them.

    cleared  of `clear_participants`: standings and adverse events of the round
    """
    section = plan.section("clearance")
    rules, change = watched_rules(section), watched_change(section)
    if not (rules or change) or "standings" not in cleared.tables:
        return Outcome()
    recorded = recorded_domains(site.ledger)
    key = recall_key(
        "watch",
        VERSION,
        sources={role: one for role, one in materials.sources.items() if role[:5] == "sdtm."},
        recorded={name: table.rows() for name, table in recorded.items()},
        rules={name: asdict(one) for name, one in rules.items()},
        change=None if change is None else asdict(change),
        people=content_hash(cleared.tables["standings"]),
        as_of=as_of,
        seed=seed,
    )

    def watch() -> Mapping[str, pl.DataFrame]:
        known = known_by(with_recorded(sdtm_domains(materials), recorded), as_of)
        found = {"stopping": _stopping(rules, known, cleared.tables, as_of)} if rules else {}
        if change is not None:
            found |= changes_in(change, known, cleared.tables["standings"], seed)
        return {"undecided": undecided_rows(()), **found}

    tables, recalled = recall_tables(site.blobs, key, watch)
    questions = tables.pop("undecided")
    return Outcome(
        tables=tables,
        undecided=tuple(Undecided(**row) for row in questions.to_dicts()),
        computed=int(not recalled),
        recalled=int(recalled),
    )


def _stopping(
    rules: Mapping[str, WatchedRule],
    known: Tables,
    cleared: Mapping[str, pl.DataFrame],
    as_of: date,
) -> pl.DataFrame:
    """base/tables STOPPING."""
    people, events = cleared["standings"], cleared["adverse_events"]
    rows = [
        row
        for name, rule in rules.items()
        for scope, part in _scopes(people, known, rule.by)
        for row in _steps(name, rule, scope, part, events, as_of)
    ]
    return frame_of(STOPPING, rows)


def _scopes(people: pl.DataFrame, known: Tables, by: str) -> list[tuple[str, pl.DataFrame]]:
    """The people whom each copy of a rule watches."""
    dosed = people.filter(pl.col("first_dose").is_not_null())
    if by == "programme":
        return [("programme", dosed)]
    if by == "site":
        dm = texts(known.get("DM", pl.DataFrame()), "USUBJID", "SITEID").rename(
            {"USUBJID": "participant", "SITEID": "scope"}
        )
        dosed = dosed.join(dm.unique("participant"), on="participant", how="left")
    else:
        dosed = dosed.with_columns(scope=pl.col("arm"))
    named = dosed.with_columns(pl.col("scope").fill_null("not told").replace("", "not told"))
    return [
        (str(name), part)
        for (name,), part in named.sort("scope", "participant").group_by(
            "scope", maintain_order=True
        )
    ]


def _steps(
    name: str, rule: WatchedRule, scope: str, people: pl.DataFrame, events: pl.DataFrame,
    as_of: date,
) -> Iterator[dict[str, object]]:  # fmt: skip
    from nanoward.clearance.stopping import StoppingRule, design, stopping_state

    planned = design(
        StoppingRule(
            risk=rule.risk,
            alpha=rule.alpha,
            most=rule.most,
            family=rule.family,  # type: ignore[arg-type] # StoppingRule refuses unknown ones
            delta=rule.delta,
            against=rule.against or None,
            prior=(rule.prior_events, rule.prior_others) if rule.prior_events else None,
        )
    )
    seen = steps_of(people, events, rule, as_of)
    walked = seen.reached(rule.most)
    limits = [int(one) for one in planned.boundary.stop_at]
    crossed = next((at for at, one in enumerate(walked) if one >= limits[at]), None)
    now = int(seen.events[-1]) if seen.events.size else 0
    state = stopping_state(planned, seen.people, now, seen.pending)
    told = state.told
    if crossed is not None and not state.stop:
        told += f"; it said STOP at {walked[crossed]} of {crossed + 1}"
    for at, limit in enumerate(limits):
        yield {
            "rule": name,
            "scope": scope,
            "people": at + 1,
            "stop_at": limit,
            "events": walked[at] if at < len(walked) else None,
            "told": told,
            "stops": state.stop or crossed is not None,
        }


def changes_in(rule: WatchedChange, known: Tables, people: pl.DataFrame, seed: int) -> Tables:
    """Tables `shifts`, `weeks` and `undecided`."""
    from nanoward.clearance.will import (
        LEAST_WEEKS,
        TooFewScoresError,
        calibrated_watch,
        change_in,
        norms_of,
    )

    weeks = weekly_scores(scores(known), rule.scales)
    arms = dict(people.select("participant", pl.col("arm").fill_null("")).rows())
    controls = {who for who in weeks if arms.get(who) in rule.control_arms}
    basis = [part.drop_nulls().to_numpy() for who, (_, part) in weeks.items()
             if not rule.control_arms or who in controls]  # fmt: skip
    try:
        norms = norms_of(rule.scales, [one for one in basis if len(one) >= LEAST_WEEKS])
    except TooFewScoresError as fault:
        question = Undecided(
            room="clearance", subject="", question="who has changed?", reason=fault.message
        )
        return _change_tables([], [], [question])
    watch = calibrated_watch(
        norms,
        false_alarms=rule.false_alarms,
        weeks=rule.weeks,
        rng=np.random.default_rng(seed),
    )
    rows: list[dict[str, object]] = []
    drawn: list[dict[str, object]] = []
    open_: list[Undecided] = []
    for who, (days, part) in weeks.items():
        if who in controls:
            continue
        found = change_in(watch, days, part.to_numpy())
        drawn += _score_rows(who, days, part)
        if isinstance(found, Undecided):
            open_.append(Undecided(**{**asdict(found), "subject": who}))
            continue
        numbers = [one for one in found.statistic if np.isfinite(one)]
        drawn += [
            {"participant": who, "day": day, "kind": "scan", "scale": "", "value": one}
            for day, one in zip(found.days, found.statistic, strict=True)
            if np.isfinite(one)
        ]
        rows.append(
            {
                "participant": who,
                "weeks": len(found.days),
                "changed": found.alarm is not None,
                "seen": found.alarm,
                "began": found.began,
                "highest": max(numbers, default=None),
                "limit": found.limit,
                "could_see": found.could_see,
                "told": found.told,
            }
        )
    return _change_tables(rows, [*drawn, *_load_rows(rule, known, set(weeks))], open_)


def _change_tables(
    rows: list[dict[str, object]], weeks: list[dict[str, object]], open_: list[Undecided]
) -> Tables:
    return {
        SHIFTS.name: frame_of(SHIFTS, rows),
        WEEKS.name: frame_of(WEEKS, weeks),
        UNDECIDED.name: undecided_rows(open_),
    }


def _score_rows(who: str, days: list[date], part: pl.DataFrame) -> Iterator[dict[str, object]]:
    for scale in part.columns:
        for day, value in zip(days, part[scale], strict=True):
            if value is not None:
                yield {"participant": who, "day": day, "kind": "score", "scale": scale,
                       "value": float(value)}  # fmt: skip


def _load_rows(
    rule: WatchedChange, known: Tables, people: set[str]
) -> Iterator[dict[str, object]]:
    """The measured load of the agent, where the laboratory gives one."""
    if not rule.load or "LB" not in known:
        return
    table = results_of(known["LB"]).filter(pl.col("test") == rule.load)
    for who, day, value in table.select("participant", "taken", "value").drop_nulls().rows():
        if who in people:
            yield {"participant": who, "day": day, "kind": "load", "scale": rule.load,
                   "value": value}  # fmt: skip
