"""Does contact explain who is linked, by how much, and which links does it not explain?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from nanoward.maths.networks import jackknife, logistic_fit, semi_partial_test

Matrix = Float[np.ndarray, "P P"]
FEWEST_LINKS = 3
WIDE = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEffect:
    """Contact against links.

    p_value       one-sided, by permuting people within their blocks
    odds          odds of a link per doubling of contact hours (1 + hours), with 95 % limits
    attributable  share of the links that would not be, had nobody met, by the same model
    people, pairs, linked, linked_met   what this rests on
    reason        why there is no answer; then the figures above are NaN
    """

    p_value: float = float("nan")
    odds: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    attributable: float = float("nan")
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
    reason = _why_not(is_linked, met)
    if reason:
        return replace(facts, reason=reason)
    doubled = np.log2(1 + hours)
    groups = np.zeros(len(linked), np.int64) if blocks is None else blocks
    tested = semi_partial_test(
        linked, doubled, others, groups, permutations, np.random.default_rng(seed)
    )
    columns = np.column_stack([doubled[i, j], *(one[i, j] for one in others)])
    beta, share = _effect(is_linked, columns)
    error = _error(is_linked, columns, (i, j), len(linked))
    return replace(
        facts,
        p_value=tested.p_value,
        odds=float(np.exp(beta)),
        low=float(np.exp(beta - WIDE * error)),
        high=float(np.exp(beta + WIDE * error)),
        attributable=share,
    )


def _why_not(linked: Bool[np.ndarray, " N"], met: Bool[np.ndarray, " N"]) -> str:
    if int(linked.sum()) < FEWEST_LINKS:
        return f"{int(linked.sum())} links are too few; at least {FEWEST_LINKS} are needed"
    if not met.any():
        return "no contact is recorded between people who were compared"
    if met.all() or linked.all():
        return "all pairs met, or all are linked: there is nothing to compare with"
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


def _error(
    linked: Bool[np.ndarray, " N"],
    columns: Float[np.ndarray, "N K"],
    pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    people: int,
) -> float:
    """Standard error of the log odds, leaving out one person of any link or contact at a time.

    People who have neither hardly move the estimate, and count as not moving it.
    """
    whole = logistic_fit(linked, columns)[1]
    telling = linked | (columns[:, 0] > 0)
    busy = np.unique(np.concatenate([pairs[0][telling], pairs[1][telling]]))
    estimates = np.full((people, 1), whole)
    for one in busy.tolist():
        kept = (pairs[0] != one) & (pairs[1] != one)
        estimates[one, 0] = logistic_fit(linked[kept], columns[kept])[1]
    return float(jackknife(estimates)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """Did the bond come before the agent?

    before    how much closer the linked were than the others before the agent; p_before
    rise      how much more their closeness rose than that of the others; p_rise, 95 % limits
    answer    "before", "with the agent", "both", "cannot tell"
    """

    before: float
    p_before: float
    rise: float
    low: float
    high: float
    p_rise: float
    answer: str


def before_and_after(
    linked: Matrix,
    before: Matrix,
    after: Matrix,
    blocks: Int[np.ndarray, " P"] | None = None,
    *,
    permutations: int = 999,
    seed: int = 7,
) -> BeforeAfter:
    """Closeness of linked pairs before and after dosing, beside that of unlinked pairs.

    A difference of differences within pairs, tested by exchanging people within blocks; pairs
    with NaN in any of the three are left out. "cannot tell" where neither p is at most 0.05.
    """
    chance = np.random.default_rng(seed)
    whole = np.isnan(linked) | np.isnan(before) | np.isnan(after)
    groups = np.zeros(len(linked), np.int64) if blocks is None else blocks
    change = np.where(whole, np.nan, after - before)
    start = np.where(whole, np.nan, before)
    given = np.nan_to_num(linked)
    tests = [
        semi_partial_test(one, given, (), groups, permutations, chance)
        for one in (start, change)
    ]
    everyone = np.arange(len(linked))
    left_out = np.array(
        [[_gap(change, linked, everyone[everyone != one])] for one in everyone.tolist()]
    )
    rise = _gap(change, linked, everyone)
    error = float(jackknife(left_out)[0])
    earlier, later = tests[0].p_value <= 0.05, tests[1].p_value <= 0.05
    answers = {(True, True): "both", (True, False): "before", (False, True): "with the agent"}
    return BeforeAfter(
        before=_gap(start, linked, everyone),
        p_before=tests[0].p_value,
        rise=rise,
        low=rise - WIDE * error,
        high=rise + WIDE * error,
        p_rise=tests[1].p_value,
        answer=answers.get((earlier, later), "cannot tell"),
    )


def _gap(values: Matrix, linked: Matrix, people: Int[np.ndarray, " Q"]) -> float:
    """Mean over linked pairs less that over the others; 0 where either lacks."""
    i, j = np.triu_indices(len(people), 1)
    one, mark = values[people[i], people[j]], linked[people[i], people[j]]
    told = ~np.isnan(one)
    near, far = one[told & (mark > 0)], one[told & (mark == 0)]
    return float(near.mean() - far.mean()) if len(near) and len(far) else 0.0
