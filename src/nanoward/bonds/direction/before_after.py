"""Did the bond come before the agent? Closeness before and after dosing, within pairs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Int, Int8

from nanoward.bonds.direction.dates import Dose
from nanoward.maths.statistics.network_regression import jackknife

Matrix = Float[np.ndarray, "P P"]
Answer = Literal["before", "with the agent", "both", "cannot tell"]
FEWEST = 3  # pairs of either kind
WIDE, LEVEL, WEEK_D = 1.96, 0.05, 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """Whether the linked were closer before the agent, or grew closer with it.

    before    how much closer linked pairs were than pairs without the agent; p_before
    rise      how much more their closeness rose; p_rise, 95 % limits
    answer    "before": they were closer before the agent; "with the agent": their closeness
              rose more than without it; "both"; "cannot tell", with the reason
    linked, without   pairs of either kind that were measured before and after
    """

    answer: Answer
    reason: str = ""
    before: float = float("nan")
    p_before: float = float("nan")
    rise: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p_rise: float = float("nan")
    linked: int = 0
    without: int = 0


def before_and_after(
    group: Matrix,
    before: Matrix,
    after: Matrix,
    blocks: Int[np.ndarray, " P"] | None = None,
    *,
    permutations: int = 999,
    seed: int = 7,
) -> BeforeAfter:
    """A difference of differences within pairs, tested by exchanging people within blocks.

    group   1 for linked pairs who both carry the agent, 0 for pairs without it, NaN for others
    before, after   closeness, NaN where not measured; such pairs are left out
    Rows and columns of `group` are permuted together, and the place among equals is drawn, so
    that the level is kept exactly if people are exchangeable within their block.
    """
    told = ~(np.isnan(before) | np.isnan(after))
    i, j = np.triu_indices(len(group), 1)
    pairs = (i[told[i, j]], j[told[i, j]])
    kind = group[pairs]
    linked, without = int((kind == 1).sum()), int((kind == 0).sum())
    if min(linked, without) < FEWEST:
        return BeforeAfter(
            answer="cannot tell",
            reason=f"{linked} linked pairs and {without} pairs without the agent were measured "
            f"before and after; at least {FEWEST} of either are needed",
            linked=linked,
            without=without,
        )
    values = np.stack([before[pairs], after[pairs] - before[pairs]])
    groups = np.zeros(len(group), np.int64) if blocks is None else blocks
    p = _p_values(group, values, pairs, groups, (permutations, seed))
    start, rise = _gaps(kind, values)
    error = WIDE * float(jackknife(_left_out(group, values, pairs))[0])
    early, late = bool(p[0] <= LEVEL), bool(p[1] <= LEVEL)
    answers: dict[tuple[bool, bool], Answer] = {
        (True, True): "both",
        (True, False): "before",
        (False, True): "with the agent",
    }
    return BeforeAfter(
        answer=answers.get((early, late), "cannot tell"),
        reason="" if early or late else _unclear(rise, error),
        before=float(start),
        p_before=float(p[0]),
        rise=float(rise),
        low=float(rise - error),
        high=float(rise + error),
        p_rise=float(p[1]),
        linked=linked,
        without=without,
    )


def _unclear(rise: float, error: float) -> str:
    return (
        "linked pairs were neither closer before, nor grew closer, than chance allows; a rise "
        f"beyond {rise + error:.3g} is excluded"
    )


def _p_values(
    group: Matrix,
    values: Float[np.ndarray, "2 N"],
    pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    blocks: Int[np.ndarray, " P"],
    how: tuple[int, int],
) -> Float[np.ndarray, " 2"]:
    """One-sided places of both gaps among the permutations, how = (their number, seed)."""
    chance = np.random.default_rng(how[1])
    kinds = np.where(np.isnan(group), 0, np.where(group == 1, 1, 2)).astype(np.int8)
    gaps = _SparseGaps(kinds, values, pairs)
    members = [np.flatnonzero(blocks == one) for one in np.unique(blocks)]
    order = np.arange(len(group))
    seen = gaps.of(order)
    higher, equal = np.zeros(2, np.int64), np.zeros(2, np.int64)
    for _ in range(how[0]):
        for some in members:
            order[some] = chance.permutation(some)
        drawn = gaps.of(order)
        higher += drawn > seen + 1e-9
        equal += np.abs(drawn - seen) <= 1e-9
    places = 1 + higher + np.array([chance.integers(0, one + 1) for one in equal.tolist()])
    return np.asarray(places / (1 + how[0]), float)


class _SparseGaps:
    """`_gaps` of people in another order: only pairs with a value are added up.

    kinds  (P, P) 1 linked, 2 without the agent, 0 neither
    How many pairs of each kind are measured is counted over the measured ones or over the
    others, whichever are fewer: an order changes no number over all pairs.
    """

    def __init__(
        self,
        kinds: Int8[np.ndarray, "P P"],
        values: Float[np.ndarray, "2 N"],
        pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
    ) -> None:
        self._kinds = kinds
        has = values.any(axis=0)
        self._at = pairs[0][has], pairs[1][has]
        self._values = values[:, has]
        told = np.zeros(kinds.shape, bool)
        told[pairs] = True
        i, j = np.triu_indices(len(kinds), 1)
        rest = ~told[i, j]
        self._whole = np.bincount(kinds[i, j], minlength=3)
        self._sign = -1 if rest.sum() < len(pairs[0]) else 1
        self._counted = (i[rest], j[rest]) if self._sign < 0 else pairs

    def of(self, order: Int[np.ndarray, " P"]) -> Float[np.ndarray, " 2"]:
        """(2,) gaps where person p stands in the place of order[p]."""
        kind = self._kinds[order[self._at[0]], order[self._at[1]]]
        own = self._kinds[order[self._counted[0]], order[self._counted[1]]]
        counts = np.bincount(own, minlength=3)
        counts = self._whole - counts if self._sign < 0 else counts
        if not (counts[1] and counts[2]):
            return np.zeros(2)
        near, far = (self._values[:, kind == one].sum(axis=1) / counts[one] for one in (1, 2))
        return np.asarray(near - far, float)


def _gaps(kind: Float[np.ndarray, " N"], values: Float[np.ndarray, "2 N"]) -> np.ndarray:
    """(2,) mean of the linked less mean of those without; 0 where a permutation has neither."""
    near, far = kind == 1, kind == 0
    if not (near.any() and far.any()):
        return np.zeros(2)
    return np.asarray(values[:, near].mean(axis=1) - values[:, far].mean(axis=1))


def _left_out(
    group: Matrix,
    values: Float[np.ndarray, "2 N"],
    pairs: tuple[Int[np.ndarray, " N"], Int[np.ndarray, " N"]],
) -> Float[np.ndarray, "P 1"]:
    """Rise with each person left out in turn: of either kind, the whole less the person's."""
    kind = group[pairs]
    means = []
    for one in (1.0, 0.0):
        of = kind == one
        count = np.full(len(group), float(of.sum()))
        total = np.full(len(group), float(values[1, of].sum()))
        for side in pairs:
            count -= np.bincount(side[of], minlength=len(group))
            total -= np.bincount(side[of], weights=values[1, of], minlength=len(group))
        means.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    rise: Float[np.ndarray, " P"] = np.nan_to_num(means[0] - means[1])
    return rise[:, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """Closeness of P people before and after dosing.

    people  names in order
    with_agent  both of a pair were dosed; NaN in before or after: not measured
    reason  why nothing could be measured, else ""
    """

    people: tuple[str, ...]
    with_agent: Bool[np.ndarray, "P P"]
    before: Matrix
    after: Matrix
    reason: str = ""


def closeness_of(
    contacts: pl.DataFrame | None,
    people: Sequence[str],
    doses: Mapping[str, Dose],
    until: date | None,
) -> Closeness:
    """Scores of closeness, or hours together a week, before and after the days of dosing.

    A pair with the agent is measured before the first of their two first doses and from the
    second on; a pair without it before and from the median day of those. With a column
    `closeness`, the mean of the scores of either side, NaN without one; else recorded hours,
    0 where none is recorded, over the days from the first contact of all, or up to `until`.
    """
    names = tuple(sorted(people))
    given = np.array([_is_given(doses, who) for who in names], bool)
    both = given[:, None] & given[None]
    before, after = np.full(both.shape, np.nan), np.full(both.shape, np.nan)
    reason = _why_nothing(contacts, given)
    if not reason and contacts is not None:
        before, after = _measured(contacts, names, doses, until)
    return Closeness(people=names, with_agent=both, before=before, after=after, reason=reason)


def _measured(
    contacts: pl.DataFrame, names: Sequence[str], doses: Mapping[str, Dose], until: date | None
) -> tuple[Matrix, Matrix]:
    """What is measured of every two people of whom it is known whether they were dosed."""
    rows = contacts.filter(pl.col("first").is_not_null()).to_dicts()
    end = until or max(row.get("last") or row["first"] for row in rows)
    span = (min(row["first"] for row in rows), end)
    scored = "closeness" in contacts.columns and contacts["closeness"].is_not_null().any()
    days = sorted(one.first for one in doses.values() if one.given and one.first)
    middle = days[len(days) // 2]
    known = np.array([doses.get(who, Dose()).given is not None for who in names], bool)
    before, after = _where_nothing(names, doses, known, (middle, *span), scored=bool(scored))
    place = {who: at for at, who in enumerate(names) if known[at]}
    for (a, b), some in _by_pair(rows).items():
        if a in place and b in place:
            own = [doses[who].first for who in (a, b) if _is_given(doses, who)]
            told = sorted(day for day in own if day is not None)
            sides = (told[0], told[1]) if len(told) == 2 else (middle, middle)
            found = (_scores if scored else _hours)(some, sides, span)
            i, j = place[a], place[b]
            before[i, j] = before[j, i] = found[0]
            after[i, j] = after[j, i] = found[1]
    return before, after


def _by_pair(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["a"] != row["b"]:
            found[min(row["a"], row["b"]), max(row["a"], row["b"])].append(row)
    return found


def _where_nothing(
    names: Sequence[str],
    doses: Mapping[str, Dose],
    known: Bool[np.ndarray, " P"],
    days: tuple[date, date, date],
    *,
    scored: bool,
) -> tuple[Matrix, Matrix]:
    """Closeness of two people without any contact: no score, or no hour in either span.

    days  the median day of dosing, the first day of contacts and the last that is looked at
    """
    empty = np.full((len(names), len(names)), np.nan)
    if scored:
        return empty, empty.copy()
    middle, start, end = (day.toordinal() for day in days)
    given = np.array([_is_given(doses, who) for who in names], bool)
    first = np.array(
        [day.toordinal() if (day := doses.get(who, Dose()).first) else 0 for who in names]
    )
    both = given[:, None] & given[None]
    early = np.where(both, np.minimum(first[:, None], first[None]), middle)
    late = np.where(both, np.maximum(first[:, None], first[None]), middle)
    asked = known[:, None] & known[None] & ~np.eye(len(names), dtype=bool)
    before = np.where(asked & (early > start), 0.0, np.nan)
    after = np.where(asked & (late <= end), 0.0, np.nan)
    return before, after


def _is_given(doses: Mapping[str, Dose], who: str) -> bool:
    dose = doses.get(who, Dose())
    return bool(dose.given) and dose.first is not None


def _why_nothing(contacts: pl.DataFrame | None, given: Bool[np.ndarray, " P"]) -> str:
    if contacts is None or "first" not in contacts.columns:
        return "no contact has a day"
    if contacts["first"].is_null().all():
        return "no contact has a day"
    return "" if given.any() else "no day of dosing is known"


def _scores(
    rows: Sequence[Mapping[str, Any]], sides: tuple[date, date], _span: tuple[date, date]
) -> tuple[float, float]:
    told = [(row["first"], row["closeness"]) for row in rows if row["closeness"] is not None]
    parts = (
        [one for day, one in told if day < sides[0]],
        [one for day, one in told if day >= sides[1]],
    )
    before, after = (float(np.mean(some)) if some else float("nan") for some in parts)
    return before, after


def _hours(
    rows: Sequence[Mapping[str, Any]], sides: tuple[date, date], span: tuple[date, date]
) -> tuple[float, float]:
    """Hours a week on either side; a contact over several days is spread evenly."""
    weeks = (
        (sides[0] - span[0]).days / WEEK_D,
        ((span[1] - sides[1]).days + 1) / WEEK_D,
    )
    hours = [0.0, 0.0]
    for row in rows:
        last = row.get("last") or row["first"]
        length = (last - row["first"]).days + 1
        each = (1.0 if row.get("hours") is None else float(row["hours"])) / length
        earlier = min(max((sides[0] - row["first"]).days, 0), length)
        later = min(max((last - max(sides[1], row["first"])).days + 1, 0), length)
        hours[0] += each * earlier
        hours[1] += each * later
    before, after = (
        one / length if length > 0 else float("nan")
        for one, length in zip(hours, weeks, strict=True)
    )
    return before, after
