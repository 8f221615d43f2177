"""Pointers on single records: digits, days, instruments' numbers, edits, moves after asking."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import pairwise

from nanoward.audit.pointers.pointer import INNOCENT, Pointer
from nanoward.maths.statistics.chi_square import chi_square_tail
from nanoward.maths.statistics.e_values import binomial_tail, normal_tail

LEAST_DIGITS = 50


def terminal_digits(values: Iterable[str], about: str = "") -> Pointer | None:
    """Whether last digits are uneven; None for fewer than 50. Weak: never used to draw.

    On real made-up data this finds nothing (an area under the curve of 0.46 on 24 sets).
    """
    texts = [one.strip() for one in values if one.strip()[-1:].isdigit()]
    # files drop zeros at the end or add them to all: places are those that anybody uses
    parts = [one.partition(".") for one in texts if "e" not in one.lower()]
    places = max((len(part[2].rstrip("0")) for part in parts), default=0)
    digits = Counter((part[0] + part[2].ljust(places, "0")[:places])[-1] for part in parts)
    count = sum(digits.values())
    if count < LEAST_DIGITS:
        return None
    expected = count / 10
    statistic = sum((digits.get(str(d), 0) - expected) ** 2 / expected for d in range(10))
    p = chi_square_tail(statistic, 9)
    most, often = digits.most_common(1)[0]
    told = f"{often} of {count} last digits are {most}"
    return _pointer("terminal digits", about, p, told)


def closed_days(
    days: Mapping[str, date], open_weekdays: Set[int], holidays: Set[date] = frozenset()
) -> tuple[str, ...]:
    """Items dated on a day on which the site is closed (Monday is 0)."""
    return tuple(
        item
        for item, day in days.items()
        if day.weekday() not in open_weekdays or day in holidays
    )


def skipped_numbers(numbers: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Gaps in an instrument's sequence numbers: first and last number that nobody has."""
    seen = sorted(set(numbers.values()))
    return tuple((one + 1, other - 1) for one, other in pairwise(seen) if other > one + 1)


def repeated_numbers(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Items that share a sequence number: one run under two names."""
    often = Counter(numbers.values())
    return tuple(item for item, number in numbers.items() if often[number] > 1)


def late_edits(
    edits: Mapping[str, datetime], visits: Mapping[str, date], days: int
) -> tuple[str, ...]:
    """Items edited more than so many days after their visit."""
    return tuple(
        item
        for item, moment in edits.items()
        if item in visits and (moment.date() - visits[item]).days > days
    )


def bursts(edits: Mapping[str, datetime], share: float = 0.5) -> tuple[str, ...]:
    """Items of the one hour in which more than `share` of all edits were made; else none."""
    if len(edits) < 10:
        return ()
    hours = Counter(
        moment.replace(minute=0, second=0, microsecond=0) for moment in edits.values()
    )
    hour, often = hours.most_common(1)[0]
    if often <= share * len(edits):
        return ()
    return tuple(item for item, moment in edits.items() if _hour(moment) == hour)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def moves_after_asking(
    before: Sequence[float], after: Sequence[float], asked: Sequence[bool], about: str = ""
) -> Pointer | None:
    """Whether values change where somebody asked, and only there; None where nothing moved.

    Fisher's exact test, one-sided: of all values that changed, how many had been asked about.
    """
    moved = [not _same(one, other) for one, other in zip(before, after, strict=True)]
    changed, wanted = sum(moved), sum(asked)
    both = sum(one and other for one, other in zip(moved, asked, strict=True))
    if not changed or not wanted:
        return None
    p = _hypergeometric_tail(both, len(moved), wanted, changed)
    told = f"{both} of {changed} changes were made where somebody had asked"
    return _pointer("moves after asking", about, p, told)


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _hypergeometric_tail(least: int, total: int, marked: int, drawn: int) -> float:
    ways = math.comb(total, drawn)
    return sum(
        math.comb(marked, k) * math.comb(total - marked, drawn - k)
        for k in range(least, min(marked, drawn) + 1)
        if drawn - k <= total - marked
    ) / max(ways, 1)


def share_of_closed_days(closed: int, total: int, usual: float, about: str = "") -> Pointer:
    """Whether more items fall on closed days than the share that is usual there."""
    told = f"{closed} of {total} are dated on closed days"
    return _pointer("closed days", about, binomial_tail(closed, total, usual), told)


def _pointer(name: str, about: str, p: float, told: str) -> Pointer:
    return Pointer(name=name, about=about, p=p, z=_z_of(p), told=told, innocent=INNOCENT[name])


def _z_of(p: float) -> float:
    if not 0 < p < 1:
        return math.inf if p <= 0 else -math.inf
    low, high = -40.0, 40.0
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_tail(middle) > p else (low, middle)
    return high
