import numpy as np

from nanoward.sequencing.kmer_index import codes_of, seed_index
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.read_placements import (
    BEHIND,
    BREAK,
    FIRST,
    JOIN,
    LEFT,
    RIGHT,
    SEGMENTS,
    read_placements,
)
from nanoward.testing.reads import random_genome

GENOME = random_genome(3_000, 4)
OTHER = str.maketrans("ACGT", "TGCA")


def placed(*reads: str) -> np.ndarray:
    text, where = b"", []
    for read in reads:
        where.append((len(text), len(read), len(text) + len(read)))
        text += read.encode() + b"I" * len(read)
    codes = codes_of(GENOME.encode())
    block = Block(np.frombuffer(text, np.uint8), np.array(where, np.int64))
    return read_placements(block, codes, seed_index(codes), 33)


def test_a_whole_read_lies_and_a_foreign_one_does_not() -> None:
    whole, foreign = placed(GENOME[100:250], random_genome(150, 99))
    assert whole[[SEGMENTS, FIRST, BEHIND, LEFT, RIGHT, BREAK]].tolist() == [
        1, 100, 250, 0, 0, -1,
    ]  # fmt: skip
    assert foreign[SEGMENTS] == 0


def test_a_read_that_leaves_the_agent_is_clipped_where_it_leaves() -> None:
    foreign = random_genome(150, 99)
    (right, left) = placed(GENOME[100:180] + foreign[:70], foreign[:70] + GENOME[100:180])
    assert abs(right[BEHIND] - 180) <= 2
    assert right[RIGHT] >= 66
    assert abs(left[FIRST] - 100) <= 2
    assert left[LEFT] >= 66


def test_a_read_that_goes_on_elsewhere_names_both_places() -> None:
    turned = GENOME[2000:2070].translate(OTHER)[::-1]
    jump, flip = placed(GENOME[100:180] + GENOME[2000:2070], GENOME[100:180] + turned)
    assert sorted(abs(jump[[BREAK, JOIN]] - [180, 2000]) <= 3) == [True, True]
    assert sorted(abs(flip[[BREAK, JOIN]] - [180, 2070]) <= 3) == [True, True]
