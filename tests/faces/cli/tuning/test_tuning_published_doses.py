"""Twenty published worked dosing examples, by the real command, each within its tolerance.

Facts restated from the tests and vignettes of clinPK and mipdtrial (InsightRX), posologyr
(Leven et al. 2022), D. Bourne's and other teaching pages, NCCN appendix B; each answer computed
anew by closed forms, matrix exponentials and scipy. Whoever gives a dose reads the first line:
it tells dose, unit, way in, interval, infusion time and what the answer counts from.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from nanoward.faces.cli.tuning.commands import group

Parameters = dict[str, tuple[float, str]]


def one(parameters: Parameters, extra: str = "", time: str = "h") -> str:
    """A model whose parameters are plainly known."""
    told = "".join(
        f'[parameters.{name}]\ntypical = {value}\nunit = "{unit}"\n'
        for name, (value, unit) in parameters.items()
    )
    return f'name="c"\ntime_unit="{time}"\n{told}{extra}'


IV = """[compartments.body]
unit="mg"
derivative="-CL/V*body"
[outputs.level]
value="body/V"
unit="mg/L"
proportional=0.01
"""


def iv(cl: float, v: float) -> str:
    return one({"CL": (cl, "L/h"), "V": (v, "L")}, IV)


NONE = "ID,TIME,EVID,AMT,DV\na,0,2,0,.\n"
CASES: list[tuple[str, str, str, tuple[str, ...], float]] = []
CASES.append(("first-auc-inf", iv(10, 100), NONE, ("--auc", "500", "--until", "inf"), 5000))
CASES.append(
    (
        "ss-trough-bolus",
        iv(10, 50),
        NONE,
        ("--trough", "0.1", "--steady-state", "--interval", "24"),
        602.5521,
    )
)
CASES.append(
    (
        "ss-trough-inf",
        iv(10, 50),
        NONE,
        ("--trough", "0.1", "--steady-state", "--interval", "24", "--duration", "1"),
        544.304,
    )
)
CASES.append(
    (
        "vanco-trough",
        iv(5, 50),
        NONE,
        ("--trough", "15", "--steady-state", "--interval", "12", "--duration", "1"),
        1654.533,
    )
)
CASES.append(
    (
        "vanco-auc24",
        iv(5, 50),
        NONE,
        (
            "--auc",
            "400",
            "--over",
            "24",
            "--steady-state",
            "--interval",
            "12",
            "--duration",
            "1",
        ),
        1000,
    )
)
est = (
    'name="c"\n[parameters.CL]\ntypical=4\nunit="L/h"\nvariance=4\n[parameters.V]\ntypical=30\nunit="L"\nvariance=4\n'
    + IV.replace("proportional=0.01", "additive=1e-6")
)
CASES.append(
    (
        "two-levels",
        est,
        "ID,TIME,EVID,AMT,RATE,II,SS,DV\na,0,1,1000,1000,12,1,.\na,2.5,0,0,0,0,0,30\na,11.5,0,0,0,0,0,10\n",
        (
            "--auc",
            "1",
            "--over",
            "24",
            "--dose",
            "1000",
            "--find",
            "exposure",
            "--steady-state",
            "--interval",
            "12",
            "--duration",
            "1",
        ),
        482.1309,
    )
)
carbo = one(
    {"CL0": (25, "mL/min"), "V": (15000, "mL")},
    '[covariates.GFR]\nunit="mL/min"\n[compartments.body]\nunit="mg"\nderivative="-(min(GFR,125[mL/min])+CL0)/V*body"\n[outputs.level]\nvalue="body/V"\nunit="mg/mL"\nproportional=0.01\n',
    "min",
)
CASES.append(
    (
        "carboplatin",
        carbo,
        "ID,TIME,EVID,AMT,DV,GFR\na,0,2,0,.,160\n",
        ("--auc", "6", "--until", "inf"),
        900,
    )
)
CASES.append(
    (
        "peak-of-fifth",
        iv(1, 10),
        NONE,
        ("--level", "10", "--until", "50", "--interval", "12", "--duration", "2"),
        77.29301,
    )
)
CASES.append(
    (
        "cum-auc",
        iv(1, 10),
        NONE,
        ("--auc", "1500", "--until", "60", "--every", "12", "--more", "4", "--duration", "2"),
        331.5616,
    )
)
gan = (
    'name="g"\n'
    + "".join(
        f'[parameters.{k}]\ntypical={x}\nunit="{u}"\n{"variance=" + str(v) if v else ""}\n{c}\n'
        for k, x, u, v, c in [
            ("CL", 7.49, "L/h", 0.107, 'covariates="CLCR/57[mL/min]"'),
            ("V", 31.9, "L", 0.227, ""),
            ("KA", 0.895, "1/h", 0.464, ""),
            ("F", 0.825, "1", 0.049, ""),
            ("Q", 10.2, "L/h", 0, ""),
            ("V2", 32, "L", 0, ""),
            ("LAG", 0.382, "h", 0, ""),
        ]
    )
    + """[covariates.CLCR]
unit="mL/min"
[compartments.depot]
unit="mg"
derivative="-KA*depot"
bioavailability="F"
lag="LAG"
[compartments.central]
unit="mg"
derivative="KA*depot-(CL+Q)/V*central+Q/V2*far"
[compartments.far]
unit="mg"
derivative="Q/V*central-Q/V2*far"
[outputs.level]
value="central/V"
unit="mg/L"
variance="(0.465[mg/L]+0.143*predicted)^2"
"""
)
CASES.append(
    (
        "ganciclovir",
        gan,
        "ID,TIME,EVID,AMT,DV,CLCR\na,0,1,450,.,80\na,1,0,0,3.4,80\na,2,0,0,2.7,80\na,6,0,0,1.4,80\n",
        ("--below", "0.5", "--now", "--until", "48"),
        12.90333,
    )
)
dap = (
    'name="d"\n'
    """[parameters.CL]
typical=1
unit="L/h"
variance=0.299179
covariates="(0.807+0.00514*(CLCR-91.2)+0.14*(TEMP-37.2))*0.8^FEMALE"
[parameters.V]
typical=4.8
unit="L"
variance=0.527976
[parameters.V2]
typical=1.93
unit="L"
variance=0.189292
covariates="3.13+0.0458*(WT-75.1)"
[parameters.Q]
typical=1
unit="L/h"
variance=0.595185
covariates="3.46+0.0593*(WT-75.1)"
[covariates.CLCR]
[covariates.TEMP]
[covariates.WT]
[covariates.FEMALE]
[compartments.central]
unit="mg"
derivative="-(CL+Q)/V*central+Q/V2*far"
[compartments.far]
unit="mg"
derivative="Q/V*central-Q/V2*far"
[outputs.level]
value="central/V"
unit="mg/L"
additive=4.72
"""
)
de = "ID,TIME,EVID,AMT,RATE,DV,CLCR,TEMP,WT,FEMALE\n" + "".join(
    f"a,{t},{e},{a},{r},{y},53,37.2,100,1\n"
    for t, e, a, r, y in [
        (0, 1, 1000, 1000, "."),
        (23.5, 0, 0, 0, 26.9),
        (24, 1, 1000, 1000, "."),
        (48.75, 0, 0, 0, 48.7),
        (49, 1, 1000, 1000, "."),
        (97.25, 0, 0, 0, 27.7),
    ]
)
CASES.append(
    (
        "daptomycin",
        dap,
        de,
        ("--level", "60", "--at", "104", "--until", "105", "--duration", "1"),
        323.353,
    )
)
ami = (
    'name="a"\n'
    """[parameters.CL]
typical=4.3
unit="L/h"
variance=0.1
covariates="(CLCR/82)^0.7"
[parameters.V]
typical=15.9
unit="L"
variance=0.05
covariates="(WT/78)^0.9*(PF/169)^0.4"
[parameters.V2]
typical=21.4
unit="L"
variance=0.2
[parameters.Q]
typical=12.1
unit="L/h"
variance=0.08
"""
    + "".join(
        f'[[correlations]]\na="{a}"\nb="{b}"\ncovariance={c}\n'
        for a, b, c in [
            ("CL", "V", 0.01),
            ("CL", "V2", 0.01),
            ("V", "V2", 0.02),
            ("CL", "Q", -0.06),
            ("V", "Q", 0.004),
            ("V2", "Q", 0.003),
        ]
    )
    + """[covariates.CLCR]
[covariates.WT]
[covariates.PF]
[compartments.central]
unit="mg"
derivative="-(CL+Q)/V*central+Q/V2*far"
[compartments.far]
unit="mg"
derivative="Q/V*central-Q/V2*far"
[outputs.level]
value="central/V"
unit="mg/L"
variance="(0.2[mg/L]+0.1*predicted)^2"
"""
)
ae = "ID,TIME,EVID,AMT,RATE,DV,CLCR,WT,PF\na,0,1,2000,4000,.,50,62,169\na,1,0,0,0,58,50,62,169\na,6,0,0,0,14,50,62,169\n"  # noqa: E501
CASES.append(
    ("amikacin-until", ami, ae, ("--below", "2.5", "--now", "--until", "96"), 33.82265)
)
CASES.append(
    (
        "amikacin-next",
        ami,
        ae,
        ("--level", "80", "--at", "34", "--until", "35", "--duration", "0.5"),
        2447.918,
    )
)
k4 = np.log(2) / 4
CASES.append(
    (
        "boomer-peak",
        iv(k4 * 10, 10),
        NONE,
        (
            "--peak",
            "1",
            "--dose",
            "100",
            "--find",
            "exposure",
            "--steady-state",
            "--interval",
            "6",
        ),
        15.46918,
    )
)
CASES.append(
    (
        "boomer-maint",
        iv(0.15 * 25, 25),
        NONE,
        ("--peak", "35", "--steady-state", "--interval", "8"),
        611.4551,
    )
)
CASES.append(("boomer-load", iv(0.15 * 25, 25), NONE, ("--peak", "35"), 875))
CASES.append(
    (
        "theo-rate",
        iv(k4 * 25, 25),
        NONE,
        ("--average", "15", "--steady-state", "--continuous"),
        64.98255,
    )
)
CASES.append(
    (
        "digoxin",
        one(
            {"V": (614, "L"), "CL": (1, "L/h")},
            '[covariates.WT]\n[covariates.CLCR]\n[compartments.body]\nunit="ug"\nderivative="-CL/V*body"\n[outputs.level]\nvalue="body/V"\nunit="ug/L"\nproportional=0.01\n',
        ).replace(
            'typical = 1\nunit = "L/h"',
            'typical = 1\nunit = "L/h"\ncovariates="0.06*(0.8*WT+CLCR)"',
        ),
        "ID,TIME,EVID,AMT,DV,WT,CLCR\na,0,2,0,.,80,100\n",
        ("--average", "1", "--steady-state", "--interval", "24"),
        236.16,
    )
)
CASES.append(
    (
        "phenytoin",
        one(
            {"VMAX": (399, "mg/d"), "KM": (5, "mg/L"), "V": (49, "L")},
            '[compartments.body]\nunit="mg"\nderivative="-VMAX*(body/V)/(KM+body/V)"\n[outputs.level]\nvalue="body/V"\nunit="mg/L"\nproportional=0.01\n',
            "d",
        ),
        NONE,
        ("--average", "12", "--steady-state", "--continuous"),
        281.6471,
    )
)
CASES.append(
    (
        "top-up",
        iv(0.05, 49),
        "ID,TIME,EVID,AMT,DV\na,0,1,392,.\n",
        ("--peak", "15", "--at", "0"),
        343,
    )
)


@pytest.mark.parametrize(
    ("name", "model", "events", "words", "answer"), CASES, ids=[one[0] for one in CASES]
)
def test_published_doses_come_by_command(
    name: str, model: str, events: str, words: tuple[str, ...], answer: float, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(model)
    (tmp_path / "e.csv").write_text(events)
    asked = ["dose", str(tmp_path / "e.csv"), "--model", str(tmp_path / "m.toml"), *words]
    ran = CliRunner().invoke(group, [*asked, "--json", "--quiet"], standalone_mode=False)
    assert ran.exception is None, ran.exception
    assert ran.return_value == 0
    told = json.loads(ran.stdout)
    assert told["doses"][0]["give"] == pytest.approx(answer, rel=1e-3), name
    line = told["lines"][0]
    assert told["doses"][0]["unit"] in line
    assert any(basis in line for basis in ("from now", "to steady state", "from empty"))
    if "--below" not in words:
        assert "into " in line
        assert any(word in line for word in ("at once", "over ", "without a pause"))
