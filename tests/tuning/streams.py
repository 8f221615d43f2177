"""Control streams for tests: the evaluation models of Le Louedec et al. 2021, written anew."""

HEAD = "$PROBLEM run\n$INPUT ID TIME EVID AMT CMT II ADDL MDV DV\n$DATA d.csv IGNORE=@\n"
ORAL = """$SUBROUTINES ADVAN2 TRANS2
$PK
TVCL = THETA(1)
CL = TVCL*EXP(ETA(1))
V = THETA(2)*EXP(ETA(2))
KA = THETA(3)*EXP(ETA(3))
S2 = V
"""
ERROR = "$ERROR\nIPRED = F\nY = F + F*EPS(1)\n"
SATURABLE = """$SUBROUTINES ADVAN13 TOL=6
$MODEL COMP=(DEPOT) COMP=(CENTRAL)
$PK
VMAX = THETA(1)*EXP(ETA(1))
VC = THETA(2)*EXP(ETA(2))
KA = THETA(3)*EXP(ETA(3))
KM = THETA(4)*EXP(ETA(4))
{more}S2 = VC
$DES
CONC = A(2)/VC
DADT(1) = -KA*A(1)
DADT(2) = KA*A(1) - VMAX*CONC/(KM + CONC){rest}
"""
METABOLITE = """$SUBROUTINE ADVAN13 TOL=9
$MODEL COMP=(DEPOT, DEFDOSE) COMP=(CENTRAL) COMP=(METAB)
$PK
CL = THETA(1)*EXP(ETA(1))
V = THETA(2)*EXP(ETA(2))
KA = THETA(3)*EXP(ETA(3))
CLM = THETA(4)*EXP(ETA(4))
VM = THETA(5)*EXP(ETA(5))
FM = 0.7
$DES
DADT(1) = -KA*A(1)
DADT(2) = KA*A(1) - CL/V*A(2)
DADT(3) = FM*CL/V*A(2) - CLM/VM*A(3)
$ERROR
IF (CMT.EQ.2) IPRED = A(2)/V
IF (CMT.EQ.3) IPRED = A(3)/VM
IF (CMT.EQ.2) Y = IPRED*(1 + EPS(1))
IF (CMT.EQ.3) Y = IPRED*(1 + EPS(2))
"""
BY_SEX = """TVCL = THETA(1)*(BW/75)**1.5
IF (SEX.EQ.1) TVCL = TVCL*0.75
"""


def ending(*typical: float, sigma: str = "0.05") -> str:
    """$THETA, $OMEGA (all 0.2) and $SIGMA."""
    told = "".join(f" (0,{one:g})\n" for one in typical)
    return f"$THETA\n{told}$OMEGA {'0.2 ' * len(typical)}\n$SIGMA {sigma}\n"


RUNS = {
    "001": HEAD + ORAL + ERROR + ending(4, 70, 1),
    "002": HEAD + ORAL + ERROR + ending(4, 70, 1),
    "201": HEAD + SATURABLE.format(more="", rest="") + ERROR + ending(1e4, 70, 1, 2500),
    "207": HEAD
    + SATURABLE.format(more="CL = THETA(5)*EXP(ETA(5))\n", rest=" - CL*CONC")
    + ERROR
    + ending(1e4, 70, 1, 2500, 4),
    "302": HEAD + ORAL.replace("TVCL = THETA(1)\n", BY_SEX) + ERROR + ending(4, 70, 1),
    "401": HEAD + METABOLITE + ending(4, 70, 1, 2.5, 60, sigma="0.05 0.05"),
}
