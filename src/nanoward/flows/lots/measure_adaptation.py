"""From typed samples to adaptation: since the lot, how fast, where again, and whose it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.entries import AlarmRaised, Entry
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.catalogue.evolution.acquired_mutations import (
    EVERYBODY,
    GenomeAnnotation,
    acquired_table,
    divergence_table,
    rates_table,
)
from nanoward.catalogue.evolution.baseline import LotRecords, hosts, observed_samples
from nanoward.catalogue.evolution.kill_locus_integrity import (
    ALTERED,
    guarded_table,
    kill_locus_findings,
    participants_with_altered_locus,
)
from nanoward.catalogue.evolution.molecular_clock import (
    clock_findings,
    clock_table,
    fastest_clock,
)
from nanoward.catalogue.evolution.parallel_evolution import (
    exposure,
    origin_groups,
    recurrence_table,
    selection_table,
)
from nanoward.catalogue.identity.contamination import (
    contamination_findings,
    contamination_result,
)
from nanoward.catalogue.identity.sample_swap import (
    UNDECIDED,
    assignment_table,
    sample_swap_findings,
)
from nanoward.catalogue.samples.variant_alleles import normalised_table
from nanoward.flows.agents.check_agents import regions_of
from nanoward.flows.catalogue.type_samples import typing_key, typing_rules
from nanoward.flows.lots.adaptation_questions import open_questions, unseen_carryover
from nanoward.flows.lots.check_lots import ProgrammeAgent, lots_received, with_lots_of
from nanoward.flows.lots.register_agents import lot_variants
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

STEP = "measure_adaptation"
NEEDS = ("profiles", "factors", "aligned")
ALSO = ("typed_reads", "bonds")
Tables = dict[str, pl.DataFrame]


def measure_adaptation(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    agent: ProgrammeAgent,
    found: Mapping[str, pl.DataFrame],
) -> Outcome:
    """Departures, rates, recurrence, selection, guarded loci, owners and carryover.

    found  the round's tables so far: profiles, factors, aligned; typed_reads and bonds if any
    """
    if any(name not in found for name in NEEDS) or found["profiles"].is_empty():
        return Outcome()
    lots = known_lots(ports, materials, agent)
    layout = layout_of(materials, agent)
    clock = clock_of(agent.spec)

    def make() -> Tables:
        return adaptation_tables(materials, found, lots, layout, clock)

    key = memo_key(
        STEP,
        reachable_digest(__name__),
        typed=typing_key(materials, typing_rules(plan)),
        found={name: content_hash(found.get(name)) for name in ALSO},
        samples=content_hash(materials.tables["samples"]),
        contacts=content_hash(materials.tables.get("contacts")),  # up to the round's day
        lots=[sorted((who, *some) for who, some in lots.of.items())],
        variants={lot: content_hash(table) for lot, table in lots.variants.items()},
        dosed={who: day.isoformat() for who, day in sorted(lots.dosed.items())},
        regions=[repr(one) for one in layout.regions],
        reference=materials.sources.get("reference"),
        clock=clock,
    )
    tables, known = memoised_tables(ports, key, make)
    pairs, fast = tables.pop("pairs"), tables.pop("clock")
    return Outcome(
        tables=tables,
        entries=tuple(alarms(tables["guarded_loci"])),
        findings=(*adaptation_findings(tables), *clock_findings(fast)),
        undecided=(*open_questions(tables), *unseen_carryover(pairs)),
        facts=adaptation_facts(tables, pairs, found["profiles"]),
        computed=int(not known),  # one piece of work: every table looks at everybody
        recalled=int(known),
    )


def adaptation_tables(
    materials: Materials,
    found: Mapping[str, pl.DataFrame],
    lots: LotRecords,
    layout: GenomeAnnotation,
    clock: float,
) -> Tables:
    """All tables of adaptation; "pairs": of each run, compared and how far visible; "clock":
    samples further from an earlier state than a clock (substitutions per site and year) allows.
    """
    own = {lot: normalised_table(one, layout.letters) for lot, one in lots.variants.items()}
    people = hosts(
        observed_samples(found["profiles"], found["aligned"], found["factors"]),
        replace(lots, variants=own),
    )
    acquired = acquired_table(people, layout)
    departures = divergence_table(people)
    links = _links(found.get("bonds"))
    groups = origin_groups((one.participant for one in people), links)
    carryover = contamination_result(
        found["profiles"],
        materials.tables["samples"],
        found["factors"],
        found["aligned"],
        _met(materials),
        links,
    )
    return {
        "acquired": acquired,
        "departures": departures,
        "rates": rates_table(departures),
        "recurrence": recurrence_table(acquired, layout, exposure(people, groups)),
        "selection": selection_table(acquired, layout, groups),
        "guarded_loci": guarded_table(
            layout,
            found["profiles"],
            found["aligned"],
            found["factors"],
            _limits(found.get("typed_reads")),
        ),
        "owners": assignment_table(people, _met(materials)),
        "carryover": carryover.table,
        "pairs": pl.DataFrame(
            [(run, *counts) for run, counts in sorted(carryover.runs.items())],
            {"run": pl.String, "pairs": pl.Int64, "visible": pl.Int64},
            orient="row",
        ),
        "clock": clock_table(people, clock),
    }


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


def _links(bonds: pl.DataFrame | None) -> list[tuple[str, str]]:
    if bonds is None or "linked" not in bonds.columns:
        return []
    return [(str(a), str(b)) for a, b in bonds.filter(pl.col("linked")).select("a", "b").rows()]


def _met(materials: Materials) -> list[tuple[str, str]]:
    contacts = materials.tables.get("contacts")
    if contacts is None:
        return []
    return [(str(a), str(b)) for a, b in contacts.select("a", "b").rows()]


def _limits(typed_reads: pl.DataFrame | None) -> dict[str, float | None]:
    if typed_reads is None:
        return {}
    return dict(typed_reads.select("sample", "detection_limit").rows())


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
