"""States that move alone: their formula by hand, derivatives by differences, no step needed."""

import numba as nb
import numpy as np
from flat import arrays, listed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nanoward.maths.formulas import kernel_layout
from nanoward.maths.solvers.linear_states import decoupled_after, set_decoupled

Array = NDArray[np.float64]


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _after(m: NDArray[np.uint64], w: Array, q: NDArray[np.uint64], span: float) -> None:
    decoupled_after(m, w, q, span)
    set_decoupled(m, w)


def course(x: Array, rate: Array, push: Array, span: float) -> Array:
    """The second of two states after `span`; all (value, derivative)."""
    m, w, q = arrays(2, 5)
    m[kernel_layout.CORE] = 1
    m = listed(m, kernel_layout.JACOBIAN, [-1, -1, -1, -1, 8, -1])
    w[8:10] = rate
    w[int(m[kernel_layout.X]) + 2 : int(m[kernel_layout.X]) + 4] = x
    w[int(m[kernel_layout.PUSH]) + 2 : int(m[kernel_layout.PUSH]) + 4] = push
    q[kernel_layout.PUSHED] = int(push.any())
    _after(m, w, q, span)
    return w[int(m[kernel_layout.X]) + 2 : int(m[kernel_layout.X]) + 4].copy()


def test_a_depot_empties_exponentially() -> None:
    found = course(np.array([3.0, 0.0]), np.array([-0.5, -1.0]), np.zeros(2), 4.0)
    np.testing.assert_allclose(found, [3 * np.exp(-2.0), -12 * np.exp(-2.0)], rtol=1e-14)


def test_a_depot_under_inflow_comes_to_its_balance() -> None:
    found = course(np.zeros(2), np.array([-0.5, 0.0]), np.array([2.0, 1.0]), 200.0)
    np.testing.assert_allclose(found, [4.0, 2.0], rtol=1e-12)


numbers = st.floats(-2.0, 2.0)


@settings(max_examples=40, deadline=None)
@given(parts=st.tuples(*[numbers] * 6), span=st.floats(0.0, 5.0), rate=st.floats(-3.0, 0.5))
def test_derivatives_are_those_of_the_values(
    parts: tuple[float, ...], span: float, rate: float
) -> None:
    x, dx, push, dpush, drate, _ = parts
    shift = 1e-6
    ends = [
        course(
            np.array([x + way * dx, dx]),
            np.array([rate + way * drate, drate]),
            np.array([push + way * dpush, dpush]),
            span,
        )
        for way in (-shift, 0.0, shift)
    ]
    slope = (ends[2][0] - ends[0][0]) / (2 * shift)
    np.testing.assert_allclose(ends[1][1], slope, rtol=1e-5, atol=1e-5)
