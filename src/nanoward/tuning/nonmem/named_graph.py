"""Formulas of $PK written by the names of earlier variables that hold an eta."""

import re
from collections.abc import Mapping

from nanoward.maths.formulas.expressions import Graph

_ETA = re.compile(r"ETA\d+")


def product_of(graph: Graph, a: int, b: int) -> int:
    """a x b, where sqrt(x) x sqrt(x) is x."""
    told = graph.nodes[a]
    return told.args[0] if a == b and told.op == "sqrt" else graph.make("mul", a, b)


def by_earlier_names(graph: Graph, variables: Mapping[str, int]) -> dict[str, int]:
    """The same variables, written by the names of earlier ones that hold an eta."""
    known: dict[int, int] = {}
    found: dict[str, int] = {}
    for name, node in variables.items():
        new: dict[int, int] = {}
        for place in graph.below([node]):
            told = graph.nodes[place]
            if place in known:
                new[place] = known[place]
            elif told.op in ("name", "number"):
                new[place] = place
            else:
                new[place] = graph.make(told.op, *(new[one] for one in told.args))
        found[name] = new[node]
        alias = graph.nodes[node].op == "name"
        if (
            node not in known
            and not alias
            and any(_ETA.fullmatch(one) for one in graph.inputs(node))
        ):
            known[node] = graph.name(name)
    return found
