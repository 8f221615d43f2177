"""F_FLAG: Beal's M3 becomes a limit, any other likelihood is refused with its line."""

import pytest

from nanoward.tuning.nonmem.control_stream import BadStreamError
from nanoward.tuning.nonmem.translation import nonmem_model

HEAD = """$PROBLEM m3
$INPUT ID TIME AMT DV BLQ
$SUBROUTINES ADVAN1 TRANS2
$PK
CL=THETA(1)*EXP(ETA(1))
V=THETA(2)
S1=V
$ERROR
"""
TAIL = "$THETA (0,2) (0,20)\n$OMEGA 0.1\n$SIGMA 0.04\n"


BLOCKS = (
    "IF(BLQ.EQ.1) THEN\nF_FLAG=1\nY=PHI((0.5-F)/W)\nELSE\nF_FLAG=0\nY=F+F*EPS(1)\nENDIF",
    "F_FLAG=0\nY=F+F*EPS(1)\nIF(BLQ.NE.0) F_FLAG=1\nIF(BLQ.NE.0) Y=PHI((0.5-F)/W)",
)
OTHERS = (
    "F_FLAG=1\nY=EXP(-F)",
    "F_FLAG=2\nY=F",
    "IF(BLQ.EQ.1) THEN\nF_FLAG=1\nY=F/2\nELSE\nF_FLAG=0\nY=F+EPS(1)\nENDIF",
)


@pytest.mark.hazard("H-173")
@pytest.mark.parametrize("code", BLOCKS)
def test_method_m3_is_a_limit_whichever_way_round(code: str) -> None:
    found = nonmem_model(f"{HEAD}W=0.2*F\n{code}\n{TAIL}")
    assert found.outputs[0].limit == 0.5
    assert float(found.outputs[0].proportional) == pytest.approx(0.04)


@pytest.mark.hazard("H-173")
@pytest.mark.parametrize("code", OTHERS)
def test_another_likelihood_is_refused_with_its_line(code: str) -> None:
    with pytest.raises(BadStreamError, match="F_FLAG") as told:
        nonmem_model(f"{HEAD}{code}\n{TAIL}", file="a.mod")
    assert told.value.line is not None


def test_a_line_that_nothing_needs_does_not_refuse_the_model() -> None:
    extra = "IF (F.GT.0) IPRED=LOG10X(F)\nIWRES=(DV-IPRED)/ODD(3)\nY=F+F*EPS(1)"
    found = nonmem_model(f"{HEAD}{extra}\n{TAIL}")
    assert len(found.outputs) == 1
    with pytest.raises(BadStreamError, match="cannot be read"):
        nonmem_model(f"{HEAD}IPRED=ODD(F)\nY=IPRED+EPS(1)\n{TAIL}")


def test_the_clock_in_pk_is_refused_only_where_a_parameter_needs_it() -> None:
    idiom = "IF (AMT.GT.0) BTIME = TIME\nTAD = TIME - BTIME\n"
    kept = nonmem_model(HEAD.replace("$PK\n", f"$PK\n{idiom}") + f"Y=F+EPS(1)\n{TAIL}")
    assert not kept.covariates
    used = HEAD.replace("CL=THETA(1)", f"{idiom}CL=TAD*THETA(1)") + f"Y=F+EPS(1)\n{TAIL}"
    with pytest.raises(BadStreamError, match="by the clock"):
        nonmem_model(used)
