"""Say of the bonds of a round whether contact explains them, and which it does not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from jaxtyping import Float

from nanoward.base.findings import Finding, Undecided
from nanoward.bonds import ComparedParticipant, ContactEffect, contact_effect
from nanoward.bonds.contacts.pair_places import pair_places, places_of
from nanoward.bonds.contacts.unexplained_links import (
    CandidateCause,
    CauseEvidence,
    candidate_causes,
)
from nanoward.bonds.direction.dates import (
    ContactHistory,
    Dose,
    contact_histories,
    dated,
)
from nanoward.flows.bonds.compare_closeness import compare_closeness
from nanoward.flows.steps.step_outcome import Outcome, merge

Pair = tuple[str, str]
PAIR = ("a", "b", "stratum")
MOST_PAIRS = 6  # that a finding names
WIDE_ODDS, WIDE_SHARE = 100.0, 1.0  # limits so far apart say nothing
WORK, FEWEST, MOST = 20_000_000, 199, 999  # pairs x permutations, and its limits


@dataclass(frozen=True, slots=True, kw_only=True)
class BondContext:
    """What is known besides the bonds: contacts, doses, what each alarm may hang on.

    met       `contact_histories` of the contacts, where they are at hand
    window_d  see BondRules
    """

    contacts: pl.DataFrame | None = None
    met: Mapping[Pair, ContactHistory] | None = None
    doses: Mapping[str, Dose] = field(default_factory=dict)
    suspects: CauseEvidence = field(default_factory=lambda: CauseEvidence(drift={}))
    window_d: float = 0.0

    @property
    def histories(self) -> Mapping[Pair, ContactHistory]:
        """All that is recorded of the contact of any two."""
        return contact_histories(self.contacts) if self.met is None else self.met


def explain_bonds(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    beside: BondContext,
    *,
    seed: int = 7,
) -> Outcome:
    """BONDS with days, contacts and alarms; facts on contact, and what cannot be told."""
    if not bonds.height:
        return Outcome(tables={"bonds": bonds})
    told = explanations(bonds, people, beside, seed=seed)
    alarms = told.tables["alarms"]
    return replace(told, tables={"bonds": with_explanations(bonds, people, beside, alarms)})


def with_explanations(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    beside: BondContext,
    alarms: pl.DataFrame,
) -> pl.DataFrame:
    """BONDS with days and contacts, and the alarms that `explanations` found."""
    if not bonds.height:
        return bonds
    filled = dated(bonds, beside.histories, people, beside.doses)
    spoken = filled.drop("alarm").join(alarms, on=list(PAIR), how="left", maintain_order="left")
    return spoken.select(bonds.columns)


def explanations(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    beside: BondContext,
    *,
    every: pl.DataFrame | None = None,
    seed: int = 7,
) -> Outcome:
    """What contacts and doses say of the links, without the pairs: "alarms", facts, findings.

    alarms  a, b, stratum of links without contact, and what may be behind each
    every   all pairs that were compared; `bonds` if None
    """
    met = beside.histories
    every = bonds if every is None else every
    behind = candidate_causes(bonds, people, beside.suspects, every)
    rows = [(*key, "; ".join(str(one) for one in causes)) for key, causes in behind.items()]
    alarms = pl.DataFrame(rows, dict.fromkeys((*PAIR, "alarm"), pl.String), orient="row")
    effect = effect_of_contact(
        every, people, {pair: one.hours for pair, one in met.items()},
        window_d=beside.window_d, seed=seed,
    )  # fmt: skip
    outcome = Outcome(
        tables={"alarms": alarms},
        findings=unexplained(bonds.drop("alarm").join(alarms, on=list(PAIR)), behind),
        undecided=_undecided(effect),
        facts={
            "links without recorded contact": len(behind),
            "groups of linked people": bonds["cluster"].drop_nulls().n_unique(),
            **_facts(effect),
        },
    )
    return merge(
        outcome, compare_closeness(bonds, people, beside.contacts, beside.doses, seed=seed)
    )


def effect_of_contact(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    hours: Mapping[Pair, float],
    *,
    window_d: float = 0.0,
    seed: int = 7,
) -> ContactEffect:
    """Contact against links, people exchanged within their stratum, place, lot and window.

    All pairs count as linked here that are as far out as the weakest link of the round,
    whoever they are: the level that was set aside for pairs with contact must not make contact
    explain itself. One run, one lot and the days between samples are held constant, as far as
    they are told and differ.
    """
    nodes = sorted({(one.stratum, one.participant) for one in people})
    columns = bonds.select("a", "b", "stratum", "p_value", "linked")
    told = columns.filter(pl.col("p_value").is_not_null())
    limits: list[float] = told.filter(pl.col("linked"))["p_value"].to_list()
    called = told["p_value"].to_numpy().astype(float) <= max(limits, default=-1.0)
    together = np.zeros(told.height)
    rows, at = pair_places(told["a"], told["b"]).found_in(hours)
    together[rows] = np.array(list(hours.values()), float)[at] if len(at) else 0.0
    linked = np.full((len(nodes), len(nodes)), np.nan)
    met = np.zeros_like(linked)
    for (stratum,), own in told.with_row_index("row").group_by("stratum"):
        names = [name for of, name in nodes if of == stratum]
        start = nodes.index((str(stratum), names[0]))
        row = own["row"].to_numpy()
        i, j = (start + places_of(own[side], names) for side in ("a", "b"))
        linked[i, j] = linked[j, i] = called[row]
        met[i, j] = met[j, i] = together[row]
    who = {(one.stratum, one.participant): one for one in people}
    ordered = [who[node] for node in nodes]
    groups = [str(block_of(one, window_d)) for one in ordered]
    blocks = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    pairs = max(told.height, 1)
    return contact_effect(
        linked,
        met,
        held_constant(ordered, linked),
        blocks=blocks,
        permutations=int(np.clip(WORK // pairs, FEWEST, MOST)),
        seed=seed,
    )


def block_of(one: ComparedParticipant, window_d: float) -> tuple[object, ...]:
    """Whom a person is exchanged with: others of the same stratum, place, lot and window."""
    window = int(one.taken.toordinal() // window_d) if window_d and one.taken else None
    return one.stratum, *one.apart[1:], one.lot, window


def held_constant(
    people: Sequence[ComparedParticipant], linked: Float[np.ndarray, "P P"]
) -> list[Float[np.ndarray, "P P"]]:
    """(P, P) each: of one lot, of one run, weeks between samples; those that vary."""
    found = []
    for name in ("lot", "run"):
        values = np.array([getattr(one, name) for one in people])
        found.append(
            ((values[:, None] == values[None]) & (values != "")[:, None]).astype(float)
        )
    if all(one.taken for one in people):
        day = np.array([one.taken.toordinal() for one in people if one.taken], float)
        found.append(np.abs(day[:, None] - day[None]) / 7)
    told = ~np.isnan(linked)
    return [one for one in found if told.any() and np.ptp(one[told]) > 0]


def unexplained(
    bonds: pl.DataFrame, behind: Mapping[tuple[str, str, str], Sequence[CandidateCause]]
) -> tuple[Finding, ...]:
    """A warning for each cluster with links without a recorded contact, and what may be behind.

    Causes are those of its pairs, the commonest first, each with the evidence of one pair.
    """
    bare = bonds.filter(pl.col("alarm").is_not_null()).sort("cluster", "q_value", "a", "b")
    found = []
    for (cluster,), rows in bare.group_by("cluster", maintain_order=True):
        keys = rows.select("a", "b", "stratum").rows()
        causes = Counter(one.cause for key in keys for one in behind[key])
        shown = {one.cause: str(one) for key in reversed(keys) for one in behind[key]}
        told = "; ".join(shown[name] for name, _ in causes.most_common()) or "nothing known"
        pairs = ", ".join(f"{a} - {b}" for a, b, _ in keys[:MOST_PAIRS])
        more = f" and {len(keys) - MOST_PAIRS} more" if len(keys) > MOST_PAIRS else ""
        lowest = float(rows["q_value"].to_numpy().min())
        links = "link" if len(keys) == 1 else "links"
        found.append(
            Finding(
                code="BND-003",
                severity="warning",
                message=f"cluster {cluster}: {len(keys)} {links} without a recorded contact "
                f"({pairs}{more}; lowest q {lowest:.2g}); possible: {told}",
                next_step=" ".join(NEXT[name] for name, _ in causes.most_common()),
                subject=f"cluster {cluster}" if len(keys) > 1 else pairs,
            )
        )
    return tuple(found)


NEXT = {
    "undeclared contact": "Ask both for a contact.",
    "lot": "Sequence the lot itself: a sample whose participant is the lot.",
    "laboratory": "Sequence one of the two again in another run.",
    "sample swap": "Take a further sample of both.",
}


def _facts(effect: ContactEffect) -> dict[str, str | float | int]:
    if effect.reason:
        return {}
    return {
        "contact against links, p": round(effect.p_value, 4),
        "odds of a link per doubling of contact": _with_limits(
            effect.odds, effect.low, effect.high, says=effect.high < WIDE_ODDS * effect.low
        ),
        "share of links attributable to contact": _with_limits(
            effect.attributable,
            effect.attributable_low,
            effect.attributable_high,
            says=effect.attributable_high - effect.attributable_low < WIDE_SHARE,
        ),
    }


def _with_limits(value: float, low: float, high: float, *, says: bool) -> str:
    """A figure with its 95 % limits; where these leave everything open, that it cannot tell."""
    told = f"{value:.3g}" if says else "cannot tell"
    return f"{told} ({low:.3g} to {high:.3g})"


def _undecided(effect: ContactEffect) -> tuple[Undecided, ...]:
    if not effect.reason:
        return ()
    return (
        Undecided(
            code="BND-906",
            room="bonds",
            subject="",
            question="does contact explain the links?",
            reason=effect.reason,
        ),
    )
