"""Abbreviated code carried out on formulas: what it gives is what Fortran would give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.maths.formulas.expressions import evaluated
from nanoward.tuning.nonmem.abbreviated_code import AbbreviatedCode, settled
from nanoward.tuning.nonmem.control_stream import BadStreamError, read_stream


def ran(code: str, **values: float) -> dict[str, float]:
    """Numbers of all variables after a block, for these columns."""
    stream = read_stream(f"$PK\n{code}")
    made = AbbreviatedCode(stream)
    found = made.run(stream.all("PK")[0], {})
    for node in found.values():
        made.refuse_unreadable(node)
    return {name: evaluated(made.graph, node, values) for name, node in found.items()}


def test_arithmetic_functions_and_fortran_numbers() -> None:
    found = ran("A1X = 2**3 + EXP(0)\nB = LOG10(100.D0)\nC = -A1X/3.0E0\nD = SQRT(ABS(-9))")
    assert found["A1X"] == 9
    assert found["B"] == pytest.approx(2)
    assert found["C"] == -3
    assert found["D"] == 3


@settings(max_examples=40, deadline=None)
@given(sex=st.sampled_from([0, 1, 2]), age=st.floats(0, 90))
def test_nested_branches_do_as_python_does(sex: int, age: float) -> None:
    code = (
        "TV = 1\nIF (SEX.EQ.1.AND.AGE.GT.40) THEN\nTV = 2\nIF (AGE > 60) TV = TV*10\n"
        "ELSE IF (SEX == 2) THEN\nTV = 3\nELSE\nOTHER = 5\nENDIF\nIF (SEX.NE.0) TV = TV + 0.5"
    )
    tv, other = 1.0, 0.0
    if sex == 1 and age > 40:
        tv = 2.0
        if age > 60:
            tv *= 10
    elif sex == 2:
        tv = 3.0
    else:
        other = 5.0
    tv += 0.5 * (sex != 0)
    found = ran(code, SEX=sex, AGE=age)
    assert found["TV"] == tv
    assert found["OTHER"] == other


def test_a_decided_branch_is_the_only_one_left() -> None:
    stream = read_stream("$ERROR\nIF (CMT.EQ.2) THEN\nY = 5\nELSE\nY = 7\nENDIF")
    made = AbbreviatedCode(stream)
    for cmt, wanted in ((2, 5.0), (3, 7.0)):
        node = made.run(stream.all("ERROR")[0], {"CMT": made.graph.number(cmt)})["Y"]
        assert made.graph.nodes[settled(made.graph, node)].value == wanted


@pytest.mark.parametrize(
    ("code", "line", "what"),
    [
        ("CL = 1\n\nV = 2 +", 4, "cannot be read"),
        ("CL = NOSUCH(3)", 2, "no function"),
        ("DO WHILE (X)", 2, "not offered"),
        ("CL = 1\nCALL RANDOM(1)", 3, "not offered"),
        ('" WRITE', 2, "not offered"),
        ("IF (X.EQ.1) THEN\nCL = 1", 1, "no ENDIF"),
        ("ENDIF", 2, "without an IF"),
        ("ELSE IF (X.EQ.1) THEN", 2, "without an IF"),
        ("CL + 3", 2, "not understood"),
    ],
)
def test_what_cannot_be_carried_out_is_told_with_its_line(
    code: str, line: int, what: str
) -> None:
    with pytest.raises(BadStreamError, match=what) as fault:
        ran(code)
    assert fault.value.line == line
