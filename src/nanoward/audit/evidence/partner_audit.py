"""The audit of one claim type: strata before the draw, what was drawn, and its record.

Strata are made from what was claimed alone, before the seed is known: items that a pointer
names, those with the largest claims, and the rest. What is owed and was not claimed by then is
measured too, beside them. An item that cannot be produced counts against whoever holds it; one
that is claimed only after our measurement was revealed counts as missing.
"""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from nanoward.audit.claims.claim import Claim, Value
from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.claims.sampling import drawn, stratified_draw
from nanoward.audit.evidence.comparison import Measured, compare
from nanoward.audit.evidence.type_evidence import TAIL, TypeRecord
from nanoward.audit.pointers.rows import inliers, repeated_rows

SHARES = {"pointed": 0.35, TAIL: 0.35}
UNCLAIMED = "unclaimed"
LARGEST = 0.1  # share of items with the largest claims


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeClaims:
    """What a partner claimed of one type in a year, and what else is known of it.

    first     the first claim of each item, in the order in which they came
    expected  items of which a claim was owed by now, in the order in which they were due
    late      items whose claim came after it was due
    revealed  items whose claim came only after our measurement was revealed
    bad       items whose claim is bad news for the partner
    """

    first: Mapping[str, Claim] = field(default_factory=dict)
    expected: Sequence[str] = ()
    late: Set[str] = frozenset()
    revealed: Set[str] = frozenset()
    bad: Set[str] = frozenset()


def value_rows(claims: Sequence[Claim]) -> Float[np.ndarray, "N K"]:
    """Values of claims as rows, as `numbers_of` gives them."""
    return numbers_of([one.value for one in claims])


def numbers_of(values: Sequence[Value]) -> Float[np.ndarray, "N K"]:
    """Values as rows, NaN where there is no number; panels are cut to the shortest."""
    rows = [one if isinstance(one, tuple) else (one,) for one in values]
    width = min((len(row) for row in rows), default=1)
    cut = [[x if isinstance(x, float) else math.nan for x in row[:width]] for row in rows]
    return np.array(cut, dtype=float).reshape(len(rows), width)


def strata_of(
    told: TypeClaims, kind: ClaimType, pointed: Set[str] = frozenset()
) -> dict[str, list[str]]:
    """Items by stratum: those pointed at, those with the largest claims, and the rest.

    pointed  items that other pointers name (closed days, late edits, numbers that skip)
    """
    claims = [one for item, one in told.first.items() if item not in told.revealed]
    strata: dict[str, list[str]] = {"pointed": [], TAIL: [], "rest": []}
    odd = set(pointed)
    largest: set[str] = set()
    if kind.kind == "continuous" and claims:
        rows = value_rows(claims)
        marked = repeated_rows(rows) | inliers(rows)
        odd |= {one.item for one, is_odd in zip(claims, marked, strict=True) if is_odd}
        largest = _largest(claims, rows)
    for one in claims:
        place = "pointed" if one.item in odd else TAIL if one.item in largest else "rest"
        strata[place].append(one.item)
    return strata


def _largest(claims: Sequence[Claim], rows: Float[np.ndarray, "N K"]) -> set[str]:
    """Items among the largest tenth, by the mean of their values in robust units."""
    centred = rows - np.nanmedian(rows, axis=0)
    spread = np.nanmedian(np.abs(centred), axis=0)
    scaled = np.nan_to_num(centred / np.where(spread > 0, spread, 1.0), nan=-np.inf).mean(1)
    count = max(round(LARGEST * len(claims)), 1)
    order = np.argsort(-scaled, kind="stable")[:count]
    return {claims[at].item for at in order}


def draw_items(
    seed: str, told: TypeClaims, kind: ClaimType, total: int, pointed: Set[str] = frozenset()
) -> dict[str, tuple[str, ...]]:
    """Items to be measured again, by stratum; the type's name is part of the seed's use.

    "unclaimed" holds what is owed and was not claimed, up to `total` beside the others.
    """
    strata = {f"{kind.name}/{n}": some for n, some in strata_of(told, kind, pointed).items()}
    shares = {f"{kind.name}/{name}": share for name, share in SHARES.items()}
    renamed = {("rest" if n.endswith("/rest") else n): some for n, some in strata.items()}
    found = stratified_draw(seed, renamed, shares, total)
    told_by = {name.removeprefix(f"{kind.name}/"): some for name, some in found.items()}
    claimed = set(told.first) - set(told.revealed)
    owed = [one for one in dict.fromkeys(told.expected) if one not in claimed]
    return {**told_by, UNCLAIMED: drawn(seed, f"{kind.name}/{UNCLAIMED}", owed, total)}


def audited_record(
    told: TypeClaims,
    items: Mapping[str, Sequence[str]],
    measured: Mapping[str, Measured],
    kind: ClaimType,
) -> TypeRecord:
    """The record of a type from the items drawn and our measurements of them by item.

    A drawn item that we did not measure is not compared, and counts against nobody but us.
    """
    claimed = set(told.first) - set(told.revealed)
    order = _mixed([(one, place) for place, some in items.items() for one in some])
    pairs = [(one, place) for one, place in order if one in measured and one in claimed]
    compared = [compare(told.first[one], measured[one], kind) for one, _ in pairs]
    missing = [item not in claimed for item in told.expected]
    absent = [item for item in told.expected if item not in told.first and item in measured]
    ours = [is_worse(measured[item], kind) for item, _ in pairs]
    late = [item in told.bad for item in told.first if item in told.late]
    return TypeRecord(
        compared=compared,
        strata=[place for _, place in pairs],
        values=_width(told),
        expected=missing,
        absent_worse=[is_worse(measured[item], kind) for item in absent],
        worse_share=float(np.mean(ours)) if ours else 1.0,
        late_bad=late,
        bad_share=len(told.bad) / max(len(told.first), 1),
        after_reveal=len(told.revealed),
    )


def _width(told: TypeClaims) -> int:
    first = next(iter(told.first.values()), None)
    return len(first.value) if first is not None and isinstance(first.value, tuple) else 1


def _mixed(order: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Items of all strata in turn, so that a look half-way has seen of each."""
    groups: dict[str, list[str]] = {}
    for item, place in order:
        groups.setdefault(place, []).append(item)
    ranked = [
        ((at + 0.5) / len(items), place, item)
        for place, items in groups.items()
        for at, item in enumerate(items)
    ]
    return [(item, place) for _, place, item in sorted(ranked)]


def is_worse(ours: Measured, kind: ClaimType) -> bool:
    """Whether a result of ours is bad for the partner: a presence call alone can say so."""
    if kind.kind != "presence" or kind.benefit == "none":
        return False
    return ours.value is (kind.benefit == "low")
