"""Formulas written by the names of earlier variables."""

from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.tuning.nonmem.named_graph import by_earlier_names, product_of


def test_a_variable_that_holds_an_eta_is_named_in_those_behind_it() -> None:
    graph = Graph()
    first = parse(graph, "THETA1 * exp(ETA1)")
    found = by_earlier_names(
        graph, {"CL": first, "K": graph.make("div", first, graph.name("V"))}
    )
    assert graph.text(found["K"]) == "CL / V"


def test_a_root_times_itself_is_what_stands_in_it() -> None:
    graph = Graph()
    root = parse(graph, "sqrt(X)")
    assert graph.text(product_of(graph, root, root)) == "X"
