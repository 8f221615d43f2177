"""Flags: yes, no and unknown, with their usual misspellings; anything else is told.

SDTM's Y/N variables take Y, N, U and NA (CDISC codelist NY, C66742). What is none of these
stays as it was written, so that a room can give it its cautious meaning.
"""

from collections.abc import Mapping

import polars as pl

_YES = ("Y", "YES", "YE", "YS", "YEP", "YESS", "TRUE", "T", "1", "1.0", "X", "JA", "J", "OUI")
_NO = ("N", "NO", "NOT", "NON", "FALSE", "F", "0", "0.0", "NEIN", "NONE", "NO.")
_UNKNOWN = ("U", "UNK", "UNKNOWN", "NOT KNOWN", "UN", "UK", "ND")
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(_YES, "Y"),
    **dict.fromkeys(_NO, "N"),
    **dict.fromkeys(_UNKNOWN, "U"),
    "NA": "NA",
    "N/A": "NA",
    "NOT APPLICABLE": "NA",
}


def flag_of(text: str) -> str | None:
    """Y, N, U or NA; None for a word that is none of them."""
    return _MEANT.get(text.strip().strip(".!\"'()[]").upper())


def read_flags(cells: pl.Series) -> tuple[pl.Series, dict[str, str], list[str]]:
    """The column in CDISC's letters, cell to letter where it was another word, and the rest.

    A word that is no flag stays in the column as it is.
    """
    words = cells.drop_nulls().unique().to_list()
    read = {word: flag_of(word) for word in words}
    other = {word: letter for word, letter in read.items() if letter and letter != word}
    unread = sorted(word for word, letter in read.items() if letter is None)
    return cells.replace(other) if other else cells, other, unread
