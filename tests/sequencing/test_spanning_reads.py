import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.adapters.formats import FileFormats
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.spanning_reads import ENOUGH, FLANK, WIDEST, SpanningReads
from nanoward.testing.reads import random_genome

TURNED = str.maketrans("ACGT", "TGCA")
LEFT, RIGHT = random_genome(FLANK, 1), random_genome(FLANK, 2)
GAP = "GATTACAGG"


def turned(letters: str) -> str:
    return letters.translate(TURNED)[::-1]


def told(*reads: str, flanks: tuple[tuple[str, str], ...] = ((LEFT, RIGHT),), low: int = -1):
    """What reads hold in gaps; the letter at `low` of each is not believed."""
    text = ""
    for at, letters in enumerate(reads):
        quality = "".join("#" if one == low else "I" for one in range(len(letters)))
        text += f"@{at}\n{letters}\n+\n{quality}\n"
    spanning = SpanningReads(flanks)
    blocks = FileFormats().blocks(ReadFile(name="r.fq", content=text.encode()))
    for first, _ in blocks:
        spanning.add(first, blocks.offset)
    return spanning.told


def test_a_read_tells_what_stands_between_the_flanks_on_both_strands() -> None:
    read = "TTT" + LEFT + GAP + RIGHT + "CC"
    assert told(read) == [{(0, 23): GAP.encode()}]
    assert told(turned(read)) == [{(1, 22): GAP.encode()}]
    assert told(read.lower()) == [{(0, 23): GAP.encode()}]
    assert told(LEFT + RIGHT) == [{(0, FLANK): b""}]


def test_copies_of_a_read_count_once_and_other_places_each() -> None:
    read = LEFT + GAP + RIGHT
    (found,) = told(read, read, "A" + read, turned(read))
    assert sorted(found) == [(0, 20), (0, 21), (1, 20)]
    assert set(found.values()) == {GAP.encode()}


def test_both_flanks_must_stand_in_order_in_one_read() -> None:
    assert told(LEFT + GAP + RIGHT[:-1], RIGHT + GAP + LEFT, GAP + RIGHT, LEFT) == [{}]
    assert told(LEFT + RIGHT[1:] + "A") == [{}]  # the flank begins a letter too late
    widest = random_genome(WIDEST, 3)
    assert len(told(LEFT + widest + RIGHT)[0]) == 1
    assert told(LEFT + widest + "A" + RIGHT) == [{}]


@pytest.mark.parametrize("low", [0, FLANK - 1, FLANK, 2 * FLANK + 8])
def test_a_letter_that_is_not_believed_tells_nothing(low: int) -> None:
    read = LEFT + GAP + RIGHT
    assert told(read, low=low) == [{}]
    assert told(read + "A", low=len(read)) == [{(0, FLANK): GAP.encode()}]


def test_a_letter_that_is_none_tells_nothing() -> None:
    for at in (LEFT.index("A"), FLANK + 2, FLANK + 20):
        read = LEFT + GAP + RIGHT
        assert told(read[:at] + "N" + read[at + 1 :]) == [{}]


def test_gaps_are_told_apart_within_one_read() -> None:
    middle = random_genome(FLANK, 7)
    (one, two) = told(
        LEFT + "AC" + middle + "GGT" + RIGHT, flanks=((LEFT, middle), (middle, RIGHT))
    )
    assert (list(one.values()), list(two.values())) == ([b"AC"], [b"GGT"])


def test_of_a_gap_no_more_reads_are_kept_than_enough() -> None:
    reads = [random_genome(at, at) + LEFT + GAP + RIGHT for at in range(ENOUGH + 50)]
    assert len(told(*reads)[0]) == ENOUGH


def test_no_gap_no_answer() -> None:
    assert told(LEFT + GAP + RIGHT, flanks=()) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 40))
def test_reads_say_the_same_as_a_search_letter_by_letter(
    seed: int, gaps: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    genome = random_genome(1_500, seed)
    at = [int(one) for one in rng.integers(30, 1_300, gaps)]
    flanks = [
        (genome[one - FLANK : one], genome[one + width : one + width + FLANK]) for one in at
    ]
    starts = rng.integers(0, 1_350, 60)
    reads = [genome[one : one + 150] for one in starts]
    reads = [turned(one) if rng.random() < 0.5 else one for one in reads]
    for answer, (left, right) in zip(told(*reads, flanks=tuple(flanks)), flanks, strict=True):
        expected = {}
        for read in reads:
            for back, letters in ((0, read), (1, turned(read))):
                hit = re.search(f"{left}(.{{0,{WIDEST}}}?){right}", letters)
                if hit:
                    place = 150 - hit.end(1) if back else hit.start(1)
                    expected[back, place] = hit.group(1).encode()
        assert answer == expected
