"""Published people: estimates of nlmixr, Monolix and posologyr, which this engine must reach.

Numbers from the tests of posologyr (Leven et al. 2022, Pharmaceutics 14:442): warfarin with
prothrombin complex activity (nlmixr), vancomycin (Goti et al. 2018), piperacillin (Roberts et
al. 2010) with four occasions.
"""

from typing import Any

import numpy as np
import polars as pl

from nanoward.tuning import History, Target, fit_histories, histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.regimens.steady_state_dosing import steady_exposure

VANCOMYCIN = TEXTS["vancomycin-2cpt"]


def person(text: str, rows: list[dict[str, Any]]) -> History:
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    found, told = histories(table, read_dynamics(text))
    assert not [one for one in told if one.severity == "error"]
    return found[0]


def vancomycin_patient() -> History:
    shared = {"CLCREAT": 65.0, "WT": 70.0, "DIAL": 0.0}
    rows: list[dict[str, Any]] = [
        {"TIME": 0.0, "EVID": 1, "AMT": 2000.0, "RATE": 1000.0, "DV": None, **shared},
        {"TIME": 13.0, "EVID": 0, "AMT": 0.0, "RATE": 0.0, "DV": 12.0, **shared},
        {"TIME": 24.2, "EVID": 1, "AMT": 1400.0, "RATE": 700.0, "DV": None, **shared},
        {"TIME": 48.0, "EVID": 0, "AMT": 0.0, "RATE": 0.0, "DV": 10.5, **shared},
    ]
    return person(VANCOMYCIN, rows)


def test_warfarin_and_its_effect_agree_with_nlmixr() -> None:
    cp = [(0.5, 0.0), (1, 1.9), (2, 3.3), (3, 6.6), (6, 9.1), (9, 10.8), (12, 8.6), (24, 5.6),
          (36, 4.0), (48, 2.7), (72, 0.8)]  # fmt: skip
    pca = [(24, 44.0), (36, 27.0), (48, 28.0), (72, 31.0), (96, 60.0), (120, 65.0), (144, 71.0)]
    rows: list[dict[str, Any]] = [
        {"TIME": 0.0, "EVID": 1, "AMT": 100.0, "DV": None, "DVID": "cp"}
    ]
    seen = [("cp", *one) for one in cp] + [("pca", *one) for one in pca]
    for quantity, time, value in sorted(seen, key=lambda one: one[1]):
        rows.append({"TIME": float(time), "EVID": 0, "AMT": 0.0, "DV": value, "DVID": quantity})
    text = TEXTS["warfarin-pca"]
    fit = fit_histories(read_dynamics(text), [person(text, rows)])[0]
    assert fit.converged, fit.reason
    published = {
        "KTR": 0.6392321, "KA": 0.5294417, "CL": 0.2852736, "V": 7.924823,
        "EMAX": 0.9304377, "EC50": 0.7909184, "KOUT": 0.05502322, "E0": 96.54411,
    }  # fmt: skip
    for name, value in published.items():
        np.testing.assert_allclose(fit.parameters[name], value, rtol=1e-3, err_msg=name)


def test_vancomycin_patient_and_doses_agree_with_posologyr() -> None:
    model, patient = read_dynamics(VANCOMYCIN), vancomycin_patient()
    fit = fit_histories(model, [patient])[0]
    np.testing.assert_allclose(fit.eta, [0.10796221, 0.04643863, 0.06859768], atol=1e-3)
    goal = Target(
        measure="auc", value=400, low=320, high=480, unit="mg.h/L", interval=24, lowest=250,
        highest=4000, step=1, duration=2,
    )  # fmt: skip
    per_mg = steady_exposure(model, patient, goal, np.array([1.0]), fit.eta[None, :])
    np.testing.assert_allclose(400 / per_mg[0, 0], 400 * fit.parameters["CL"], rtol=1e-6)


def test_the_tenth_dose_of_vancomycin_agrees_with_posologyr() -> None:
    """400 mg.h/L from 216 to 240 h, of doses over 2 h every 24 h: 1229.366 mg."""
    eta = np.array([[0.10796221, 0.04643863, 0.06859768]])
    dose = {"TIME": 0.0, "EVID": 1, "AMT": 1000.0, "RATE": 500.0, "II": 24.0, "ADDL": 10}
    blank = person(VANCOMYCIN, [{**dose, "DV": None, "CLCREAT": 65.0, "WT": 70.0, "DIAL": 0.0}])
    grid = np.linspace(216, 240, 2401)
    level = predictions_at(read_dynamics(VANCOMYCIN), blank.asked(grid, 0), eta).value[0]
    area = float(np.sum((level[:-1] + level[1:]) / 2) * 0.01)
    np.testing.assert_allclose(400 / area * 1000, 1229.366, rtol=1e-3)


def test_one_dose_of_vancomycin_to_an_area_and_to_a_level() -> None:
    """AUC over 24 h of one infusion of 2 h: 2377.758 mg; 11.04931 mg/L at 24 h: 2530.699 mg;
    after 1500 mg the level falls to 10 mg/L at 11.2 h (steps of 0.1 h)."""
    model, patient = read_dynamics(VANCOMYCIN), vancomycin_patient()
    eta = np.array([[0.10796221, 0.04643863, 0.06859768]])
    dose = {"TIME": 0.0, "EVID": 1, "AMT": 1000.0, "RATE": 500.0, "DV": None}
    shared = {"CLCREAT": 65.0, "WT": 70.0, "DIAL": 0.0}
    blank = person(VANCOMYCIN, [{**dose, **shared}])
    grid = np.linspace(0, 24, 2401)
    level = predictions_at(model, blank.asked(grid, 0), eta).value[0]
    area = float(np.sum((level[:-1] + level[1:]) / 2) * 0.01)
    np.testing.assert_allclose(400 / area * 1000, 2377.758, rtol=1e-3)
    np.testing.assert_allclose(11.04931 / level[-1] * 1000, 2530.699, rtol=1e-3)
    fine = np.arange(2.0, 24.0, 0.1)
    falling = 1.5 * predictions_at(model, blank.asked(fine, 0), eta).value[0]
    np.testing.assert_allclose(fine[np.argmax(falling < 10)], 11.2, atol=0.051)
    assert patient.occasions == 1


PIPERACILLIN = """
name = "piperacillin"
[parameters.LAG]
typical = 0.07
variance = 0.1747673
[parameters.CL]
typical = 17.1
variance = 0.08507985
occasion_variance = 0.1934626
covariates = "TBW / 70"
[parameters.V1]
typical = 7.2
variance = 0.0673745
occasion_variance = 0.05783106
[parameters.V2]
typical = 17.8
variance = 0.429067
[parameters.Q]
typical = 52.0
variance = 0.2247455
[covariates.TBW]
[compartments.centre]
derivative = "-(CL + Q) / V1 * centre + Q / V2 * far"
lag = "LAG"
[compartments.far]
derivative = "Q / V1 * centre - Q / V2 * far"
[outputs.level]
value = "centre / V1"
variance = "(3.2 + 0.253 * predicted) ^ 2"
"""


def test_four_occasions_of_piperacillin_agree_with_monolix() -> None:
    seen = {47.9: 63.0, 71.9: 19.7, 95.9: 31.0, 120.0: 16.0}
    given = [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112]
    rows: list[dict[str, Any]] = [
        {"TIME": float(t), "EVID": 1, "AMT": 4000.0, "RATE": 500.0, "DV": None} for t in given
    ]
    rows += [{"TIME": t, "EVID": 0, "AMT": 0.0, "RATE": 0.0, "DV": y} for t, y in seen.items()]
    rows.sort(key=lambda row: float(row["TIME"]))
    for row in rows:
        row |= {"TBW": 92.0, "OCC": 1 + int(row["TIME"] >= 48) + int(row["TIME"] >= 72)}
        row["OCC"] += int(row["TIME"] >= 96)
    model = read_dynamics(PIPERACILLIN)
    one = person(PIPERACILLIN, rows)
    fit = fit_histories(model, [one])[0]
    assert fit.converged, fit.reason
    assert one.occasions == 4
    names = dict(zip(model.eta_names(4), fit.eta, strict=True))
    clearances = [17.1 * 92 / 70 * np.exp(names["CL"] + names[f"CL@{k}"]) for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(clearances, [10.58, 24.0, 18.4, 26.3], rtol=2e-3)
    np.testing.assert_allclose(
        [fit.parameters[name] for name in ("LAG", "V2", "Q")], [0.07, 17.8, 52.0], rtol=2e-3
    )
