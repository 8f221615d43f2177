"""Watch the programme from week to week: stopping rules, change, sites, visits, consents.

A step of its own behind `clear_participants`, from whose tables it starts. What the plan does
not ask for is not computed, and a table of which nothing is known is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
)
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.base.tables import CONSENTS
from nanoward.clearance import (
    Policy,
    participants,
    policy_of,
    results_of,
    scores,
)
from nanoward.clearance.consent.consent_state import Consent, consent_after
from nanoward.flows.clearance.known_people import KnownPeople, known_people
from nanoward.flows.consent.detect_undue_influence import detect_undue_influence
from nanoward.flows.consent.read_consent import clearance_entries
from nanoward.flows.steps.finding_rows import (
    finding_rows,
    findings_in,
    undecided_in,
    undecided_rows,
)
from nanoward.flows.steps.memoised_tables import memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

GONE = ("died", "completed", "withdrawn")
TABLES = ("stopping", "stairs", "changes", "courses", "sites", "due")


def watch_people(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    cleared: Outcome,
    as_of: date,
    seed: int,
    people: KnownPeople | None = None,
) -> Outcome:
    """Tables of base/tables/watched.py; recalled where neither data, rules nor day changed.

    cleared  what `clear_participants` found
    people   what is known by the day, where another step asks for it too
    """
    policy = policy_of(plan.section("clearance"))
    whole = people or known_people(ports.ledger, materials, as_of)
    if "grades" not in cleared.tables:
        return _told({}, held_consents(ports.ledger, as_of), ())

    def watch() -> Mapping[str, pl.DataFrame]:
        return watched(
            policy, whole.known, materials.tables.get("sdtm.TV"), cleared, as_of, seed
        )

    key = memo_key(
        "watch",
        reachable_digest(__name__),
        sources={r: s for r, s in materials.sources.items() if r.startswith("sdtm.")},
        rules=asdict(policy),
        recorded={name: table.rows() for name, table in whole.recorded.items()},
        as_of=as_of,
        seed=seed,
    )
    tables, recalled = memoised_tables(ports, key, watch)
    pressed = detect_undue_influence(ports.ledger, policy, as_of)
    gone = people_gone(cleared.tables.get("standings"))
    demands = tuple(one for one in _demands(tables["changes"]) if one.participant not in gone)
    outcome = _told(tables, held_consents(ports.ledger, as_of, demands), demands, gone)
    told = [one for one in findings_in(tables["findings"]) if not _asks(one, gone)]
    return Outcome(
        tables=outcome.tables,
        entries=outcome.entries,
        findings=(*told, *pressed, *outcome.findings),
        undecided=undecided_in(tables["undecided"]),
        facts=outcome.facts,
        computed=int(not recalled),
        recalled=int(recalled),
    )


def people_gone(standing: pl.DataFrame | None) -> frozenset[str]:
    """The dead, and those who completed or withdrew: nobody asks anything of them."""
    if standing is None:
        return frozenset()
    return frozenset(standing.filter(pl.col("standing").is_in(GONE))["participant"])


def _asks(one: Finding, gone: frozenset[str]) -> bool:
    return one.code == "CLR-061" and one.subject in gone


def watched(
    policy: Policy,
    known: Mapping[str, pl.DataFrame],
    tv: pl.DataFrame | None,
    cleared: Outcome,
    as_of: date,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """All tables of the step, with its findings and open questions.

    The rooms that need numerical libraries are loaded only where the plan asks for them.
    """
    from nanoward.clearance.monitoring.site_monitoring import monitored_sites, open_intervals
    from nanoward.clearance.monitoring.visit_compliance import visit_compliance_table

    grades, events = cleared.tables["grades"], cleared.tables["adverse_events"]
    tables = {
        "sites": monitored_sites(known, grades, events, as_of),
        "due": visit_compliance_table(known, tv, policy.weekly, as_of),
    }
    found = list(_flagged(tables["sites"]))
    if not tables["sites"].is_empty():
        found += open_intervals(known, "note")
    if policy.stopping:
        from nanoward.clearance.monitoring.stopping_status import stopping_rule_status

        stops = stopping_rule_status(policy.stopping, known, grades, events, as_of)
        tables["stopping"], tables["stairs"] = stops[:2]
        found += stops[2]
    tables["changes"], tables["courses"], undecided = _will(policy, known, seed)
    found += _turned(policy, known)
    return tables | {
        "findings": finding_rows([*found, *_changed(tables["changes"])]),
        "undecided": undecided_rows(undecided),
    }


def _will(
    policy: Policy, known: Mapping[str, pl.DataFrame], seed: int
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Undecided, ...]]:
    from nanoward.base.tables import CHANGES, COURSES

    if not policy.scales:
        return frame_of(CHANGES, []), frame_of(COURSES, []), ()
    from nanoward.clearance.wellbeing.weekly_change import weekly_changes

    arms = participants(known).filter(pl.col("arm").is_in(list(policy.control_arms)))
    return weekly_changes(
        scores(known),
        _loads(policy, known),
        policy.scales,
        frozenset(arms["participant"]),
        np.random.default_rng(seed),
    )


def _loads(policy: Policy, known: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    results = results_of(known.get("LB", nobody) if policy.load else nobody)
    rows = results.filter(pl.col("test") == policy.load)
    return rows.select("participant", "value", day="taken").drop_nulls()


def _turned(policy: Policy, known: Mapping[str, pl.DataFrame]) -> tuple[Finding, ...]:
    if not policy.goals:
        return ()
    from nanoward.clearance.wellbeing.weekly_change import reversed_goals

    return reversed_goals(scores(known), policy.goals)


def _changed(changes: pl.DataFrame) -> Iterator[Finding]:
    for who, seen, told in (
        changes.filter("changed").select("participant", "seen", "told").iter_rows()
    ):
        yield Finding(
            code="CLR-061",
            severity="warning",
            message=f"{who} is no longer as before (seen on {seen}): {told}",
            next_step="Let clinician and advocate see the person; consent is asked for anew.",
            subject=who,
        )


def _demands(changes: pl.DataFrame) -> Iterator[ConsentRenewalDemanded]:
    """Whoever has changed signs anew, the agent off: the old will may be the agent's."""
    for who, seen in changes.filter("changed").select("participant", "seen").iter_rows():
        yield ConsentRenewalDemanded(
            participant=who,
            demanded=seen,
            reason=f"changed against the person's own past, seen on {seen}",
            agent_off=True,
        )


def _flagged(sites: pl.DataFrame) -> Iterator[Finding]:
    beyond = sites.filter(pl.col("flag") != 0)
    for row in beyond.iter_rows(named=True):
        how = "more" if row["flag"] > 0 else "fewer"
        yield Finding(
            code="CLR-063",
            severity="note",
            message=f"site {row['site']}: {row['measure']} {row['value']:.3g}, {how} than"
            f" others (mean {row['mean']:.3g}, z {row['z']:.2f}, by the others alone"
            f" {row['z_of_others']:.2f})",
            next_step="Look at how the site reports before anything is concluded.",
            subject=row["site"],
        )


def _told(
    tables: Mapping[str, pl.DataFrame],
    agreed: pl.DataFrame,
    entries: tuple[Entry, ...],
    gone: frozenset[str] = frozenset(),
) -> Outcome:
    """The tables that hold anything, and a finding for everybody who must sign anew.

    gone  people of whom nothing is asked any more
    """
    shown = {name: tables[name] for name in TABLES if name in tables and tables[name].height}
    if agreed.height:
        shown["consents"] = agreed
    waiting = agreed.filter(
        pl.col("status") == "renewal", ~pl.col("participant").is_in(list(gone))
    )
    findings = tuple(_renewal(row) for row in waiting.iter_rows(named=True))
    facts: dict[str, Any] = {}
    if waiting.height:
        facts["must sign anew"] = waiting.height
    if "stopping" in shown:
        facts["stopping rules that say stop"] = int(shown["stopping"]["stop"].sum())
    return Outcome(tables=shown, entries=entries, findings=findings, facts=facts)


def _renewal(row: Mapping[str, Any]) -> Finding:
    return Finding(
        code="CLR-064",
        severity="warning",
        message=f"{row['participant']} must sign anew: {row['renewal']}",
        next_step="Nothing new is done with the person until then; explain, and let them sign.",
        subject=row["participant"],
    )


def held_consents(
    ledger: Ledger, as_of: date, demands: Sequence[ConsentRenewalDemanded] = ()
) -> pl.DataFrame:
    """Table CONSENTS: everybody of whom the ledger holds a signature or a withdrawal.

    demands  of this round; one that stands on the ledger already is not made twice
    """
    people: dict[str, Consent] = {}
    document: ConsentDocumentIssued | None = None
    entries = [one for one in clearance_entries(ledger) if _is_known(one, as_of)]
    for entry in [*entries, *(one for one in demands if one not in entries)]:
        match entry:
            case ConsentDocumentIssued():
                document = entry
                people = {who: consent_after(one, entry) for who, one in people.items()}
            case ConsentSigned() | ConsentWithdrawn() | ConsentRenewalDemanded():
                who = entry.participant
                before = people.get(who, Consent(participant=who, document=document))
                people[who] = consent_after(before, entry)
            case _:
                pass
    known = [one for one in people.values() if one.history]
    return frame_of(CONSENTS, (_consent(one, as_of) for one in known))


def _is_known(entry: Entry, as_of: date) -> bool:
    match entry:
        case ConsentDocumentIssued():
            return entry.issued <= as_of
        case ConsentSigned():
            return entry.signed <= as_of
        case ConsentWithdrawn():
            return entry.withdrawn <= as_of
        case ConsentRenewalDemanded():
            return entry.demanded <= as_of
    return False


def _consent(state: Consent, as_of: date) -> dict[str, Any]:
    signatures = [one for one in state.history if isinstance(one, ConsentSigned)]
    last = signatures[-1] if signatures else None
    return {
        "participant": state.participant,
        "status": state.status(as_of),
        "version": last.version if last else None,
        "signed": last.signed if last else None,
        "withdrawn": state.withdrawn,
        "renewal": state.renewal(as_of) if state.withdrawn is None else "",
        "uses": sorted(state.uses),
    }
