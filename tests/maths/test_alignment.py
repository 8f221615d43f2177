import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.maths.alignment import (
    DELETED,
    EXTEND,
    MATCH,
    MISMATCH,
    OPEN,
    OUTSIDE,
    banded_placement,
    placement_of,
    shared_diagonals,
)
from nanoward.maths.sequences import masks_of

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
