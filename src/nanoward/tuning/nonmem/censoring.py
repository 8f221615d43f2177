"""Likelihoods of $ERROR by F_FLAG: Beal's method M3 becomes a limit, others are refused.

Beal 2001, J Pharmacokinet Pharmacodyn 28:481: where an observation is below the limit L of
quantification, Y is the probability PHI((L - F) / W), with F_FLAG = 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.maths.formulas.expressions import Graph
from nanoward.tuning.nonmem.abbreviated_code import settled
from nanoward.tuning.nonmem.control_stream import ControlRecord, ControlStream

_FIX = "Write `limit` under the output instead, and mark such rows CENS = 1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified:
    """Y of observations above the limit; the limit, and the columns that marked the others."""

    y: int
    limit: float | None = None
    marked_by: tuple[str, ...] = ()


def quantified(
    stream: ControlStream, record: ControlRecord, graph: Graph, after: Mapping[str, int]
) -> Quantified:
    """The part of Y that is a measurement; BadStreamError where there is another likelihood."""
    y = after["Y"]
    flag = settled(graph, after["F_FLAG"]) if "F_FLAG" in after else graph.number(0)
    node = graph.nodes[flag]
    if node.op == "number" and node.value == 0:
        return Quantified(y=y)
    line = _line_of(record)
    for condition in _comparisons(graph, flag):
        flags = [graph.nodes[_given(graph, flag, condition, value=one)] for one in (1.0, 0.0)]
        if any(one.op != "number" for one in flags) or bool(flags[0].value) == bool(
            flags[1].value
        ):
            continue
        below = _given(graph, y, condition, value=1.0 if flags[0].value else 0.0)
        above = _given(graph, y, condition, value=0.0 if flags[0].value else 1.0)
        limit = _limit(graph, below)
        if limit is None:
            what = "Y is a likelihood (F_FLAG) other than PHI((limit - F) / W)"
            raise stream.fault(line, what, _FIX)
        marked = tuple(sorted(graph.inputs(condition)))
        return Quantified(y=above, limit=limit, marked_by=marked)
    raise stream.fault(line, "Y is a likelihood (F_FLAG)", _FIX)


def _comparisons(graph: Graph, root: int) -> list[int]:
    """Comparisons of a column that decide a formula."""
    return [
        place
        for place in graph.below([root])
        if graph.nodes[place].op in ("eq", "ne", "lt", "le", "gt", "ge")
        and any(graph.nodes[one].op == "name" for one in graph.nodes[place].args)
    ]


def _line_of(record: ControlRecord) -> int:
    return next(
        (number for number, text in record.lines if "F_FLAG" in text.upper()), record.line
    )


def _given(graph: Graph, root: int, condition: int, *, value: float) -> int:
    """The formula where a condition is known."""
    new: dict[int, int] = {}
    for place in graph.below([root]):
        node = graph.nodes[place]
        if place == condition:
            new[place] = graph.number(value)
        elif node.op in ("name", "number"):
            new[place] = place
        else:
            new[place] = graph.make(node.op, *(new[one] for one in node.args))
    return settled(graph, new[root])


def _limit(graph: Graph, root: int) -> float | None:
    """L of normcdf((L - f) / w); None where the formula is none."""
    node = graph.nodes[root]
    if node.op != "normcdf":
        return None
    ratio = graph.nodes[node.args[0]]
    if ratio.op != "div":
        return None
    apart = graph.nodes[ratio.args[0]]
    first = graph.nodes[apart.args[0]] if apart.op in ("sub", "add") else None
    return first.value if first is not None and first.op == "number" else None
