"""Formulas: read, folded, written back, refused with the place of the fault."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.formulas.expressions import (
    BadExpressionError,
    Graph,
    evaluated,
    evaluated_many,
    parse,
)

NAMES = {"x": 0.7, "y": -1.3, "z": 2.5}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ** -1", 0.5),
        ("8 / 4 / 2", 1.0),
        ("5 - 3 - 1", 1.0),
        ("if(x > 0 and y < 0, 10, 20)", 10.0),
        ("x >= 1 or z == 2.5", 1.0),
        ("min(x, y) + max(x, y)", 0.7 - 1.3),
        ("exp(log(z)) * sqrt(4)", 5.0),
        ("expit(0) + normcdf(0)", 1.0),
        ("lgamma(5)", math.log(24.0)),
        ("1.5e-3 * 75[kg]", 0.1125),
        ("abs(y)", 1.3),
    ],
)
def test_formulas_have_the_value_that_people_expect(text: str, value: float) -> None:
    graph = Graph()
    assert evaluated(graph, parse(graph, text), NAMES) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2 +", "missing"),
        ("(x", "')' is missing"),
        ("x y", "'y' is not expected at character 3"),
        ("foo(x)", "no function"),
        ("exp(x, y)", "takes 1 values, not 2"),
        ("x ? 1", "'?' at character 3"),
        ("__import__('os')", "not understood"),
        ("(" * 200 + "x", "deeper"),
        ("", "missing"),
    ],
)
def test_what_is_no_formula_is_refused_at_its_place(text: str, told: str) -> None:
    with pytest.raises(BadExpressionError) as fault:
        parse(Graph(), text)
    assert told in fault.value.message


def test_equal_parts_are_one_node_and_numbers_are_folded() -> None:
    graph = Graph()
    assert parse(graph, "x * y + 2 * 3") == parse(graph, "x*y+6")
    assert parse(graph, "0 * x + y ^ 1 / 1 - 0") == parse(graph, "y")
    assert graph.inputs(parse(graph, "if(x < 1, y, 0)")) == {"x", "y"}


def formulas() -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["x", "y", "z", "2", "0.5"])

    def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        two = st.tuples(inner, st.sampled_from("+-*/^"), inner)
        return st.one_of(
            two.map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
            inner.map(lambda one: f"-({one})"),
            inner.map(lambda one: f"expit({one})"),
        )

    return st.recursive(leaf, longer, max_leaves=8)


@given(formulas())
def test_a_formula_written_out_reads_back_as_itself(text: str) -> None:
    graph = Graph()
    root = parse(graph, text)
    again = parse(graph, graph.text(root))
    before, after = (evaluated(graph, one, NAMES) for one in (root, again))
    assert before == pytest.approx(after, nan_ok=True)


def test_names_can_be_replaced_by_formulas() -> None:
    graph = Graph()
    root = graph.replaced(parse(graph, "x * 2 + y"), {"x": parse(graph, "z + 1")})
    assert evaluated(graph, root, NAMES) == pytest.approx(7.0 - 1.3)


def test_many_values_at_once_are_those_of_one_after_another() -> None:
    graph = Graph()
    roots = [parse(graph, text) for text in ("a ^ b / (a - 1)", "if(a > b, log(a), 3)")]
    values = {"a": [0.5, 1.0, -2.0], "b": [2.0, 0.5, 0.5]}
    found = evaluated_many(graph, roots, values, 3)
    for root, row in zip(roots, found, strict=True):
        each = [evaluated(graph, root, {k: v[i] for k, v in values.items()}) for i in range(3)]
        assert repr(row) == repr(each)
