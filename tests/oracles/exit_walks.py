"""An agreement walked week by week with a purse in hand: the oracle of exit_paths.

Written apart from the room: no streams and no running sums, one walk for each path.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

REASONS = ("withdraw", "doubt", "medical", "psych", "recalled", "pregnant")


def purse(terms: Sequence[Mapping[str, Any]], last: int, reason: str, weeks: int) -> Fraction:
    """Minor units that somebody has who leaves after week `last`, or completes."""
    money = sum(
        (walked(term, week, reason, weeks) for week in range(1, last + 1) for term in terms),
        Fraction(0),
    )
    money += sum((at_the_door(term, last, reason, weeks) for term in terms), Fraction(0))
    for term in terms:
        if term["kind"] == "deduct" and "share" in term and reason in term["on"] and money > 0:
            money -= money * Fraction(term["share"])
    return money


def walked(term: Mapping[str, Any], week: int, reason: str, weeks: int) -> Fraction:
    """What one term puts into the purse in one week."""
    first, end = term.get("weeks", (1, weeks))
    if term["kind"] != "pay" or not first <= week <= end or reason in term.get("forfeit", ()):
        return Fraction(0)
    times = {"visit": 1, "night": 7, "month": int(week % 4 == 0)}.get(term["per"], 0)
    return Fraction(100 * int(term["amount"]) * times)


def at_the_door(term: Mapping[str, Any], last: int, reason: str, weeks: int) -> Fraction:
    """What one term gives or takes when somebody leaves or completes."""
    kind, amount = term["kind"], 100 * int(term.get("amount", 0))
    complete = reason == "complete"
    if kind == "group" or (kind == "pay" and term.get("per") == "complete"):
        return Fraction(amount if complete else 0)
    if kind == "tier":
        return Fraction(amount if last >= weeks * Fraction(term["at_share"]) else 0)
    if kind == "deposit":
        return Fraction(0 if reason in term.get("returned", ()) else -amount)
    if reason not in term.get("on", ()):
        return Fraction(0)
    times = {"visit": last, "remaining": weeks - last}.get(term.get("per", ""), 1)
    return Fraction(-amount * times)


def weight(terms: Sequence[Mapping[str, Any]], week: int, weeks: int) -> Fraction:
    """Burden of one week: the visit, what terms add, and seven nights where they are paid."""
    visits, added = [], Fraction(0)
    for term in terms:
        first, end = term.get("weeks", (1, weeks))
        if term["kind"] != "pay" or not first <= week <= end:
            continue
        if term.get("per") == "visit":
            visits.append(term)
            added += Fraction(term.get("burden", 0))
        if term.get("per") == "night":
            added += 1
    plain = not visits or any("burden" not in one for one in visits)
    return added + (1 if plain else 0)


def dearest(terms: Sequence[Mapping[str, Any]], weeks: int) -> Fraction | None:
    """Leave cost over every path; None where there is no pay and leaving costs something."""
    pay = purse(terms, weeks, "complete", weeks)
    total = sum(weight(terms, week, weeks) for week in range(1, weeks + 1))
    worst = Fraction(-(10**12))
    for last in range(weeks + 1):
        done = sum((weight(terms, week, weeks) for week in range(1, last + 1)), Fraction(0))
        for reason in REASONS:
            worst = max(worst, pay * done / total - purse(terms, last, reason, weeks))
    if pay <= 0:
        return None if worst > 0 else Fraction(0)
    return worst / pay
