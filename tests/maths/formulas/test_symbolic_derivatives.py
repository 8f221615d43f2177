"""Derivatives of formulas beside differences of their values."""

import pytest

from nanoward.maths.formulas.expressions import Graph, evaluated, parse
from nanoward.maths.formulas.symbolic_derivatives import NoSlopeError, derivative


@pytest.mark.parametrize(
    "text",
    [
        "x * y + x / y", "x ^ 3 + 2 ^ x + x ^ y", "exp(x) * log(x) + sqrt(x)", "expit(x * y)",
        "normcdf(x) + lognormcdf(y * x)", "sin(x) * cos(x)",
        "abs(x - 5) + min(x, y) + max(x, 1)",
        "if(x > 1, x ^ 2, y)", "-x / (1 + x)", "y", "lgamma(y) * x",
    ],
)  # fmt: skip
def test_slopes_are_those_of_differences(text: str) -> None:
    graph = Graph()
    root = parse(graph, text)
    slope = derivative(graph, root, "x")
    at, step = {"x": 1.7, "y": 2.2}, 1e-6
    ahead = evaluated(graph, root, {**at, "x": 1.7 + step})
    behind = evaluated(graph, root, {**at, "x": 1.7 - step})
    assert evaluated(graph, slope, at) == pytest.approx((ahead - behind) / 2e-6, abs=1e-7)


def test_what_has_no_slope_offered_is_told() -> None:
    graph = Graph()
    with pytest.raises(NoSlopeError, match="lgamma"):
        derivative(graph, parse(graph, "lgamma(x)"), "x")
