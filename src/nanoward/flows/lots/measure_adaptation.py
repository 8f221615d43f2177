"""From typed samples to adaptation: since the lot, how fast, where again, and whose it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.entries import AlarmRaised, Entry
from nanoward.base.plan import Plan
from nanoward.catalogue.evolution.acquired_mutations import GenomeAnnotation
from nanoward.catalogue.evolution.baseline import LotRecords
from nanoward.catalogue.evolution.kill_locus_integrity import (
    ALTERED,
    participants_with_altered_locus,
)
from nanoward.catalogue.evolution.molecular_clock import fastest_clock
from nanoward.catalogue.identity import contamination
from nanoward.catalogue.identity.settled_pairs import SettledRun, SettledRuns
from nanoward.flows.agents.check_agents import regions_of
from nanoward.flows.catalogue.type_samples import typing_key, typing_rules
from nanoward.flows.lots import settled_blobs
from nanoward.flows.lots.adaptation_analysis import AdaptationRules, analyse
from nanoward.flows.lots.adaptation_tables import NEEDS, Tables, limits_of, person_digests
from nanoward.flows.lots.check_lots import ProgrammeAgent, lots_received, with_lots_of
from nanoward.flows.lots.register_agents import lot_variants
from nanoward.flows.lots.settled_blobs import settled_bytes, settled_runs
from nanoward.flows.steps.kept_rows import kept_rows
from nanoward.flows.steps.memoised_tables import (
    MemoKey,
    content_hash,
    memo_key,
    memoised_tables,
)
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.ports.ports import Ports

STEP = "measure_adaptation"
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
    rules = AdaptationRules(
        lots=known_lots(ports, materials, agent),
        layout=layout_of(materials, agent),
        clock=clock_of(agent.spec),
    )
    lots, layout = rules.lots, rules.layout
    software = reachable_digest(__name__)
    common = {
        "regions": [repr(one) for one in layout.regions],
        "reference": materials.sources.get("reference"),
        "clock": rules.clock,
    }

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
    people = memo_key(f"{STEP}:people", software, **common)
    memory = _RoundMemory(ports=ports, keys=(key, people), readings=readings)
    also = {one: materials.tables[one] for one in ("samples", "contacts") if one in materials}
    outcome = analyse({**found, **also}, rules, memory)
    return replace(outcome, entries=tuple(alarms(outcome.tables["guarded_loci"])))


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoundMemory:
    """What earlier rounds keep of adaptation: all tables, rows of people, pairs of runs.

    keys  of all tables, and of what all people's rows depend on alike
    """

    ports: Ports
    keys: tuple[MemoKey, MemoKey]
    readings: Mapping[str, str]

    def tables(self, make: Callable[[], Tables]) -> tuple[Tables, bool]:
        """All tables, and whether an earlier round had made them."""
        return memoised_tables(self.ports, self.keys[0], make)

    def people(
        self,
        tables: Mapping[str, pl.DataFrame],
        rules: AdaptationRules,
        make: Callable[[Sequence[str]], Tables],
    ) -> Tables:
        """Rows of everybody, made now of people of whom something changed."""
        told = limits_of(tables.get("typed_reads"))
        digests = person_digests(tables["profiles"], self.readings, rules.lots, told)
        people, made = kept_rows(self.ports.blobs, self.keys[1], digests, make)
        self.ports.meter.recall(f"{STEP} of people", f"{made} anew" if made else "")
        return people

    def settled(self) -> SettledRuns:
        """What earlier rounds settled of the runs."""
        blobs, noted = self.ports.blobs, self.ports.blobs.noted(self._pairs())
        kept = noted is not None and blobs.has(noted)
        known = settled_runs(blobs.get(noted)) if noted is not None and kept else {}
        return SettledRuns(readings=self.readings, runs=known)

    def settle(self, runs: Mapping[str, SettledRun], before: SettledRuns) -> None:
        """Keep what is settled now, where it is not what was known."""
        old = before.runs
        if runs.keys() != old.keys() or any(runs[name] is not old[name] for name in runs):
            blobs = self.ports.blobs
            blobs.note(self._pairs(), blobs.put(settled_bytes(runs)))

    def _pairs(self) -> MemoKey:
        return memo_key(
            f"{STEP}:pairs", reachable_digest(contamination.__name__, settled_blobs.__name__)
        )


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
