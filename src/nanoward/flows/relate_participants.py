"""Compare every pair of participants within a stratum; a stratum without news is recalled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby

import polars as pl

from nanoward import __version__
from nanoward.base.entries import BondFound
from nanoward.base.findings import Undecided
from nanoward.base.plan import Plan
from nanoward.base.tables import BONDS
from nanoward.bonds import (
    BondRules,
    Person,
    bond_rules,
    contacts_by_pair,
    judged_bonds,
    people_to_compare,
    stratum_bonds,
)
from nanoward.bonds.people import Contacts
from nanoward.flows.explain_bonds import explain_bonds
from nanoward.flows.outcome import Materials, Outcome
from nanoward.flows.recall import recall_key, recall_tables
from nanoward.flows.type_samples import content_hash
from nanoward.maths.frames import frame_of
from nanoward.ports.site import Site

STEP = "relate_participants"
VERSION = f"{__version__}/2"  # raise the number whenever an answer may change


def relate_participants(
    site: Site, plan: Plan, materials: Materials, typed: Outcome
) -> Outcome:
    """Bonds between participants, judged over the whole round."""
    if "profiles" not in typed.tables or "samples" not in materials:
        return Outcome()
    rules = bond_rules(plan.section("bonds"))
    people, undecided = people_to_compare(
        materials.tables["samples"], typed.tables["profiles"], rules
    )
    contacts, findings = contacts_by_pair(
        materials.tables.get("contacts"), known_people(materials)
    )
    strata = by_stratum(people)
    pieces, recalled = [], 0
    with site.progress("comparing participants", len(strata)) as step:
        for group in strata:
            piece, known = _stratum(site, group, typed.tables, contacts, rules)
            pieces.append(piece)
            recalled += known
            step(1)
    bonds, doubts = judge(pieces, rules)
    told = explain_bonds(bonds, people, materials.tables.get("contacts"))
    return Outcome(
        tables={"bonds": bonds},
        entries=bond_entries(bonds),
        findings=(*findings, *told.findings),
        undecided=(*undecided, *doubts, *told.undecided, *alone(strata)),
        facts={**bond_facts(bonds, people), **told.facts},
        computed=len(strata) - recalled,
        recalled=recalled,
    )


def known_people(materials: Materials) -> frozenset[str]:
    """Everybody of whom a sample was taken."""
    return frozenset(materials.tables["samples"]["participant"].drop_nulls().to_list())


def by_stratum(people: Sequence[Person]) -> list[tuple[Person, ...]]:
    """People grouped by stratum, both in order."""
    ordered = sorted(people, key=lambda one: (one.stratum, one.participant))
    return [tuple(group) for _, group in groupby(ordered, key=lambda one: one.stratum)]


def judge(
    pieces: Sequence[pl.DataFrame], rules: BondRules
) -> tuple[pl.DataFrame, tuple[Undecided, ...]]:
    """All strata judged together; an empty table where nobody could be compared."""
    if not pieces:
        return frame_of(BONDS, ()), ()
    return judged_bonds(pl.concat(pieces), rules)


def _stratum(
    site: Site,
    people: tuple[Person, ...],
    tables: Mapping[str, pl.DataFrame],
    contacts: Contacts,
    rules: BondRules,
) -> tuple[pl.DataFrame, bool]:
    """Pairs of one stratum, from an earlier round where nothing of it is new."""
    samples = [one.sample for one in people]
    names = {one.participant for one in people}
    aligned = tables["aligned"].filter(pl.col("sample").is_in(samples))
    factors = tables["factors"].filter(pl.col("sample").is_in(samples))
    met = {pair: kinds for pair, kinds in contacts.items() if names.issuperset(pair)}
    key = recall_key(
        STEP,
        VERSION,
        people=[asdict(one) for one in people],
        aligned=content_hash(aligned),
        factors=content_hash(factors),
        contacts=[[*pair, *kinds] for pair, kinds in met.items()],
        rules=asdict(rules),
    )

    def make() -> dict[str, pl.DataFrame]:
        return {"pairs": stratum_bonds(people, aligned, factors, met, rules)}

    found, known = recall_tables(site.blobs, key, make)
    return found["pairs"], known


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


def alone(strata: Sequence[tuple[Person, ...]]) -> tuple[Undecided, ...]:
    """People who have nobody to be compared with."""
    return tuple(
        Undecided(
            room="bonds",
            subject=people[0].participant,
            question="with whom does this person share?",
            reason=f"nobody else was typed in stratum {people[0].stratum}",
        )
        for people in strata
        if len(people) == 1
    )


def bond_facts(bonds: pl.DataFrame, people: Sequence[Person]) -> dict[str, int | float | None]:
    """Figures for the report."""
    met = bonds.filter(pl.col("contact") != "")
    scores: list[float] = bonds.filter(pl.col("linked"))["score"].to_list()
    return {
        "people compared": len({one.participant for one in people}),
        "pairs compared": bonds.height,
        "pairs with recorded contact": met.height,
        "pairs linked": bonds.filter(pl.col("linked")).height,
        "strata": len({one.stratum for one in people}),
        "lowest score that was linked": min(scores, default=None),
    }
