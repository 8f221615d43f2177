"""Steps through equations written as tapes, beside exact solutions and each other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nanoward.maths.derivatives import derivative
from nanoward.maths.expressions import Graph, parse
from nanoward.maths.steppers import DONE, Field, advance_explicit, advance_stiff
from nanoward.maths.tape import Writer

pytestmark = pytest.mark.timeout(900)
Array = NDArray[np.float64]
METHODS = [advance_explicit, advance_stiff]


def field_of(formulas: dict[str, str]) -> tuple[Field, int]:
    """Equations in states by name, `t` and the parameter `a` (derivative 1 in column 1)."""
    graph = Graph()
    names = list(formulas)
    slopes = [parse(graph, text) for text in formulas.values()]
    curves = [[derivative(graph, one, name) for name in (*names, "t")] for one in slopes]
    writer = Writer(graph)
    spans = [writer.tape(slopes, set())]
    spans.append(writer.tape([one for row in curves for one in row], set()))
    states = [writer.register(graph.name(name)) for name in names]
    others = [writer.register(graph.name(name)) for name in ("t", "a")]
    regs = np.zeros((len(writer.registers), 2))
    regs[:, 0] = writer.fixed()[: len(regs)]
    return Field(
        writer.code(),
        spans[0],
        spans[1],
        regs,
        np.array(states),
        np.array([writer.register(one) for one in slopes]),
        np.array([[writer.register(one) for one in row] for row in curves]),
        others[0],
    ), others[1]


def stepped(
    method: object, formulas: dict[str, str], start: list[float], a: float, end: float,
    tolerance: float = 1e-9,
) -> Array:  # fmt: skip
    field, register = field_of(formulas)
    field.regs[register] = a, 1.0
    n = len(start)
    x = np.zeros((n, 2))
    x[:, 0] = start
    found, _ = method(  # type: ignore[operator]
        field, x, np.zeros((n, 2)), (0.0, end, 0.0), 2, np.zeros((16, n, 2)),
        np.abs(np.array(start)), tolerance,
    )  # fmt: skip
    assert found == DONE
    return x


@pytest.mark.parametrize("method", METHODS)
def test_decay_and_its_derivative_are_exact(method: object) -> None:
    found = stepped(method, {"x": "-a * x"}, [3.0], 0.4, 5.0)
    np.testing.assert_allclose(found[0], [3 * np.exp(-2), -15 * np.exp(-2)], rtol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_equations_that_depend_on_time(method: object) -> None:
    """dx/dt = a cos(t): x = a sin(t)."""
    found = stepped(method, {"x": "a * cos(t)"}, [0.0], 2.0, 1.3)
    np.testing.assert_allclose(found[0], [2 * np.sin(1.3), np.sin(1.3)], rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_saturable_system_agrees_with_a_much_finer_one(method: object) -> None:
    text = {"x": "-a * x / (1 + x)", "y": "a * x / (1 + x) - 0.3 * y"}
    found = stepped(method, text, [5.0, 0.0], 1.2, 6.0, 1e-8)
    fine = stepped(advance_explicit, text, [5.0, 0.0], 1.2, 6.0, 1e-12)
    np.testing.assert_allclose(found, fine, rtol=3e-6)


def test_the_stiff_method_is_of_fourth_order() -> None:
    text = {"x": "-a * x / (1 + x)"}
    truth = stepped(advance_explicit, text, [5.0], 1.2, 3.0, 1e-13)[0, 0]
    errors = [
        abs(stepped(advance_stiff, text, [5.0], 1.2, 3.0, tolerance)[0, 0] - truth)
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
    found = stepped(advance_stiff, text, [1.0, 0.0, 0.0], 0.04, 40.0, 1e-7)
    np.testing.assert_allclose(found[:, 0].sum(), 1.0, rtol=1e-7)
    np.testing.assert_allclose(found[0, 0], 0.7158271, rtol=1e-5)
