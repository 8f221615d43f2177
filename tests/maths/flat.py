"""Arrays as maths/layout.py lays them out, for tests of single parts."""

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas import kernel_layout as layout

Array = NDArray[np.float64]
Unsigned = NDArray[np.uint64]


def arrays(n: int, registers: int, width: int = 2) -> tuple[Unsigned, Array, Unsigned]:
    """m, w and q for n states; the registers stand first in w, then each vector and matrix."""
    stride = layout.stride_of(width)
    vector = layout.vector_size(n, stride)
    m = np.zeros(layout.FIRST_FREE_M, np.uint64)
    m[[layout.N, layout.STRIDE, layout.WIDTH, layout.VECTOR]] = (
        n,
        stride,
        width,
        vector,
    )
    m[[layout.CORE, layout.CORE_VECTOR]] = n, vector
    at = registers * stride + layout.EDGE
    for slot, length in {
        layout.X: vector, layout.FLOW: vector, layout.CONSTANT: vector, layout.PEAK: n,
        layout.K: 12 * vector, layout.ERROR: 2 * vector, layout.CURVE: n * (n + 1) * stride,
        layout.SQUARE: n * n, layout.MESH: 5000, layout.RIGHT: n * n * stride,
        layout.LEFT: n * n * stride, layout.ROOTS: vector, layout.MODAL: vector,
        layout.MATRIX: n * n * stride, layout.PROJECT: 3 * n * n * stride,
        layout.SPAN: stride, layout.PUSH: vector,
        layout.WELL_BEGUN: 1,
    }.items():  # fmt: skip
        m[slot] = at
        at += length + length % layout.EDGE + layout.EDGE
    m[layout.MESH_END] = m[layout.MESH] + np.uint64(5000)
    return m, np.zeros(at), np.zeros(layout.FIRST_FREE_Q, np.uint64)


def listed(m: Unsigned, slot: int, values: object) -> Unsigned:
    """m with a list behind it; -1 becomes NOTHING."""
    found = np.asarray(values, np.int64).ravel()
    m[slot] = len(m)
    return np.concatenate([m, np.where(found < 0, np.int64(layout.NOTHING), found)]).astype(
        np.uint64
    )
