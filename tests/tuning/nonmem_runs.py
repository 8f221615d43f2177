"""The six evaluation models of Le Louedec et al. 2021 (CPT PSP 10:1208) as formulas."""

FROM_TABLE = 'unit = "mg"\nderivative = '


def _parameters(**typical: tuple[float, str, str]) -> str:
    return "".join(
        f'[parameters.{name}]\ntypical = {value}\nunit = "{unit}"\nvariance = 0.2\n'
        + (f'covariates = "{effect}"\n' if effect else "")
        for name, (value, unit, effect) in typical.items()
    )


_CL, _V, _KA = (4.0, "L/h", ""), (70.0, "L", ""), (1.0, "1/h", "")
_DEPOT = f'[compartments.depot]\n{FROM_TABLE}"-KA * depot"\n[compartments.centre]\n{FROM_TABLE}'
_LINEAR = f'{_DEPOT}"KA * depot - CL / V * centre"\n'
_SEEN = '[outputs.level]\nvalue = "centre / V"\nunit = "mg/L"\nproportional = 0.05\n'
_SATURABLE = f'[definitions]\nC = "centre / V"\n{_DEPOT}"KA * depot - VMAX * C / (KM + C)%s"\n'
_MM = {"VMAX": (1e4, "mg/h", ""), "V": _V, "KA": _KA, "KM": (2500.0, "mg/L", "")}
_SHAPE = (4.0, "L/h", "(BW / 75[kg]) ^ 1.5 * 0.75 ^ SEX")

RUNS = {
    "001": 'name = "001"\n' + _parameters(CL=_CL, V=_V, KA=_KA) + _LINEAR + _SEEN,
    "002": 'name = "002"\n' + _parameters(CL=_CL, V=_V, KA=_KA) + _LINEAR + _SEEN,
    "201": 'name = "201"\n' + _parameters(**_MM) + _SATURABLE % "" + _SEEN,
    "207": 'name = "207"\n' + _parameters(**_MM, CL=_CL) + _SATURABLE % " - CL * C" + _SEEN,
    "302": 'name = "302"\n'
    + _parameters(CL=_SHAPE, V=_V, KA=_KA)
    + '[covariates.BW]\nunit = "kg"\n[covariates.SEX]\n'
    + _LINEAR
    + _SEEN,
    "401": 'name = "401"\n'
    + _parameters(CL=_CL, V=_V, KA=_KA, CLM=(2.5, "L/h", ""), VM=(60.0, "L", ""))
    + _LINEAR
    + f'[compartments.child]\n{FROM_TABLE}"0.7 * CL / V * centre - CLM / VM * child"\n'
    + _SEEN
    + "compartment = 2\n"
    + '[outputs.child_level]\nvalue = "child / VM"\nunit = "mg/L"\nproportional = 0.05\n'
    + "compartment = 3\n",
}


def _run(name: str, body: str, variance: float = 0.2, **typical: tuple[float, str, str]) -> str:
    spread = _parameters(**typical).replace("variance = 0.2", f"variance = {variance}")
    return f'name = "{name}"\n{spread}{body}'


_DIRECT = f'[compartments.depot]\n{FROM_TABLE}"-KA * depot"\n'
_CENTRE = f'[compartments.centre]\n{FROM_TABLE}"KA * depot - CL / V * centre"\n'
_ERROR = "proportional = 0.05\n"
_BASE = {"CL": _CL, "V": _V, "KA": _KA}
_WEIGHED = {"CL": _SHAPE, "V": _V, "KA": _KA}
_BY_WEIGHT = '[covariates.BW]\nunit = "kg"\n[covariates.SEX]\n'

# nine more of the same paper: structures and numbers, for simulated people
MORE_RUNS = {
    "003": _run("003", f'{_DIRECT}lag = "LAG"\n{_CENTRE}{_SEEN}', **_BASE, LAG=(1.0, "h", "")),
    "006": _run(
        "006",
        f'{_DIRECT}bioavailability = "0.2"\n{_CENTRE}bioavailability = "0.8"\n'
        f'duration = "D2"\n{_SEEN}',
        **_BASE,
        D2=(4.0, "h", ""),
    ),
    "101": _run(
        "101",
        f"{_DIRECT}[compartments.centre]\n{FROM_TABLE}"
        '"KA * depot - (CL + 4[L/h]) / V * centre + 4[L/h] / VP * far"\n'
        f'[compartments.far]\n{FROM_TABLE}"4[L/h] / V * centre - 4[L/h] / VP * far"\n{_SEEN}',
        **_BASE,
        VP=(50.0, "L", ""),
    ),
    "301": _run("301", f"{_BY_WEIGHT}{_LINEAR}{_SEEN}", **_WEIGHED),
    "404": _run("404", _LINEAR + _SEEN.replace(_ERROR, "additive = 5000.0\n"), **_BASE),
    "405": _run("405", _LINEAR + _SEEN + "additive = 5000.0\n", **_BASE),
    "408": _run("408", _LINEAR + _SEEN.replace(_ERROR, "log = 0.05\n"), **_BASE),
    "504": _run("504", _LINEAR + _SEEN, 1.0, **_BASE),
    "513": _run("513", _LINEAR + _SEEN, 2.0, **_BASE),
}
