"""Derivatives by the chain rule against differences, and the stable exponential quotient."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from jets import (
    Jet,
    exp,
    phi1,
    reciprocal,
    root,
    total,
    value_of,
    variables,
)


def test_a_product_and_a_quotient_by_hand() -> None:
    x, y = variables(np.array([3.0, 2.0]))
    found = x * x * y / (y + 1.0)  # x^2 y / (y + 1)
    assert found.value == 6.0
    np.testing.assert_allclose(found.first, [4.0, 1.0])  # 2xy/(y+1), x^2/(y+1)^2
    np.testing.assert_allclose(found.second, [[4 / 3, 2 / 3], [2 / 3, -2 / 3]])


def test_numbers_on_either_side_give_the_same() -> None:
    (x,) = variables(np.array([0.7]))
    for one, other in ((2.0 - x, -(x - 2.0)), (2.0 / x, reciprocal(x) * 2.0), (2 + x, x + 2)):
        np.testing.assert_array_equal(one.value, other.value)
        np.testing.assert_array_equal(one.first, other.first)
        np.testing.assert_array_equal(one.second, other.second)


def _formula(x: Jet, y: Jet) -> Jet:
    times = np.array([0.5, 1.5, 4.0])
    inner = exp(-(x * times)) * phi1(-(y * times)) / (x + y)
    found: Jet = total(inner * root(x * y + 1.0) - times * 0.1)
    return found


@given(st.floats(0.05, 3.0), st.floats(0.01, 3.0))
def test_derivatives_agree_with_differences(x: float, y: float) -> None:
    def at(a: float, b: float) -> Jet:
        return _formula(*variables(np.array([a, b])))

    found, h = at(x, y), 1e-5
    first = [
        (at(x + h, y).value - at(x - h, y).value) / (2 * h),
        (at(x, y + h).value - at(x, y - h).value) / (2 * h),
    ]
    second = [
        (at(x + h, y).first - at(x - h, y).first) / (2 * h),
        (at(x, y + h).first - at(x, y - h).first) / (2 * h),
    ]
    np.testing.assert_allclose(found.first, first, rtol=2e-6, atol=2e-8)
    np.testing.assert_allclose(found.second, second, rtol=2e-6, atol=2e-8)
    np.testing.assert_allclose(found.second, found.second.T, rtol=1e-13)


@given(st.floats(-700.0, 0.0))
def test_the_exponential_quotient_is_exact_near_and_far_from_zero(at: float) -> None:
    (x,) = variables(np.array([at]))
    found = phi1(x)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    s, w = (nodes + 1) / 2, weights / 2  # phi1 and its derivatives are integrals of s^m e^(xs)
    for order, value in enumerate((found.value, found.first[0], found.second[0, 0])):
        np.testing.assert_allclose(value, np.sum(w * s**order * np.exp(at * s)), rtol=1e-11)
    np.testing.assert_allclose(value_of(phi1(np.array(at))), found.value, rtol=1e-11)


def test_plain_arrays_pass_through_the_same_functions() -> None:
    at = np.array([[0.25, 1.0], [4.0, 9.0]])
    np.testing.assert_array_equal(root(at), np.sqrt(at))
    np.testing.assert_array_equal(exp(at), np.exp(at))
    np.testing.assert_array_equal(total(at, axis=-2), at.sum(axis=0))
