"""Which states of a model move alone: dx/dt = a x + b, with a and b at rest between records."""

from collections.abc import Callable, Sequence

from nanoward.maths.expressions import Graph

_PLAIN = frozenset({"number", "name", "add", "sub", "mul", "div", "neg"})


def alone_states(
    graph: Graph,
    states: Sequence[str],
    slopes: Sequence[int],
    jacobian: Sequence[Sequence[int]],
    rests: Callable[[int], bool],
) -> list[int]:
    """Places of the states whose course is known exactly, without the others.

    slopes (n,), jacobian (n, n + 1): nodes, -1 where 0; rests: whether a node depends on
    parameters and covariates alone. Formulas with kinks or functions of the state are left out
    """
    found = []
    for place, (name, slope) in enumerate(zip(states, slopes, strict=True)):
        own = jacobian[place][place]
        if own < 0 or not rests(own):
            continue
        moving = [one for one in graph.below([slope]) if not rests(one)]
        nodes = [graph.nodes[one] for one in moving]
        if any(one.op not in _PLAIN or one.text not in ("", name) for one in nodes):
            continue
        if rests(graph.replaced(slope, {name: graph.number(0)})):
            found.append(place)
    return found
