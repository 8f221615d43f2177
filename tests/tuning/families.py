"""Nine kinds of models as text, each with a slow and plain second implementation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

Array = NDArray[np.float64]
Dose = tuple[float, float, int, float]  # time, amount, state, duration
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Family:
    """A model's text; its equations in Python; how doses reach it; its error.

    doses  from individual parameters and rows to what enters; seen: value and variance (on
           the scale that is fitted) from states and parameters
    """

    text: str
    typical: Mapping[str, float]
    variance: float
    slope: Callable[[float, Array, Mapping[str, float]], list[float]]
    seen: Callable[[Array, Mapping[str, float]], tuple[float, float]]
    size: int
    doses: Callable[[Rows, Mapping[str, float]], list[Dose]]
    effect: Callable[[Mapping[str, float], Mapping[str, float]], Mapping[str, float]] | None = (
        None
    )
    covariates: Mapping[str, float] | None = None
    log: bool = False


def parameters(typical: Mapping[str, float], variance: float, extra: str = "") -> str:
    """Log-normal parameters, all with one variance."""
    return "".join(
        f"[parameters.{name}]\ntypical = {value}\nvariance = {variance}\n{extra}"
        for name, value in typical.items()
    )


ORAL = """
[compartments.depot]
derivative = "-KA * depot"
{depot}
[compartments.central]
derivative = "KA * depot - CL / V * central"
{central}
[outputs.cp]
value = "central / V"
{error}
"""
BASE = {"CL": 4.0, "V": 70.0, "KA": 1.0}


def oral_text(error: str, *, depot: str = "", central: str = "") -> str:
    return ORAL.format(error=error, depot=depot, central=central)


def oral_slope(_: float, x: Array, p: Mapping[str, float]) -> list[float]:
    return [-p["KA"] * x[0], p["KA"] * x[0] - p["CL"] / p["V"] * x[1]]


def plain_doses(rows: Rows, p: Mapping[str, float]) -> list[Dose]:
    """Each dose and its additional ones, into the state that CMT numbers."""
    found: list[Dose] = []
    for row in rows:
        if row["EVID"] == 1:
            long = row["AMT"] / row["RATE"] if row.get("RATE", 0) > 0 else 0.0
            for k in range(int(row.get("ADDL", 0)) + 1):
                at = row["TIME"] + k * row.get("II", 0.0) + p.get("LAG", 0.0)
                found.append((at, row["AMT"] * p.get("F", 1.0), int(row["CMT"]) - 1, long))
    return found


def drawn_out(rows: Rows, p: Mapping[str, float]) -> list[Dose]:
    return [(at, amount, state, p["D"]) for at, amount, state, _ in plain_doses(rows, p)]


def constant(variance: float, share: float) -> Callable[..., tuple[float, float]]:
    def seen(x: Array, p: Mapping[str, float]) -> tuple[float, float]:
        value = x[1] / p["V"]
        return value, variance + share * value**2

    return seen


def logged(x: Array, p: Mapping[str, float]) -> tuple[float, float]:
    return float(np.log(x[1] / p["V"])), 0.05


TWO = {"CL": 4.0, "V": 50.0, "Q": 4.0, "V2": 50.0, "KA": 1.0}


def two_slope(_: float, x: Array, p: Mapping[str, float]) -> list[float]:
    out, there, back = p["CL"] / p["V"], p["Q"] / p["V"], p["Q"] / p["V2"]
    return [
        -p["KA"] * x[0],
        p["KA"] * x[0] - (out + there) * x[1] + back * x[2],
        there * x[1] - back * x[2],
    ]


TWO_TEXT = """
[compartments.depot]
derivative = "-KA * depot"
[compartments.central]
derivative = "KA * depot - (CL + Q) / V * central + Q / V2 * far"
[compartments.far]
derivative = "Q / V * central - Q / V2 * far"
[outputs.cp]
value = "central / V"
proportional = 0.05
"""


def saturable(_: float, x: Array, p: Mapping[str, float]) -> list[float]:
    c = x[1] / p["V"]
    return [-p["KA"] * x[0], p["KA"] * x[0] - p["VMAX"] * c / (p["KM"] + c)]


SATURABLE = {"VMAX": 1000.0, "V": 70.0, "KA": 1.0, "KM": 25.0}


def by_weight(p: Mapping[str, float], c: Mapping[str, float]) -> Mapping[str, float]:
    return {**p, "CL": p["CL"] * (c["WT"] / 70) ** 0.75 * 0.8 ** c["SEX"]}


def family(text: str, typical: Mapping[str, float], **given: Any) -> Family:
    settings: dict[str, Any] = {
        "variance": 0.2,
        "slope": oral_slope,
        "seen": constant(0.0, 0.05),
        "size": 2,
        "doses": plain_doses,
    }
    settings |= given
    spread = parameters(typical, settings["variance"])
    return Family(text=f'name = "test"\n{spread}{text}', typical=typical, **settings)


FAMILIES = {
    "lag time": family(
        oral_text("proportional = 0.05", depot='lag = "LAG"'), BASE | {"LAG": 0.7}
    ),
    "zero-order absorption": family(
        oral_text("proportional = 0.05", central='duration = "D"'),
        BASE | {"D": 2.5},
        doses=drawn_out,
    ),
    "two compartments": family(TWO_TEXT, TWO, slope=two_slope, size=3),
    "additive error": family(oral_text("additive = 4.0"), BASE, seen=constant(4.0, 0.0)),
    "combined error": family(
        oral_text("additive = 1.0\nproportional = 0.03"), BASE, seen=constant(1.0, 0.03)
    ),
    "log error": family(oral_text("log = 0.05"), BASE, seen=logged, log=True),
    "larger variability": family(oral_text("proportional = 0.05"), BASE, variance=0.8),
    "bioavailability": family(
        oral_text("proportional = 0.05", depot='bioavailability = "F"'), BASE | {"F": 0.6}
    ),
    "saturable elimination": family(
        oral_text("proportional = 0.05").replace(
            "CL / V * central", "VMAX * central / V / (KM + central / V)"
        ),
        SATURABLE,
        slope=saturable,
    ),
}
FAMILIES["covariates"] = Family(
    text='name = "test"\n'
    + parameters({"V": 70.0, "KA": 1.0}, 0.2)
    + "[parameters.CL]\ntypical = 4.0\nvariance = 0.2\n"
    + 'covariates = "(WT / 70) ^ 0.75 * 0.8 ^ SEX"\n[covariates.WT]\n[covariates.SEX]\n'
    + oral_text("proportional = 0.05"),
    typical={"V": 70.0, "KA": 1.0, "CL": 4.0},
    variance=0.2,
    slope=oral_slope,
    seen=constant(0.0, 0.05),
    size=2,
    doses=plain_doses,
    effect=by_weight,
    covariates={"WT": 95.0, "SEX": 1.0},
)


def slow_states(
    one: Family, p: Mapping[str, float], doses: Sequence[Dose], times: Sequence[float]
) -> Array:
    """(T, n) states by scipy's LSODA, stopped at every start and end of a dose."""
    ends = {at for at, _, _, _ in doses} | {at + long for at, _, _, long in doses if long > 0}
    cuts = sorted({0.0, *ends, *times})
    x, found = np.zeros(one.size), {}
    for place, time in enumerate(cuts):
        for at, amount, state, long in doses:
            if at == time and long == 0:
                x[state] += amount
        found[time] = x.copy()
        if place + 1 == len(cuts):
            break
        middle = 0.5 * (time + cuts[place + 1])
        inflow = np.zeros(one.size)
        for at, amount, state, long in doses:
            if long > 0 and at < middle < at + long:
                inflow[state] += amount / long

        def slope(t: float, y: Array, push: Array = inflow) -> Array:
            return np.array(one.slope(t, y, p)) + push

        ran = solve_ivp(
            slope, (time, cuts[place + 1]), x, method="LSODA", rtol=1e-10, atol=1e-10
        )
        x = ran.y[:, -1].copy()
    return np.array([found[time] for time in times])


def slow_prediction(one: Family, eta: Mapping[str, float], rows: Rows) -> tuple[Array, Array]:
    """Values and variances at the observations of the rows."""
    p: Mapping[str, float] = {
        name: value * np.exp(eta[name]) for name, value in one.typical.items()
    }
    if one.effect is not None and one.covariates is not None:
        p = one.effect(p, one.covariates)
    times = [row["TIME"] for row in rows if row["EVID"] == 0]
    states = slow_states(one, p, one.doses(rows, p), times)
    pairs = [one.seen(x, p) for x in states]
    return np.array([v for v, _ in pairs]), np.array([g for _, g in pairs])
