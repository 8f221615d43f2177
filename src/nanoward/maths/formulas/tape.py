"""Formulas as a tape: rows of numbers that a small machine carries out, one after another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.expressions import Graph
from nanoward.maths.formulas.functions import TABLE

CODES: Mapping[str, int] = {op: place for place, op in enumerate(TABLE)}


@dataclass(slots=True)
class TapeWriter:
    """Gives every node of a graph a register, and writes tapes that fill registers.

    A tape row is (operation, register written, up to three registers read).
    """

    graph: Graph
    registers: dict[int, int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    def register(self, place: int) -> int:
        return self.registers.setdefault(place, len(self.registers))

    def reserve(self, count: int) -> None:
        """Leave out registers that no node may have."""
        for _ in range(count):
            self.registers[-1 - len(self.registers)] = len(self.registers)

    def tape(self, roots: Iterable[int], done: set[int]) -> tuple[int, int]:
        """First and last row (exclusive) that compute the roots from nodes already `done`."""
        start = len(self.rows)
        for place in self.graph.below(roots):
            node = self.graph.nodes[place]
            target = self.register(place)
            if place in done or node.op in ("number", "name"):
                continue
            read = [self.register(one) for one in node.args]
            read += [0] * (3 - len(read))
            self.rows.append((CODES[node.op], target, *read))  # type: ignore[arg-type]
        return start, len(self.rows)

    def code(self) -> NDArray[np.int64]:
        """All rows, (rows, 5)."""
        return np.array(self.rows, dtype=np.int64).reshape(-1, 5)

    def fixed(self) -> NDArray[np.float64]:
        """Registers with the numbers of the formulas in place, the others 0."""
        found = np.zeros(max(1, len(self.registers)))
        for place, register in self.registers.items():
            if place >= 0 and self.graph.nodes[place].op == "number":
                found[register] = self.graph.nodes[place].value
        return found
