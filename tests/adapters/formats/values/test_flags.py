import polars as pl
import pytest

from nanoward.adapters.formats.values.flags import flag_of, read_flags


@pytest.mark.hazard("H-118")
def test_flags_are_read_in_their_usual_spellings_and_others_stay_as_they_are() -> None:
    read, other, unread = read_flags(pl.Series(["Yes", "1", "Y", "n", "perhaps", None, "unk"]))
    assert read.to_list() == ["Y", "Y", "Y", "N", "perhaps", None, "U"]
    assert other == {"Yes": "Y", "1": "Y", "n": "N", "unk": "U"}
    assert unread == ["perhaps"]


@pytest.mark.parametrize(
    ("text", "flag"), [("YES.", "Y"), ("'no'", "N"), ("TRUE", "Y"), ("2", None)]
)
def test_a_flag_by_its_word(text: str, flag: str | None) -> None:
    assert flag_of(text) == flag
