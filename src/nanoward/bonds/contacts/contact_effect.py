"""Does contact explain who is linked, by how much, and which links does it not explain?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.maths.statistics.network_regression import (
    PairCounts,
    jackknife,
    logistic_fits,
    pair_counts,
    semi_partial_test,
)

Matrix = Float[np.ndarray, "P P"]
FEWEST_LINKS = 3
WIDE = 1.96
AT_ONCE = 4_000_000  # counts held at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEffect:
    """Contact against links.

    p_value       one-sided, by permuting people within their blocks
    odds          odds of a link per doubling of contact hours (1 + hours), with 95 % limits
    attributable  share of the links that would not be, had nobody met, by the same model,
                  with 95 % limits
    people, pairs, linked, linked_met   what this rests on
    reason        why there is no answer; then the figures above are NaN
    """

    p_value: float = float("nan")
    odds: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    attributable: float = float("nan")
    attributable_low: float = float("nan")
    attributable_high: float = float("nan")
    people: int = 0
    pairs: int = 0
    linked: int = 0
    linked_met: int = 0
    reason: str = ""


def contact_effect(
    linked: Matrix,
    hours: Matrix,
    others: Sequence[Matrix] = (),
    blocks: Int[np.ndarray, " P"] | None = None,
    *,
    permutations: int = 999,
    seed: int = 7,
) -> ContactEffect:
    """Whether those who met longer are linked more often than others of their block.

    linked  1 for a link, 0 for none, NaN where not compared; symmetric
    hours   of recorded contact before the samples, 0 where none is recorded
    others  networks to hold constant: same lot, same run, days apart ...
    blocks  (P,) people are exchanged within: their site, lot and window of time
    """
    i, j = np.triu_indices(len(linked), 1)
    told = ~np.isnan(linked[i, j])
    i, j = i[told], j[told]
    is_linked, met = linked[i, j] > 0, hours[i, j] > 0
    facts = ContactEffect(
        people=len(linked),
        pairs=len(i),
        linked=int(is_linked.sum()),
        linked_met=int((is_linked & met).sum()),
    )
    groups = np.zeros(len(linked), np.int64) if blocks is None else blocks
    reason = _why_not(is_linked, met, groups)
    if reason:
        return replace(facts, reason=reason)
    doubled = np.log2(1 + hours)
    tested = semi_partial_test(
        linked, doubled, others, groups, permutations, np.random.default_rng(seed)
    )
    columns = np.column_stack([doubled[i, j], *(one[i, j] for one in others)])
    counts = pair_counts(is_linked, columns)
    whole = _effect(counts.linked[None], counts.pairs[None], counts.columns)
    beta, share = whole[0][0].tolist()
    error, spread = WIDE * _errors(counts, whole, (i, j), len(linked))
    return replace(
        facts,
        p_value=tested.p_value,
        odds=float(np.exp(beta)),
        low=float(np.exp(beta - error)),
        high=float(np.exp(beta + error)),
        attributable=share,
        attributable_low=share - spread,
        attributable_high=min(share + spread, 1.0),
    )


def _why_not(
    linked: Bool[np.ndarray, " N"],
    met: Bool[np.ndarray, " N"],
    groups: Int[np.ndarray, " P"],
) -> str:
    if int(linked.sum()) < FEWEST_LINKS:
        return f"{int(linked.sum())} links are too few; at least {FEWEST_LINKS} are needed"
    if not met.any():
        return "no contact is recorded between people who were compared"
    if met.all() or linked.all():
        return "all pairs met, or all are linked: there is nothing to compare with"
    if len(np.unique(groups)) == len(groups):
        return "everybody is alone in their block: no two people can be exchanged"
    return ""


def _effect(
    linked: Float[np.ndarray, "B U"],
    pairs: Float[np.ndarray, "B U"],
    columns: Float[np.ndarray, "U K"],
    start: Float[np.ndarray, " K1"] | None = None,
) -> tuple[Float[np.ndarray, "B 2"], Float[np.ndarray, "B K1"]]:
    """Log odds per doubling, and 1 - sum P(link | no contact) / sum P(link); all log odds."""
    beta = logistic_fits(linked, pairs, columns, start)
    without = columns.copy()
    without[:, 0] = 0.0
    told, bare = (
        (pairs / (1 + np.exp(-np.clip(beta[:, :1] + beta[:, 1:] @ one.T, -30, 30)))).sum(axis=1)
        for one in (columns, without)
    )
    return np.column_stack([beta[:, 1], 1 - bare / told]), beta


def _errors(
    counts: PairCounts,
    whole: tuple[Float[np.ndarray, "1 2"], Float[np.ndarray, "1 K1"]],
    pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    people: int,
) -> Float[np.ndarray, " 2"]:
    """Standard errors of `_effect`, leaving out one person of any link or contact at a time.

    whole  the effect with everybody, and its log odds, from which the others are sought
    People who have neither hardly move the estimate, and count as not moving it. Of everybody
    else it is counted which of their pairs lie in which pattern, and these are taken off.
    """
    shown = counts.is_linked | (counts.columns[:, 0] > 0)[counts.of]
    busy = np.unique(np.concatenate([pairs[0][shown], pairs[1][shown]]))
    estimates = np.tile(whole[0], (people, 1))
    kinds = len(counts.pairs)
    for some in np.array_split(busy, 1 + len(busy) * kinds // AT_ONCE):
        place = np.full(people, -1)
        place[some] = np.arange(len(some))
        own = np.zeros((2, len(some) * kinds))
        for side in pairs:
            here = np.flatnonzero(place[side] >= 0)
            cell = place[side[here]] * kinds + counts.of[here]
            own[0] += np.bincount(cell, minlength=own.shape[1])
            own[1] += np.bincount(cell, weights=counts.is_linked[here], minlength=own.shape[1])
        left = own.reshape(2, len(some), kinds)
        estimates[some] = _effect(
            counts.linked - left[1], counts.pairs - left[0], counts.columns, whole[1][0]
        )[0]
    return jackknife(estimates)
