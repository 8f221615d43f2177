"""The derivative of a formula by one of its names, as a formula (the chain rule, exact)."""

from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.maths.formulas.functions import TABLE

_ZERO_SLOPE = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "number"})


class NoSlopeError(ValueError):
    """A formula holds a function whose slope is not offered; who has its text says where."""


def derivative(graph: Graph, root: int, name: str) -> int:
    """d root / d name. Kinks of min, max, abs and if take the slope of the chosen side."""
    slopes: dict[int, int] = {}
    zero = graph.number(0)
    for place in graph.below([root]):
        node = graph.nodes[place]
        if node.op == "name":
            slopes[place] = graph.number(float(node.text == name))
        elif node.op in _ZERO_SLOPE or all(slopes[one] == zero for one in node.args):
            slopes[place] = zero
        else:
            slopes[place] = _slope(graph, place, slopes)
    return slopes[root]


def _slope(graph: Graph, place: int, slopes: dict[int, int]) -> int:
    node = graph.nodes[place]
    if len(node.args) == 1:
        return graph.make("mul", _outer(graph, place), slopes[node.args[0]])
    if node.op == "if":
        chosen = (slopes[one] for one in node.args[1:])
        return graph.make("if", node.args[0], *chosen)
    return _two(graph, place, slopes)


def _two(graph: Graph, place: int, slopes: dict[int, int]) -> int:
    op, (a, b) = graph.nodes[place].op, graph.nodes[place].args
    da, db, make = slopes[a], slopes[b], graph.make
    match op:
        case "add" | "sub":
            return make(op, da, db)
        case "mul":
            return make("add", make("mul", da, b), make("mul", a, db))
        case "div":
            return make("div", make("sub", da, make("mul", place, db)), b)
        case "min" | "max":
            return make("if", make("le" if op == "min" else "ge", a, b), da, db)
    less = make("pow", a, make("sub", b, graph.number(1)))
    by_base = make("mul", make("mul", b, less), da)
    by_power = make("mul", make("mul", place, make("log", a)), db)
    return make("add", by_base, by_power)


def _outer(graph: Graph, place: int) -> int:
    """The slope of a function of one value, at that value."""
    op, inside = graph.nodes[place].op, graph.nodes[place].args[0]
    if not TABLE[op].by:  # lgamma of a state
        raise NoSlopeError(f"the slope of {op}")
    template = parse(graph, TABLE[op].by)
    return graph.replaced(template, {"x": inside, "y": place})
