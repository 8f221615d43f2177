"""Adaptation, whoever asks: the one procedure behind the round and the plain-file command.

What differs between the two is what is remembered: a round takes whole tables, rows of people
and pairs of runs from where earlier rounds kept them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from nanoward.base.findings import Finding
from nanoward.catalogue.evolution.acquired_mutations import EVERYBODY, GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.catalogue.evolution.kill_locus_integrity import ALTERED, kill_locus_findings
from nanoward.catalogue.evolution.molecular_clock import clock_findings
from nanoward.catalogue.identity.contamination import contamination_findings
from nanoward.catalogue.identity.sample_swap import UNDECIDED, sample_swap_findings
from nanoward.catalogue.identity.settled_pairs import SettledRun, SettledRuns
from nanoward.flows.lots.adaptation_questions import open_questions, unseen_carryover
from nanoward.flows.lots.adaptation_tables import Tables, person_tables, whole_tables
from nanoward.flows.steps.step_outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptationRules:
    """What adaptation is measured by.

    lots    what people began with
    layout  loci of the spec, and the letters of the reference
    clock   substitutions per site and year that the agent cannot exceed
    """

    lots: LotRecords
    layout: GenomeAnnotation
    clock: float


class AdaptationMemory(Protocol):
    """What was measured before; the answer is the same with it and without."""

    def tables(self, make: Callable[[], Tables]) -> tuple[Tables, bool]:
        """All tables, and whether they were known."""

    def people(
        self,
        tables: Mapping[str, pl.DataFrame],
        rules: AdaptationRules,
        make: Callable[[Sequence[str]], Tables],
    ) -> Tables:
        """Rows of everybody that depend on one person each; `make` gives those of some."""

    def settled(self) -> SettledRuns:
        """Pairs of runs that were settled before."""

    def settle(self, runs: Mapping[str, SettledRun], before: SettledRuns) -> None:
        """Keep what is settled now."""


def analyse(
    tables: Mapping[str, pl.DataFrame],
    rules: AdaptationRules,
    memory: AdaptationMemory | None = None,
) -> Outcome:
    """Departures, rates, recurrence, selection, guarded loci, owners and carryover.

    tables  profiles, factors, aligned, samples; typed_reads, bonds, contacts if any
    memory  None on plain files
    """

    def made_of(people: Sequence[str]) -> Tables:
        return person_tables(tables, rules.lots, rules.layout, rules.clock, people=people)

    def make() -> Tables:
        if memory is None:
            everybody = tables["profiles"]["participant"].unique().sort().to_list()
            return whole_tables(tables, made_of(everybody), rules.layout)[0]
        people, before = memory.people(tables, rules, made_of), memory.settled()
        found, settled = whole_tables(tables, people, rules.layout, before)
        memory.settle(settled, before)
        return found

    found, known = (make(), False) if memory is None else memory.tables(make)
    pairs, fast = found.pop("pairs"), found.pop("clock")
    return Outcome(
        tables=found,
        findings=(*adaptation_findings(found), *clock_findings(fast)),
        undecided=(*open_questions(found), *unseen_carryover(pairs)),
        facts=adaptation_facts(found, pairs, tables["profiles"]),
        computed=int(not known),
        recalled=int(known),
    )


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
