"""The weekly ward round: read what is new, type, relate, clear, tune, and report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from nanoward.audit.receipts import Head
from nanoward.base.canonical import sha256_of
from nanoward.base.entries import MaterialReceived, ProgrammeOpened, RoundHeld, body_of, kind_of
from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding, Undecided
from nanoward.base.plan import Plan
from nanoward.flows.bonds.find_links import find_links
from nanoward.flows.catalogue.type_samples import type_samples
from nanoward.flows.clearance.clear_participants import clear_participants
from nanoward.flows.clearance.trace_people import trace_people
from nanoward.flows.clearance.watch_people import watch_people
from nanoward.flows.lane.check_control import check_control
from nanoward.flows.lots.check_lots import ProgrammeAgent, check_lots, programme_agent
from nanoward.flows.lots.measure_adaptation import is_altered, measure_adaptation
from nanoward.flows.round.collect_materials import collect_materials
from nanoward.flows.round.compare_rounds import compare_rounds
from nanoward.flows.round.keep_findings import keep_findings
from nanoward.flows.round.provenance import provenance_of
from nanoward.flows.round.record_decisions import (
    LatestEntry,
    latest_entries,
    record_decisions,
    subject_of,
)
from nanoward.flows.round.round import Round
from nanoward.flows.round.round_json import round_json
from nanoward.flows.steps.finding_rows import finding_rows, undecided_rows
from nanoward.flows.steps.locate_findings import locate_findings
from nanoward.flows.steps.parquet import parquet_of
from nanoward.flows.steps.step_outcome import Materials, Outcome, merge
from nanoward.flows.tuning.tune_settings import tune_settings
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports

ACTOR = "ward round"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSummary:
    """What a round tells whoever held it."""

    folder: str
    round_: Round
    head: Head
    computed: int
    recalled: int


def ward_round(
    ports: Ports,
    *,
    as_of: date | None,
    seed: int,
    render: Callable[[Round], bytes],
    lane: Ledger | None = None,
) -> RoundSummary:
    """Hold the round for a day; what was computed in earlier rounds is taken from them.

    lane  the kill lane's ledger, where the programme has one
    """
    plan = ports.folder.plan()
    day = as_of or plan.as_of or ports.clock.now().date()

    materials, collected = collect_materials(ports, day)
    materials, read = with_reads(ports, plan, materials)
    typed = attempted("catalogue", lambda: type_samples(ports, plan, materials))
    cleared = clear_participants(ports, plan, materials, day)
    cleared = merge(cleared, trace_people(ports, plan, materials, day))
    cleared = merge(cleared, watch_people(ports, plan, materials, cleared, day, seed))
    before = {"programme": collected, "catalogue": typed, "clearance": cleared}
    compared = compare_rounds(ports, plan, materials, before, day)
    collected, cleared = merge(collected, compared.outcome), compared.cleared
    standings = cleared.tables.get("standings")
    related = attempted(
        "bonds",
        lambda: find_links(ports, plan, materials, typed, standings=standings, day=day),
    )
    agent = programme_agent(ports, plan, materials, day)
    adapted = adapted_since(ports, plan, materials, agent, (read, typed, related), lane)
    tuned = tune_settings(ports, plan, materials, standings, seed)

    controlled = check_control(ports, plan, day, lane=lane)

    steps = {
        "programme": collected,
        "agents": check_lots(agent, materials),
        "catalogue": merge(merge(read, typed), adapted),
        "bonds": related,
        "clearance": cleared,
        "tuning": tuned,
        "control": controlled,
    }
    steps = {room: with_places(step, materials) for room, step in steps.items()}
    return conclude_round(ports, plan, day, seed, steps, render)


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
    adapted = attempted(
        "catalogue", lambda: measure_adaptation(ports, plan, materials, agent, found)
    )
    if "control" not in plan.sections or not is_altered(adapted.tables):
        return adapted
    from nanoward.flows.killcode.flag_escapes import flush_samples

    told = flush_samples(adapted.tables["guarded_loci"], ports.ledger, lane)
    return replace(adapted, entries=(*adapted.entries, *told))


def with_reads(ports: Ports, plan: Plan, materials: Materials) -> tuple[Materials, Outcome]:
    """What sequencers read, typed; the kernel is loaded only where there are reads."""
    if "reads" not in materials:
        return materials, Outcome()
    from nanoward.flows.catalogue.call_programme_reads import call_programme_reads

    return call_programme_reads(ports, plan, materials)


def attempted(room: str, step: Callable[[], Outcome]) -> Outcome:
    """A step, or a finding and an open question where the data lack what the plan asks for.

    People are cleared all the same: nobody waits for a sequence to be put right.
    """
    try:
        return step()
    except NotInDataError as fault:
        finding = Finding(
            code=fault.code,
            severity="error",
            message=fault.what,
            next_step=fault.next_step,
            file=fault.file,
            line=fault.line,
            column=fault.column,
        )
        question = Undecided(
            room=room, subject="", question="all that it is asked", reason=fault.what
        )
        return Outcome(findings=(finding,), undecided=(question,))


def with_places(step: Outcome, materials: Materials) -> Outcome:
    """The step with the file and line of each finding that names its row."""
    return replace(step, findings=locate_findings(step.findings, materials.tables))


def conclude_round(
    ports: Ports,
    plan: Plan,
    as_of: date,
    seed: int,
    steps: Mapping[str, Outcome],
    render: Callable[[Round], bytes],
) -> RoundSummary:
    """First the decisions on the ledger, then the report, then the entry that it was made."""
    opened = ProgrammeOpened(programme=plan.name, title=plan.title, plan_sha256=plan.sha256)
    tables = round_tables(steps)
    kept = keep_findings(ports, tables["findings"], as_of)
    tables["finding_states"] = kept.table
    decisions = [opened, *(entry for step in steps.values() for entry in step.entries)]
    decisions.append(kept.entry)
    head = record_decisions(ports, decisions, actor=ACTOR)

    inputs = [body_of(one) for one in decisions if isinstance(one, MaterialReceived)]
    round_ = Round(
        plan=plan,
        as_of=as_of,
        tables=tables,
        facts={room: step.facts for room, step in steps.items()},
        provenance=provenance_of(inputs=inputs, head=head, seed=seed, as_of=as_of),
    )
    files = {f"tables/{name}.parquet": parquet_of(table) for name, table in tables.items()}
    hashes = {path: sha256_of(content) for path, content in files.items()}
    files["round.json"] = round_json(round_, hashes)
    files["report.html"] = render(round_)

    held = RoundHeld(
        round=as_of.isoformat(),
        as_of=as_of,
        report_sha256=sha256_of(files["report.html"]),
        tables=tuple(f"{path}={name}" for path, name in sorted(hashes.items())),
    )
    _record_round(ports, held)
    return RoundSummary(
        folder=ports.folder.write_round(as_of.isoformat(), files),
        round_=round_,
        head=ports.ledger.head(),
        computed=sum(step.computed for step in steps.values()),
        recalled=sum(step.recalled for step in steps.values()),
    )


def round_tables(steps: Mapping[str, Outcome]) -> dict[str, pl.DataFrame]:
    """All tables of all steps, with every finding and every open question."""
    tables = {name: table for step in steps.values() for name, table in step.tables.items()}
    tables["findings"] = finding_rows(one for step in steps.values() for one in step.findings)
    tables["undecided"] = undecided_rows(
        one for step in steps.values() for one in step.undecided
    )
    return dict(sorted(tables.items()))


def _record_round(ports: Ports, held: RoundHeld) -> None:
    body: Mapping[str, Any] = body_of(held)
    latest, _ = latest_entries(ports.ledger.records(kind=kind_of(held)))
    known = latest.get(subject_of(kind_of(held), body))
    if known != LatestEntry(kind=kind_of(held), body=body):
        ports.ledger.append([held], actor=ACTOR, at=ports.clock.now())
