"""Does contact explain who is linked, by how much, and which links does it not explain?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.maths.statistics.network_regression import (
    jackknife,
    logistic_fit,
    semi_partial_test,
)

Matrix = Float[np.ndarray, "P P"]
FEWEST_LINKS = 3
WIDE = 1.96


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
    beta, share = _effect(is_linked, columns)
    error, spread = WIDE * _errors(is_linked, columns, (i, j), len(linked))
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
    linked: Bool[np.ndarray, " N"], columns: Float[np.ndarray, "N K"]
) -> tuple[float, float]:
    """Log odds per doubling, and 1 - sum P(link | no contact) / sum P(link)."""
    beta = logistic_fit(linked, columns)
    without = columns.copy()
    without[:, 0] = 0.0
    chances = [
        1 / (1 + np.exp(-np.clip(beta[0] + one @ beta[1:], -30, 30)))
        for one in (columns, without)
    ]
    return float(beta[1]), float(1 - chances[1].sum() / chances[0].sum())


def _errors(
    linked: Bool[np.ndarray, " N"],
    columns: Float[np.ndarray, "N K"],
    pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    people: int,
) -> Float[np.ndarray, " 2"]:
    """Standard errors of `_effect`, leaving out one person of any link or contact at a time.

    People who have neither hardly move the estimate, and count as not moving it.
    """
    telling = linked | (columns[:, 0] > 0)
    busy = np.unique(np.concatenate([pairs[0][telling], pairs[1][telling]]))
    estimates = np.tile(np.array(_effect(linked, columns)), (people, 1))
    for one in busy.tolist():
        kept = (pairs[0] != one) & (pairs[1] != one)
        estimates[one] = _effect(linked[kept], columns[kept])
    return jackknife(estimates)
