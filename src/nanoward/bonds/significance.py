"""Which pairs are unrelated, and how often unrelated pairs score as high as a tested one.

The null is made of real pairs of the same stratum that have no recorded contact and do not
live together: ancestry, season and laboratory are then alike, which no calculation from the
frequencies of single factors achieves.

All unrelated pairs of the stratum count, also those that share a person with the tested pair.
If the people of a stratum are exchangeable, their pairs are jointly exchangeable as an array
(Aldous 1981), so the tested pair's rank among all of them is uniform under the null; leaving
out the pairs of its two people would break that symmetry. A pair that is itself in the null
set is left out of it while it is tested.
"""

import numpy as np
from jaxtyping import Bool, Float

from nanoward.bonds.people import Contacts, Person
from nanoward.maths.false_discovery import benjamini_hochberg


def unrelated_pairs(people: tuple[Person, ...], contacts: Contacts) -> Bool[np.ndarray, "S S"]:
    """(S, S) pairs without recorded contact, known to differ in every column of `apart`."""
    names = [one.participant for one in people]
    found = ~np.eye(len(people), dtype=bool)
    for column in zip(*(one.apart for one in people), strict=True):
        if all(value is None for value in column):
            continue  # nobody's is known: the programme does not record it
        value = np.array([one or "" for one in column])
        known = value != ""
        found &= (value[:, None] != value[None]) & known[:, None] & known[None]
    place = {name: number for number, name in enumerate(names)}
    for a, b in contacts:
        if a in place and b in place:
            found[place[a], place[b]] = found[place[b], place[a]] = False
    return found


def q_values(
    p: Float[np.ndarray, " N"], is_unrelated: Bool[np.ndarray, " N"]
) -> Float[np.ndarray, " N"]:
    """Benjamini-Hochberg within two families of pairs: those that may have met, and the rest.

    Each family keeps its own level (Efron 2008 Ann Appl Stat 2:197): a few hundred strangers
    must not drown the few who were together, and were said to be so before any genome was
    seen.
    """
    q = np.full(len(p), np.nan)
    for family in (is_unrelated, ~is_unrelated):
        q[family] = benjamini_hochberg(p[family])
    return q


def largest_called(
    p: Float[np.ndarray, " N"], q: Float[np.ndarray, " N"], alpha: float
) -> float:
    """The p-value up to which pairs are called; where none is, what a single one would need."""
    called = p[q <= alpha]
    count = int((~np.isnan(p)).sum())
    return float(called.max()) if len(called) else alpha / max(count, 1)
