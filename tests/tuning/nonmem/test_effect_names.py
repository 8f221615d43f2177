"""Names as of NONMEM 7.5, repeated values, and lists chosen by a data item."""

import pytest

from nanoward.tuning.nonmem.control_stream import BadStreamError, read_stream, thetas
from nanoward.tuning.nonmem.effect_names import named_effects
from nanoward.tuning.nonmem.translation import nonmem_model

HEAD = "$PROBLEM p\n$INPUT ID TIME AMT DV OCC WT\n$DATA d.csv\n$SUBROUTINES ADVAN1 TRANS2\n"
PLAIN = HEAD + (
    "$PK\nCL=THETA({a})*EXP(ETA({a}))\nV=THETA({b})*EXP(ETA({b}))\nS1=V\n"
    "$ERROR\nY=F+F*EPS({e})\n$THETA {theta}\n$OMEGA {omega}\n$SIGMA {sigma}\n"
)


def values(**words: str) -> list[tuple[str, float, float]]:
    model = nonmem_model(PLAIN.format(**words))
    return [(one.name, one.typical, one.variance) for one in model.parameters]


NUMBERED = {"a": "1", "b": "2", "e": "1", "theta": "2 30", "omega": "0.1 0.2", "sigma": "0.04"}


@pytest.mark.parametrize(
    "words",
    [
        {"theta": "CL=2 V=(0, 30)", "omega": "CL=0.1 V=(0.2)", "sigma": "P=0.04", "a": "CL",
         "b": "V", "e": "P"},
        {"theta": "NAMES(CL,V) 2 30", "omega": "NAMES(CL, V) 0.1 0.2", "a": "CL", "b": "V",
         "e": "1", "sigma": "0.04"},
        {"theta": "2 30", "omega": "(0.1 FIX)x1 (0.2)X1", "a": "1", "b": "2", "e": "1",
         "sigma": "(0.04)x1"},
    ],
)  # fmt: skip
@pytest.mark.hazard("H-262")
def test_names_and_repeats_say_what_numbers_say(words: dict[str, str]) -> None:
    assert values(**words) == values(**NUMBERED)


def test_names_of_blocks_and_repeats_keep_their_places() -> None:
    text = "$PROBLEM p\n$THETA A=1 2 (3)x2 B=4\n$OMEGA NAMES(X,Y) BLOCK(2) 1 0 1\n$OMEGA Z=1\n"
    found = named_effects(read_stream(text))
    assert found == {"THETA(A)": "THETA(1)", "THETA(B)": "THETA(5)", "ETA(X)": "ETA(1)",
                     "ETA(Y)": "ETA(2)", "ETA(Z)": "ETA(3)"}  # fmt: skip
    assert [one.value for one in thetas(read_stream(text))] == [1, 2, 3, 3, 4]


@pytest.mark.hazard("H-262")
def test_one_of_several_is_taken_by_a_data_item() -> None:
    text = HEAD.replace("$DATA", "$ABBR REPLACE ETA(OCC_CL)=ETA(2,3)\n$DATA") + (
        "$PK\nCL=THETA(1)*EXP(ETA(1)+ETA(OCC_CL))\nV=THETA(2)\nS1=V\n$ERROR\nY=F+EPS(1)\n"
        "$THETA 2 30\n$OMEGA 0.1\n$OMEGA 0.2\n$OMEGA 0.3\n$SIGMA 1\n"
    )
    model = nonmem_model(text)
    assert "OCC == 2" in dict(model.definitions)["CL"].replace("(", "").replace(")", "")
    assert {one.name for one in model.covariates} == {"OCC"}


def test_lines_for_simulation_alone_are_not_read_and_calls_elsewhere_are_refused() -> None:
    text = PLAIN.format(**NUMBERED)
    lines = "IF (ICALL.EQ.4) THEN\nCALL SIMETA(ETA)\nENDIF\n"
    same = nonmem_model(text.replace("$ERROR\n", f"$ERROR\n{lines}"))
    assert same.outputs == nonmem_model(text).outputs
    with pytest.raises(BadStreamError, match="CALL"):
        nonmem_model(text.replace("$ERROR\n", "$ERROR\nCALL RANDOM(2,R)\n"))
