"""Units of a model's formulas, checked: what is added must measure the same thing.

A name without a unit, and what is computed from it, is not checked. Bare numbers multiply
without a unit and fit beside anything where they are added or compared; write 75[kg] to give
one a unit. Units are those of base/units.py (a part of UCUM); "" means "not told", "1" none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.base.units import DIMENSIONS, Unit, UnknownUnit, unit_of
from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.source import Source

_SAME = frozenset({"add", "sub", "lt", "le", "gt", "ge", "eq", "ne", "min", "max"})
_TRUTH = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or"})
_PLAIN = frozenset({"exp", "log", "expit", "normcdf", "lognormcdf", "lgamma", "sin", "cos"})


@dataclass(frozen=True, slots=True)
class Dimension:
    """Powers of the base units and a factor; `bare` for numbers without a unit."""

    powers: tuple[float, ...]
    factor: float
    bare: bool = False


_ZEROS = (0.0,) * len(DIMENSIONS)
_TIME = tuple(float(name == "time") for name in DIMENSIONS)
NONE = Dimension(_ZEROS, 1.0)
BARE = Dimension(_ZEROS, 1.0, bare=True)


class _ClashError(Exception):
    """Two parts of a formula do not go together; turned into a fault with its line."""


def check_units(model: Dynamics, source: Source) -> None:
    """Raise BadModelError at the first formula whose units do not go together."""
    _Checker(model, source).check()


def dimension_of(unit: str) -> Dimension | None:
    """The dimension of a unit; None for ""; _ClashError where it is not understood."""
    if not unit:
        return None
    found = unit_of(unit)
    if isinstance(found, UnknownUnit):
        raise _ClashError(f"the unit {unit!r} is not understood: {found.reason}")
    assert isinstance(found, Unit)
    return Dimension(tuple(float(one) for one in found.powers), found.factor)


class _Checker:
    def __init__(self, model: Dynamics, source: Source) -> None:
        self.model, self.source = model, source
        self.found: dict[str, Dimension | None] = {}
        self.definitions = dict(model.definitions)

    def check(self) -> None:
        told = {
            **{("parameters", one.name): one.unit for one in self.model.parameters},
            **{("covariates", one.name): one.unit for one in self.model.covariates},
            **{("compartments", one.name): one.unit for one in self.model.compartments},
        }
        outputs = [one.unit for one in self.model.outputs]
        if not any(told.values()) and not any(outputs):
            return  # nothing is told of units, as in a model read from elsewhere
        for place, given in told.items():
            self.found[place[1]] = self._at((*place, "unit"), given)
        self.found["t"] = time = self._at(("time_unit",), self.model.time_unit)
        if time is not None and time.powers != _TIME:
            fix = "Write a unit of time: min, h, d or wk."
            raise self.source.fault(("time_unit",), "measures no time", fix)
        for one in self.model.parameters:
            if one.covariates:
                self._expect(("parameters", one.name, "covariates"), one.covariates, NONE)
        for name in self.definitions:
            self._name(name)
        for compartment in self.model.compartments:
            self._compartment(compartment.name)
        for output in self.model.outputs:
            unit = self._at(("outputs", output.name, "unit"), output.unit)
            if output.likelihood == "normal":
                self._expect(("outputs", output.name, "value"), output.value, unit)

    def _compartment(self, name: str) -> None:
        one = next(each for each in self.model.compartments if each.name == name)
        path, amount, time = ("compartments", name), self.found[name], self.found["t"]
        slope = None
        if amount and time:
            powers = tuple(a - b for a, b in zip(amount.powers, time.powers, strict=True))
            slope = Dimension(powers, amount.factor / time.factor)
        wanted = {"derivative": slope, "initial": amount, "lag": time, "duration": time}
        wanted |= {"bioavailability": NONE, "rate": slope}
        for key, unit in wanted.items():
            if getattr(one, key):
                self._expect((*path, key), getattr(one, key), unit)

    def _at(self, path: tuple[str, ...], unit: str) -> Dimension | None:
        try:
            return dimension_of(unit)
        except _ClashError as clash:
            fix = "Write the unit in UCUM, as mg/L or 1/h, or leave it out."
            raise self.source.fault(path, f"is wrong: {clash}", fix) from None

    def _expect(self, path: tuple[str, ...], text: str, unit: Dimension | None) -> None:
        try:
            found = self._formula(text)
            if found and unit and not found.bare and not unit.bare:
                _same(found, unit, f"{text!r}", "what is wanted")
        except _ClashError as clash:
            fix = "Put the units right, or convert: a number may carry one, as 75[kg]."
            raise self.source.fault(
                path, f"has units that do not match: {clash}", fix
            ) from None

    def _name(self, name: str) -> Dimension | None:
        if name not in self.found:
            self.found[name] = None  # circles were refused before
            if name in self.definitions:
                try:
                    self.found[name] = self._formula(self.definitions[name])
                except _ClashError as clash:
                    path = ("definitions", name)
                    fix = "Put the units right, or convert: a number may carry one, as 75[kg]."
                    what = f"has units that do not match: {clash}"
                    raise self.source.fault(path, what, fix) from None
        return self.found[name]

    def _formula(self, text: str) -> Dimension | None:
        graph = Graph()
        root = parse(graph, text, units=True)
        found: dict[int, Dimension | None] = {}
        for place in graph.below([root]):
            found[place] = self._node(graph, place, found)
        return found[root]

    def _node(
        self, graph: Graph, place: int, found: Mapping[int, Dimension | None]
    ) -> Dimension | None:
        node = graph.nodes[place]
        if node.op == "name":
            return self._name(node.text)
        if node.op == "number":
            return dimension_of(node.text) if node.text else BARE
        parts = [found[one] for one in node.args]
        words = [graph.text(one) for one in node.args]
        if node.op == "pow":
            exponent = graph.nodes[node.args[1]]
            power = exponent.value if exponent.op == "number" else None
            return _power(parts, words, power)
        return _combined(node.op, parts, words)


def _combined(op: str, parts: list[Dimension | None], words: list[str]) -> Dimension | None:
    if op in ("neg", "abs"):
        return parts[0]
    if op == "sqrt":
        return _power([parts[0], BARE], words, 0.5)
    if op in _PLAIN:
        _plain(parts[0], words[0], op)
        return NONE
    if op in ("mul", "div"):
        return _multiplied(parts, 1.0 if op == "mul" else -1.0)
    if op == "if":
        parts, words = parts[1:], words[1:]
    if op in _SAME or op == "if":
        both = _together(parts, words)
        return NONE if op in _TRUTH else both
    return NONE


def _together(parts: list[Dimension | None], words: list[str]) -> Dimension | None:
    if parts[0] is None or parts[1] is None:
        return None
    if parts[0].bare or parts[1].bare:
        return parts[1] if parts[0].bare else parts[0]
    _same(parts[0], parts[1], f"{words[0]!r}", f"{words[1]!r}")
    return parts[0]


def _multiplied(parts: list[Dimension | None], sign: float) -> Dimension | None:
    a, b = parts
    if a is None or b is None:
        return None
    powers = tuple(x + sign * y for x, y in zip(a.powers, b.powers, strict=True))
    return Dimension(powers, a.factor * b.factor**sign, bare=a.bare and b.bare)


def _power(
    parts: list[Dimension | None], words: list[str], power: float | None
) -> Dimension | None:
    base, exponent = parts
    _plain(exponent, words[-1], "an exponent")
    if base is None or base.bare:
        return base
    if power is None:
        _plain(base, words[0], "the base of a power that varies")
        return NONE
    return Dimension(tuple(power * one for one in base.powers), base.factor**power)


def _plain(part: Dimension | None, word: str, where: str) -> None:
    if part is not None and any(abs(one) > 1e-9 for one in part.powers):
        raise _ClashError(f"{word!r} in {where} has a unit and must have none")


def _same(a: Dimension, b: Dimension, first: str, second: str) -> None:
    if any(abs(x - y) > 1e-9 for x, y in zip(a.powers, b.powers, strict=True)):
        raise _ClashError(f"{first} and {second} measure different things")
    if abs(a.factor - b.factor) > 1e-9 * abs(a.factor):
        raise _ClashError(f"{first} is {a.factor / b.factor:g} times the unit of {second}")
