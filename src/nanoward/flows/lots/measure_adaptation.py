"""From typed samples to adaptation: since the lot, how fast, where again, and whose it is."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.entries import AlarmRaised, Entry
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.catalogue.evolution.acquired_mutations import EVERYBODY, GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.catalogue.evolution.kill_locus_integrity import (
    ALTERED,
    kill_locus_findings,
    participants_with_altered_locus,
)
from nanoward.catalogue.evolution.molecular_clock import clock_findings, fastest_clock
from nanoward.catalogue.identity import contamination
from nanoward.catalogue.identity.contamination import contamination_findings
from nanoward.catalogue.identity.sample_swap import UNDECIDED, sample_swap_findings
from nanoward.catalogue.identity.settled_pairs import (
    SettledRun,
    SettledRuns,
    settled_bytes,
    settled_runs,
)
from nanoward.flows.agents.check_agents import regions_of
from nanoward.flows.catalogue.type_samples import typing_key, typing_rules
from nanoward.flows.lots.adaptation_questions import open_questions, unseen_carryover
from nanoward.flows.lots.adaptation_tables import (
    NEEDS,
    Tables,
    limits_of,
    person_digests,
    person_tables,
    whole_tables,
)
from nanoward.flows.lots.check_lots import ProgrammeAgent, lots_received, with_lots_of
from nanoward.flows.lots.register_agents import lot_variants
from nanoward.flows.steps.kept_rows import kept_rows
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

STEP = "measure_adaptation"
PAIRS = contamination.__name__
ALSO = ("typed_reads", "bonds")


def measure_adaptation(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    agent: ProgrammeAgent,
    found: Mapping[str, pl.DataFrame],
    readings: Mapping[str, str],
) -> Outcome:
    """Departures, rates, recurrence, selection, guarded loci, owners and carryover.

    found     the round's tables so far: NEEDS; typed_reads and bonds if any
    readings  sample to the name of all that was read of it
    """
    if any(name not in found for name in NEEDS) or found["profiles"].is_empty():
        return Outcome()
    lots = known_lots(ports, materials, agent)
    layout = layout_of(materials, agent)
    clock = clock_of(agent.spec)
    software = reachable_digest(__name__)
    common = {
        "regions": [repr(one) for one in layout.regions],
        "reference": materials.sources.get("reference"),
        "clock": clock,
    }

    def make() -> Tables:
        own = memo_key(f"{STEP}:people", software, **common)
        told = limits_of(found.get("typed_reads"))
        people, made = kept_rows(
            ports.blobs,
            own,
            person_digests(found["profiles"], readings, lots, told),
            lambda some: person_tables(found, lots, layout, clock, people=some),
        )
        ports.meter.recall(f"{STEP} of people", f"{made} anew" if made else "")
        return _whole(ports, (materials, found, people), layout, readings)

    key = memo_key(
        STEP,
        software,
        typed=typing_key(materials, typing_rules(plan)),
        found={name: content_hash(found.get(name)) for name in ALSO},
        samples=content_hash(materials.tables["samples"]),
        contacts=content_hash(materials.tables.get("contacts")),  # up to the round's day
        lots=[sorted((who, *some) for who, some in lots.of.items())],
        variants={lot: content_hash(table) for lot, table in lots.variants.items()},
        dosed={who: day.isoformat() for who, day in sorted(lots.dosed.items())},
        **common,
    )
    tables, known = memoised_tables(ports, key, make)
    pairs, fast = tables.pop("pairs"), tables.pop("clock")
    return Outcome(
        tables=tables,
        entries=tuple(alarms(tables["guarded_loci"])),
        findings=(*adaptation_findings(tables), *clock_findings(fast)),
        undecided=(*open_questions(tables), *unseen_carryover(pairs)),
        facts=adaptation_facts(tables, pairs, found["profiles"]),
        computed=int(not known),
        recalled=int(known),
    )


def _whole(
    ports: Ports,
    tables: tuple[Materials, Mapping[str, pl.DataFrame], Mapping[str, pl.DataFrame]],
    layout: GenomeAnnotation,
    readings: Mapping[str, str],
) -> Tables:
    """`whole_tables`, with the pairs that earlier rounds settled."""
    blobs, key = ports.blobs, memo_key(f"{STEP}:pairs", reachable_digest(PAIRS))
    noted = blobs.noted(key)
    known = settled_runs(blobs.get(noted)) if noted is not None and blobs.has(noted) else {}

    def settle(runs: Mapping[str, SettledRun]) -> None:
        if runs.keys() != known.keys() or any(runs[name] is not known[name] for name in runs):
            blobs.note(key, blobs.put(settled_bytes(runs)))

    before = SettledRuns(readings=readings, runs=known)
    return whole_tables(*tables, layout, settle, before)


def clock_of(spec: AgentSpec | None) -> float:
    """Substitutions per site and year that the agent cannot exceed."""
    if spec is None:
        return fastest_clock("")
    told = [one.clock_per_site_year for one in spec.transmission]
    return fastest_clock(spec.kind, [one for one in told if one is not None])


def known_lots(ports: Ports, materials: Materials, agent: ProgrammeAgent) -> LotRecords:
    """Who received which lot and when, and the variants of lots that were released."""
    return LotRecords(
        of=lots_received(with_lots_of(agent, materials)),
        variants=lot_variants(agent.register, ports.blobs),
        dosed=first_doses(materials),
    )


def first_doses(materials: Materials) -> dict[str, date]:
    """Participant to the day of the first dose, by EX and by the samples table.

    People without a whole date have none.
    """
    found: dict[str, date] = {}
    doses = materials.tables.get("sdtm.EX")
    if doses is not None and {"USUBJID", "EXSTDTC"} <= set(doses.columns):
        for who, told in doses.select("USUBJID", "EXSTDTC").rows():
            _earliest(found, str(who), _day(told))
    samples = materials.tables.get("samples")
    if samples is not None and "dosed" in samples.columns:
        for who, day in samples.select("participant", "dosed").rows():
            _earliest(found, str(who), day)
    return found


def _earliest(found: dict[str, date], who: str, day: date | None) -> None:
    if day is not None:
        found[who] = min(day, found.get(who, day))


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(str(told)[:10])
    except ValueError:
        return None


def layout_of(materials: Materials, agent: ProgrammeAgent) -> GenomeAnnotation:
    """The loci of the spec and the letters of the reference."""
    letters = {}
    if "reference" in materials:
        letters = {
            contig: sequence.upper()
            for contig, sequence in materials.tables["reference"]
            .select("contig", "sequence")
            .rows()
        }
    regions = () if agent.spec is None else regions_of(agent.spec)
    return GenomeAnnotation(
        letters=letters, regions=tuple(one for one in regions if one.contig in letters)
    )


def alarms(guarded: pl.DataFrame) -> list[Entry]:
    """One alarm for every person and guarded locus that is altered, at any share."""
    return [
        AlarmRaised(
            alarm=f"altered {row['locus']} {row['participant']}",
            room="catalogue",
            subject=row["participant"],
            message=f"{row['role']} locus {row['locus']} is altered in {row['told']}",
            urgency="now",
        )
        for row in participants_with_altered_locus(guarded)
    ]


def is_altered(tables: Mapping[str, pl.DataFrame]) -> bool:
    """Whether any guarded locus of any sample is altered."""
    found = tables.get("guarded_loci")
    return found is not None and not found.filter(pl.col("state") == ALTERED).is_empty()


def adaptation_findings(tables: Mapping[str, pl.DataFrame]) -> tuple[Finding, ...]:
    """Altered guarded loci, swapped samples, contaminated samples."""
    return (
        *kill_locus_findings(tables["guarded_loci"]),
        *sample_swap_findings(tables["owners"]),
        *contamination_findings(tables["carryover"]),
    )


def untold_owners(owners: pl.DataFrame, profiles: pl.DataFrame) -> int:
    """Samples of the agent of which nothing tells whose they are: nothing private stands in
    them, or their person has no other sample."""
    held = profiles.filter(pl.col("typed_as") == "agent")["sample"].n_unique()
    told = owners.filter(~pl.col("verdict").is_in([UNDECIDED]))["sample"].n_unique()
    return held - told


def adaptation_facts(
    tables: Mapping[str, pl.DataFrame], pairs: pl.DataFrame, profiles: pl.DataFrame
) -> dict[str, Any]:
    """Figures for the report."""
    rates = tables["rates"].filter(pl.col("participant") == EVERYBODY).to_dicts()
    every = rates[0] if rates else {}
    owners, carryover = tables["owners"], tables["carryover"]
    guarded = tables["guarded_loci"]
    selected = tables["selection"].filter(pl.col("locus") == EVERYBODY).to_dicts()
    return {
        "variants acquired in hosts": tables["acquired"].height,
        "new alleles per site and year": every.get("per_site_year"),
        "its lower 95 % limit": every.get("low"),
        "its upper 95 % limit": every.get("high"),
        "loci and sites changed more often than chance": tables["recurrence"]
        .filter(pl.col("recurrent"))
        .height,
        "dN/dS": selected[0]["ratio"] if selected else None,
        "guarded loci altered": guarded.filter(pl.col("state") == ALTERED).height,
        "samples whose owner was checked": owners.height,
        "samples whose owner could not be told": untold_owners(owners, profiles),
        "samples that fit somebody else": owners.filter(pl.col("verdict") == "swapped").height,
        "share of swaps that would be seen": owners["power"].mean(),
        "pairs of one run compared": int(pairs["pairs"].sum()),
        "of these, pairs in which 5 % of one in the other would be seen": int(
            pairs["visible"].sum()
        ),
        "samples with material of another": carryover.filter(pl.col("flagged"))[
            "sample"
        ].n_unique(),
    }
