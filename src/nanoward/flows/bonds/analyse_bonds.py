"""Bonds of a programme or of plain files: one procedure, which remembers and writes nothing.

The two doors (`find_links`, `find_links_in_files`) read tables, say what is remembered of
earlier rounds, and write what this finds.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import polars as pl

from nanoward.agents import AgentSpec
from nanoward.base.entries import BondFound
from nanoward.base.findings import Undecided
from nanoward.base.tables import BONDS
from nanoward.base.tables.facts import MUTE_STRATA
from nanoward.bonds import (
    BondRules,
    ComparedParticipant,
    JudgedPairs,
    contacts_by_pair,
    group_table,
    judged_pairs,
    lot_samples,
    of_all_strata,
    participants_to_compare,
    score_table,
    stratum_bonds,
)
from nanoward.bonds.contacts.comparison_set import Contacts
from nanoward.bonds.contacts.unexplained_links import CauseEvidence
from nanoward.bonds.direction.dates import contact_histories, date_odds, doses_of
from nanoward.flows.bonds.control_fdr_online import (
    EarlierTests,
    control_fdr_online,
    no_tests,
    people_table,
)
from nanoward.flows.bonds.explain_bonds import BondContext, explanations, with_explanations
from nanoward.flows.steps.finding_rows import (
    finding_rows,
    findings_in,
    undecided_in,
    undecided_rows,
)
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of

Tables = Mapping[str, pl.DataFrame]
Make = Callable[[], Tables]
Remember = Callable[[str, Mapping[str, object], Make], "Remembered"]
Count = Callable[[int], None]
Progress = Callable[[str, int], AbstractContextManager[Count]]


class Remembered(NamedTuple):
    """Tables that were made, or recalled; `name` is the same where all inputs are."""

    tables: Tables
    recalled: bool = False
    name: str = ""


def anew(step: str, inputs: Mapping[str, object], make: Make) -> Remembered:
    """Nothing is remembered: see `Past.remember`."""
    del step, inputs
    return Remembered(make())


def unseen(label: str, total: int) -> AbstractContextManager[Count]:
    """Nobody watches."""
    del label, total
    return nullcontext(lambda _: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known of earlier rounds.

    remember  (step, inputs by name, make) to the tables that `make` gives, from an earlier
              round where there was one; inputs are tables or JSON values, and all that `make`
              depends on
    day       of the round; without one no pair is followed over rounds
    tests     of pairs, in the rounds before that day
    """

    remember: Remember = anew
    day: date | None = None
    tests: EarlierTests = field(default_factory=no_tests)


def analyse(
    tables: Tables, rules: BondRules, past: Past | None = None, progress: Progress = unseen
) -> Outcome:
    """Who shares beyond chance, whether contact explains it, and what cannot be told.

    tables  samples, profiles, aligned, factors; contacts, adaptation, standings where they are
            known
    """
    past = Past() if past is None else past
    samples, met = tables["samples"], tables.get("contacts")
    people, undecided = participants_to_compare(samples, tables["profiles"], rules)
    known = frozenset(samples["participant"].drop_nulls().to_list())
    contacts, findings = contacts_by_pair(met, known)
    lots = lot_samples(samples, tables["profiles"])
    strata = by_stratum(people)
    pieces = list[Remembered]()
    with progress("comparing participants", len(strata)) as step:
        for group in strata:
            pieces.append(_measured(group, tables, (contacts, lots), rules, past))
            step(1)
    doses = doses_of(samples, tables.get("standings"))
    odds = date_odds(people, doses, rules.serial_interval).of
    judged = judge([one.tables["pairs"] for one in pieces], rules, odds, past.tests.called)
    beside = BondContext(
        contacts=met,
        met=contact_histories(met),
        doses=doses,
        suspects=suspects_of(tables.get("adaptation"), lots),
        window_d=rules.window_d,
    )
    made_of = {"pairs": [one.name for one in pieces], "rules": asdict(rules)}
    told = _explained(judged, people, beside, past, made_of)
    bonds, followed = told.tables["bonds"], Outcome()
    if past.day is not None:
        followed = control_fdr_online(past.tests, bonds, rules, past.day, judged.every)
        bonds = followed.tables["bonds"]
    recalled = sum(one.recalled for one in pieces)
    tested = bool(judged.every["p_value"].is_not_null().any())
    return Outcome(
        tables={
            **followed.tables,
            "bonds": bonds,
            "bond_groups": group_table(bonds),
            "bond_scores": score_table(judged.every),
            "bond_people": people_table(people, past.tests, past.day, tested=tested),
        },
        entries=bond_entries(bonds),
        findings=(*findings, *told.findings, *followed.findings),
        undecided=(
            *undecided, *judged.undecided, *told.undecided, *alone(strata),
            *unsequenced(people, lots),
        ),
        facts={**bond_facts(judged, people), **told.facts, **followed.facts},
        computed=len(strata) - recalled,
        recalled=recalled,
    )  # fmt: skip


def _measured(
    people: tuple[ComparedParticipant, ...],
    tables: Tables,
    beside: tuple[Contacts, Mapping[str, tuple[str, ...]]],
    rules: BondRules,
    past: Past,
) -> Remembered:
    """ "pairs": all of one stratum."""
    contacts, lots = beside
    received = {one.lot for one in people}
    own = {lot: names for lot, names in lots.items() if lot in received}
    samples = [one.sample for one in people] + [x for some in own.values() for x in some]
    names = {one.participant for one in people}
    aligned, factors = (
        tables[name].filter(pl.col("sample").is_in(samples)) for name in ("aligned", "factors")
    )
    met = {pair: kinds for pair, kinds in contacts.items() if names.issuperset(pair)}
    inputs = {
        "people": _told(people),
        "aligned": aligned,
        "factors": factors,
        "contacts": [[*pair, *kinds] for pair, kinds in met.items()],
        "lots": own,
        "rules": asdict(rules),
    }
    return past.remember(
        "relate_participants",
        inputs,
        lambda: {"pairs": stratum_bonds(people, aligned, factors, met, rules, own)},
    )


def _told(people: Sequence[ComparedParticipant]) -> list[tuple[object, ...]]:
    """All that is known of each."""
    told = attrgetter(*(one.name for one in fields(ComparedParticipant)))
    return [told(one) for one in people]


def judge(
    pieces: Sequence[pl.DataFrame],
    rules: BondRules,
    odds: Any = None,
    called: pl.DataFrame | None = None,
) -> JudgedPairs:
    """All strata judged together; empty tables where nobody could be compared."""
    several = [piece for piece in pieces if piece.height]
    if not several:
        empty = frame_of(BONDS, ())
        return JudgedPairs(every=empty, bonds=empty, undecided=(), mute=())
    return judged_pairs(of_all_strata(several), rules, odds, called)


def _explained(
    judged: JudgedPairs,
    people: Sequence[ComparedParticipant],
    beside: BondContext,
    past: Past,
    made_of: Mapping[str, object],
) -> Outcome:
    """`explain_bonds`, from an earlier round where all that it is made of is the same.

    made_of  names of the strata's pairs, and the rules: bonds are these, people and doses alone
    """
    bonds = judged.bonds
    if not bonds.height:
        return Outcome(tables={"bonds": bonds})
    inputs = {
        **made_of,
        "people": _told(people),
        "contacts": beside.contacts,
        "doses": {who: [one.given, one.first] for who, one in beside.doses.items()},
        "drift": dict(beside.suspects.drift),
        "sequenced": sorted(beside.suspects.sequenced),
        "window_d": beside.window_d,
    }

    def make() -> Tables:
        told = explanations(bonds, people, beside, every=judged.every)
        return {
            **told.tables,
            "findings": finding_rows(told.findings),
            "undecided": undecided_rows(told.undecided),
            "facts": pl.DataFrame({"facts": [json.dumps(dict(told.facts))]}),
        }

    tables = past.remember("explain_bonds", inputs, make).tables
    return Outcome(
        tables={"bonds": with_explanations(bonds, people, beside, tables["alarms"])},
        findings=findings_in(tables["findings"]),
        undecided=undecided_in(tables["undecided"]),
        facts=json.loads(tables["facts"]["facts"][0]),
    )


def transmission_of(spec: AgentSpec | None) -> dict[str, Any]:
    """What the first [[transmission]] of a spec states; empty without one."""
    return asdict(spec.transmission[0]) if spec is not None and spec.transmission else {}


def by_stratum(people: Sequence[ComparedParticipant]) -> list[tuple[ComparedParticipant, ...]]:
    """People grouped by stratum, both in order."""
    ordered = sorted(people, key=lambda one: (one.stratum, one.participant))
    return [tuple(group) for _, group in groupby(ordered, key=lambda one: one.stratum)]


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
    judged: JudgedPairs, people: Sequence[ComparedParticipant]
) -> dict[str, int | float | str | None]:
    """Figures for the report."""
    bonds, every = judged.bonds, judged.every
    scores: list[float] = bonds.filter(pl.col("linked"))["score"].to_list()
    asked = every.filter(~pl.col("is_unrelated"))["stratum"].n_unique()
    return {
        "people compared": len({one.participant for one in people}),
        "pairs compared": every.height,
        "pairs with recorded contact": bonds.filter(pl.col("contact") != "").height,
        "pairs linked": len(scores),
        "strata": len({one.stratum for one in people}),
        MUTE_STRATA: f"{len(judged.mute)} of {asked}",
        "lowest score that was linked": min(scores, default=None),
    }
