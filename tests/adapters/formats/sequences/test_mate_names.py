import numpy as np
import pytest

from nanoward.adapters.formats.sequences.mate_names import (
    NamedBlock,
    first_stranger,
    name_of,
    part_of,
    rest_of,
)
from nanoward.sequencing.pileup import Block


def named(*names: str) -> NamedBlock:
    text, heads, where = "", [], []
    for name in names:
        heads.append(len(text))
        start = len(text) + len(name) + 2
        where.append((start, 2, start + 5))
        text += f"@{name}\nAC\n+\nII\n"
    block = Block(np.frombuffer(text.encode(), np.uint8), np.array(where, np.int64))
    return NamedBlock(block, np.array(heads, np.int64))


@pytest.mark.hazard("H-181")
@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("r7", "r7", True),
        ("r7/1", "r7/2", True),
        ("M1:7:A 1:N:0:1", "M1:7:A 2:N:0:1", True),
        ("SRR1.7.1", "SRR1.7.2", True),
        ("r7", "r8", False),
        ("r7", "r77", False),
        ("r7/1", "r8/2", False),
        ("r7/2", "r7/1", False),
        ("r7/1", "r7/2x", False),
        ("r7/1x", "r7/2", False),
        ("r1", "r2", False),
        (
            "A00123:57:HGFYTDSXX:1:1101:1000:2000 1:N:0:AC",
            "A00123:57:HGFYTDSXX:1:1101:1000:2000 2:N:0:AC",
            True,
        ),
        (
            "A00123:57:HGFYTDSXX:1:1101:1000:2000 1:N:0:AC",
            "A00123:57:HGFYTDSXX:1:1101:1000:2001 1:N:0:AC",
            False,
        ),
        ("A00123:57:HGFYTDSXX:1:1101:1000:2000", "A00123:57:HGFYTDSXX:1:1101:1000:2001", False),
        ("r7 ", "r7", True),
        ("r7\t1", "r7\t2", True),
        ("r7 of one", "r7", True),
        ("r7 r8", "r7 r9", True),
        ("r77 1", "r7 1", False),
    ],
)
def test_two_names_are_of_one_pair_or_not(one: str, two: str, *, same: bool) -> None:
    left, right = named("x", one), named("x", two)
    assert first_stranger(left, right, 2) == (2 if same else 1)


def test_names_and_parts_stay_together() -> None:
    told = named("a 1", "b", "c")
    assert [name_of(told, row) for row in range(3)] == ["a", "b", "c"]
    assert name_of(rest_of(told, 2), 0) == "c"
    assert len(part_of(told.block, 1, 2).where) == 1
