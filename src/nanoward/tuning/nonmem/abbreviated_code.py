"""Abbreviated code of NONMEM ($PK, $DES, $ERROR, $PRED) carried out on formulas, not numbers.

Every variable becomes a node of one graph. An IF becomes if(condition, then, before), where a
variable that had no value before counts as 0, as it does in NONMEM. Loops, verbatim code and
functions that formulas lack are refused with their line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nanoward.maths.formulas.expressions import BadExpressionError, Graph, parse
from nanoward.tuning.nonmem.control_stream import (
    BadStreamError,
    ControlRecord,
    ControlStream,
    statements,
)

_SIGNS = {
    ".EQ.": "==", ".NE.": "!=", ".LT.": "<", ".LE.": "<=", ".GT.": ">", ".GE.": ">=",
    ".AND.": " and ", ".OR.": " or ", "/=": "!=",
}  # fmt: skip
_CALLS = {"EXP": "exp", "LOG": "log", "SQRT": "sqrt", "ABS": "abs", "SIN": "sin", "COS": "cos",
          "MIN": "min", "MAX": "max", "PHI": "normcdf", "PEXP": "exp", "PLOG": "log",
          "DEXP": "exp", "DLOG": "log", "DSQRT": "sqrt", "GAMLN": "lgamma"}  # fmt: skip
_INDEXED = re.compile(r"\b(THETA|ETA|EPS|ERR|A|A_0|DADT|P|SIGMA|OMEGA)\s*\(\s*(\d+)\s*\)")
_FORTRAN = re.compile(r"(?<![A-Za-z_])(\d+\.?\d*|\.\d+)[Dd]([-+]?\d+)")
_ASSIGNED = re.compile(r"([A-Z_]\w*)\s*=(?!=)\s*(.+)")
# lines that print, or that end a run whose numbers went astray: they give nothing a value
_WITHOUT_VALUE = ("EXIT", "WRITE", "PRINT", "OPEN", "CLOSE", "COMRES", "CONTINUE")
_CALLFL = re.compile(r"CALLFL\s*=\s*(-\s*[12]|0)")
_IF = re.compile(r"(ELSE\s*IF|IF)\s*\(")


@dataclass(slots=True)
class AbbreviatedCode:
    """One graph for all blocks, and what variables stand for.

    names   what NONMEM's own names stand for (THETA1, A1 ...): nodes
    broken  names that stand for formulas that cannot be read: a fault where one is needed
    """

    stream: ControlStream
    graph: Graph = field(default_factory=Graph)
    names: dict[str, int] = field(default_factory=dict)
    broken: dict[str, BadStreamError] = field(default_factory=dict)

    def run(self, record: ControlRecord, values: Mapping[str, int]) -> dict[str, int]:
        """All variables after the block: `values` before it, then what it assigned."""
        known = dict(values)
        conditions: list[tuple[int, int]] = []  # each open IF: its condition, and any before it
        for line, raw in statements(record):
            text = _plain(raw)
            if text.startswith(_WITHOUT_VALUE):
                continue
            if self._never(conditions):  # such as IF (ICALL.EQ.4): simulation alone
                if not _IF.match(text) and text not in ("ELSE", "ENDIF", "END IF"):
                    continue
            elif _CALLFL.fullmatch(text):
                continue  # when $PK is called: once per record, as here
            elif text.startswith(('"', "CALL", "DO ", "DOWHILE", "RETURN")):
                raise self.stream.fault(line, f"{text.split()[0]!r} is not offered in a model")
            begun = _IF.match(text)
            if begun:
                self._branch(line, text, known, conditions)
            elif text in ("ELSE", "ENDIF", "END IF"):
                self._turn(line, text, conditions)
            else:
                self._assign(line, text, known, [one for one, _ in conditions])
        if conditions:
            raise self.stream.fault(record.line, "an IF of this block has no ENDIF")
        return known

    def _never(self, conditions: list[tuple[int, int]]) -> bool:
        """Whether an open IF holds never."""
        settled_ones = (settled(self.graph, one) for one, _ in conditions)
        return any(_is(self.graph, one, 0) for one in settled_ones)

    def refuse_unreadable(self, node: int) -> None:
        """The fault of a line that a needed formula rests on and that could not be read."""
        for name in sorted(self.graph.inputs(node) & self.broken.keys()):
            raise self.broken[name]

    def _branch(
        self, line: int, text: str, known: dict[str, int], conditions: list[tuple[int, int]]
    ) -> None:
        """IF (...) THEN, ELSE IF (...) THEN, or IF (...) statement."""
        inside, rest = _bracketed(text)
        graph = self.graph
        here = self.formula(line, inside, known)
        if text.startswith("ELSE"):
            if not conditions:
                raise self.stream.fault(line, "ELSE IF without an IF")
            _, done = conditions.pop()
            conditions.append(
                (graph.make("and", _not(graph, done), here), graph.make("or", done, here))
            )
        elif rest == "THEN":
            conditions.append((here, here))
        elif rest.startswith("CALL") and _is(graph, settled(graph, here), 0):
            return
        else:
            self._assign(line, rest, known, [*(one for one, _ in conditions), here])

    def _turn(self, line: int, text: str, conditions: list[tuple[int, int]]) -> None:
        if not conditions:
            raise self.stream.fault(line, f"{text} without an IF")
        _, done = conditions.pop()
        if text == "ELSE":
            conditions.append((_not(self.graph, done), self.graph.number(1)))

    def _assign(
        self, line: int, text: str, known: dict[str, int], conditions: list[int]
    ) -> None:
        told = _ASSIGNED.fullmatch(text)
        if told is None:
            if text.startswith(_WITHOUT_VALUE):
                return
            raise self.stream.fault(line, f"{text!r} is not understood")
        name = told[1]
        try:
            node = self.formula(line, told[2], known)
        except BadStreamError as fault:  # nothing may need it
            key = f"UNREADABLE{len(self.broken)}"
            self.broken[key] = fault
            known[name] = self.graph.name(key)
            return
        graph = self.graph
        for one in reversed(conditions):
            before = known.get(name, graph.number(0))
            node = graph.make("if", one, node, before)
        known[name] = node

    def formula(self, line: int, text: str, known: Mapping[str, int]) -> int:
        """The node of an expression; names that nobody gave stay names (columns)."""
        try:
            root = parse(self.graph, text)
        except BadExpressionError as fault:
            raise self.stream.fault(line, f"cannot be read: {fault.message}") from None
        by = {
            name: known.get(name, self.names.get(name, -1)) for name in self.graph.inputs(root)
        }
        return self.graph.replaced(root, {name: one for name, one in by.items() if one >= 0})


def _not(graph: Graph, node: int) -> int:
    return graph.make("eq", node, graph.number(0))


def _plain(raw: str) -> str:
    """A statement in the signs of formulas, in capitals but for functions."""
    text = raw.upper()
    for old, new in _SIGNS.items():
        text = text.replace(old, new)
    text = _FORTRAN.sub(r"\1e\2", text)
    text = _INDEXED.sub(lambda one: f"{one[1]}{one[2]}", text)
    text = re.sub(r"\bLOG10\s*\(", "(1 / LOG(10)) * LOG(", text)
    for name, ours in _CALLS.items():
        text = re.sub(rf"\b{name}\s*\(", f"{ours}(", text)
    return " ".join(text.split())


def _bracketed(text: str) -> tuple[str, str]:
    """What stands in the first bracket, and what follows it."""
    start, depth = text.index("("), 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], text[place + 1 :].strip()
    return text[start + 1 :], ""


def settled(graph: Graph, root: int) -> int:
    """The formula with every `if` decided whose condition is a number."""
    new: dict[int, int] = {}
    for place in graph.below([root]):
        node = graph.nodes[place]
        args = tuple(new[one] for one in node.args)
        if node.op == "if" and graph.nodes[args[0]].op == "number":
            new[place] = args[1] if graph.nodes[args[0]].value else args[2]
        elif node.op in ("name", "number"):
            new[place] = place
        elif node.op == "and" and any(_is(graph, one, 0) for one in args):
            new[place] = graph.number(0)
        elif node.op == "and" and any(_is(graph, one, 1) for one in args):
            new[place] = args[1] if _is(graph, args[0], 1) else args[0]
        elif node.op == "or" and any(_is(graph, one, 0) for one in args):
            new[place] = args[1] if _is(graph, args[0], 0) else args[0]
        else:
            new[place] = graph.make(node.op, *args)
    return new[root]


def _is(graph: Graph, place: int, value: float) -> bool:
    node = graph.nodes[place]
    return node.op == "number" and node.value == value
