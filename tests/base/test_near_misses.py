import pytest

from nanoward.base.near_misses import nearest


@pytest.mark.parametrize(
    ("word", "meant"), [("ATL", "ALT"), ("AESRE", "AESER"), ("AESERR", "AESER"), ("ZZZ", "")]
)
def test_a_near_miss_names_its_word_and_swapped_letters_come_first(
    word: str, meant: str
) -> None:
    assert nearest(word, ["ALT", "AST", "AESEV", "AESER"]) == meant
