"""Formulas as data: text becomes a graph of operations, and nothing in it can be executed.

A formula knows numbers, names, + - * / ^, comparisons, `and`, `or`, and the functions in
FUNCTIONS. Equal parts of formulas are one node, numbers are folded. A number may carry its unit
in square brackets, `75[kg]`; units are checked elsewhere, they change no number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nanoward.base.errors import InputError
from nanoward.maths.formulas.functions import TABLE, value_of

LONGEST = 20_000
DEEPEST = 120


class BadExpressionError(InputError):
    """A formula cannot be read."""

    code = "EXP-001"
    next_step = "Correct the formula; docs/reference/model.md lists what formulas may hold."


@dataclass(frozen=True, slots=True)
class Node:
    """One operation: its name, the numbers of the nodes it works on, and what it holds.

    text  the name of an input, or the unit of a number
    """

    op: str
    args: tuple[int, ...] = ()
    value: float = 0.0
    text: str = ""


FUNCTIONS: Mapping[str, int] = {name: one.arity for name, one in TABLE.items() if one.called}
_INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow"}
_INFIX |= {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_INFIX |= {"and": "and", "or": "or"}
_SIGN = {name: sign for sign, name in _INFIX.items()}
_BINDING = {"or": 1, "and": 2, "lt": 3, "le": 3, "gt": 3, "ge": 3, "eq": 3, "ne": 3}
_BINDING |= {"add": 4, "sub": 4, "mul": 5, "div": 5, "pow": 7}
_UNARY = 6
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\[(?P<unit>[^\]]*)\])?"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|<=|>=|==|!=|[-+*/^<>(),]))"
)


class _Text(NamedTuple):
    """A formula as text, and how strongly its outermost operation binds."""

    text: str
    precedence: int


@dataclass(slots=True)
class Graph:
    """All formulas of one model. A node is named by its place in `nodes`."""

    nodes: list[Node] = field(default_factory=list)
    places: dict[Node, int] = field(default_factory=dict)

    def number(self, value: float, unit: str = "") -> int:
        return self._keep(Node("number", (), float(value), unit))

    def name(self, text: str) -> int:
        return self._keep(Node("name", (), 0.0, text))

    def make(self, op: str, *args: int) -> int:
        """The node of this operation, folded where its arguments are numbers."""
        found = [self.nodes[one] for one in args]
        if all(one.op == "number" and not one.text for one in found):
            return self.number(value_of(op, *(one.value for one in found)))
        simple = self._simple(op, args)
        return self._keep(Node(op, args)) if simple is None else simple

    def _keep(self, node: Node) -> int:
        if node not in self.places:
            self.places[node] = len(self.nodes)
            self.nodes.append(node)
        return self.places[node]

    def _is(self, place: int, value: float) -> bool:
        node = self.nodes[place]
        return node.op == "number" and node.value == value and not node.text

    def _simple(self, op: str, args: tuple[int, ...]) -> int | None:
        """A simpler node of the same value, or None."""
        if op in ("add", "sub") and self._is(args[1], 0):
            return args[0]
        if op == "add" and self._is(args[0], 0):
            return args[1]
        if op == "sub" and self._is(args[0], 0):
            return self.make("neg", args[1])
        if op == "mul":
            return self._product(*args)
        if op in ("div", "pow") and self._is(args[1], 1):
            return args[0]
        if op == "div" and self._is(args[0], 0):
            return args[0]
        if op == "pow" and self._is(args[1], 0):
            return self.number(1)
        if op == "neg" and self.nodes[args[0]].op == "neg":
            return self.nodes[args[0]].args[0]
        return None

    def _product(self, a: int, b: int) -> int | None:
        if self._is(a, 0) or self._is(b, 0):
            return self.number(0)
        if self._is(a, 1):
            return b
        return a if self._is(b, 1) else None

    def inputs(self, *roots: int) -> set[str]:
        """Names that these nodes depend on."""
        return {
            self.nodes[one].text for one in self.below(roots) if self.nodes[one].op == "name"
        }

    def below(self, roots: Iterable[int]) -> list[int]:
        """These nodes and all that they need, each after what it needs."""
        found: dict[int, None] = {}
        stack = [(one, False) for one in reversed(list(roots))]
        while stack:
            place, ready = stack.pop()
            if place in found:
                continue
            if ready:
                found[place] = None
                continue
            stack.append((place, True))
            stack.extend((one, False) for one in reversed(self.nodes[place].args))
        return list(found)

    def replaced(self, root: int, by: Mapping[str, int]) -> int:
        """The same formula with names replaced by other nodes."""
        new: dict[int, int] = {}
        for place in self.below([root]):
            node = self.nodes[place]
            if node.op == "name":
                new[place] = by.get(node.text, place)
            elif node.op == "number":
                new[place] = place
            else:
                new[place] = self.make(node.op, *(new[one] for one in node.args))
        return new[root]

    def text(self, root: int) -> str:
        """The formula written with as few brackets as a reader needs; `parse` reads it back."""
        shown: dict[int, _Text] = {}
        for place in self.below([root]):
            shown[place] = self._shown(self.nodes[place], shown)
        return shown[root].text

    def _shown(self, node: Node, shown: Mapping[int, _Text]) -> _Text:
        if node.op == "number":
            unit = f"[{node.text}]" if node.text else ""
            number = f"{node.value!r}".removesuffix(".0") + unit
            return _Text(number, 9 if node.value >= 0 else 6)
        if node.op == "name":
            return _Text(node.text, 9)
        if node.op == "neg":
            return _Text(f"-{_bracketed(shown[node.args[0]], _UNARY)}", _UNARY)
        if node.op in _SIGN:
            strength = _BINDING[node.op]
            left, right = (shown[one] for one in node.args)
            power = node.op == "pow"
            before = _bracketed(left, strength + power)
            behind = _bracketed(right, strength + 1)
            return _Text(f"{before} {_SIGN[node.op]} {behind}", strength)
        return _Text(f"{node.op}({', '.join(shown[one].text for one in node.args)})", 9)


def _bracketed(shown: _Text, least: int) -> str:
    return shown.text if shown.precedence >= least else f"({shown.text})"


def parse(graph: Graph, text: str, *, units: bool = False) -> int:
    """The node of a formula; units of numbers are kept only where they are asked for.

    Raises BadExpressionError that says where the formula breaks.
    """
    if len(text) > LONGEST:
        raise BadExpressionError(f"a formula of {len(text)} characters; at most {LONGEST}")
    reader = _Reader(graph, text, _tokens(text), units=units)
    found = reader.formula(0)
    if reader.kind() != "end":
        raise reader.fault(f"{reader.seen()!r} is not expected")
    return found


Token = tuple[str, str, int, str]  # kind, text, place, unit


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            rest = text[at:].lstrip()
            where = end - len(rest.rstrip()) + 1
            raise BadExpressionError(
                f"{rest[0]!r} at character {where} of {text!r} is not understood"
            )
        kind = str(match.lastgroup)
        kind = "number" if kind == "unit" else kind
        word = match[kind]
        if word in ("and", "or"):
            kind = "sign"
        unit = match["unit"] or ("1" if match["unit"] is not None else "")
        found.append((kind, "^" if word == "**" else word, match.start(kind) + 1, unit))
        at = match.end()
    return [*found, ("end", "the end", end + 1, "")]


class _Reader:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, graph: Graph, text: str, tokens: list[Token], *, units: bool) -> None:
        self.graph, self.text, self.units = graph, text, units
        self.tokens, self.at, self.depth = tokens, 0, 0

    def kind(self) -> str:
        return self.tokens[self.at][0]

    def seen(self) -> str:
        return self.tokens[self.at][1]

    def fault(self, what: str) -> BadExpressionError:
        return BadExpressionError(
            f"{what} at character {self.tokens[self.at][2]} of {self.text!r}"
        )

    def formula(self, least: int) -> int:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"brackets deeper than {DEEPEST}")
        left = self._prefixed()
        while self.kind() == "sign" and self.seen() in _INFIX:
            op = _INFIX[self.seen()]
            strength = _BINDING[op]
            if strength < least:
                break
            self.at += 1
            right = self.formula(_UNARY if op == "pow" else strength + 1)
            left = self.graph.make(op, left, right)
        self.depth -= 1
        return left

    def _prefixed(self) -> int:
        if self.seen() in ("-", "+") and self.kind() == "sign":
            sign = self.seen()
            self.at += 1
            inner = self.formula(_UNARY)
            return self.graph.make("neg", inner) if sign == "-" else inner
        return self._atom()

    def _atom(self) -> int:
        kind, word, _, unit = self.tokens[self.at]
        if kind == "number":
            self.at += 1
            return self.graph.number(float(word), unit if self.units else "")
        if kind == "name":
            if self.tokens[self.at + 1][1] == "(":
                return self._call(word)
            self.at += 1
            return self.graph.name(word)
        if word == "(":
            self.at += 1
            inner = self.formula(0)
            self._expect(")")
            return inner
        raise self.fault(f"a number, a name or a bracket is missing before {word!r}")

    def _call(self, word: str) -> int:
        if word not in FUNCTIONS:
            raise self.fault(f"{word!r} is no function; known are {', '.join(FUNCTIONS)};")
        self.at += 2
        args = [self.formula(0)]
        while self.seen() == "," and self.kind() == "sign":
            self.at += 1
            args.append(self.formula(0))
        if len(args) != FUNCTIONS[word]:
            raise self.fault(f"{word} takes {FUNCTIONS[word]} values, not {len(args)},")
        self._expect(")")
        return self.graph.make(word, *args)

    def _expect(self, sign: str) -> None:
        if self.seen() != sign:
            raise self.fault(f"{sign!r} is missing before {self.seen()!r}")
        self.at += 1


def evaluated(graph: Graph, root: int, values: Mapping[str, float]) -> float:
    """The number that a formula gives for these values of its names (slow; for single uses)."""
    found = evaluated_many(graph, [root], {name: [one] for name, one in values.items()}, 1)
    return found[0][0]


def evaluated_many(
    graph: Graph, roots: Sequence[int], values: Mapping[str, Sequence[float]], count: int
) -> list[list[float]]:
    """For each formula the `count` numbers that it gives for `count` values of each name."""
    found: dict[int, Sequence[float]] = {}
    for place in graph.below(roots):
        node = graph.nodes[place]
        if node.op == "number":
            found[place] = [node.value] * count
        elif node.op == "name":
            found[place] = values[node.text]
        else:
            given = (found[one] for one in node.args)
            found[place] = [one[0] for one in map(TABLE[node.op].slopes, *given)]
    return [list(found[root]) for root in roots]
