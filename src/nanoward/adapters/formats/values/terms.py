"""Controlled terms: a codelist reads its own words, their synonyms and near misses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import polars as pl

How = Literal["exact", "synonym", "stem", "near", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a text means in a codelist, and how that was found.

    meant    the codelist's own word; "" where it is unknown
    nearest  the word that an unknown text comes nearest to, "" where none does
    """

    meant: str
    how: How
    nearest: str = ""


@dataclass(frozen=True, kw_only=True)
class Codelist:
    """A list of controlled terms.

    name      as the source calls it, with its code
    terms     the words themselves
    synonyms  other words to the word meant, in any case
    stems     patterns to the word meant, tried in order where no word fits: the gravest first
    near      whether a near miss may be read as its word; else it is only named
    """

    name: str
    terms: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    stems: tuple[tuple[str, str], ...] = ()
    near: bool = True

    @cached_property
    def _words(self) -> dict[str, tuple[str, How]]:
        words: dict[str, tuple[str, How]] = {
            plain(word): (meant, "synonym") for word, meant in self.synonyms.items()
        }
        return words | {plain(word): (word, "exact") for word in self.terms}

    def read(self, text: str) -> Term:
        """What a text means; case, blanks and punctuation do not count."""
        word = plain(text)
        found = self._words.get(word)
        if found is not None:
            exact = found[1] == "exact" and text == found[0]
            return Term(meant=found[0], how="exact" if exact else "synonym")
        for pattern, meant in self.stems:
            if re.search(pattern, word):
                return Term(meant=meant, how="stem")
        nearest = get_close_matches(word, self._words, n=1, cutoff=0.84)
        meant = self._words[nearest[0]][0] if nearest else ""
        if meant and self.near and _is_near(word, plain(nearest[0])):
            return Term(meant=meant, how="near", nearest=meant)
        return Term(meant="", how="unknown", nearest=meant)


_SHORTEST = 5  # letters that a word needs for a near miss to be read as it
_DENIAL = re.compile(r"\b(NOT|NO|NON|NEVER|WITHOUT|UN\w*|IN\w*|DIS\w*)")


def _is_near(word: str, other: str) -> bool:
    """Whether a near miss is a misspelling: long enough, and no denial of the other word."""
    denied = {one[0] for one in _DENIAL.finditer(word)}
    return len(word) >= _SHORTEST and denied <= {one[0] for one in _DENIAL.finditer(other)}


def plain(text: str) -> str:
    """A text in capitals with letters and digits alone, single blanks between its words."""
    return " ".join(re.sub(r"[^0-9A-Z]+", " ", text.upper()).split())


def read_terms(cells: pl.Series, codelist: Codelist) -> tuple[pl.Series, dict[str, Term]]:
    """The column in the codelist's own words, and what every text that differs was read as.

    A text that is unknown stays in the column as it is written, in capitals.
    """
    read = {text: codelist.read(text) for text in cells.drop_nulls().unique()}
    other = {text: term for text, term in read.items() if term.how != "exact"}
    if not other:
        return cells, {}
    words = {text: term.meant or text.strip().upper() for text, term in other.items()}
    return cells.replace(words), other
