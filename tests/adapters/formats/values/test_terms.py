import polars as pl
import pytest

from nanoward.adapters.formats.values.terms import Codelist, plain, read_terms

FRUIT = Codelist(
    name="fruit",
    terms=("APPLE", "PEAR"),
    synonyms={"Cox": "APPLE"},
    stems=((r"ORCHARD", "PEAR"),),
)


@pytest.mark.parametrize(
    ("text", "meant", "how"),
    [
        ("APPLE", "APPLE", "exact"),
        ("apple ", "APPLE", "synonym"),
        ("cox", "APPLE", "synonym"),
        ("from the orchard", "PEAR", "stem"),
        ("APPEL", "", "unknown"),
        ("APPPLE", "APPLE", "near"),
        ("NOT APPLE", "", "unknown"),
    ],
)
def test_a_term_is_read_by_word_synonym_stem_or_near_miss(
    text: str, meant: str, how: str
) -> None:
    found = FRUIT.read(text)
    assert (found.meant, found.how) == (meant, how)


def test_an_unknown_term_stays_in_capitals_and_is_told() -> None:
    read, other = read_terms(pl.Series(["cox", "APPLE", "plum"]), FRUIT)
    assert read.to_list() == ["APPLE", "APPLE", "PLUM"]
    assert set(other) == {"cox", "plum"}
    assert plain("  a-b/c ") == "A B C"
