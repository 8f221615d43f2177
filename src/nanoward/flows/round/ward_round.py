"""The weekly ward round: read what is new, type, relate, clear, tune, and report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import (
    MaterialReceived,
    ProgrammeOpened,
    RoundHeld,
    SampleTyped,
    body_of,
)
from nanoward.base.errors import RefusedError
from nanoward.base.plan import Plan
from nanoward.flows.audit.audit_round import audit_round
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.catalogue.find_strains import find_strains
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.clearance.clear_participants import clear_participants
from nanoward.flows.clearance.known_people import KnownPeople, known_people
from nanoward.flows.clearance.trace_people import trace_people
from nanoward.flows.clearance.watch_people import watch_people
from nanoward.flows.council.round_checks import ROUND_CHECKS, RoundSoFar
from nanoward.flows.exit.check_exits import check_exits
from nanoward.flows.lane.check_control import check_control
from nanoward.flows.lots.check_lots import ProgrammeAgent, check_lots, programme_agent
from nanoward.flows.lots.measure_adaptation import is_altered, measure_adaptation
from nanoward.flows.messages.check_messages import check_messages
from nanoward.flows.programme.check_programme import check_programme
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.round.compare_rounds import (
    ComparedRound,
    compare_rounds,
    keep_consequences,
    ledger_standings,
)
from nanoward.flows.round.compare_standings import (
    Concerns,
    concerns_of,
    danger_signals,
    grave_events,
    lapsed_standings,
    latest_standings,
    standing_differences,
)
from nanoward.flows.round.keep_findings import keep_findings
from nanoward.flows.round.provenance import provenance_of
from nanoward.flows.round.record_decisions import record_decisions, record_round
from nanoward.flows.round.round import Round, RoundSummary
from nanoward.flows.round.round_json import round_json
from nanoward.flows.steps.attempted import attempted
from nanoward.flows.steps.evidence_rows import evidence_rows
from nanoward.flows.steps.finding_rows import finding_rows, undecided_rows
from nanoward.flows.steps.locate_findings import with_places
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.records_once import RecordsOnce
from nanoward.flows.steps.stated_grades import plan_lineage
from nanoward.flows.steps.step_outcome import Materials, Outcome, merge
from nanoward.flows.tuning.tune_settings import tune_settings
from nanoward.flows.watch.objects_round import objects_round
from nanoward.flows.watch.watch_round import watch_round
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

ACTOR = "ward round"


class FutureRoundError(RefusedError):
    """A round was asked for on a day that has not come; it would decide before the facts."""

    code = "REF-064"
    next_step = "Hold the round for today, or for a day before it."


def ward_round(
    ports: Ports,
    *,
    as_of: date | None,
    seed: int,
    render: Callable[[Round], bytes],
    lane: Ledger | None = None,
) -> RoundSummary:
    """Hold the round for a day; what was computed in earlier rounds is taken from them.

    Standings are decided and recorded first. Whatever befalls another room then is told, and
    the round goes on.

    lane  the kill lane's ledger, where the programme has one
    """
    plan = ports.folder.plan()
    day = round_day(ports, plan, as_of)
    steps, concerns = held_rooms(ports, plan, day, seed, lane)
    with ports.meter.step("ledger and files of the round"):
        summary = conclude_round(ports, plan, day, seed, steps, render)
    return replace(summary, concerns=concerns)


def held_rooms(
    ports: Ports, plan: Plan, day: date, seed: int, lane: Ledger | None
) -> tuple[dict[str, Outcome], Concerns]:
    """What every room gives, by room; what was read is let go before the report is made."""
    with ports.meter.step("reading files"):
        materials, collected = collect_materials(ports, day)
    before = latest_standings(ports.ledger, before=day)
    with ports.meter.step("standings"):
        decided = clear_participants(ports, plan, materials, day)
    known = {"programme": collected, "catalogue": Outcome(), "clearance": decided}
    compared = compared_clearance(
        ports, lambda: keep_consequences(ports, plan, materials, known, day), known, day
    )
    basis = compared.basis
    with ports.meter.step("standings on the ledger"):
        lapses = recorded_clearance(ports, plan, day, collected, compared.cleared)
    visits = attempted(ports, "programme", "visits", lambda: check_programme(ports, plan, day))
    collected = merge(collected, visits)
    materials, read = with_reads(ports, plan, materials)
    typed = attempted(
        ports, "catalogue", "typing samples", lambda: type_samples(ports, plan, materials)
    )
    # once more with what the samples say: it may hold somebody, and lets nobody go
    more = {**known, "catalogue": typed}
    compared = compared_clearance(
        ports, lambda: compare_rounds(ports, plan, materials, more, day, basis), known, day
    )
    cleared = merge(compared.cleared, lapses)
    concerns = concerns_of(
        cleared.entries, before, danger_signals(ports.ledger, day), grave_events(decided)
    )
    found = {"clearance": cleared, "read": read, "typed": typed}
    others = other_rooms(ports, plan, day, seed, materials, found, lane)
    collected = merge(collected, compared.outcome)
    messages = attempted(
        ports, "programme", "messages", lambda: check_messages(ports, plan, day)
    )
    collected = merge(collected, messages)
    known_so_far = RoundSoFar(materials=materials, day=day, tables=round_tables(others))
    for check in ROUND_CHECKS:
        outcome = attempted(ports, "programme", "cases", partial(check, ports, known_so_far))
        collected = merge(collected, outcome)
    steps = {"programme": collected, **others}
    return {room: with_places(step, materials) for room, step in steps.items()}, concerns


def round_day(ports: Ports, plan: Plan, as_of: date | None) -> date:
    """The day that the round stands for; FutureRoundError for one after the site's today."""
    today = ports.today()
    day = as_of or plan.as_of or today
    if day > today:
        raise FutureRoundError(f"{day} is after today, {today} in {plan.time_zone}")
    return day


def compared_clearance(
    ports: Ports,
    comparison: Callable[[], ComparedRound],
    known: Mapping[str, Outcome],
    day: date,
) -> ComparedRound:
    """Clearance with the consequences that the rounds before keep; told where that failed."""
    compared = ComparedRound(cleared=known["clearance"], outcome=Outcome())

    def compare() -> Outcome:
        nonlocal compared
        compared = comparison()
        return compared.outcome

    outcome = attempted(ports, "programme", "comparing rounds", compare)
    if outcome.failed:  # nobody goes on by a comparison that could not be made
        kept = ledger_standings(ports, known["clearance"], day)
        return ComparedRound(cleared=kept, outcome=outcome)
    return replace(compared, outcome=outcome)


def recorded_clearance(
    ports: Ports, plan: Plan, day: date, collected: Outcome, cleared: Outcome
) -> Outcome:
    """Put everybody's standing on the ledger before any other room begins.

    returns  what follows from standings recorded before: people who lapsed, and differences
    """
    size, known = ports.ledger.head().size, latest_standings(ports.ledger)
    lapsed, gone = lapsed_standings(known, cleared.entries, day)
    entries = (*cleared.entries, *lapsed)
    opened = ProgrammeOpened(programme=plan.name, title=plan.title, plan_sha256=plan.sha256)
    first = [opened, *collected.entries, *entries]
    record_decisions(ports, first, actor=ACTOR, bonds_looked_for=False)
    differ = standing_differences(entries, known | latest_standings(ports.ledger, after=size))
    return Outcome(entries=tuple(lapsed), findings=(*gone, *differ))


def other_rooms(
    ports: Ports,
    plan: Plan,
    day: date,
    seed: int,
    materials: Materials,
    found: Mapping[str, Outcome],
    lane: Ledger | None,
) -> dict[str, Outcome]:
    """Every room besides clearance, and what clearance shows besides standings.

    found  outcomes so far: "clearance", "read" (reads called) and "typed"
    """
    cleared, read, typed = found["clearance"], found["read"], found["typed"]
    standings = cleared.tables.get("standings")
    once = replace(ports, ledger=RecordsOnce(ports.ledger))  # read once for two steps

    @cache
    def people() -> KnownPeople:
        return known_people(once.ledger, materials, day)

    traced = attempted(
        ports,
        "clearance",
        "tracing people",
        lambda: trace_people(ports, plan, materials, day, people()),
    )
    watched = attempted(
        ports,
        "clearance",
        "monitoring people",
        lambda: watch_people(once, plan, materials, cleared, day, seed, people()),
    )
    left = attempted(ports, "clearance", "way out", lambda: check_exits(ports, day, lane=lane))
    strains = attempted(
        ports, "catalogue", "strains", lambda: find_strains(plan, materials, standings)
    )
    agents, agent = checked_lots(ports, plan, day, materials)
    spec = None if agent is None else agent.spec
    related = attempted(
        ports,
        "bonds",
        "links",
        lambda: find_links(
            ports, plan, materials, typed, standings=standings, day=day, spec=spec
        ),
    )
    adapted = Outcome()
    if agent is not None:
        known, steps = agent, (read, typed, related)
        adapted = attempted(
            ports,
            "catalogue",
            "adaptation",
            lambda: adapted_since(ports, plan, materials, known, steps, lane),
        )
    return {
        "agents": agents,
        "catalogue": merge(merge(merge(read, typed), adapted), strains),
        "bonds": related,
        "clearance": merge(merge(merge(cleared, traced), watched), left),
        "tuning": attempted(
            ports,
            "tuning",
            "tuning settings",
            lambda: tune_settings(ports, plan, materials, standings, seed),
        ),
        **_outward_rooms(ports, plan, day, materials, lane),
    }


def _outward_rooms(
    ports: Ports, plan: Plan, day: date, materials: Materials, lane: Ledger | None
) -> dict[str, Outcome]:
    """Rooms that wait for no other: agents under control, what arrives, and partners."""
    counts = attempted(
        ports, "watch", "counts", lambda: watch_round(ports, plan, materials, day)
    )
    objects = attempted(
        ports, "watch", "objects", lambda: objects_round(ports, plan, materials, day)
    )
    return {
        "control": attempted(
            ports, "control", "control", lambda: check_control(ports, plan, day, lane=lane)
        ),
        "watch": merge(counts, objects),
        "audit": attempted(ports, "audit", "partners", lambda: audit_round(ports, plan)),
    }


def checked_lots(
    ports: Ports, plan: Plan, day: date, materials: Materials
) -> tuple[Outcome, ProgrammeAgent | None]:
    """The agent's spec and lots as the round knows them; no agent where that failed."""
    agent: ProgrammeAgent | None = None

    def lots() -> Outcome:
        nonlocal agent
        agent = programme_agent(ports, plan, materials, day)
        return check_lots(agent, materials)

    checked = attempted(ports, "agents", "lots", lots)
    return checked, agent


def adapted_since(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    agent: ProgrammeAgent,
    steps: Sequence[Outcome],
    lane: Ledger | None,
) -> Outcome:
    """Adaptation by the tables of the steps before; an altered kill locus ends a flush."""
    found = {name: table for step in steps for name, table in step.tables.items()}
    readings = {
        one.sample: one.profile_sha256
        for step in steps
        for one in step.entries
        if isinstance(one, SampleTyped)
    }
    adapted = measure_adaptation(ports, plan, materials, agent, found, readings)
    if "control" not in plan.sections or not is_altered(adapted.tables):
        return adapted
    from nanoward.flows.killcode.flag_escapes import flush_samples

    told = flush_samples(adapted.tables["guarded_loci"], ports.ledger, lane)
    return replace(adapted, entries=(*adapted.entries, *told))


def with_reads(ports: Ports, plan: Plan, materials: Materials) -> tuple[Materials, Outcome]:
    """What sequencers read, typed; the kernel is loaded only where there are reads."""
    if "reads" not in materials:
        return materials, Outcome()
    found = materials

    def call() -> Outcome:
        nonlocal found
        from nanoward.flows.catalogue.call_programme_reads import call_programme_reads

        found, read = call_programme_reads(ports, plan, materials)
        return read

    read = attempted(ports, "catalogue", "calling reads", call)
    return found, read


def conclude_round(
    ports: Ports,
    plan: Plan,
    as_of: date,
    seed: int,
    steps: Mapping[str, Outcome],
    render: Callable[[Round], bytes],
) -> RoundSummary:
    """First the decisions on the ledger, then the report, then the entry that it was made."""
    tables = round_tables(steps)
    kept = keep_findings(ports, tables["findings"], as_of)
    tables["finding_states"] = kept.table
    tables["evidence"] = evidence_rows(tables, plan_lineage(plan))
    decisions = [entry for step in steps.values() for entry in step.entries]
    decisions.append(kept.entry)
    looked = not steps["bonds"].failed
    head = record_decisions(ports, decisions, actor=ACTOR, bonds_looked_for=looked)

    inputs = [body_of(one) for one in decisions if isinstance(one, MaterialReceived)]
    files = {f"tables/{name}.parquet": parquet_of(table) for name, table in tables.items()}
    hashes = {path: sha256_of(content) for path, content in files.items()}
    round_ = Round(
        plan=plan,
        as_of=as_of,
        tables=tables,
        facts={room: step.facts for room, step in steps.items()},
        provenance=provenance_of(inputs=inputs, head=head, seed=seed, as_of=as_of),
        hashes={name: hashes[f"tables/{name}.parquet"] for name in tables},
    )
    files["round.json"] = round_json(round_, hashes)
    with ports.meter.step("report"):
        files["report.html"] = render(round_)

    held = RoundHeld(
        round=as_of.isoformat(),
        as_of=as_of,
        report_sha256=sha256_of(files["report.html"]),
        tables=tuple(f"{path}={name}" for path, name in sorted(hashes.items())),
    )
    record_round(ports, held, actor=ACTOR)
    return RoundSummary(
        folder=ports.folder.write_round(as_of.isoformat(), files),
        round_=round_,
        head=ports.ledger.head(),
        computed=sum(step.computed for step in steps.values()),
        recalled=sum(step.recalled for step in steps.values()),
        failed=any(step.failed for step in steps.values()),
    )


def round_tables(steps: Mapping[str, Outcome]) -> dict[str, pl.DataFrame]:
    """All tables of all steps, with every finding and every open question."""
    tables = {name: table for step in steps.values() for name, table in step.tables.items()}
    tables["findings"] = finding_rows(one for step in steps.values() for one in step.findings)
    tables["undecided"] = undecided_rows(
        one for step in steps.values() for one in step.undecided
    )
    return dict(sorted(tables.items()))
