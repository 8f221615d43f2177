"""The table of functions: interpreted and compiled alike, by IEEE 754 and by mathematics."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import special, stats

from nanoward.maths.formulas.expressions import Graph, evaluated, parse
from nanoward.maths.formulas.functions import TABLE, value_of
from nanoward.maths.formulas.symbolic_derivatives import derivative
from nanoward.maths.formulas.tape import TapeWriter
from nanoward.maths.formulas.tape_interpreter import executed_tape

pytestmark = pytest.mark.timeout(900)
INF, NAN = math.inf, math.nan
EDGES = [
    ("div", (1.0, -0.0), -INF), ("div", (-1.0, 0.0), -INF), ("div", (0.0, 0.0), NAN),
    ("div", (1e-310, 1e-310), 1.0), ("log", (0.0,), -INF), ("log", (-1.0,), NAN),
    ("log", (NAN,), NAN), ("pow", (-0.0, -3.0), -INF), ("pow", (0.0, -2.0), INF),
    ("pow", (-INF, 0.5), INF), ("pow", (-1e308, 3.0), -INF), ("pow", (NAN, 0.0), 1.0),
    ("pow", (1.0, NAN), 1.0), ("pow", (-8.0, 1 / 3), NAN), ("pow", (-1.0, INF), 1.0),
    ("min", (1.0, NAN), NAN), ("min", (NAN, 1.0), NAN), ("max", (1.0, NAN), NAN),
    ("max", (NAN, 1.0), NAN), ("expit", (NAN,), NAN), ("expit", (-1000.0,), 0.0),
    ("expit", (-710.0,), math.exp(-710.0)), ("exp", (1000.0,), INF), ("sqrt", (-1.0,), NAN),
    ("sqrt", (-0.0,), -0.0), ("lognormcdf", (-1000.0,), -500007.8266948122),
    ("lognormcdf", (-INF,), -INF), ("lgamma", (-2.0,), INF), ("lgamma", (-INF,), INF),
    ("lgamma", (-1e308,), INF), ("lgamma", (1e308,), INF), ("sin", (INF,), NAN),
    ("cos", (-INF,), NAN), ("if", (NAN, 1.0, 2.0), 1.0), ("eq", (NAN, NAN), 0.0),
]  # fmt: skip
numbers = st.one_of(
    st.floats(), st.integers(-60, 60).map(float), st.sampled_from([0.0, -0.0, INF, -INF])
)


def compiled(op: str, given: Sequence[float]) -> tuple[float, list[float]]:
    """Value and slopes by each argument, as the machine gives them."""
    graph = Graph()
    names = [graph.name(one) for one in "abc"[: len(given)]]
    root = graph.make(op, *names)
    writer = TapeWriter(graph)
    places = [writer.register(one) for one in names]
    start, stop = writer.tape([root], set())
    w = np.zeros((len(writer.registers), 4))
    for place, (register, value) in enumerate(zip(places, given, strict=True)):
        w[register, 0] = value
        w[register, 1 + place] = 1.0
    code, flat = writer.code().astype(np.uint64), w.ravel()
    code[:, 1:] *= np.uint64(4)
    executed_tape(code, start, stop, flat, 4)
    told = flat.reshape(-1, 4)[writer.register(root)]
    return float(told[0]), told[1 : 1 + len(given)].tolist()


def same(one: float, other: float) -> bool:
    """Equal, of the same sign, or both NaN."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other and math.copysign(1, one) == math.copysign(1, other)


def is_near(one: float, other: float, within: float) -> bool:
    """Zeros and what is no finite number are the same to the sign; others nearly."""
    if other == 0.0 or not math.isfinite(other):
        return same(one, other)
    return one == pytest.approx(other, rel=within)


@pytest.mark.hazard("H-444")
@pytest.mark.parametrize("place", range(len(EDGES)))
def test_edges_are_those_of_ieee_754_in_both_readings(place: int) -> None:
    op, given, wanted = EDGES[place]
    graph = Graph()
    folded = graph.nodes[graph.make(op, *(graph.number(one) for one in given))].value
    names = [graph.name(one) for one in "abc"[: len(given)]]
    read = evaluated(graph, graph.make(op, *names), dict(zip("abc", given, strict=False)))
    for found in (folded, read, compiled(op, given)[0], value_of(op, *given)):
        assert is_near(found, wanted, 1e-13)


@pytest.mark.hazard("H-444")
@settings(max_examples=150, deadline=None)
@given(given=st.tuples(numbers, numbers, numbers))
@example(given=(-1.0, 1e308, 0.0))
@example(given=(-2.0, 1e308, 0.0))
@example(given=(INF, INF, INF))
def test_what_is_interpreted_and_what_is_compiled_is_the_same_number(
    given: tuple[float, float, float],
) -> None:
    for op, one in TABLE.items():
        some = given[: one.arity]
        value, slopes = compiled(op, some)
        told = value_of(op, *some)
        assert is_near(value, told, 1e-14)
        for mine, known in zip(slopes, one.slopes(*some)[1:], strict=True):
            if math.isfinite(value) and math.isfinite(known):
                assert mine == pytest.approx(known, rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("op", [name for name, one in TABLE.items() if one.by])
def test_slopes_as_formulas_are_those_of_the_table(op: str) -> None:
    for x in (0.3, 1.7, 2.9):
        graph = Graph()
        root = graph.make(op, graph.name("x"))
        value = evaluated(graph, derivative(graph, root, "x"), {"x": x})
        assert value == pytest.approx(TABLE[op].slopes(x)[1], rel=1e-12)


def test_the_slope_far_in_the_lower_tail_is_a_number() -> None:
    graph = Graph()
    slope = derivative(graph, parse(graph, "lognormcdf(x)"), "x")
    for x in (-25.0, -40.0, -1e3):
        ratio = float(np.exp(stats.norm.logpdf(x) - stats.norm.logcdf(x)))
        assert TABLE["lognormcdf"].slopes(x)[1] == pytest.approx(ratio, rel=1e-6)
        assert evaluated(graph, slope, {"x": x}) == pytest.approx(ratio, rel=1e-4)


def test_gamma_s_slope_is_scipy_s_on_both_sides_of_0() -> None:
    for x in (0.1, 1.0, 7.5, 30.0, -0.5, -3.3):
        value, slope = TABLE["lgamma"].slopes(x)
        assert value == pytest.approx(float(special.loggamma(complex(x)).real), rel=1e-12)
        assert slope == pytest.approx(float(special.digamma(x)), rel=1e-8)


def test_a_factor_written_0_takes_away_what_it_multiplies() -> None:
    graph = Graph()
    root = parse(graph, "0 * log(x)")
    assert graph.nodes[root].value == evaluated(graph, root, {"x": -1.0}) == 0.0
