"""A model's formulas put together: names resolved, derivatives taken, tapes written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.expressions import BadExpressionError, Graph, parse
from nanoward.maths.formulas.kernel_layout import EDGE
from nanoward.maths.formulas.symbolic_derivatives import NoSlopeError, derivative
from nanoward.maths.formulas.tape import TapeWriter
from nanoward.tuning.kernel.layout import (
    AUTO,
    EXPLICIT,
    LIKELIHOOD,
    LOGARITHM,
    NORMAL,
    STIFF,
    Program,
)
from nanoward.tuning.models.dimensions import check_units
from nanoward.tuning.models.dynamics import Compartment, Dynamics, Individual, Output
from nanoward.tuning.models.linear_states import coupled_states, decoupled_states, is_plain
from nanoward.tuning.models.source import Source

MOST_LINEAR = 8  # states; larger linear systems are integrated
_SOLVERS = {"auto": AUTO, "explicit": EXPLICIT, "stiff": STIFF}
_INPUTS = ("lag", "bioavailability", "duration", "rate", "initial")


@dataclass(slots=True)
class Assembly:
    """Nodes of a model's formulas in one graph, by what they mean."""

    graph: Graph = field(default_factory=Graph)
    parameters: dict[str, int] = field(default_factory=dict)
    slopes: list[int] = field(default_factory=list)
    inputs: list[list[int]] = field(default_factory=list)
    outputs: list[tuple[int, int]] = field(default_factory=list)


class _Names:
    """Names to nodes, each found when it is first needed; circles are faults."""

    def __init__(self, model: Dynamics, source: Source, made: Assembly) -> None:
        self.source, self.made, self.graph = source, made, made.graph
        self.found: dict[str, int] = {"t": self.graph.name("t")}
        self.open: list[str] = []
        for group in (model.covariates, model.compartments):
            for one in group:
                self.found[one.name] = self.graph.name(one.name)
        self.parameters = {one.name: one for one in model.parameters}
        self.definitions = dict(model.definitions)

    def formula(
        self, text: str, path: tuple[str, ...], extra: Mapping[str, int] | None = None
    ) -> int:
        """The node of a formula in which every name is known."""
        try:
            root = parse(self.graph, text)
        except BadExpressionError as fault:
            raise self.source.fault(path, f"cannot be read: {fault.message}") from None
        by = dict(extra or {})
        for name in sorted(self.graph.inputs(root) - set(by)):
            by[name] = self._resolved(name, path)
        return self.graph.replaced(root, by)

    def _resolved(self, name: str, path: tuple[str, ...]) -> int:
        if name in self.found:
            return self.found[name]
        if name in self.open:
            circle = " -> ".join([*self.open[self.open.index(name) :], name])
            raise self.source.fault(path, f"goes round in a circle: {circle}")
        self.open.append(name)
        if name in self.parameters:
            node = self._individual(self.parameters[name])
        elif name in self.definitions:
            node = self.formula(self.definitions[name], ("definitions", name))
        else:
            known = sorted({*self.found, *self.parameters, *self.definitions})
            fix = f"Known here are {', '.join(known)}; a column of the table goes under "
            raise self.source.fault(
                path, f"names {name!r}, which is unknown", fix + f"[covariates.{name}]."
            )
        self.open.pop()
        self.found[name] = node
        return node

    def _individual(self, one: Individual) -> int:
        graph, path = self.graph, ("parameters", one.name)
        eta = graph.number(0)
        if one.variance > 0:
            eta = graph.name(f"eta:{one.name}")
        if one.occasion_variance > 0:
            eta = graph.make("add", eta, graph.name(f"occasion:{one.name}"))
        typical = graph.number(one.typical)
        if one.value:
            node = self.formula(one.value, (*path, "value"), {"typical": typical, "eta": eta})
        elif one.distribution == "logit":
            middle = graph.make(
                "log", graph.make("div", typical, graph.make("sub", graph.number(1), typical))
            )
            node = graph.make("expit", graph.make("add", middle, eta))
        else:
            if one.covariates:
                effect = self.formula(one.covariates, (*path, "covariates"))
                typical = graph.make("mul", typical, effect)
            lognormal = one.distribution == "lognormal"
            spread = graph.make("exp", eta) if lognormal else eta
            node = graph.make("mul" if lognormal else "add", typical, spread)
        self.made.parameters[one.name] = node
        return node

    def definition(self, name: str) -> int:
        return self._resolved(name, ("definitions", name))

    def parameter(self, name: str) -> int:
        return self._resolved(name, ("parameters", name))


def assembly_of(model: Dynamics, source: Source) -> Assembly:
    """All formulas of a model as nodes of one graph."""
    made = Assembly()
    names = _Names(model, source, made)
    for parameter in model.parameters:
        made.parameters[parameter.name] = names.parameter(parameter.name)
    for one in model.compartments:
        path = ("compartments", one.name)
        made.slopes.append(names.formula(one.derivative, (*path, "derivative")))
        made.inputs.append([_input(names, one, key) for key in _INPUTS])
    made.outputs = [_output(names, one) for one in model.outputs]
    for name, _ in model.definitions:  # also those that nothing uses must be sound
        names.definition(name)
    _check_stages(model, source, made)
    return made


def _input(names: _Names, one: Compartment, key: str) -> int:
    text = getattr(one, key)
    return names.formula(text, ("compartments", one.name, key)) if text else -1


def _output(names: _Names, one: Output) -> tuple[int, int]:
    """Value and variance; or -2 ln likelihood and -1."""
    graph, path = names.graph, ("outputs", one.name)
    seen = graph.name("DV")
    value = names.formula(one.value, (*path, "value"), {"DV": seen})
    if one.likelihood != "normal":
        return _minus_two_log(names, one, value), -1
    if one.log:
        return graph.make("log", value), _positive(names, one, "log", value)
    if one.variance:
        return value, _positive(names, one, "variance", value)
    additive = _positive(names, one, "additive", value)
    share = _positive(names, one, "proportional", value)
    square = graph.make("mul", value, value)
    return value, graph.make("add", additive, graph.make("mul", share, square))


def _positive(names: _Names, one: Output, key: str, value: int) -> int:
    path, text = ("outputs", one.name, key), getattr(one, key)
    if not text:
        return names.graph.number(0)
    node = names.formula(text, path, {"predicted": value})
    told = names.graph.nodes[node]
    if told.op == "number" and not told.value >= 0:
        raise names.source.fault(path, f"is {told.value:g}, a variance is never negative")
    return node


def _minus_two_log(names: _Names, one: Output, value: int) -> int:
    graph, path = names.graph, ("outputs", one.name)
    if one.likelihood == "formula":
        return value
    parts = {"DV": graph.name("DV"), "m": value}
    if one.likelihood == "event":
        parts["c"] = names.formula(one.cumulative, (*path, "cumulative"))
    text = {
        "poisson": "-2 * (DV * log(m) - m - lgamma(DV + 1))",
        "bernoulli": "-2 * log(if(DV > 0, m, 1 - m))",
        "event": "-2 * (if(DV > 0, log(m), 0) - c)",
        "preference": "-2 * lognormcdf(if(DV > 0, m, -m))",
        "ordinal": "",
    }[one.likelihood]
    if not text:
        return _ordinal(names, one)
    return graph.replaced(parse(graph, text), parts)


def _ordinal(names: _Names, one: Output) -> int:
    """-2 ln P(DV = k), from the logits of DV >= 1, DV >= 2 ..., which must fall."""
    graph = names.graph
    above = [
        graph.make("expit", names.formula(text, ("outputs", one.name, "logits")))
        for text in one.logits
    ]
    reached = [graph.number(1), *above, graph.number(0)]
    found = graph.number(float("nan"))
    for k in range(len(above) + 1):
        here = graph.make("eq", graph.name("DV"), graph.number(k))
        share = graph.make("sub", reached[k], reached[k + 1])
        found = graph.make("if", here, share, found)
    return graph.make("mul", graph.number(-2), graph.make("log", found))


def _check_stages(model: Dynamics, source: Source, made: Assembly) -> None:
    """Parameters and dose attributes do not move; observed values stand in outputs only."""
    states = {one.name for one in model.compartments}
    fixed = {("parameters", name): node for name, node in made.parameters.items()}
    for one, nodes in zip(model.compartments, made.inputs, strict=True):
        for key, node in zip(_INPUTS, nodes, strict=True):
            if node >= 0:
                fixed["compartments", one.name, key] = node  # type: ignore[index]
    for path, node in fixed.items():
        moving = (states | {"t"}) & made.graph.inputs(node)
        if moving:
            what = f"depends on {sorted(moving)[0]}, which changes between records"
            raise source.fault(path, what, "Write it into a derivative or a definition.")


@lru_cache(maxsize=64)
def assembled(model: Dynamics, source: Source | None = None) -> Program:
    """The model as tapes for the kernel."""
    told = source or Source()
    made = assembly_of(model, told)
    check_units(model, told)
    return _Layout(model, told, made).program()


def _kind(one: Output) -> int:
    if one.likelihood != "normal":
        return LIKELIHOOD
    return LOGARITHM if one.log else NORMAL


class _Layout:
    """Which nodes are computed when, and where they stand."""

    def __init__(self, model: Dynamics, source: Source, made: Assembly) -> None:
        self.model, self.source, self.made, self.graph = model, source, made, made.graph
        self.states = [one.name for one in model.compartments]
        self.moving = {*self.states, "t", "DV"}
        self.still: dict[int, bool] = {}
        self.writer = TapeWriter(self.graph)
        self.slopes, self.inputs = made.slopes, made.inputs
        self.order = list(range(len(self.states)))

    def program(self) -> Program:
        jacobian = self._jacobian()
        linear = self._is_linear(jacobian)
        jacobian, core = self._ordered(jacobian, linear=linear)
        self._register(self.states)  # first: the kernel works on them as one vector
        self.writer.reserve(-len(self.states) % EDGE)
        blocks = coupled_states(jacobian) if linear else np.zeros((0, 3), np.int64)
        linear = linear and len(blocks) > 0
        outputs = [[one for one in pair if one >= 0] for pair in self.made.outputs]
        curves = [one for row in jacobian for one in row if one >= 0]
        inputs = [one for row in self.inputs for one in row if one >= 0]
        constants = self._constants(0 if linear else core)
        spans, core_to = self._tapes(curves, outputs, [*inputs, *constants], core)
        at, size = self._register, len(self.states)
        return Program(
            code=self.writer.code(),
            spans=np.array(spans, np.int64),
            etas=at(
                [f"eta:{one}" for one in self.model.random]
                + [f"occasion:{one}" for one in self.model.between_occasions]
            ),
            covariates=at(one.name for one in self.model.covariates),
            states=at(self.states),
            slopes=self._places(self.slopes),
            jacobian=self._table(jacobian, size + 1),
            inputs=self._table(self.inputs, len(_INPUTS)),
            outputs=self._table(self.made.outputs, 2),
            kinds=np.array([_kind(one) for one in self.model.outputs], np.int64),
            blocks=blocks,
            constants=self._constant_places(constants),
            facts=self._facts((core, core_to), linear=linear),
            order=np.argsort(self.order),
            fixed=self.writer.fixed(),
        )

    def _tapes(
        self, curves: list[int], outputs: list[list[int]], resting: list[int], core: int
    ) -> tuple[list[tuple[int, int]], int]:
        """Where each tape begins and ends, and the end of that of the core's slopes: what rests
        between records, slopes, their derivatives, each output."""
        parts = [self.slopes, curves, *outputs]
        first = self._resting([*resting, *(one for part in parts for one in part)])
        first += list(self.made.parameters.values())
        spans = [self.writer.tape(first, set())]
        done = set(self.graph.below(first))
        _, core_to = self.writer.tape(self.slopes[:core], done)
        self.writer.tape(self.slopes[core:], done | set(self.graph.below(self.slopes[:core])))
        spans += [(spans[0][1], len(self.writer.rows))]
        spans += [self.writer.tape(part, done) for part in parts[1:]]
        return spans, core_to

    def _facts(self, core: tuple[int, int], *, linear: bool) -> NDArray[np.int64]:
        told = [
            len(self.model.random),
            len(self.model.between_occasions),
            *self._register(["t", "DV"]),
            int(linear),
            _SOLVERS[self.model.solver],
            *core,
        ]
        return np.array(told, np.int64)

    def _table(self, rows: Iterable[Iterable[int]], width: int) -> NDArray[np.int64]:
        return self._places([one for row in rows for one in row]).reshape(-1, width)

    def _register(self, names: Iterable[str]) -> NDArray[np.int64]:
        return np.array([self.writer.register(self.graph.name(one)) for one in names], np.int64)

    def _places(self, nodes: list[int]) -> NDArray[np.int64]:
        return np.array(
            [self.writer.register(one) if one >= 0 else -1 for one in nodes], np.int64
        )

    def _rests(self, place: int) -> bool:
        """Whether a node depends on parameters and covariates alone."""
        if place not in self.still:
            node = self.graph.nodes[place]
            if node.op == "name":
                self.still[place] = node.text not in self.moving
            else:
                self.still[place] = all(self._rests(one) for one in node.args)
        return self.still[place]

    def _resting(self, roots: Iterable[int]) -> list[int]:
        """The largest parts of these formulas that need computing once per record only."""
        found: dict[int, None] = {}
        for root in roots:
            if self._rests(root):
                found[root] = None
        for place in self.graph.below(roots):
            if not self._rests(place):
                for one in self.graph.nodes[place].args:
                    if self._rests(one):
                        found[one] = None
        return list(found)

    def _jacobian(self) -> list[list[int]]:
        zero = self.graph.number(0)
        rows = []
        for compartment, slope in zip(self.model.compartments, self.made.slopes, strict=True):
            try:
                row = [derivative(self.graph, slope, name) for name in (*self.states, "t")]
            except NoSlopeError as fault:
                path = ("compartments", compartment.name, "derivative")
                raise self.source.fault(path, f"holds {fault}, which is not offered") from None
            rows.append([one if one != zero else -1 for one in row])
        return rows

    def _ordered(
        self, jacobian: list[list[int]], *, linear: bool
    ) -> tuple[list[list[int]], int]:
        """The Jacobian with the states that move alone last, and how many the others are."""
        size = len(self.states)
        alone: list[int] = []
        if not linear and self.model.solver == "auto":
            graph, states, slopes = self.graph, self.states, self.slopes
            alone = decoupled_states(graph, states, slopes, jacobian, self._rests)
        core = size - len(alone)
        if core in (0, size):
            return jacobian, size
        order = [*(one for one in range(size) if one not in alone), *alone]
        self.states = [self.states[one] for one in order]
        self.slopes = [self.slopes[one] for one in order]
        self.inputs = [self.inputs[one] for one in order]
        self.order = order
        return [[jacobian[row][one] for one in (*order, size)] for row in order], core

    def _constants(self, first: int) -> list[int]:
        """Slopes where every state is 0, of the states from `first` on: they are linear there;
        0 for the others."""
        zero = self.graph.number(0)
        by = dict.fromkeys(self.states, zero)
        found = [self.graph.replaced(one, by) for one in self.slopes[first:]]
        return [*[zero] * (len(self.states) - len(found)), *found]

    def _constant_places(self, nodes: list[int]) -> NDArray[np.int64]:
        """Registers of constant parts; -1 where they are 0."""
        zero = self.graph.number(0)
        found = self._places([-1 if one == zero else one for one in nodes])
        return np.concatenate([found, np.full(len(self.states) - len(nodes), -1, np.int64)])

    def _is_linear(self, jacobian: list[list[int]]) -> bool:
        if not 0 < len(self.states) <= MOST_LINEAR or self.model.solver != "auto":
            return False
        states = set(self.states)
        return all(one < 0 or self._rests(one) for row in jacobian for one in row) and all(
            is_plain(self.graph, one, states, self._rests) for one in self.slopes
        )


Formula = Callable[[str, tuple[str, ...]], int]
