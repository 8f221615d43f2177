"""Steps through equations written as tapes, beside exact solutions and each other."""

from collections.abc import Callable
from typing import Any

import numba as nb
import numpy as np
import pytest
from flat import arrays, listed
from numpy.typing import NDArray

from nanoward.maths.formulas import kernel_layout
from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.maths.formulas.symbolic_derivatives import derivative
from nanoward.maths.formulas.tape import TapeWriter
from nanoward.maths.solvers.ode_solvers import DONE, advance_explicit, advance_stiff

pytestmark = pytest.mark.timeout(900)
Array = NDArray[np.float64]
Method = Callable[..., tuple[int, float]]


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def explicit(code: Any, m: Any, w: Array, q: Any, end: float, tolerance: float) -> Any:
    return advance_explicit(code, m, w, q, 0.0, end, 0.0, tolerance, 4000)


@nb.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def stiff(code: Any, m: Any, w: Array, q: Any, end: float, tolerance: float) -> Any:
    return advance_stiff(code, m, w, q, 0.0, end, 0.0, tolerance, 40000)


METHODS = [explicit, stiff]


class Case:
    """Equations in states by name, `t` and the parameter `a` (derivative 1 in column 1)."""

    def __init__(self, formulas: dict[str, str]) -> None:
        graph = Graph()
        names = list(formulas)
        slopes = [parse(graph, text) for text in formulas.values()]
        curves = [[derivative(graph, one, name) for name in (*names, "t")] for one in slopes]
        writer = TapeWriter(graph)
        for name in names:
            writer.register(graph.name(name))
        writer.reserve(-len(names) % kernel_layout.EDGE)
        spans = [
            *writer.tape(slopes, set()),
            *writer.tape([one for row in curves for one in row], set()),
        ]
        t, self.a = (2 * writer.register(graph.name(name)) for name in ("t", "a"))
        self.n, count = len(names), len(writer.registers)
        m, self.w, self.q = arrays(self.n, count)
        m[kernel_layout.SLOPES_FROM : kernel_layout.CURVES_TO + 1] = spans
        m[kernel_layout.CORE_TO] = m[kernel_layout.SLOPES_TO]
        m[kernel_layout.TIME] = t
        m = listed(m, kernel_layout.SLOPE, [2 * writer.register(one) for one in slopes])
        flat = [2 * writer.register(one) for row in curves for one in row]
        self.m = listed(m, kernel_layout.JACOBIAN, flat)
        self.code = writer.code().astype(np.uint64)
        self.code[:, 1:] *= np.uint64(2)
        self.w[: 2 * count : 2] = writer.fixed()
        self.x = slice(int(m[kernel_layout.X]), int(m[kernel_layout.X]) + 2 * self.n)

    def run(
        self, method: Method, start: list[float], a: float, end: float, tolerance: float
    ) -> Array:
        self.w[self.a : self.a + 2] = a, 1.0
        self.w[self.x] = np.column_stack([start, np.zeros(self.n)]).ravel()
        peak = int(self.m[kernel_layout.PEAK])
        self.w[peak : peak + self.n] = np.abs(start)
        self.q[kernel_layout.MESH_AT] = 0
        found, _ = method(self.code, self.m, self.w, self.q, end, tolerance)
        assert found == DONE
        return self.w[self.x].reshape(self.n, 2).copy()


def stepped(
    method: Method, formulas: dict[str, str], start: list[float], a: float, end: float,
    tolerance: float = 1e-9,
) -> Array:  # fmt: skip
    return Case(formulas).run(method, start, a, end, tolerance)


@pytest.mark.parametrize("method", METHODS)
def test_decay_and_its_derivative_are_exact(method: Method) -> None:
    found = stepped(method, {"x": "-a * x"}, [3.0], 0.4, 5.0)
    np.testing.assert_allclose(found[0], [3 * np.exp(-2), -15 * np.exp(-2)], rtol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_equations_that_depend_on_time(method: Method) -> None:
    """dx/dt = a cos(t): x = a sin(t)."""
    found = stepped(method, {"x": "a * cos(t)"}, [0.0], 2.0, 1.3)
    np.testing.assert_allclose(found[0], [2 * np.sin(1.3), np.sin(1.3)], rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_saturable_system_agrees_with_a_much_finer_one(method: Method) -> None:
    text = {"x": "-a * x / (1 + x)", "y": "a * x / (1 + x) - 0.3 * y"}
    found = stepped(method, text, [5.0, 0.0], 1.2, 6.0, 1e-8)
    fine = stepped(explicit, text, [5.0, 0.0], 1.2, 6.0, 1e-12)
    np.testing.assert_allclose(found, fine, rtol=3e-6)


def test_the_stiff_method_is_of_fourth_order() -> None:
    text = {"x": "-a * x / (1 + x)"}
    truth = stepped(explicit, text, [5.0], 1.2, 3.0, 1e-13)[0, 0]
    errors = [
        abs(stepped(stiff, text, [5.0], 1.2, 3.0, tolerance)[0, 0] - truth)
        for tolerance in (1e-4, 1e-6, 1e-8)
    ]
    assert errors[1] < errors[0] / 10
    assert errors[2] < errors[1] / 10


def test_a_very_stiff_system_is_followed() -> None:
    """Robertson's kinetics; reference value at t = 40: 0.7158271 (Hairer & Wanner 1996)."""
    text = {
        "x": "-a * x + 1e4 * y * z",
        "y": "a * x - 1e4 * y * z - 3e7 * y ^ 2",
        "z": "3e7 * y ^ 2",
    }
    found = stepped(stiff, text, [1.0, 0.0, 0.0], 0.04, 40.0, 1e-7)
    np.testing.assert_allclose(found[:, 0].sum(), 1.0, rtol=1e-7)
    np.testing.assert_allclose(found[0, 0], 0.7158271, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_steps_taken_again_make_differences_exact(method: Method) -> None:
    """At a tolerance of 1e-3 differences of free steps are noise; of kept steps they are the
    derivative that was carried along."""
    case = Case({"x": "-a * x / (1 + x)", "y": "a * x / (1 + x) - 0.3 * y"})
    start, shift = [5.0, 0.0], 1e-6
    case.q[kernel_layout.MESH_MODE] = kernel_layout.KEPT_STEPS
    kept = case.run(method, start, 1.2, 6.0, 1e-3)
    taken = int(case.q[kernel_layout.MESH_AT])
    case.q[kernel_layout.MESH_MODE] = kernel_layout.SAME_STEPS
    again = case.run(method, start, 1.2, 6.0, 1e-3)
    np.testing.assert_allclose(again, kept, rtol=1e-12)
    ahead = case.run(method, start, 1.2 + shift, 6.0, 1e-3)
    assert int(case.q[kernel_layout.MESH_AT]) == taken > 2
    np.testing.assert_allclose((ahead[:, 0] - kept[:, 0]) / shift, kept[:, 1], rtol=1e-4)
