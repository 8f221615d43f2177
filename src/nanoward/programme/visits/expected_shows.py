"""How many more weekly tests a half-day may take than it has places: off unless it is earned.

Rates are the programme's own, per person, shrunk towards all: p = (a + missed) / (a + b + n).
A rate from the literature (23 % over 105 studies) would overfill 92 of 100 half-days here,
where 0.7 % are missed. Exact Poisson-binomial; more than fit in at most 5 % of half-days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

LEAST_VISITS = 200
MOST_OVERFULL = 0.05
PRIOR = 20.0  # visits that the programme's own rate weighs for one person
MAY_OVERBOOK = frozenset({"weekly"})  # never doses, safety, infants or the psychologist


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedVisits:
    """Of one person: visits that were due, and those missed. They are never told a score."""

    due: int
    missed: int


def missing_rate(own: MissedVisits, everybody: MissedVisits) -> float:
    """The probability that one person misses a visit, shrunk to that of all."""
    overall = (everybody.missed + 0.5) / (everybody.due + 1)
    a = PRIOR * overall
    return (a + own.missed) / (PRIOR + own.due)


def overfull_probability(missing: Sequence[float], places: int) -> float:
    """That more people come than there are places: exact, over people of different rates."""
    coming = np.array([1.0])
    for rate in missing:
        coming = np.convolve(coming, [rate, 1 - rate])
    return float(coming[places + 1 :].sum())


def bookable(
    missing: Sequence[float], places: int, everybody: MissedVisits, *, kind: str = "weekly"
) -> int:
    """How many of these people, in their order, may be booked into so many places.

    Never fewer than the places; exactly those where overbooking is off.
    """
    if everybody.due < LEAST_VISITS or kind not in MAY_OVERBOOK:
        return min(places, len(missing))
    count = min(places, len(missing))
    while (
        count < len(missing)
        and overfull_probability(missing[: count + 1], places) <= MOST_OVERFULL
    ):
        count += 1
    return count


def rates_of(
    history: Mapping[str, MissedVisits],
) -> tuple[dict[str, float], MissedVisits]:
    """Everybody's rate, and the sums behind them."""
    everybody = MissedVisits(
        due=sum(one.due for one in history.values()),
        missed=sum(one.missed for one in history.values()),
    )
    return {who: missing_rate(one, everybody) for who, one in history.items()}, everybody


def probabilities(rates: Mapping[str, float], people: Sequence[str]) -> Float[np.ndarray, " P"]:
    """Rates of some people, in their order; somebody new has the rate of all."""
    mean = float(np.mean(list(rates.values()))) if rates else 0.0
    return np.array([rates.get(one, mean) for one in people])
