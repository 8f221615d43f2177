import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.genetics import bit_parallel_distances
from nanoward.maths.genetics.bit_parallel_distances import (
    added,
    close_pairs,
    differences,
    differences_from,
    near_pairs,
    packed,
)
from nanoward.maths.genetics.sequences import masks_of

BASES = {1, 2, 4, 8}


def by_letters(masks: np.ndarray) -> np.ndarray:
    """Slow oracle: letter by letter."""
    return np.array(
        [
            [sum(x in BASES and y in BASES and x != y for x, y in zip(a, b, strict=True))
             for b in masks.tolist()]
            for a in masks.tolist()
        ]
    )  # fmt: skip


letters = st.text("ACGTN-RYacgt", min_size=70, max_size=70)


@given(st.lists(letters, min_size=2, max_size=6))
def test_differences_are_those_counted_by_letters(texts: list[str]) -> None:
    masks = np.stack([masks_of(text) for text in texts])
    expected = by_letters(masks)
    np.testing.assert_array_equal(differences(packed(masks)), expected)
    np.testing.assert_array_equal(differences(packed(masks, only_varying=True)), expected)
    held = packed(masks[:-1])
    np.testing.assert_array_equal(differences_from(held, masks[-1]), expected[-1, :-1])
    np.testing.assert_array_equal(added(held, masks[-1]).words, packed(masks).words)


@pytest.mark.parametrize("untold", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("shares", [(0.97, 0.01, 0.01, 0.01), (0.4, 0.3, 0.2, 0.1)])
def test_genomes_that_are_alike_are_counted_by_what_they_differ_to_the_same_answer(
    untold: float, shares: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    turned = rng.integers(0, 4, 150)  # the usual base is another at each column
    masks = np.left_shift(1, (rng.choice(4, (40, 150), p=shares) + turned) % 4).astype(np.uint8)
    masks[rng.random(masks.shape) < untold] = 15
    masks[7], masks[8] = 0, masks[9]
    expected = by_letters(masks)
    ways: list[np.ndarray] = []
    monkeypatch.setattr(bit_parallel_distances, "MANY", 0)
    for filled in (-1_000_000, 1_000_000):  # always by differences, never
        monkeypatch.setattr(bit_parallel_distances, "FILLED", filled)
        ways += [differences(packed(masks, only_varying=only)) for only in (False, True)]
    for one in ways:
        np.testing.assert_array_equal(one, expected)


@pytest.mark.parametrize("untold", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("most", [0, 40, 1000])
def test_near_pairs_and_the_count_of_all_are_those_of_the_matrix(
    untold: float, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(most)
    turned = rng.integers(0, 4, 150)
    masks = np.left_shift(1, (rng.choice(4, (43, 150), p=(0.8, 0.1, 0.05, 0.05)) + turned) % 4)
    masks = masks.astype(np.uint8)
    masks[rng.random(masks.shape) < untold] = 15
    masks[7], masks[8] = 0, masks[9]
    apart = by_letters(masks)
    i, j = np.triu_indices(43, 1)
    near = apart[i, j] <= most
    monkeypatch.setattr(bit_parallel_distances, "MANY", 0)
    for filled in (-1_000_000, 1_000_000):  # always by differences, never
        monkeypatch.setattr(bit_parallel_distances, "FILLED", filled)
        found = near_pairs(packed(masks, only_varying=True), most)
        np.testing.assert_array_equal(
            found.near, np.column_stack([i[near], j[near], apart[i, j][near]])
        )
        np.testing.assert_array_equal(found.counts, np.bincount(apart[i, j].astype(int)))


@pytest.mark.parametrize("most", [0, 3, 9, 1000])
def test_close_pairs_are_all_pairs_that_are_close_and_in_order(most: int) -> None:
    rng = np.random.default_rng(most)
    masks = np.left_shift(1, rng.integers(0, 2, (60, 20))).astype(np.uint8)
    masks[rng.random(masks.shape) < 0.1] = 0
    apart = by_letters(masks)
    i, j = np.triu_indices(60, 1)
    near = apart[i, j] <= most
    expected = np.column_stack([i[near], j[near], apart[i, j][near]])
    for only in (False, True):
        np.testing.assert_array_equal(
            close_pairs(packed(masks, only_varying=only), most), expected
        )


def test_order_and_company_change_nothing() -> None:
    rng = np.random.default_rng(2)
    masks = np.left_shift(1, rng.integers(0, 4, (30, 200))).astype(np.uint8)
    order = rng.permutation(30)
    whole = differences(packed(masks, only_varying=True))
    turned = differences(packed(masks[order], only_varying=True))
    np.testing.assert_array_equal(turned, whole[np.ix_(order, order)])
    np.testing.assert_array_equal(
        differences(packed(masks[:7], only_varying=True)), whole[:7, :7]
    )
