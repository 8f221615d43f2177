import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.maths.genetics.sequences import masks_of
from nanoward.sequencing.consensus_alignment import (
    DELETED,
    EXTEND,
    MATCH,
    MISMATCH,
    OPEN,
    OUTSIDE,
    Placement,
    banded_placement,
    placement_of,
    shared_diagonals,
)

RNG = np.random.default_rng(3)
REFERENCE = "".join(RNG.choice(list("ACGT"), 600))


def test_equal_lengths_are_compared_by_position() -> None:
    changed = REFERENCE[:300] + "ACGT"["ACGT".index(REFERENCE[300]) - 1] + REFERENCE[301:]
    placement = placement_of(masks_of(changed), masks_of(REFERENCE))
    assert placement is not None
    np.testing.assert_array_equal(placement.where, np.arange(600))


def test_ends_cut_elsewhere_are_one_shift_and_what_lies_outside_is_not_deleted() -> None:
    placement = placement_of(masks_of(REFERENCE[7:590]), masks_of(REFERENCE))
    assert placement is not None
    assert (placement.where[:7] == OUTSIDE).all()
    assert (placement.where[590:] == OUTSIDE).all()
    np.testing.assert_array_equal(placement.where[7:590], np.arange(583))


def test_a_deletion_and_an_insertion_are_found_where_they_are() -> None:
    query = REFERENCE[:200] + REFERENCE[206:400] + "ACGTACG" + REFERENCE[400:]
    placement = placement_of(masks_of(query), masks_of(REFERENCE))
    assert placement is not None
    assert (placement.where == DELETED).sum() == 6
    assert [one[2] for one in placement.insertions] == [7]
    kept = placement.where >= 0
    assert (masks_of(query)[placement.where[kept]] == masks_of(REFERENCE)[kept]).all()


def test_compensating_indels_in_equal_lengths_are_not_read_as_substitutions() -> None:
    query = REFERENCE[:200] + REFERENCE[201:400] + "A" + REFERENCE[400:]
    placement = placement_of(masks_of(query), masks_of(REFERENCE))
    assert placement is not None
    assert (placement.where == DELETED).sum() == 1
    assert len(placement.insertions) == 1


def test_something_else_is_not_laid_on_the_reference() -> None:
    other = "".join(RNG.choice(list("ACGT"), 580))
    assert placement_of(masks_of(other), masks_of(REFERENCE)) is None
    assert placement_of(masks_of(""), masks_of(REFERENCE)) is None
    assert len(shared_diagonals(masks_of("ACG"), masks_of(REFERENCE))) == 0


def slow_score(query: str, reference: str) -> float:
    """Best free-ended affine score by the textbook recursions, cell by cell."""
    worst = float("-inf")
    n, m = len(reference), len(query)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    down = [[worst] * (m + 1) for _ in range(n + 1)]
    across = [[worst] * (m + 1) for _ in range(n + 1)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            down[i][j] = max(best[i - 1][j] - OPEN, down[i - 1][j]) - EXTEND
            across[i][j] = max(best[i][j - 1] - OPEN, across[i][j - 1]) - EXTEND
            pair = MATCH if query[j - 1] == reference[i - 1] else MISMATCH
            best[i][j] = max(best[i - 1][j - 1] + pair, down[i][j], across[i][j])
    return max(*(best[n]), *(row[m] for row in best))


def score_of(query: str, reference: str) -> float:
    """Score of the alignment that banded_placement found, counted from its columns."""
    placed = banded_placement(masks_of(query), masks_of(reference), -len(reference), len(query))
    total, gap = 0.0, False
    for position, at in enumerate(placed.where):
        if at >= 0:
            total += MATCH if query[at] == reference[position] else MISMATCH
        elif at == DELETED:
            total -= EXTEND + (0 if gap else OPEN)
        gap = bool(at == DELETED)
    return total - sum(OPEN + EXTEND * length for _, _, length in placed.insertions)


@settings(max_examples=60, deadline=None)
@given(st.text("ACGT", min_size=1, max_size=14), st.text("ACGT", min_size=1, max_size=14))
def test_no_alignment_scores_higher_than_the_one_found(query: str, reference: str) -> None:
    assert score_of(query, reference) == pytest.approx(slow_score(query, reference))


def slow_placement(query: str, reference: str, low: int, high: int) -> Placement:
    """The band cell by cell; where all are as good a pair, then a deletion, then an insertion.

    Of insertions that are as good the shortest is taken, of ends the first, in an earlier row.
    """
    worst, n, m, width = float("-inf"), len(reference), len(query), high - low + 1
    score = [[worst] * (width + 1) for _ in range(n + 1)]
    down = [[worst] * (width + 1) for _ in range(n + 1)]
    came: dict[tuple[int, int], tuple[str, int]] = {}
    score[0][:width] = [0.0 if 0 <= low + k <= m else worst for k in range(width)]
    best, end = worst, (0, 0)
    own, other = masks_of(reference).tolist(), masks_of(query).tolist()
    for i in range(1, n + 1):
        before: list[float] = []  # scores of this row that do not end with an insertion
        for k in range(width):
            j, pair = i + low + k, worst
            if 1 <= j <= m:
                alike = own[i - 1] & other[j - 1] or not own[i - 1] or not other[j - 1]
                pair = score[i - 1][k] + (MATCH if alike else MISMATCH)
            opened, longer = score[i - 1][k + 1] - OPEN - EXTEND, down[i - 1][k + 1] - EXTEND
            down[i][k] = max(opened, longer)
            free = 0.0 if j == 0 else worst
            across = [one - OPEN - EXTEND * (k - at) for at, one in enumerate(before)]
            before.append(max(pair, down[i][k], free))
            now = max([before[-1], *across]) if 0 <= j <= m else worst
            kinds = [("start", free), ("pair", pair), ("deletion", down[i][k])]
            begin = max((at for at, one in enumerate(across) if one == now), default=0)
            found = [name for name, value in kinds if value == now]
            came[i, k] = (found[0], 0) if found else ("insertion", begin)
            score[i][k] = now
            came[-i, k] = ("more", int(longer > opened))
        ends = [(score[i][k], -k) for k in range(width) if i == n or i + low + k == m]
        if ends and max(ends)[0] > best:
            best, end = max(ends)[0], (i, -max(ends)[1])
    return slow_walk(came, end, low, n)


def slow_walk(
    came: dict[tuple[int, int], tuple[str, int]], end: tuple[int, int], low: int, n: int
) -> Placement:
    """Back from the end of an alignment."""
    where, insertions, (i, k) = [OUTSIDE] * n, [], end
    while i > 0 and came[i, k][0] != "start":
        kind, told = came[i, k]
        if kind == "pair":
            where[i - 1] = i + low + k - 1
            i -= 1
        elif kind == "insertion":
            insertions.append((i - 1, i + low + told, k - told))
            k = told
        else:
            going = True
            while going:
                where[i - 1] = DELETED
                going = bool(came[-i, k][1])
                i, k = i - 1, k + 1
    return Placement(where=np.array(where), insertions=tuple(reversed(insertions)))


@settings(max_examples=150, deadline=None)
@given(
    st.text("ACGTN", min_size=1, max_size=16),
    st.text("ACGTR", min_size=1, max_size=16),
    st.integers(-8, 4),
    st.integers(0, 12),
)
def test_of_alignments_that_are_as_good_always_the_same_is_taken(
    query: str, reference: str, low: int, width: int
) -> None:
    found = banded_placement(masks_of(query), masks_of(reference), low, low + width)
    expected = slow_placement(query, reference, low, low + width)
    assert found.where.tolist() == expected.where.tolist()
    assert found.insertions == expected.insertions


def test_a_word_that_stands_elsewhere_by_chance_does_not_hide_a_long_sequence() -> None:
    chance = np.random.default_rng(11)
    letters = "".join(chance.choice(list("ACGT"), 30_000))
    here = letters[2_000:2_014]
    variant = here[:7] + "CGTA"["ACGT".index(here[7])] + here[8:]
    reference = letters[:25_000] + variant + letters[25_014:]
    changed = reference[:2_000] + variant + reference[2_014:20_000] + reference[20_003:]
    diagonals = shared_diagonals(masks_of(changed), masks_of(reference))
    assert (diagonals == -23_000).sum() == 3  # words that seem to come from elsewhere
    placement = placement_of(masks_of(changed), masks_of(reference))
    assert placement is not None
    assert (placement.where == DELETED).sum() == 3
    assert placement.where[29_999] == 29_996


def test_a_reference_that_is_mostly_unreadable_is_laid_on_as_well() -> None:
    chance = np.random.default_rng(12)
    letters = "".join(chance.choice(list("ACGT"), 30_000))
    reference = "N" * 12_000 + letters[12_000:15_000] + "N" * 12_000 + letters[27_000:]
    query = letters[:13_000] + letters[13_009:]
    placement = placement_of(masks_of(query), masks_of(reference))
    assert placement is not None
    assert placement.where[12_500] == 12_500
    assert placement.where[14_000] == 13_991
    assert (placement.where == DELETED).sum() == 9
