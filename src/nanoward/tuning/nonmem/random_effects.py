"""Which parameters people differ in, from the variables of a control stream.

THETA x (...) x EXP(ETA), with a theta and an eta that stand nowhere else, is a lognormal
parameter with covariates. Any other eta becomes a parameter ETAk, normal around 0, and the
variables that hold it definitions.
"""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from nanoward.maths.formulas.expressions import Graph
from nanoward.tuning.models.dynamics import Individual
from nanoward.tuning.nonmem.control_stream import ControlStream, RandomEffectMatrix, Theta

MARK = re.compile(r"(THETA|ETA|EPS)\d+")


class Translation(Protocol):
    """What is known of a control stream when its parameters are sought.

    sought     variables that the model needs, as nodes; elsewhere: thetas and etas used
               outside them; random: parameters by the place of their eta, written here
    """

    stream: ControlStream
    graph: Graph
    thetas: list[Theta]
    omega: RandomEffectMatrix
    sought: dict[str, int]
    elsewhere: set[str]
    random: dict[int, Individual]


def individuals(
    made: Translation,
) -> tuple[tuple[Individual, ...], tuple[tuple[str, str], ...]]:
    """Parameters in the order of their etas, then thetas; the other names as definitions."""
    graph = made.graph
    nodes = made.sought
    marks = {name: {one for one in graph.inputs(node) if MARK.fullmatch(one)}
             for name, node in nodes.items()}  # fmt: skip
    counts: dict[str, int] = {}
    for some in (*marks.values(), made.elsewhere):
        for one in some:
            counts[one] = counts.get(one, 0) + 1
    random: dict[int, Individual] = {}
    thetas_used: set[str] = set(made.elsewhere)
    definitions: list[tuple[str, str]] = []
    for name, node in nodes.items():
        own = {one for one in marks[name] if counts[one] == 1}
        etas = [one for one in marks[name] if one.startswith("ETA")]
        found = None
        if len(etas) == 1 and etas[0] in own and name.isidentifier():
            found = _lognormal(made, name, node, etas[0], own)
        if found is None:
            definitions.append((name, graph.text(node)))
            thetas_used |= marks[name]
            continue
        random[int(etas[0][3:]) - 1] = found[0]
        thetas_used |= marks[name] - {found[1], etas[0]}
    return _finished(made, random, thetas_used, definitions)


def _finished(
    made: Translation, random: dict[int, Individual], used: set[str],
    definitions: list[tuple[str, str]],
) -> tuple[tuple[Individual, ...], tuple[tuple[str, str], ...]]:  # fmt: skip
    """Etas that are no parameter's own, and thetas."""
    size = len(made.omega.matrix)
    line = made.stream.all("OMEGA")[0].line if made.stream.all("OMEGA") else None
    for one in sorted(used):
        if one.startswith("ETA"):
            place = int(one[3:]) - 1
            if place >= size:
                raise made.stream.fault(line, f"ETA({place + 1}) has no $OMEGA")
            spread = float(made.omega.matrix[place, place])
            if spread == 0:
                definitions.append((one, "0"))
                continue
            random[place] = Individual(
                name=one, typical=0.0, variance=spread, distribution="normal",
                citation=_remark(made.omega.remarks, place),
            )  # fmt: skip
    ordered = [random[place] for place in sorted(random)]
    made.random = {place: one for place, one in sorted(random.items()) if one.variance > 0}
    rest = []
    for one in sorted(
        (one for one in used if one.startswith("THETA")), key=lambda one: int(one[5:])
    ):
        theta = _theta(made, one)
        rest.append(
            Individual(
                name=one, typical=theta.value, distribution="normal", citation=theta.remark
            )
        )
    return (*ordered, *rest), tuple(definitions)


def _theta(made: Translation, name: str) -> Theta:
    place = int(name[5:]) - 1
    if place >= len(made.thetas):
        line = made.stream.all("THETA")[0].line if made.stream.all("THETA") else None
        raise made.stream.fault(line, f"THETA({place + 1}) is used and has no value")
    return made.thetas[place]


def _remark(remarks: Sequence[str], place: int) -> str:
    return remarks[place] if place < len(remarks) else ""


def _lognormal(
    made: Translation, name: str, node: int, eta: str, alone: set[str]
) -> tuple[Individual, str] | None:
    """A parameter theta x (...) x exp(eta), and its theta; None where it is no such product.

    exp(theta + eta) is one too, and so is a number x exp(eta), whose theta is "".
    """
    graph = made.graph
    place = int(eta[3:]) - 1
    if place >= len(made.omega.matrix) or made.omega.matrix[place, place] == 0:
        return None
    theta, typical, rest, grown, plain = "", 0.0, graph.number(1), 0, 1.0
    for factor, over in _factors(graph, node):
        told = ("", 0.0) if theta or over else _typical_of(made, factor, alone)
        if _power_of(graph, factor) == eta and not over:
            grown += 1
        elif told[0]:
            theta, typical = told
        elif eta in graph.inputs(factor):
            return None
        elif graph.nodes[factor].op == "number":
            plain *= graph.nodes[factor].value ** (-1 if over else 1)
        else:
            rest = graph.make("div" if over else "mul", rest, factor)
    if not theta:
        typical, plain = plain, 1.0
    if grown != 1 or not typical > 0:
        return None
    if plain != 1.0:
        rest = graph.make("mul", graph.number(plain), rest)
    text = graph.text(rest)
    return Individual(
        name=name,
        typical=typical,
        variance=float(made.omega.matrix[place, place]),
        covariates="" if text == "1" else text,
        citation=_theta(made, theta).remark if theta else "",
    ), theta


def _typical_of(made: Translation, factor: int, alone: set[str]) -> tuple[str, float]:
    """The theta that a factor is, or is the exponential of, and its value; "" where neither."""
    plain, inner = made.graph.nodes[factor].text, _power_of(made.graph, factor)
    if _is_theta(plain, alone):
        return plain, _theta(made, plain).value
    if _is_theta(inner, alone):
        return inner, float(np.exp(_theta(made, inner).value))
    return "", 0.0


def _is_theta(text: str, alone: set[str]) -> bool:
    return text in alone and text.startswith("THETA")


def _power_of(graph: Graph, node: int) -> str:
    """The name x where a node is exp(x); "" where it is none."""
    told = graph.nodes[node]
    return graph.nodes[told.args[0]].text if told.op == "exp" else ""


Factor = tuple[int, bool]  # a node, and whether it divides


def _factors(graph: Graph, node: int) -> list[Factor]:
    """A product's factors: exp(a + b) are two, and what both sides of an `if` share is one."""
    told = graph.nodes[node]
    if told.op == "mul":
        return [part for one in told.args for part in _factors(graph, one)]
    if told.op == "div":
        below = [(one, not over) for one, over in _factors(graph, told.args[1])]
        return [*_factors(graph, told.args[0]), *below]
    if told.op == "exp":
        inner = graph.nodes[told.args[0]]
        if inner.op == "add":
            return [
                part for one in inner.args for part in _factors(graph, graph.make("exp", one))
            ]
        if inner.op == "log":
            return _factors(graph, inner.args[0])
    if told.op == "if":
        return _shared(graph, told.args)
    return [(node, False)]


def _shared(graph: Graph, args: tuple[int, ...]) -> list[Factor]:
    """if(c, a b, a d) as a if(c, b, d)."""
    condition, then, other = args
    left, right = _factors(graph, then), _factors(graph, other)
    common: list[Factor] = []
    for one in list(left):
        if one in right:
            common.append(one)
            left.remove(one)
            right.remove(one)
    if not common:
        return [(graph.make("if", *args), False)]
    return [
        *common,
        (graph.make("if", condition, *(_times(graph, one) for one in (left, right))), False),
    ]


def _times(graph: Graph, factors: Sequence[Factor]) -> int:
    found = graph.number(1)
    for one, over in factors:
        found = graph.make("div" if over else "mul", found, one)
    return found
