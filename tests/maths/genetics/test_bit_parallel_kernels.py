import numpy as np

from nanoward.maths.genetics.bit_parallel_kernels import all_apart, rows_apart


def test_bits_that_either_does_not_tell_are_not_counted() -> None:
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    a = np.array([[0, 0b1010, full]], np.uint64)
    planes = np.stack([a.T.reshape(3, 1), np.array([[0b1], [0], [0b1011]], np.uint64)])
    assert all_apart(planes).tolist() == [[0, 3], [3, 0]]
    assert rows_apart(planes, planes[0]).tolist() == [0, 3]
