"""Side effect, benefit and own ratings before and after a change, and while off and on.

Values come from the event table itself, not from a model: what was measured, and what people
said. A value below its limit of detection (CENS 1, or DV below LLOQ) may be anything from 0 to
that limit, one with LIMIT anything between both: intervals take the worst of both ends. Each
person is their own control (paired_comparison.py). "Removed" is said only where nothing was
seen afterwards, with the limit of what may have been missed: 1 - 0.05^(1/n) for none in n
(Hanley & Lippman-Hand 1983, JAMA 249:1743).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.tuning.data.observation_checks import censored_as
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.outcomes.paired_comparison import Change, person_change, programme_change

Array = NDArray[np.float64]
Row = dict[str, Any]
ROLES = ("benefit", "side effect", "own rating")
BEFORE_AFTER, OFF_ON = "before-after", "off-on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is compared: role (of ROLES), DVID of the quantity, and the sign that is better."""

    role: str
    quantity: str
    sign: float


@dataclass(frozen=True, kw_only=True)
class ComparisonPlan:
    """[tuning.compare]: what to compare.

    benefit, side_effect, rating  DVID of what was measured, or told by the person; "": none
    at        TIME of the change for everybody; the person's last change of dose unless told
    settle    time after a change, or a switch, that is left out, in the model's time unit
    margin    how much of the benefit may be lost and still count as kept
    switch    column that is 1 while on and 0 while off; compared where the table has it
    benefit_sign, rating_sign  1 where more is better; -1 where less is
    side_sign  1 where more of the side effect is worse; -1 where less is
    """

    benefit: str = ""
    side_effect: str = ""
    rating: str = ""
    at: float | None = None
    settle: float = 0.0
    margin: float = 0.0
    switch: str = "ON"
    benefit_sign: float = 1.0
    side_sign: float = 1.0
    rating_sign: float = 1.0

    def __post_init__(self) -> None:
        if not (self.benefit or self.side_effect or self.rating):
            raise BadTargetError("compare names no benefit, side_effect or rating")
        if not (self.settle >= 0 and self.margin >= 0):
            raise BadTargetError("compare needs settle >= 0 and margin >= 0")

    def endpoints(self) -> tuple[Endpoint, ...]:
        """What is compared, in the order of ROLES."""
        named = (
            ("benefit", self.benefit, self.benefit_sign),
            ("side effect", self.side_effect, self.side_sign),
            ("own rating", self.rating, self.rating_sign),
        )
        return tuple(
            Endpoint(role=role, quantity=quantity, sign=sign)
            for role, quantity, sign in named
            if quantity
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Measurements of one side: their least and most possible values, and how many below."""

    low: Array
    high: Array
    below: int

    @property
    def mean(self) -> float | None:
        return float((self.low + self.high).mean() / 2) if len(self.low) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PersonComparison:
    """One person's row of COMPARISONS, and the change that it states."""

    row: Row
    change: Change


def changes(events: pl.DataFrame, compare: ComparisonPlan | None) -> list[Row]:
    """Rows of COMPARISONS (base/tables): every person and quantity, then everybody together."""
    if compare is None:
        return []
    groups = events.with_columns(pl.col("ID").cast(pl.String)).partition_by(
        "ID", as_dict=True, maintain_order=True
    )
    people = {str(key[0]): frame.to_dicts() for key, frame in groups.items()}
    kinds = [BEFORE_AFTER]
    if compare.switch in events.columns:
        kinds.append(OFF_ON)
    found: list[Row] = []
    for kind in kinds:
        for endpoint in compare.endpoints():
            everybody = [
                _person(name, rows, compare, kind, endpoint)
                for name, rows in sorted(people.items())
            ]
            found += [one.row for one in everybody]
            found.append(_together(everybody, compare, kind, endpoint))
        _agree(found, kind)
    return found


def last_change(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """TIME from which the person's dose is another one than before; None where it never is."""
    doses = [
        (float(row["TIME"]), float(row.get("AMT") or 0.0))
        for row in rows
        if row.get("EVID") in (1, 4) and row.get("TIME") is not None
    ]
    moved = [b[0] for a, b in pairwise(doses) if a[1] != b[1]]
    return moved[-1] if moved else None


def _sides(
    rows: Sequence[Mapping[str, Any]], compare: ComparisonPlan, kind: str, quantity: str
) -> tuple[_Side, _Side, str]:
    seen = [
        row
        for row in rows
        if row.get("EVID") == 0 and str(row.get("DVID") or "") == quantity
        and row.get("DV") is not None and not row.get("MDV") and row.get("TIME") is not None
    ]  # fmt: skip
    if any(censored_as(row)[1] and isnan(censored_as(row)[2]) for row in seen):
        return _side([]), _side([]), "a value is only known to lie above what stands in DV"
    if kind == OFF_ON:
        off = [row for row in _settled(rows, seen, compare) if row.get(compare.switch) == 0]
        on = [row for row in _settled(rows, seen, compare) if row.get(compare.switch) == 1]
        return _side(off), _side(on), ""
    at = compare.at if compare.at is not None else last_change(rows)
    if at is None:
        return _side([]), _side([]), "the dose never changed, and no time of a change was told"
    before = [row for row in seen if row["TIME"] <= at]
    after = [row for row in seen if row["TIME"] > at + compare.settle]
    return _side(before), _side(after), ""


def _settled(
    rows: Sequence[Mapping[str, Any]],
    seen: Sequence[Mapping[str, Any]],
    compare: ComparisonPlan,
) -> Iterator[Mapping[str, Any]]:
    """Measurements no sooner after the last switch than `settle`."""
    told = [row for row in rows if row.get(compare.switch) in (0, 1)]
    switched = [
        float(b["TIME"]) for a, b in pairwise(told) if a[compare.switch] != b[compare.switch]
    ]
    for row in seen:
        last = max((at for at in switched if at <= row["TIME"]), default=-np.inf)
        if row["TIME"] - last >= compare.settle:
            yield row


def _side(rows: Sequence[Mapping[str, Any]]) -> _Side:
    low, high, below = [], [], 0
    for row in rows:
        value, limit = float(row["DV"]), row.get("LLOQ")
        cut, above, other = censored_as(row)
        if above:
            below += 1
            low.append(value)
            high.append(other)
        elif cut or (limit is not None and value < float(limit)):
            below += 1
            low.append(0.0 if isnan(other) else other)
            high.append(float(limit) if limit is not None else value)
        else:
            low.append(value)
            high.append(value)
    return _Side(low=np.array(low, float), high=np.array(high, float), below=below)


def _person(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    compare: ComparisonPlan,
    kind: str,
    endpoint: Endpoint,
) -> _PersonComparison:
    role, quantity, sign = endpoint.role, endpoint.quantity, endpoint.sign
    before, after, lacks = _sides(rows, compare, kind, quantity)
    change = _widest(before, after)
    row = {
        "participant": name,
        "comparison": kind,
        "role": role,
        "quantity": quantity,
        "before": before.mean,
        "after": after.mean,
        "measured_before": len(before.low),
        "measured_after": len(after.low),
        "below": before.below + after.below,
        **_figures(change),
        "verdict": _verdict(role, sign, change, compare.margin),
        "reason": lacks or change.reason,
    }
    nothing = len(after.high) > 0 and bool((after.low <= 0).all())
    if role == "side effect" and sign > 0 and nothing and (before.mean or 0.0) > 0:
        missed = 1.0 - 0.05 ** (1.0 / len(after.low))
        row["verdict"] = "removed"
        none = "none above its limit" if after.below else "none"
        row["reason"] = (
            f"{none} in {len(after.low)} measurements: at most {missed:.0%} would show it"
        )
    return _PersonComparison(row=row, change=change)


def _widest(before: _Side, after: _Side) -> Change:
    """The change with the ends of what lies below a limit put where they hurt most."""
    if not before.below and not after.below:
        return person_change(before.low, after.low)
    least = person_change(before.high, after.low)
    most = person_change(before.low, after.high)
    if least.mean is None or most.mean is None:
        return least
    low = least.low if least.low is not None else least.mean
    high = most.high if most.high is not None else most.mean
    known = least.reason == "" or "scatter" in least.reason
    return Change(
        mean=(least.mean + most.mean) / 2,
        low=low if known else None,
        high=high if known else None,
        detectable=(high - low) / 2 if known else None,
        before=least.before,
        after=least.after,
        reason=f"{before.below + after.below} values below their limit: the interval holds all "
        "that they may be"
        if known
        else least.reason,
    )


def _figures(change: Change) -> Row:
    return {
        "change": change.mean,
        "low": change.low,
        "high": change.high,
        "detectable": change.detectable,
    }


def _verdict(role: str, sign: float, change: Change, margin: float) -> str:
    if change.low is None or change.high is None:
        return "cannot tell"
    low, high = sorted((sign * change.low, sign * change.high))
    if role == "side effect":
        return "less" if high < 0 else "more" if low > 0 else "no change seen"
    better, kept = low > 0, low > -margin
    if role == "benefit":
        if better:
            return "better"
        return "kept" if kept else "lost" if high < -margin else "not shown to be kept"
    return "better" if better else "worse" if high < 0 else "no change seen"


def _together(
    people: Sequence[_PersonComparison], compare: ComparisonPlan, kind: str, endpoint: Endpoint
) -> Row:
    role, quantity, sign = endpoint.role, endpoint.quantity, endpoint.sign
    found = programme_change([one.change for one in people])
    both = [one.row for one in people if one.change.mean is not None]
    split = "" if found.sign_test is None else (
        f"{found.risen} rose, {found.fallen} fell (sign test p = {found.sign_test:.2g})"
    )  # fmt: skip
    removed = sum(one.row["verdict"] == "removed" for one in people)
    return {
        "participant": "",
        "comparison": kind,
        "role": role,
        "quantity": quantity,
        "before": float(np.mean([row["before"] for row in both])) if both else None,
        "after": float(np.mean([row["after"] for row in both])) if both else None,
        "measured_before": len(both),
        "measured_after": len(both),
        "below": sum(one.row["below"] for one in people),
        **_figures(found.change),
        "verdict": _verdict(role, sign, found.change, compare.margin),
        "reason": "; ".join(
            part
            for part in (
                found.change.reason,
                split,
                f"removed in {removed} of {len(people)}" if removed else "",
            )
            if part
        ),
    }


def _agree(found: list[Row], kind: str) -> None:
    """What people say beside what was measured: into the reason of the ratings' last row."""
    change = {
        (row["role"], row["participant"]): row["change"]
        for row in found
        if row["comparison"] == kind and row["participant"]
    }
    total = [
        row
        for row in found
        if row["comparison"] == kind and row["role"] == "own rating" and not row["participant"]
    ]
    pairs = [
        (value, change.get(("benefit", name)), change.get(("side effect", name)))
        for (role, name), value in change.items()
        if role == "own rating" and value
    ]
    for row in total:
        for place, name in ((1, "benefit"), (2, "side effect")):
            known = [(float(one[0]), float(one[place] or 0)) for one in pairs if one[place]]
            if known:
                same = sum((a > 0) == (b > 0) for a, b in known)
                row["reason"] += f"; moved as the {name} did in {same} of {len(known)}"
