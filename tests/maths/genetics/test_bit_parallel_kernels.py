import numpy as np

from nanoward.maths.genetics.bit_parallel_kernels import (
    all_apart,
    apart_from_usual,
    counted_away,
    rows_apart,
)


def test_bits_that_either_does_not_tell_are_not_counted() -> None:
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    a = np.array([[0, 0b1010, full]], np.uint64)
    planes = np.stack([a.T.reshape(3, 1), np.array([[0b1], [0], [0b1011]], np.uint64)])
    assert all_apart(planes).tolist() == [[0, 3], [3, 0]]
    assert rows_apart(planes, planes[0]).tolist() == [0, 3]


def test_any_base_may_be_the_usual_one() -> None:
    rng = np.random.default_rng(3)
    planes = rng.integers(0, 2**63, (9, 3, 2), dtype=np.uint64)
    planes[0, 2] = 0
    expected = all_apart(planes)
    for _ in range(4):
        usual = rng.integers(0, 2**63, (3, 2), dtype=np.uint64)
        usual[2] = 0xFFFFFFFFFFFFFFFF
        away, blank = counted_away(planes, usual)
        np.testing.assert_array_equal(apart_from_usual(planes, usual, away, blank), expected)
