"""$ABBR REPLACE and synonyms of $INPUT: one name for each thing."""

import pytest

from nanoward.tuning.nonmem.abbreviations import input_items, with_replacements
from nanoward.tuning.nonmem.control_stream import BadStreamError, read_stream


def code(text: str) -> str:
    return with_replacements(read_stream(text)).all("PK")[0].text.split("\n", 1)[1].strip()


@pytest.mark.hazard("H-172")
def test_a_replacement_is_written_wherever_its_name_stands() -> None:
    assert (
        code("$ABBR REPLACE ETA_V=ETA(2)\n$PK\nV=EXP(ETA_V)*ETA_V2") == "V=EXP(ETA(2))*ETA_V2"
    )
    assert code("$ABBR REPLACE THETA(CL,V)=THETA(3,4)\n$PK\nX=THETA(CL)+THETA( V )") == (
        "X=THETA(3)+THETA(4)"
    )


def test_lists_of_two_lengths_and_other_words_are_refused() -> None:
    with pytest.raises(BadStreamError, match="two lengths"):
        code("$ABBR REPLACE ETA(OCC_CL)=ETA(5,6)\n$PK\nX=1")
    with pytest.raises(BadStreamError, match="FUNCTION"):
        code("$ABBR FUNCTION BIVARIATE(VBI,5)\n$PK\nX=1")
    assert code("$ABBR DERIV2=NO\n$PK\nX=1") == "X=1"


def test_items_have_their_reserved_name_a_synonym_and_may_be_dropped() -> None:
    stream = read_stream("$INPUT ID TIME DV=LDV BW=WT AGE=DROP DROP")
    assert input_items(stream) == [
        ("ID", "", False), ("TIME", "", False), ("DV", "LDV", False), ("BW", "WT", False),
        ("AGE", "", True), ("", "", True),
    ]  # fmt: skip
    assert code("$INPUT ID WT=BW\n$PK\nX=BW") == "X=WT"
