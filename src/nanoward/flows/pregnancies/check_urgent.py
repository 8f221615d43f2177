"""Urgent reports in the round: what the record shows, what is due, what is late."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from nanoward.base.entries.urgent import EventAssessed, EventKnown
from nanoward.base.findings import Finding
from nanoward.base.tables import URGENT_REPORTS
from nanoward.base.tables.facts import UNKEPT
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.pregnancies.keep_pregnancies import register_now
from nanoward.flows.pregnancies.keep_urgent import (
    UrgentRules,
    event_name,
    events_now,
    urgent_rules,
)
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.urgent.clocks import local_day
from nanoward.programme.urgent.events import (
    EventState,
    UrgentEvent,
    event_state,
    urgent_events,
)
from nanoward.programme.urgent.reference_safety import ASK, CRITERIA

BY, SOON = "ward round", timedelta(days=3)
_FLAGS = dict(
    zip(
        ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"), CRITERIA, strict=True
    )
)
_NOT = ("NOT RELATED", "UNRELATED", "NONE", "N", "NO", "UNLIKELY", "REMOTE", "UNLIKELY RELATED")
_YES = ("RELATED", "POSSIBLE", "PROBABLE", "DEFINITE", "Y", "YES", "POSSIBLY RELATED",
        "PROBABLY RELATED", "LIKELY", "CERTAIN", "DEFINITELY RELATED")  # fmt: skip


def check_urgent(
    ports: Ports, materials: Materials, tables: Mapping[str, pl.DataFrame]
) -> Outcome:
    """The register; events of the record opened, each once; what is due or late told.

    Serious events of the record are followed where the plan states [programme.urgent]; kills,
    escapes and anomalies in any case.
    """
    rules, events = urgent_rules(ports), events_now(ports)
    now = ports.clock.now()
    found: list[EventKnown | EventAssessed] = [*_kills(tables, now), *_anomalies(ports, now)]
    serious = list(_serious(materials, tables, now))
    if rules.section:
        found += serious
    new = [one for one in found if one.event not in events]
    after = {**events, **urgent_events(new)}
    unkept = {} if rules.section or not serious else {UNKEPT: len(serious) // 2}
    if not after:
        return Outcome(facts=unkept)
    states = {name: _state(one, rules, now) for name, one in after.items()}
    rows = [event_row(one, states[name]) for name, one in after.items()]
    return Outcome(
        tables={URGENT_REPORTS.name: frame_of(URGENT_REPORTS, rows)},
        entries=tuple(new),
        findings=tuple(_findings(states, local_day(now, rules.zone))),
        facts={
            "urgent events": sum(one.word != "none" for one in states.values()),
            **unkept,
        },
    )


def _state(known: UrgentEvent, rules: UrgentRules, now: datetime) -> EventState:
    return event_state(known, rules.rsi, rules.zone, now)


def event_row(known: UrgentEvent, state: EventState) -> dict[str, Any]:
    """An event as a row of URGENT_REPORTS; nobody is named."""
    return {
        "event": known.event,
        "kind": known.kind,
        "first_known": f"{known.known:%Y-%m-%d %H:%M}",
        "verdict": state.verdict.word,
        "days": state.clock.days or None,
        "due": state.clock.due,
        "state": state.word,
        "reports": len(known.reports),
        "why": state.verdict.why,
    }


def _serious(
    materials: Materials, tables: Mapping[str, pl.DataFrame], now: datetime
) -> Iterator[EventKnown | EventAssessed]:
    """Serious emergent events of the round's table, with what AE says of them."""
    events = tables.get("adverse_events")
    if events is None:
        return
    said = {(str(row.get("USUBJID")), _number(row.get("AESEQ"))): row for row in _ae(materials)}
    for row in events.filter(pl.col("serious") & pl.col("emergent")).to_dicts():
        who, term = str(row["participant"]), str(row["term"] or "unnamed event")
        name = event_name(who, "adverse event", f"{term}|{row['sequence']}")
        told = said.get((who, _number(row["sequence"])), {})
        yield EventKnown(
            event=name, participant=who, kind="adverse event", term=term, known=now,
            source="AE", by=BY,
        )  # fmt: skip
        criteria = [word for flag, word in _FLAGS.items() if _flag(told.get(flag))]
        yield EventAssessed(
            event=name, participant=who, role="investigator",
            causality=_causality(told.get("AEREL")),
            criteria=tuple(criteria or ["medically important"]),
            severity=str(row["severity"] or "unknown"), known=now, by=BY,
        )  # fmt: skip


def _ae(materials: Materials) -> list[dict[str, Any]]:
    ae = sdtm_domains(materials).get("AE")
    return [] if ae is None else ae.to_dicts()


def _number(value: object) -> int:
    try:
        return int(float(str(value)))
    except ValueError:
        return -1


def _flag(value: object) -> bool:
    return str(value or "").strip().upper() in ("Y", "YES", "1", "TRUE")


def _causality(value: object) -> str:
    word = str(value or "").strip().upper()
    return "not related" if word in _NOT else "related" if word in _YES else "unknown"


def _kills(tables: Mapping[str, pl.DataFrame], now: datetime) -> Iterator[EventKnown]:
    """Every kill that was fired, and every agent that outlived one."""
    kills = tables.get("kills")
    if kills is None:
        return
    for row in kills.to_dicts():
        for kind, column in (("kill", "answered"), ("escape", "escaped")):
            if (row.get(column) or 0) > 0:
                name = event_name(str(row["order"]), kind, kind)
                yield EventKnown(
                    event=name, participant="", kind=kind, term=f"{kind} of the agent",
                    known=now, source=f"order {row['order']}", by=BY,
                )  # fmt: skip


def _anomalies(ports: Ports, now: datetime) -> Iterator[EventKnown | EventAssessed]:
    """Pregnancies with an anomaly, or with a serious end that a person looks at."""
    for known in register_now(ports).cases.values():
        for fetus, end in sorted(known.ends.items()):
            if end.anomaly not in ("suspected", "confirmed"):
                continue
            name = event_name(known.case, "pregnancy", f"anomaly {fetus}")
            yield EventKnown(
                event=name, participant=known.participant, kind="pregnancy",
                term="Congenital anomaly", known=now, source=f"case {known.case}", by=BY,
            )  # fmt: skip
            yield EventAssessed(
                event=name, participant=known.participant, role="investigator",
                causality="unknown", criteria=("congenital anomaly",), severity="unknown",
                known=now, by=BY,
            )  # fmt: skip


def _findings(states: Mapping[str, EventState], day: date) -> Iterator[Finding]:
    report = "Report it now: nanoward programme urgent report."
    for name, state in states.items():
        due, follow_up = state.clock.due, state.follow_up
        if state.word == "overdue":
            told = f"event {name}: no report by {due}: overdue"
            yield _finding("PRG-175", "error", told, report)
        elif state.word == "waits" and due is not None and due - day <= SOON:
            yield _finding("PRG-176", "warning", f"event {name}: due by {due}", report)
        if state.word in ("waits", "overdue") and state.verdict.word == ASK:
            decide = "Decide by name, the clock runs: nanoward programme urgent decide."
            yield _finding("PRG-177", "warning", f"event {name}: {state.verdict.why}", decide)
        if follow_up is not None and follow_up < day:
            told = f"event {name}: a follow-up was due by {follow_up}"
            yield _finding("PRG-178", "error", told, report)


def _finding(code: str, severity: Any, message: str, step: str) -> Finding:
    return Finding(code=code, severity=severity, message=message, next_step=step)
