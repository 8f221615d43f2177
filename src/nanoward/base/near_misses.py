"""The word that a misspelt one comes nearest to."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """The nearest of the words, "" where none is near; swapped letters come first.

    cutoff  least share of common letters in order, 0 to 1 (difflib's ratio)
    """
    many = sorted(words)
    swapped = [one for one in many if sorted(one) == sorted(word)]
    found = get_close_matches(word, swapped or many, n=1, cutoff=0.0 if swapped else cutoff)
    return found[0] if found else ""
