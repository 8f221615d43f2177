"""Tapes: each node once, after what it needs, numbers in their registers."""

from nanoward.maths.formulas.expressions import Graph, parse
from nanoward.maths.formulas.tape import CODES, TapeWriter


def test_a_tape_computes_each_part_once_and_in_order() -> None:
    graph = Graph()
    roots = [parse(graph, "(x + 2) * (x + 2)"), parse(graph, "exp(x + 2)")]
    writer = TapeWriter(graph)
    start, stop = writer.tape(roots, set())
    code = writer.code()
    assert (start, stop) == (0, 3)
    assert code[:, 0].tolist() == [CODES["add"], CODES["mul"], CODES["exp"]]
    assert code[1, 2] == code[1, 3] == code[2, 2] == code[0, 1]
    assert 2.0 in writer.fixed()


def test_what_is_done_already_is_left_out() -> None:
    graph = Graph()
    inner, outer = parse(graph, "x * y"), parse(graph, "x * y + 1")
    writer = TapeWriter(graph)
    writer.tape([inner], set())
    start, stop = writer.tape([outer], {inner})
    assert stop - start == 1
