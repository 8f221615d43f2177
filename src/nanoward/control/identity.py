"""Who is who: one person may hold several keys, and must not count as several people."""

import unicodedata
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from nanoward.control.kill_state import Signer

LONG_NAME: Final = 6  # letters from which on one letter more or less is taken for a slip


def identity_of(signer: Signer) -> str:
    """What stands for the person: their own identifier, else their name however spelt."""
    return signer.person or folded_name(signer.name)


def folded_name(name: str) -> str:
    """A name without accents, case, punctuation and the order of its words."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(
        one if one.isalnum() else " " for one in plain if not unicodedata.combining(one)
    )
    return " ".join(sorted(letters.split()))


def doubtful_keys(signers: Sequence[Signer]) -> dict[str, str]:
    """Keys that count for nothing, with the reason: nobody can tell whether two are one person.

    Two entries that state two different identifiers (`person`) are two people, however alike
    their names; two of one name and one identifier are one person with two keys.
    """
    found: dict[str, str] = {}
    for one, other in combinations(signers, 2):
        reason = _doubt(one, other)
        if reason:
            found.setdefault(one.key, reason)
            found.setdefault(other.key, reason)
    return found


def _doubt(one: Signer, other: Signer) -> str:
    if one.key == other.key:
        return f"{one.name} and {other.name} name the same key"
    if one.person and other.person:
        alike = one.person != other.person and one.name == other.name
        return f"two people are called {one.name}" if alike else ""
    if one.name == other.name or not are_near(one.name, other.name):
        return ""
    return f"{one.name} and {other.name} may be one person: give each its own `person`"


def are_near(one: str, other: str) -> bool:
    """Whether two names could be one person's, spelt twice."""
    first, second = folded_name(one), folded_name(other)
    if first == second:
        return True
    return min(len(first), len(second)) >= LONG_NAME and _one_slip(first, second)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter was changed, added, left out, or changed places with the next."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1]
    return short[start + 1 :] == long[start + 1 :] or (
        swapped and short[start + 2 :] == long[start + 2 :]
    )
