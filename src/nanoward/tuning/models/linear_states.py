"""Which states of a model move alone (dx/dt = a x + b, with a and b at rest between records),
and which act on each other."""

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.expressions import Graph

_PLAIN = frozenset({"number", "name", "add", "sub", "mul", "div", "neg"})


def is_plain(
    graph: Graph, slope: int, names: Collection[str], rests: Callable[[int], bool]
) -> bool:
    """Whether nothing but these names moves in a formula, by arithmetic without kinks: then
    it is linear in them where its derivatives rest."""
    for place in graph.below([slope]):
        node = graph.nodes[place]
        if rests(place) or (node.op == "if" and rests(node.args[0])):
            continue
        if node.op not in _PLAIN or (node.op == "name" and node.text not in names):
            return False
    return True


def decoupled_states(
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
        if is_plain(graph, slope, {name}, rests):
            found.append(place)
    return found


def coupled_states(jacobian: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """(b, 3) states that act on each other (strongly connected), -1 fills; none where four or
    more do. jacobian (n, n + 1): nodes, -1 where 0."""
    size = len(jacobian)
    reach = np.eye(size, dtype=bool)
    reach |= np.array([[one >= 0 for one in row[:-1]] for row in jacobian], bool)
    for middle in range(size):
        reach |= np.outer(reach[:, middle], reach[middle])
    both = reach & reach.T
    groups = sorted({tuple(int(one) for one in np.flatnonzero(row)) for row in both})
    if max(len(one) for one in groups) > 3:
        return np.zeros((0, 3), np.int64)
    return np.array([[*one, *[-1] * (3 - len(one))] for one in groups], np.int64)
