import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.sequencing.kmer_index import codes_of, seed_index
from nanoward.sequencing.read_mapping import (
    MOST_SEGMENTS,
    junction,
    map_read,
    mismatches,
    near_diagonal,
    reach_left,
    reach_right,
    rescue,
    reverse_complement,
)
from nanoward.sequencing.reads import Read

GENOME = "".join(np.random.default_rng(1).choice(list("ACGT"), 3000))
REF = codes_of(GENOME.encode())
INDEX = seed_index(REF)


def read_of(text: str, quality: int = 37) -> Read:
    codes = codes_of(text.encode())
    codes = np.where(codes == 4, 5, codes).astype(np.uint8)
    return Read(
        codes=codes,
        quals=np.full(len(text), quality, np.uint8),
    )


def laid(text: str) -> tuple[list[list[int]], bool]:
    segments = np.zeros((MOST_SEGMENTS + 2, 3), np.int32)
    count, turned = map_read(read_of(text), len(text), REF, INDEX, segments)
    return segments[:count].tolist(), turned


def test_a_read_lies_where_it_was_taken_from() -> None:
    assert laid(GENOME[700:850]) == ([[0, 150, 700]], False)
    turned = GENOME[700:850].translate(str.maketrans("ACGT", "TGCA"))[::-1]
    assert laid(turned) == ([[0, 150, 700]], True)


def test_two_letters_three_apart_do_not_break_a_read() -> None:
    text = list(GENOME[700:850])
    for at in (70, 73):
        text[at] = "CGTA"["ACGT".index(text[at])]
    assert laid("".join(text)) == ([[0, 150, 700]], False)


@pytest.mark.parametrize("first", [20, 70, 125])
@pytest.mark.parametrize("count", [3, 4, 9])
def test_letters_that_changed_side_by_side_do_not_break_a_read(first: int, count: int) -> None:
    text = list(GENOME[700:850])
    for at in range(first, first + count):
        text[at] = "CGTA"["ACGT".index(text[at])]
    for letters in (
        "".join(text),
        "".join(text).translate(str.maketrans("ACGT", "TGCA"))[::-1],
    ):
        segments, _ = laid(letters)
        assert segments == [[0, 150, 700]]


def test_a_deletion_and_an_insertion_give_two_segments() -> None:
    deleted, _ = laid(GENOME[700:775] + GENOME[1275:1350])
    assert [one[2] for one in deleted] == [700, 1200]
    inserted, _ = laid(GENOME[700:775] + "ACGTTGCA" + GENOME[775:840])
    assert [one[2] for one in inserted] == [700, 692]


def test_what_is_not_of_the_genome_has_no_place() -> None:
    other = "".join(np.random.default_rng(9).choice(list("ACGT"), 150))
    assert laid(other) == ([], False)


def test_an_adapter_at_the_end_is_not_laid() -> None:
    (segment,), _ = laid(GENOME[700:800] + "AGATCGGAAGAGCACACGTCTGAACTCCAGTCA")
    assert 98 <= segment[1] <= 102


@given(st.integers(0, 2800), st.integers(40, 150), st.integers(0, 2**32))
def test_extension_never_scores_below_the_exact_piece(start: int, size: int, seed: int) -> None:
    size = min(size, 3000 - start)
    rng = np.random.default_rng(seed)
    text = list(GENOME[start : start + size])
    for at in rng.integers(0, size, 3):
        text[at] = "ACGT"[int(rng.integers(4))]
    read = read_of("".join(text))
    end = reach_right(read, size, REF, start, size // 2)
    begin = reach_left(read, 0, REF, start, size // 2)
    assert 0 <= begin <= size // 2 <= end <= size
    for edge in (begin, end - 1):  # it never ends on a letter that contradicts
        if begin < end:
            assert read.codes[edge] == REF[start + edge]


def test_turning_round_twice_gives_the_read_back() -> None:
    read = read_of("ACGTNNAC")
    read.quals[:] = np.arange(8)
    reverse_complement(read, 8)
    assert read.codes.tolist() == [2, 3, 5, 5, 0, 1, 2, 3]
    reverse_complement(read, 8)
    assert read.codes.tolist() == read_of("ACGTNNAC").codes.tolist()
    assert read.quals.tolist() == list(range(8))


def test_contradictions_are_counted_up_to_a_limit_and_not_beyond_the_ends() -> None:
    read = read_of(GENOME[10:40])
    assert mismatches(read, (0, 30), REF, 10, 3) == 0
    assert mismatches(read, (0, 30), REF, 11, 3) == 4
    assert mismatches(read, (0, 30), REF, -1, 3) == 4


def test_a_short_piece_is_found_nearby_when_it_fits_in_one_place_only() -> None:
    read = read_of(GENOME[120:144])
    assert near_diagonal(read, (0, 24), REF, 100) == 120
    assert near_diagonal(read, (0, 24), REF, 300) == 300


def test_a_mate_without_a_seed_is_laid_beside_its_mate() -> None:
    text = list(GENOME[900:1000])
    for at in range(15, 100, 15):  # no word of 31 letters is left
        text[at] = "CGTA"["ACGT".index(text[at])]
    segments = np.zeros((MOST_SEGMENTS + 2, 3), np.int32)
    read = read_of("".join(text))
    assert map_read(read, 100, REF, INDEX, segments)[0] == 0
    assert rescue(read, 100, REF, (700, 1500), segments, np.zeros(800, np.uint8)) == 1
    assert segments[0, 2] == 900
    assert rescue(read, 100, REF, (1000, 1500), segments, np.zeros(800, np.uint8)) == 0


def test_an_indel_is_put_at_the_leftmost_place_that_fits_as_well() -> None:
    genome = GENOME[:500] + "TAAAAAAC" + GENOME[500:1000]
    ref = codes_of(genome.encode())
    read = read_of(genome[440:503] + genome[504:560])  # one A of six is deleted
    left = np.array([0, 66, 440], np.int32)
    right = np.array([61, 119, 441], np.int32)
    assert junction(read, left, right, ref) == 61
