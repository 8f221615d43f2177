"""Say of the bonds of a round whether contact explains them, and which it does not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from nanoward.base.findings import Finding, Undecided
from nanoward.bonds import ContactEffect, Person, contact_effect
from nanoward.flows.outcome import Outcome

Pair = tuple[str, str]
WORK, FEWEST, MOST = 20_000_000, 199, 999  # pairs x permutations, and its limits


def explain_bonds(
    bonds: pl.DataFrame,
    people: Sequence[Person],
    contacts: pl.DataFrame | None,
    *,
    seed: int = 7,
) -> Outcome:
    """Facts on contact, an alarm for each link without one, and what cannot be told."""
    if not bonds.height:
        return Outcome()
    effect = effect_of_contact(bonds, people, hours_by_pair(contacts), seed=seed)
    return Outcome(
        findings=unexplained(bonds, people),
        undecided=_undecided(effect),
        facts={
            "links without recorded contact": bonds.filter(
                pl.col("linked") & (pl.col("contact") == "")
            ).height,
            "groups of linked people": bonds["cluster"].drop_nulls().n_unique(),
            **_facts(effect),
        },
    )


def effect_of_contact(
    bonds: pl.DataFrame,
    people: Sequence[Person],
    hours: Mapping[Pair, float],
    *,
    seed: int = 7,
) -> ContactEffect:
    """Contact against links, people exchanged within their stratum and place.

    All pairs count as linked here that are as far out as the weakest link of the round,
    whoever they are: the level that was set aside for pairs with contact must not make contact
    explain itself.
    """
    nodes = sorted({(one.stratum, one.participant) for one in people})
    place = {node: number for number, node in enumerate(nodes)}
    told = bonds.filter(pl.col("p_value").is_not_null())
    limits: list[float] = told.filter(pl.col("linked"))["p_value"].to_list()
    called = told["p_value"].to_numpy().astype(float) <= max(limits, default=-1.0)
    linked = np.full((len(nodes), len(nodes)), np.nan)
    met = np.zeros_like(linked)
    for (stratum, a, b), one in zip(
        told.select("stratum", "a", "b").rows(), called.tolist(), strict=True
    ):
        i, j = place[stratum, a], place[stratum, b]
        linked[i, j] = linked[j, i] = float(one)
        met[i, j] = met[j, i] = hours.get((a, b), 0.0)
    groups = {(one.stratum, one.participant): (one.stratum, *one.apart[1:]) for one in people}
    order = sorted({str(one) for one in groups.values()})
    blocks = np.array([order.index(str(groups[node])) for node in nodes], np.int64)
    pairs = max(told.height, 1)
    return contact_effect(
        linked,
        met,
        blocks=blocks,
        permutations=int(np.clip(WORK // pairs, FEWEST, MOST)),
        seed=seed,
    )


def hours_by_pair(contacts: pl.DataFrame | None) -> dict[Pair, float]:
    """Recorded hours by pair of names in order; a contact without hours counts as one hour."""
    found: dict[Pair, float] = defaultdict(float)
    if contacts is None:
        return found
    timed = contacts if "hours" in contacts.columns else contacts.with_columns(hours=None)
    for a, b, hours in timed.select("a", "b", "hours").rows():
        found[min(a, b), max(a, b)] += 1.0 if hours is None else float(hours)
    return found


def unexplained(bonds: pl.DataFrame, people: Sequence[Person]) -> tuple[Finding, ...]:
    """An alarm for each link without a recorded contact, with what else the two have alike."""
    who = {(one.participant, one.stratum): one for one in people}
    found = []
    for row in bonds.filter(pl.col("linked") & (pl.col("contact") == "")).to_dicts():
        a, b = who[row["a"], row["stratum"]], who[row["b"], row["stratum"]]
        alike = [
            f"one {name} ({x})"
            for name, x, y in (("lot", a.lot, b.lot), ("sequencing run", a.run, b.run))
            if x and x == y
        ]
        also = f"; both are of {' and '.join(alike)}" if alike else ""
        found.append(
            Finding(
                code="BND-003",
                severity="warning",
                message=f"{row['a']} and {row['b']} are linked (q {row['q_value']:.2g}) but no "
                f"contact of theirs is recorded{also}",
                next_step="Ask for an undeclared contact; rule out a swapped sample, "
                "carry-over in the laboratory and a change in the lot",
                subject=f"{row['a']} - {row['b']}",
            )
        )
    return tuple(found)


def _facts(effect: ContactEffect) -> dict[str, str | float | int]:
    if effect.reason:
        return {}
    return {
        "contact against links, p": round(effect.p_value, 4),
        "odds of a link per doubling of contact": f"{effect.odds:.3g} "
        f"({effect.low:.3g} to {effect.high:.3g})",
        "share of links attributable to contact": round(effect.attributable, 3),
    }


def _undecided(effect: ContactEffect) -> tuple[Undecided, ...]:
    if not effect.reason:
        return ()
    return (
        Undecided(
            room="bonds",
            subject="",
            question="does contact explain the links?",
            reason=effect.reason,
        ),
    )
