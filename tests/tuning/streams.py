"""Control streams for tests: the evaluation models of Le Louedec et al. 2021, written anew."""

HEAD = (
    "$PROBLEM run\n$INPUT ID TIME EVID AMT CMT II ADDL MDV DV BW SEX WT\n$DATA d.csv IGNORE=@\n"
)
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

GUARDED = """$ERROR
DEL=0
IF (F.EQ.0) DEL=1
W=F+DEL
Y=F+W*EPS(1)
IPRED=F
IRES=DV-IPRED
IWRES=IRES/W
"""
LITERAL = """$SUBROUTINES ADVAN13 TOL=8
$MODEL
COMP=(DEPOT) ; 1
COMP=(CENTRAL) ; 2
$PK
iETA1 = 0
ETCL = ETA(1) + iETA1 ; CL
TVCL = 4.0
CL = TVCL*EXP(ETCL)
VC = 70*EXP(ETA(2))
KA = EXP(ETA(3))
K20 = CL/VC
S2 = VC ; mg/L
$DES
DADT(1) = -KA*A(1)
DADT(2) = KA*A(1) - K20*A(2)
$OMEGA
0.2 ; CL
0.2 ; VC
0.2 ; KA
$SIGMA
0.05 FIX ; prop
0 FIX ; additive
"""
AS_AUTHORS_WRITE = HEAD + LITERAL + GUARDED

_PK = ORAL.replace("TVCL = THETA(1)\n", "").replace("TVCL*", "THETA(1)*")
_ORAL = HEAD + _PK
_DES = """$SUBROUTINES ADVAN13 TOL=9
$MODEL COMP=(DEPOT) COMP=(CENTRAL)
$PK
VMAX = THETA(1)*EXP(ETA(1))
V = THETA(2)*EXP(ETA(2))
KA = THETA(3)*EXP(ETA(3))
KM = THETA(4)*EXP(ETA(4))
S2 = V
$DES
DADT(1) = -KA*A(1)
DADT(2) = KA*A(1) - VMAX*A(2)/V/(KM + A(2)/V)
"""
_TWO = """$SUBROUTINES ADVAN4 TRANS4
$PK
CL = THETA(1)*EXP(ETA(1))
V2 = THETA(2)*EXP(ETA(2))
Q = THETA(3)*EXP(ETA(3))
V3 = THETA(4)*EXP(ETA(4))
KA = THETA(5)*EXP(ETA(5))
S2 = V2
"""
_WEIGHT = """TVCL = THETA(1)*(WT/70)**0.75
IF (SEX.EQ.1) TVCL = TVCL*0.8
CL = TVCL*EXP(ETA(1))
"""
# one stream for each family of families.py: text, and its etas by the family's names
FAMILY_STREAMS = {
    "lag time": (_ORAL + "ALAG1 = THETA(4)*EXP(ETA(4))\n" + ERROR + ending(4, 70, 1, 0.7),
                 ("CL", "V", "KA", "LAG")),
    "zero-order absorption": (_ORAL + "D2 = THETA(4)*EXP(ETA(4))\n" + ERROR
                              + ending(4, 70, 1, 2.5), ("CL", "V", "KA", "D")),
    "two compartments": (HEAD + _TWO + ERROR + ending(4, 50, 4, 50, 1),
                         ("CL", "V", "Q", "V2", "KA")),
    "additive error": (_ORAL + "$ERROR\nY = F + EPS(1)\n" + ending(4, 70, 1, sigma="4"),
                       ("CL", "V", "KA")),
    "combined error": (_ORAL + "$ERROR\nY = F + F*EPS(1) + EPS(2)\n"
                       + ending(4, 70, 1, sigma="0.03 1"), ("CL", "V", "KA")),
    "log error": (_ORAL + "$ERROR\nIPRED = -5\nIF (F.GT.0) IPRED = LOG(F)\nY = IPRED + EPS(1)\n"
                  + ending(4, 70, 1), ("CL", "V", "KA")),
    "larger variability": (_ORAL + ERROR + ending(4, 70, 1).replace("0.2", "0.8"),
                           ("CL", "V", "KA")),
    "bioavailability": (_ORAL + "F1 = THETA(4)*EXP(ETA(4))\n" + ERROR + ending(4, 70, 1, 0.6),
                        ("CL", "V", "KA", "F")),
    "saturable elimination": (HEAD + _DES + ERROR + ending(1000, 70, 1, 25),
                              ("VMAX", "V", "KA", "KM")),
    "covariates": (HEAD + _PK.replace("CL = THETA(1)*EXP(ETA(1))\n", _WEIGHT) + ERROR
                   + ending(4, 70, 1), ("CL", "V", "KA")),
}  # fmt: skip
