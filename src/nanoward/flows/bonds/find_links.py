"""Compare every pair of participants within a stratum; a stratum without news is recalled."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.entries import BondFound
from nanoward.base.findings import Undecided
from nanoward.base.plan import Plan
from nanoward.base.tables import BONDS
from nanoward.base.tables.facts import MUTE_STRATA
from nanoward.bonds import (
    BondRules,
    ComparedParticipant,
    bond_rules,
    called_bonds,
    contacts_by_pair,
    group_table,
    lot_samples,
    mute_strata,
    participants_to_compare,
    stratum_bonds,
)
from nanoward.bonds.contacts.comparison_set import Contacts
from nanoward.bonds.contacts.unexplained_links import CauseEvidence
from nanoward.bonds.direction.dates import date_odds, doses_of
from nanoward.bonds.linkage.link_calls import PairOdds
from nanoward.flows.bonds.control_fdr_online import control_fdr_online
from nanoward.flows.bonds.explain_bonds import (
    BondContext,
    explanations,
    with_explanations,
)
from nanoward.flows.steps.finding_rows import (
    finding_rows,
    findings_in,
    undecided_in,
    undecided_rows,
)
from nanoward.flows.steps.memoised_tables import (
    MemoKey,
    content_hash,
    memo_key,
    memoised_tables,
)
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports

STEP = "relate_participants"


@dataclass(frozen=True, slots=True, kw_only=True)
class _PairEvidence:
    """What bears on pairs besides their samples: who met, and the samples of each lot."""

    contacts: Contacts
    lots: Mapping[str, tuple[str, ...]]


def find_links(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    typed: Outcome,
    *,
    standings: pl.DataFrame | None = None,
    day: date | None = None,
    spec: AgentSpec | None = None,
) -> Outcome:
    """Bonds between participants, judged over the whole round.

    standings  who was dosed, and when, where that is on record
    day        of the round; without one no pair is followed over rounds
    spec       of the agent: serial interval and clock, where [bonds] states none
    """
    if "profiles" not in typed.tables or "samples" not in materials:
        return Outcome()
    rules = bond_rules(plan.section("bonds"), transmission_of(spec))
    given, met = materials.tables["samples"], materials.tables.get("contacts")
    people, undecided = participants_to_compare(given, typed.tables["profiles"], rules)
    contacts, findings = contacts_by_pair(met, known_people(materials))
    lots = lot_samples(given, typed.tables["profiles"])
    evidence = _PairEvidence(contacts=contacts, lots=lots)
    strata = by_stratum(people)
    pieces, keys, recalled = [], list[str](), 0
    with ports.progress("comparing participants", len(strata)) as step:
        for group in strata:
            piece, key, known = _stratum(ports, group, typed.tables, evidence, rules)
            pieces.append(piece)
            keys.append(key)
            recalled += known
            step(1)
    doses = doses_of(given, standings)
    bonds, doubts = judge(pieces, rules, date_odds(people, doses, rules.serial_interval).of)
    beside = BondContext(
        contacts=met,
        doses=doses,
        suspects=suspects_of(typed.tables.get("adaptation"), lots),
        window_d=rules.window_d,
    )
    made_of = {"pairs": keys, "rules": asdict(rules)}
    told = explained_bonds(ports, bonds, people, beside, made_of)
    followed = Outcome()
    if day is not None:
        followed = control_fdr_online(ports, told.tables["bonds"], rules, day)
    bonds = {**told.tables, **followed.tables}["bonds"]
    return Outcome(
        tables={**followed.tables, "bonds": bonds, "bond_groups": group_table(bonds)},
        entries=bond_entries(bonds),
        findings=(*findings, *told.findings, *followed.findings),
        undecided=(
            *undecided, *doubts, *told.undecided, *alone(strata), *unsequenced(people, lots),
        ),
        facts={**bond_facts(bonds, people), **told.facts, **followed.facts},
        computed=len(strata) - recalled,
        recalled=recalled,
    )  # fmt: skip


def explained_bonds(
    ports: Ports,
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    beside: BondContext,
    made_of: Mapping[str, object],
) -> Outcome:
    """`explain_bonds`, from an earlier round where all that the bonds are made of is the same.

    made_of  names of the strata's pairs, and the rules: bonds are these, people and doses alone
    """
    if not bonds.height:
        return Outcome(tables={"bonds": bonds})
    key = memo_key(
        "explain_bonds",
        reachable_digest(__name__),
        **made_of,
        people=[asdict(one) for one in people],
        contacts=content_hash(beside.contacts),
        doses={who: asdict(one) for who, one in beside.doses.items()},
        drift=dict(beside.suspects.drift),
        sequenced=sorted(beside.suspects.sequenced),
        window_d=beside.window_d,
    )

    def make() -> dict[str, pl.DataFrame]:
        told = explanations(bonds, people, beside)
        return {
            **told.tables,
            "findings": finding_rows(told.findings),
            "undecided": undecided_rows(told.undecided),
            "facts": pl.DataFrame({"facts": [json.dumps(dict(told.facts))]}),
        }

    tables, _ = memoised_tables(ports, key, make)
    return Outcome(
        tables={"bonds": with_explanations(bonds, people, beside, tables["alarms"])},
        findings=findings_in(tables["findings"]),
        undecided=undecided_in(tables["undecided"]),
        facts=json.loads(tables["facts"]["facts"][0]),
    )


def transmission_of(spec: AgentSpec | None) -> dict[str, Any]:
    """What the first [[transmission]] of a spec states; empty without one."""
    return asdict(spec.transmission[0]) if spec is not None and spec.transmission else {}


def known_people(materials: Materials) -> frozenset[str]:
    """Everybody of whom a sample was taken."""
    return frozenset(materials.tables["samples"]["participant"].drop_nulls().to_list())


def by_stratum(people: Sequence[ComparedParticipant]) -> list[tuple[ComparedParticipant, ...]]:
    """People grouped by stratum, both in order."""
    ordered = sorted(people, key=lambda one: (one.stratum, one.participant))
    return [tuple(group) for _, group in groupby(ordered, key=lambda one: one.stratum)]


def judge(
    pieces: Sequence[pl.DataFrame],
    rules: BondRules,
    odds: PairOdds | None = None,
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """All strata judged together; an empty table where nobody could be compared."""
    if not pieces:
        return frame_of(BONDS, ()), ()
    return called_bonds(pl.concat(pieces), rules, odds)


def _stratum(
    ports: Ports,
    people: tuple[ComparedParticipant, ...],
    tables: Mapping[str, pl.DataFrame],
    evidence: _PairEvidence,
    rules: BondRules,
) -> tuple[pl.DataFrame, MemoKey, bool]:
    """Pairs of one stratum, their name, and whether an earlier round knew them."""
    received = {one.lot for one in people}
    own = {lot: names for lot, names in evidence.lots.items() if lot in received}
    samples = [one.sample for one in people] + [x for some in own.values() for x in some]
    names = {one.participant for one in people}
    aligned = tables["aligned"].filter(pl.col("sample").is_in(samples))
    factors = tables["factors"].filter(pl.col("sample").is_in(samples))
    met = {pair: kinds for pair, kinds in evidence.contacts.items() if names.issuperset(pair)}
    key = memo_key(
        STEP,
        reachable_digest(__name__),
        people=[asdict(one) for one in people],
        aligned=content_hash(aligned),
        factors=content_hash(factors),
        contacts=[[*pair, *kinds] for pair, kinds in met.items()],
        lots=own,
        rules=asdict(rules),
    )

    def make() -> dict[str, pl.DataFrame]:
        return {"pairs": stratum_bonds(people, aligned, factors, met, rules, own)}

    found, known = memoised_tables(ports, key, make)
    return found["pairs"], key, known


def bond_entries(bonds: pl.DataFrame) -> tuple[BondFound, ...]:
    """An entry for every pair that was called."""
    return tuple(
        BondFound(
            a=row["a"],
            b=row["b"],
            stratum=row["stratum"],
            score=row["score"],
            p_value=row["p_value"],
            q_value=row["q_value"],
            n_null=row["n_null"],
            contact=row["contact"],
        )
        for row in bonds.filter(pl.col("linked")).to_dicts()
    )


def alone(strata: Sequence[tuple[ComparedParticipant, ...]]) -> tuple[Undecided, ...]:
    """People who have nobody to be compared with."""
    return tuple(
        Undecided(
            code="BND-902",
            room="bonds",
            subject=people[0].participant,
            question="with whom does this person share?",
            reason=f"nobody else was typed in stratum {people[0].stratum}",
        )
        for people in strata
        if len(people) == 1
    )


def unsequenced(
    people: Sequence[ComparedParticipant], lots: Mapping[str, tuple[str, ...]]
) -> tuple[Undecided, ...]:
    """Lots that several received and that were not sequenced themselves."""
    counts = Counter(lot for lot, _ in {(one.lot, one.participant) for one in people} if lot)
    return tuple(
        Undecided(
            code="BND-903",
            room="bonds",
            subject=lot,
            question="which factors did this lot hold before anybody received it?",
            reason=f"{count} people received it and it was not sequenced itself; what many of "
            "them share is discounted instead. A sample whose participant and lot are both "
            f"{lot} would tell",
        )
        for lot, count in sorted(counts.items())
        if count > 1 and lot not in lots
    )


def suspects_of(
    adaptation: pl.DataFrame | None, lots: Mapping[str, tuple[str, ...]]
) -> CauseEvidence:
    """Differences between samples of one person, and the lots that were sequenced."""
    drift: dict[str, float] = {}
    columns = ("first_sample", "sample", "differences")
    for first, later, apart in () if adaptation is None else adaptation.select(columns).rows():
        for sample in (first, later):
            drift[sample] = min(apart, drift.get(sample, apart))
    return CauseEvidence(drift=drift, sequenced=frozenset(lots))


def bond_facts(
    bonds: pl.DataFrame, people: Sequence[ComparedParticipant]
) -> dict[str, int | float | str | None]:
    """Figures for the report."""
    met = bonds.filter(pl.col("contact") != "")
    scores: list[float] = bonds.filter(pl.col("linked"))["score"].to_list()
    asked = bonds.filter(~pl.col("is_unrelated"))["stratum"].n_unique()
    return {
        "people compared": len({one.participant for one in people}),
        "pairs compared": bonds.height,
        "pairs with recorded contact": met.height,
        "pairs linked": bonds.filter(pl.col("linked")).height,
        "strata": len({one.stratum for one in people}),
        MUTE_STRATA: f"{len(mute_strata(bonds))} of {asked}",
        "lowest score that was linked": min(scores, default=None),
    }
