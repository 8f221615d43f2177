"""Compare a round with the round before: materials, decisions, rules and software.

What vanished or was corrected keeps its consequence until a named person confirms; a person
who is gone from the records is not cleared. What the next round needs is kept in a snapshot.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from nanoward.base.entries import Entry, MaterialReceived, StandingDecided
from nanoward.base.plan import Plan
from nanoward.base.tables import STANDINGS
from nanoward.clearance import policy_of
from nanoward.clearance.standing.standing_differences import (
    StandingRow,
    graver,
    held_for,
    lost_reasons,
    severity,
    standing_rows,
)
from nanoward.flows.clearance.confirm_change import confirmed_changes
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.clearance.recorded_facts import recorded_domains, with_recorded
from nanoward.flows.round.decision_causes import DecisionCauses, decision_causes
from nanoward.flows.round.earlier_rounds import (
    EarlierRounds,
    earlier_rounds,
    recorded_standings,
    renamed_rows,
)
from nanoward.flows.round.missing_rows import MissingRow, as_tables, compare_rows
from nanoward.flows.round.notable_acts import NotableActs, known_carriers, notable_acts
from nanoward.flows.round.retained_standings import (
    Retained,
    person_identity,
    retained_standings,
    with_standings,
)
from nanoward.flows.round.round_changes import Comparison, round_changes
from nanoward.flows.round.round_snapshot import (
    ADJUSTED,
    DECIDED,
    RoundSnapshot,
    keep_snapshot,
    snapshots_before,
    table_origins,
)
from nanoward.flows.round.source_identity import source_identity
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.continuity.material_differences import MaterialFile

Tables = Mapping[str, pl.DataFrame]
_HEAVY = ("genomes", "variants", "reads", "reference")  # kept by sample and file alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonBasis:
    """What a round is compared with, and how its rows differ from that.

    own        this round's rows by domain; domains: with what the ledger recorded
    recorded   those of the ledger alone
    places     the snapshots of `earlier`, by place on the ledger
    confirmed  changes that a person confirmed since, each with the name
    waiting    rows that vanished or were corrected and nobody confirmed
    touched    people of whom any row is new, gone or another
    renamed    old name to new name of people
    retained   standings that the waiting rows keep
    """

    own: Tables
    domains: Tables
    recorded: Tables
    files: Mapping[str, str]
    earlier: EarlierRounds
    places: tuple[int, ...]
    confirmed: Mapping[str, str]
    waiting: tuple[MissingRow, ...]
    touched: frozenset[str]
    renamed: Mapping[str, str]
    retained: Retained


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRound:
    """What a comparison gives the round.

    cleared   the outcome of clearance, its standings with the consequences that were kept
    outcome   table ROUND_CHANGES, findings, figures, and the entry SnapshotKept
    basis     for a second comparison of the same round, by more than the first knew
    """

    cleared: Outcome
    outcome: Outcome
    basis: ComparisonBasis | None = None


def keep_consequences(
    ports: Ports, plan: Plan, materials: Materials, steps: Mapping[str, Outcome], as_of: date
) -> ComparedRound:
    """Standings alone: what vanished keeps its consequence before any other room begins.

    steps  outcomes so far: "programme" (what was read), "catalogue", "clearance"
    """
    basis = comparison_basis(ports, plan, materials, steps, as_of)
    _, kept = _consequences(ports, basis, steps, as_of)
    adjusted = _adjusted(steps["clearance"], kept, as_of)
    return ComparedRound(cleared=adjusted, outcome=Outcome(), basis=basis)


def compare_rounds(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    steps: Mapping[str, Outcome],
    as_of: date,
    basis: ComparisonBasis | None = None,
) -> ComparedRound:
    """Compare what this round read and decided with the rounds before.

    steps  outcomes of this round so far: "programme" (what was read), "catalogue", "clearance"
    basis  of the round's first comparison; made anew where the ledger says more since
    """
    found = basis if basis is not None and _still_holds(ports, basis, as_of) else None
    found = found or comparison_basis(ports, plan, materials, steps, as_of)
    cleared = steps["clearance"]
    acts, kept = _consequences(ports, found, steps, as_of)
    adjusted = _adjusted(cleared, kept, as_of)
    files = _files(steps["programme"].entries)
    tables = _kept_tables(materials, found.own, cleared, acts)
    if "standings" in adjusted.tables:
        tables[ADJUSTED] = adjusted.tables["standings"]
    snapshot = replace(
        _snapshot(plan, as_of, files, tables),
        retained=as_tables(_carried(found.waiting, kept), found.own),
    )
    told = round_changes(
        Comparison(
            base=found.earlier.base,
            now=snapshot,
            missing=found.waiting,
            touched=found.touched,
            renamed=found.renamed,
            kept=kept,
            confirmed=found.confirmed,
            standings=tuple(_present(adjusted).values()),
            causes=_causes(found.earlier.base, snapshot, found.domains, found.files),
        )
    )
    return ComparedRound(
        cleared=adjusted,
        outcome=replace(
            told,
            entries=(keep_snapshot(ports.blobs, snapshot, table_origins(materials, snapshot)),),
            findings=(*found.earlier.findings, *told.findings, *acts.findings),
        ),
        basis=found,
    )


def comparison_basis(
    ports: Ports, plan: Plan, materials: Materials, steps: Mapping[str, Outcome], as_of: date
) -> ComparisonBasis:
    """This round's rows against those of the rounds before; IntegrityError is a finding."""
    policy = policy_of(plan.section("clearance"))
    files = {one.path: one.sha256 for one in _files(steps["programme"].entries)}
    own, recorded = sdtm_domains(materials), recorded_domains(ports.ledger)
    domains = with_recorded(own, recorded)
    earlier = earlier_rounds(ports, as_of)
    confirmed = _confirmed(ports, earlier)
    rows = compare_rows(earlier.snapshots, own, files)
    names, named = renamed_rows(earlier.base, own) if earlier.base else ({}, [])
    waiting = tuple(one for one in (*rows.missing, *named) if one.id not in confirmed)
    present = _present(steps["clearance"])
    return ComparisonBasis(
        own=own,
        domains=domains,
        recorded=recorded,
        files=files,
        earlier=earlier,
        places=_places(ports, as_of),
        confirmed=confirmed,
        waiting=waiting,
        touched=rows.touched,
        renamed=names,
        retained=retained_standings(domains, waiting, present, policy, as_of),
    )


def _still_holds(ports: Ports, basis: ComparisonBasis, as_of: date) -> bool:
    """Whether the ledger says of consents, snapshots and confirmations what it said then."""
    recorded = recorded_domains(ports.ledger)
    return (
        _places(ports, as_of) == basis.places
        and _confirmed(ports, basis.earlier) == basis.confirmed
        and recorded.keys() == basis.recorded.keys()
        and all(table.equals(basis.recorded[name]) for name, table in recorded.items())
    )


def _places(ports: Ports, as_of: date) -> tuple[int, ...]:
    return tuple(seq for _, seq in snapshots_before(ports.ledger, as_of))


def _confirmed(ports: Ports, earlier: EarlierRounds) -> dict[str, str]:
    return confirmed_changes(ports.ledger, after=earlier.base.seq if earlier.base else 0)


def _consequences(
    ports: Ports, basis: ComparisonBasis, steps: Mapping[str, Outcome], as_of: date
) -> tuple[NotableActs, Retained]:
    """Notable acts, and the standings that rest on what vanished, on the ledger or on them."""
    cleared = steps["clearance"]
    profiles = _with_known(basis.earlier, steps["catalogue"].tables.get("profiles"))
    acts = notable_acts(basis.domains, cleared, profiles)
    present = _present(cleared)
    kept = _with_recorded_standings(
        ports, basis.earlier, present, basis.retained, basis.confirmed, as_of
    )
    everywhere = confirmed_changes(ports.ledger, after=0)
    return acts, _with_carriers(acts, present, kept, everywhere)


def ledger_standings(ports: Ports, cleared: Outcome, as_of: date) -> Outcome:
    """Clearance with every standing of the ledger that stops more, where comparing failed.

    cleared  what `clear_participants` found
    """
    nothing = Retained(standings={}, resting={}, gone={})
    lost = EarlierRounds(base=None, snapshots=(), lost=True)
    kept = _with_recorded_standings(ports, lost, _present(cleared), nothing, {}, as_of)
    return _adjusted(cleared, kept, as_of)


def _with_known(earlier: EarlierRounds, profiles: pl.DataFrame | None) -> pl.DataFrame:
    """Samples of this round and those of carriers whom earlier rounds found."""
    known = known_carriers(earlier.snapshots)
    typed = [known] if profiles is None else [known, profiles.select(known.columns)]
    return pl.concat(typed).unique(maintain_order=True)


def _causes(
    base: RoundSnapshot | None,
    now: RoundSnapshot,
    domains: Mapping[str, pl.DataFrame],
    files: Mapping[str, str],
) -> DecisionCauses:
    if base is None:
        return DecisionCauses()
    return decision_causes(base, now.software, now.rules, domains, files)


def _files(entries: Iterable[Entry]) -> tuple[MaterialFile, ...]:
    return tuple(
        MaterialFile(path=one.path, role=one.role, sha256=one.sha256, rows=one.rows)
        for one in entries
        if isinstance(one, MaterialReceived)
    )


def _snapshot(
    plan: Plan, as_of: date, files: tuple[MaterialFile, ...], tables: Mapping[str, pl.DataFrame]
) -> RoundSnapshot:
    version, sources = source_identity()
    return RoundSnapshot(
        round=as_of.isoformat(),
        as_of=as_of,
        software={"nanoward": version, "sources": sources},
        rules=dict(plan.section("clearance")),
        files=files,
        tables=tables,
    )


def _kept_tables(
    materials: Materials,
    own: Mapping[str, pl.DataFrame],
    cleared: Outcome,
    acts: NotableActs,
) -> dict[str, pl.DataFrame]:
    """Tables of a snapshot: SDTM whole, other roles by what names a row, and decisions."""
    tables = {f"sdtm.{name}": table for name, table in own.items()}
    for role, table in materials.tables.items():
        if not role.startswith("sdtm."):
            few = [name for name in ("sample", "file") if name in table.columns]
            tables[f"role.{role}"] = (
                table.select(few).unique().sort(few) if role in _HEAVY else table
            )
    if "standings" in cleared.tables:
        tables[DECIDED] = cleared.tables["standings"]
    return tables | {f"acts.{name}": table for name, table in acts.tables.items()}


def _present(cleared: Outcome) -> dict[str, StandingRow]:
    table = cleared.tables.get("standings")
    rows = [] if table is None else standing_rows(table.to_dicts())
    return {one.participant: one for one in rows}


def _with_recorded_standings(
    ports: Ports,
    earlier: EarlierRounds,
    present: Mapping[str, StandingRow],
    kept: Retained,
    confirmed: Mapping[str, str],
    as_of: date,
) -> Retained:
    """What the ledger alone tells, where there is no snapshot, or it is lost."""
    if earlier.base is not None and not earlier.lost:
        return kept
    standings, resting, gone = dict(kept.standings), dict(kept.resting), dict(kept.gone)
    for who, before in recorded_standings(ports, as_of).items():
        change = person_identity("ledger", who)
        if change in confirmed or who in gone:
            continue
        now = standings.get(who, present.get(who))
        if now is None:
            standings[who] = held_for(
                before, f"{who} is gone from the records; to be confirmed"
            )
        elif earlier.lost and (lost := lost_reasons(before, now)):
            told = tuple(f"{one} (kept: what the last round read is lost)" for one in lost)
            standings[who] = graver(before, now, told)
        else:
            continue
        resting[who] = (*resting.get(who, ()), change)
    return Retained(standings=standings, resting=resting, gone=gone)


def _with_carriers(
    acts: NotableActs,
    present: Mapping[str, StandingRow],
    kept: Retained,
    confirmed: Mapping[str, str],
) -> Retained:
    """Who carries the agent and never received it is held until somebody confirms, once.

    confirmed  of all rounds: whoever is a carrier stays one
    """
    carriers = acts.tables.get("carriers")
    if carriers is None:
        return kept
    standings, resting = dict(kept.standings), dict(kept.resting)
    for who, sample, taken in carriers.unique(
        "participant", keep="first", maintain_order=True
    ).iter_rows():
        change = person_identity("carrier", who)
        now = standings.get(who, present[who])
        if change in confirmed or severity(now.standing) > severity("held"):
            continue
        day = taken or "an unknown day"
        reason = f"carries the agent (sample {sample} of {day}) and never received it"
        standings[who] = held_for(now, f"{reason}; to be confirmed")
        resting[who] = (*resting.get(who, ()), change)
    return replace(kept, standings=standings, resting=resting)


def _adjusted(cleared: Outcome, kept: Retained, as_of: date) -> Outcome:
    """The outcome of clearance with the kept standings, in tables, entries and figures."""
    if not kept.standings:
        return cleared
    blank = frame_of(STANDINGS, [])
    table = with_standings(cleared.tables.get("standings", blank), kept.standings)
    entries = [one for one in cleared.entries if not _is_of(one, kept.standings)]
    entries += [
        StandingDecided(
            participant=who,
            standing=one.standing,
            as_of=as_of,
            since=one.since,
            reasons=one.reasons,
        )
        for who, one in sorted(kept.standings.items())
    ]
    words = Counter(table["standing"])
    before = _present(cleared).values()
    stale = {one.standing for one in before} - words.keys()
    facts = {name: one for name, one in cleared.facts.items() if name not in stale}
    return replace(
        cleared,
        tables={**cleared.tables, "standings": table},
        entries=tuple(entries),
        facts={**facts, "participants": table.height, **dict(sorted(words.items()))},
    )


def _is_of(entry: Entry, people: Mapping[str, StandingRow]) -> bool:
    return isinstance(entry, StandingDecided) and entry.participant in people


def _carried(missing: Sequence[MissingRow], kept: Retained) -> list[MissingRow]:
    """Missing rows on which a standing rests: the next round has to see them."""
    return [one for one in missing if one.id in kept.resting.get(one.participant, ())]
