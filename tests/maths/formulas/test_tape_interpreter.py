"""The machine beside the formulas it carries out: values, and derivatives by differences."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from nanoward.maths.formulas.expressions import Graph, evaluated, parse
from nanoward.maths.formulas.tape import TapeWriter
from nanoward.maths.formulas.tape_interpreter import executed_tape, log_normal_cdf

pytestmark = pytest.mark.timeout(900)
FORMULAS = [
    "x * y + x / y - 3", "x ^ y + x ^ 3 + 2 ^ y", "exp(x) * log(y) + sqrt(x)", "expit(x - y)",
    "normcdf(x - y) + lognormcdf(x - y)", "lgamma(x) * y", "sin(x) * cos(y)",
    "if(x > y, x ^ 2, y ^ 2) + min(x, y) - max(x, 2 * y)", "abs(x - y) - -x",
    "(x >= y or x == 1) * y + (x <= 2 and y != 3) * x + (x < y)",
]  # fmt: skip


def carried(text: str, x: float, y: float) -> NDArray[np.float64]:
    graph = Graph()
    root = parse(graph, text)
    writer = TapeWriter(graph)
    places = [writer.register(graph.name(name)) for name in ("x", "y")]
    start, stop = writer.tape([root], set())
    regs = np.zeros((len(writer.registers), 4))
    regs[:, 0] = writer.fixed()
    regs[places[0]] = x, 1.0, 0.0, 0.0
    regs[places[1]] = y, 0.0, 1.0, 0.0
    code, w = writer.code().astype(np.uint64), regs.ravel()
    code[:, 1:] *= np.uint64(4)
    executed_tape(code, start, stop, w, 4)
    alone = writer.fixed()
    alone[places] = x, y
    executed_tape(writer.code().astype(np.uint64), start, stop, alone, 1)
    found = w.reshape(-1, 4)[writer.register(root)]
    np.testing.assert_array_equal(alone[writer.register(root)], found[0])
    return found[:3]


@pytest.mark.parametrize("text", FORMULAS)
def test_values_and_derivatives_are_those_of_the_formula(text: str) -> None:
    graph, step = Graph(), 1e-6
    root = parse(graph, text)
    for x, y in ((1.7, 2.2), (0.6, 0.4)):
        value, by_x, by_y = carried(text, x, y)

        def at(a: float, b: float) -> float:
            return evaluated(graph, root, {"x": a, "y": b})

        assert value == pytest.approx(at(x, y), rel=1e-12)
        assert by_x == pytest.approx((at(x + step, y) - at(x - step, y)) / 2e-6, abs=1e-6)
        assert by_y == pytest.approx((at(x, y + step) - at(x, y - step)) / 2e-6, abs=1e-6)


def test_what_has_no_value_is_nan_and_never_an_exception() -> None:
    for text in ("log(x)", "sqrt(x)", "x ^ 0.5"):
        assert math.isnan(carried(text, -1.0, 1.0)[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        assert math.isinf(carried("y / (x - x * 1)", 2.0, 1.0)[0])


def test_special_functions_are_those_of_scipy() -> None:
    for x in (-40.0, -21.0, -5.0, 0.0, 3.0):
        assert log_normal_cdf(x) == pytest.approx(float(norm.logcdf(x)), rel=1e-7)
