"""Populations of models of formulas: published ones, simulated ones, and slow integrals."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.polynomial.hermite_e import hermegauss
from populations import bolus_rows, bolus_text, people_of
from streams import RUNS

from nanoward.tuning import (
    BadModelError,
    Dynamics,
    History,
    Population,
    estimate_formula_population,
    fit_histories,
    read_dynamics,
)
from nanoward.tuning.estimation.free_parameters import free_parameters_of, packed_parameters
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.estimation.population_objective import PopulationObjective
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.nonmem.translation import nonmem_model

DATA = Path(__file__).parents[3] / ".." / "shared" / "data" / "pkpd"
THEOPHYLLINE = """
name = "theophylline"
[parameters.KA]
typical = 1.5
variance = 0.6
[parameters.CL]
typical = 2.7
variance = 0.3
[parameters.V]
typical = 31.0
variance = 0.1
[compartments.depot]
derivative = "-KA * depot"
[compartments.centre]
derivative = "KA * depot - CL / V * centre"
[outputs.level]
value = "centre / V"
additive = 0.49
"""


def values_of(found: Population) -> dict[str, float]:
    return {one.name: one.value for one in found.estimates}


def errors_of(found: Population) -> dict[str, float]:
    return {one.name: one.standard_error or np.nan for one in found.estimates}


@pytest.mark.shared
def test_theophylline_agrees_with_nlmixr2() -> None:
    """12 people (Boeckmann, Sheiner & Beal 1994). nlmixr2's page for this model and data
    (FOCEI): objective 116.804, tka 0.4663 (error 0.1911), tcl 1.012 (0.08366), tv 3.460
    (0.04654), add.sd 0.6947 (0.0495), CV 70.0, 26.8 and 13.88 %; the lowest of its published
    runs ends at 116.8036."""
    path = DATA / "theo_sd.csv"
    if not path.exists():
        pytest.skip("the shared data sets are not here")
    events = pl.read_csv(path).with_columns(EVID=pl.col("EVID").replace(101, 1))
    people = people_of(read_dynamics(THEOPHYLLINE), events.to_dicts())
    found = estimate_formula_population(read_dynamics(THEOPHYLLINE), people)
    assert found.converged, found.reason
    assert found.objective == pytest.approx(116.8036, abs=2e-3)
    value, error = values_of(found), errors_of(found)
    for name, log, se in (
        ("KA", 0.4663, 0.1911),
        ("CL", 1.012, 0.08366),
        ("V", 3.460, 0.04654),
    ):
        assert np.log(value[name]) == pytest.approx(log, abs=0.002), name
        assert error[name] / value[name] == pytest.approx(se, rel=0.03), name
    assert np.sqrt(value["level additive"]) == pytest.approx(0.6947, abs=1e-3)
    assert error["level additive"] / 2 / 0.6947 == pytest.approx(0.0495, rel=0.03)
    spread = [np.sqrt(np.expm1(value[f"omega {name}"])) for name in ("KA", "CL", "V")]
    np.testing.assert_allclose(spread, [0.700, 0.268, 0.1388], atol=0.007)
    shrunk = {one.name: one.shrinkage for one in found.estimates}
    assert shrunk["omega V"] == pytest.approx(0.1028, abs=0.005)


def test_a_known_population_is_found_again_and_its_errors_are_honest() -> None:
    """10 simulated studies of 30 people: (estimate - truth) / error is standard normal, so the
    mean square of all lies near 1 (0.45 to 1.8)."""
    start = read_dynamics(bolus_text(cl=2.0, v=60.0, omega=0.2, sigma=0.05))
    truth = {
        "CL": 3.0,
        "V": 40.0,
        "omega CL": 0.09,
        "omega V": 0.09,
        "level proportional": 0.01,
    }
    away = []
    for seed in range(10):
        found = estimate_formula_population(start, people_of(start, bolus_rows(30, seed)))
        assert found.converged, found.reason
        value, error = values_of(found), errors_of(found)
        away.append([(value[name] - truth[name]) / error[name] for name in truth])
    table = np.array(away)
    assert np.abs(table[:, :2].mean(axis=0)).max() < 3.1 / np.sqrt(10)
    assert 0.45 < (table**2).mean() < 1.8
    assert np.abs(table).max() < 4.5


def test_a_covariance_that_the_model_names_is_estimated() -> None:
    text = bolus_text() + '[[correlations]]\na = "CL"\nb = "V"\ncovariance = 0.0\n'
    start = read_dynamics(text)
    people = people_of(start, bolus_rows(80, 3, correlation=0.6))
    found = estimate_formula_population(start, people)
    value, error = values_of(found), errors_of(found)
    assert value["omega V,CL"] == pytest.approx(0.054, abs=3 * error["omega V,CL"])
    assert value["omega V,CL"] > 3 * error["omega V,CL"]
    without = estimate_formula_population(read_dynamics(bolus_text()), people)
    assert found.objective < without.objective - 10


def test_what_is_kept_keeps_its_value() -> None:
    start = read_dynamics(bolus_text(omega=0.2))
    people = people_of(start, bolus_rows(20, 5))
    found = estimate_formula_population(start, people, fixed=["V", "omega CL"])
    assert {one.name: one.typical for one in found.model.parameters}["V"] == 40.0
    assert {one.name: one.variance for one in found.model.parameters}["CL"] == 0.2
    assert set(values_of(found)) == {"CL", "omega V", "level proportional"}


ONE_ETA = """
name = "one"
[parameters.K]
typical = 0.1
variance = {omega}
[compartments.body]
derivative = "-K * body"
[outputs.level]
value = "body / 40"
{error}
"""


def one_eta_rows(count: int, seed: int) -> list[dict[str, Any]]:
    chance, rows = np.random.default_rng(seed), []
    for place in range(count):
        k = 0.1 * np.exp(np.sqrt(0.3) * chance.standard_normal())
        rows.append({"ID": f"{place:03}", "TIME": 0.0, "EVID": 1, "AMT": 400.0, "DV": None})
        for t in (2.0, 10.0):
            seen = 10 * np.exp(-k * t) * (1 + 0.15 * chance.standard_normal())
            rows.append(
                {"ID": f"{place:03}", "TIME": t, "EVID": 0, "AMT": 0.0, "DV": max(seen, 0.05)}
            )
    return rows


def marginal(model: Dynamics, people: list[History]) -> float:
    """-2 ln likelihood by adaptive Gauss-Hermite quadrature with 31 nodes per eta (Pinheiro &
    Bates 1995, J Comput Graph Stat 4:12); constants as in the objective."""
    nodes, weights = hermegauss(31)
    total = 0.0
    for one, fit in zip(people, fit_histories(model, people), strict=True):
        size = len(fit.eta)
        grid = np.array(np.meshgrid(*[nodes] * size)).reshape(size, -1).T
        share = np.prod(np.array(np.meshgrid(*[weights] * size)).reshape(size, -1), axis=0)
        factor = np.linalg.cholesky(fit.covariance)
        height = predictions_at(model, one, fit.eta + grid @ factor.T).minus_two_log
        inside = -0.5 * height + 0.5 * (grid**2).sum(axis=1)
        peak = inside.max()
        area = np.log(np.sum(share * np.exp(inside - peak))) + peak
        area += np.linalg.slogdet(factor)[1] - 0.5 * size * np.log(2 * np.pi)
        total += -2 * area + np.linalg.slogdet(model.omega())[1]
    return total


@pytest.mark.parametrize("kind", ["one eta", "two etas"])
def test_the_approximation_is_near_the_integral_and_so_is_its_minimum(kind: str) -> None:
    """Two samples per person and eta. The slope of the exact integral at the estimate, in
    standard errors, says how far the exact estimate lies: within half an error."""
    if kind == "one eta":
        start = read_dynamics(ONE_ETA.format(omega=0.2, error="proportional = 0.03"))
        people = people_of(start, one_eta_rows(30, 2))
    else:
        start = read_dynamics(bolus_text())
        people = people_of(start, bolus_rows(20, 2))
    found = estimate_formula_population(start, people)
    assert found.converged, found.reason
    assert marginal(found.model, people) == pytest.approx(
        found.objective, abs=0.1 * len(people)
    )
    for parameter in found.model.random:
        error = errors_of(found)[parameter]
        slopes = [
            marginal(moved(found.model, parameter, side * 0.2 * error), people)
            for side in (1, -1)
        ]
        away = (slopes[0] - slopes[1]) / 0.4 / 2  # of -2 ln likelihood, per error, over 2
        assert abs(away) < 0.5, parameter


def moved(model: Dynamics, name: str, by: float) -> Dynamics:
    from dataclasses import replace

    return replace(
        model,
        parameters=tuple(
            replace(one, typical=one.typical + by) if one.name == name else one
            for one in model.parameters
        ),
    )


def test_counts_are_estimated_by_laplace() -> None:
    """40 people, 6 counts each; mean 5, variance of its logarithm 0.25: errors about 8 and
    27 %."""
    text = """
name = "counts"
[parameters.MEAN]
typical = 2.0
variance = 1.0
[outputs.count]
value = "MEAN"
likelihood = "poisson"
"""
    chance, rows = np.random.default_rng(8), []
    for place in range(40):
        mean = 5 * np.exp(0.5 * chance.standard_normal())
        rows += [
            {"ID": f"{place:03}", "TIME": float(t), "EVID": 0, "AMT": 0.0,
             "DV": float(chance.poisson(mean))}
            for t in range(6)
        ]  # fmt: skip
    model = read_dynamics(text)
    found = estimate_formula_population(model, people_of(model, rows))
    assert found.converged, found.reason
    assert values_of(found)["MEAN"] == pytest.approx(5.0, rel=0.25)
    assert values_of(found)["omega MEAN"] == pytest.approx(0.25, rel=0.7)
    assert marginal(found.model, people_of(model, rows)) == pytest.approx(
        found.objective, abs=1.0
    )


def test_what_cannot_be_told_apart_is_no_silent_answer() -> None:
    text = bolus_text().replace(
        "[compartments.body]",
        '[parameters.F]\ntypical = 0.8\n[compartments.body]\nbioavailability = "F"',
    )
    model = read_dynamics(text)
    found = estimate_formula_population(model, people_of(model, bolus_rows(15, 1)))
    assert not found.converged
    assert "flat" in found.reason
    assert found.findings[0].code == "TUN-118"
    kept = estimate_formula_population(model, people_of(model, bolus_rows(15, 1)), fixed=["F"])
    assert kept.converged
    assert kept.findings == ()


def test_one_person_makes_no_population_and_people_without_observations_are_named() -> None:
    model = read_dynamics(bolus_text())
    people = people_of(model, bolus_rows(3, 1))
    with pytest.raises(BadModelError, match="at least 2"):
        estimate_formula_population(model, people[:1])
    blank = [row for row in bolus_rows(4, 1) if row["ID"] != "003" or row["EVID"] == 1]
    found = estimate_formula_population(model, people_of(model, blank))
    assert found.left_out == ("003",)
    assert (found.people, found.observations) == (3, 15)


def test_variance_between_occasions_is_told_from_variance_between_people() -> None:
    """60 people with two occasions; truth 0.09 between people, 0.04 between occasions."""
    text = bolus_text(omega=0.2, sigma=0.02).replace(
        'unit = "L/h"\nvariance = 0.2', 'unit = "L/h"\nvariance = 0.2\noccasion_variance = 0.2'
    )
    chance, rows = np.random.default_rng(6), []
    for place in range(60):
        eta = chance.standard_normal(2) * 0.3
        for occasion in range(2):
            cl = 3.0 * np.exp(eta[0] + 0.2 * chance.standard_normal())
            v, start = 40.0 * np.exp(eta[1]), 200.0 * occasion
            shared = {"ID": f"{place:03}", "OCC": occasion + 1}
            rows.append({**shared, "TIME": start, "EVID": 4, "AMT": 500.0, "DV": None})
            for t in (1.0, 6.0, 24.0):
                seen = 500 / v * np.exp(-cl / v * t) * (1 + 0.1 * chance.standard_normal())
                rows.append(
                    {**shared, "TIME": start + t, "EVID": 0, "AMT": 0.0, "DV": max(seen, 1e-3)}
                )
    model = read_dynamics(text)
    found = estimate_formula_population(model, people_of(model, rows))
    assert found.converged, found.reason
    value, error = values_of(found), errors_of(found)
    for name, truth in (("omega CL", 0.09), ("occasion CL", 0.04), ("CL", 3.0), ("V", 40.0)):
        assert abs(value[name] - truth) < 3 * error[name], name


@pytest.mark.shared
def test_warfarin_and_its_effect_end_where_nonmem_ended() -> None:
    """32 people, 483 observations (O'Reilly 1963, 1968). NONMEM's estimates stand on the page
    read-nonmem of nonmem2rx (FOCE-I). This room ends at 1326.2185 (benchmarks/README.md; there
    every number but KTR, KA and the saturated EMAX within 2 % of NONMEM's): theirs is above, by
    little, and nearly flat in what is not on a ridge."""
    path = DATA / "warfarin.csv"
    if not path.exists():
        pytest.skip("the shared data sets are not here")
    events = pl.read_csv(path, infer_schema_length=None, null_values=["."])
    events = events.rename({name: name.upper() for name in events.columns})
    model = read_dynamics(warfarin_of_nonmem())
    people = people_of(model, events.to_dicts())
    objective = PopulationObjective(model, free_parameters_of(model, ["omega EMAX"]), people)
    at = packed_parameters(model, objective.unknowns)
    there = float(objective.objectives(at).sum())
    assert sum(len(one.observed) for one in people) == 483
    assert 1326.2 < there < 1326.2185 + 1.5
    for name in ("CL", "V", "E0"):
        step = np.zeros(len(at))
        step[objective.unknowns.names.index(name)] = 0.02
        sides = [objective.objectives(at + side * step).sum() for side in (1, -1)]
        assert min(sides) > there - 0.2, name


def warfarin_of_nonmem() -> str:
    """The library's model with NONMEM's estimates, and variances of V, KOUT and E0."""
    text = TEXTS["warfarin-pca"]
    numbers = {
        "KTR": (1.0, 0.55813), "KA": (1.0, 0.55840), "CL": (np.exp(-2.004051), 0.0785849),
        "V": (np.exp(2.051884), 0.0508227), "EMAX": (1 / (1 + np.exp(-6.418498)), 5e-5),
        "EC50": (np.exp(0.1407633), 0.1842681), "KOUT": (np.exp(-2.953470), 0.0083632),
        "E0": (np.exp(4.570454), 0.0027456),
    }  # fmt: skip
    for name, (typical, variance) in numbers.items():
        before, after = text.split(f"[parameters.{name}]\n", 1)
        own, rest = after.split("citation", 1)
        kept = [
            one for one in own.splitlines() if one.split()[0] not in ("typical", "variance")
        ]
        lines = [f"typical = {typical}", f"variance = {variance}", *kept]
        text = f"{before}[parameters.{name}]\n" + "\n".join(lines) + f"\ncitation{rest}"
    text = text.replace("additive = 0.020736", f"additive = {0.511625249**2}")
    text = text.replace("proportional = 0.0225", f"proportional = {0.0985804614**2}")
    return text.replace("additive = 15.2881", f"additive = {3.71714385**2}")


def test_logarithms_as_typical_values_end_at_the_same_minimum() -> None:
    """CL = exp(typical + eta), as nlmixr and Monolix write it, is the lognormal parameter."""
    rows = bolus_rows(20, 11)
    plain = read_dynamics(bolus_text(cl=2.0))
    other = read_dynamics(
        bolus_text(cl=2.0).replace(
            'typical = 2.0\nunit = "L/h"', 'typical = 0.7\nvalue = "exp(typical + eta)"'
        )
    )
    found = [estimate_formula_population(one, people_of(one, rows)) for one in (plain, other)]
    assert found[0].objective == pytest.approx(found[1].objective, abs=2e-3)
    assert np.log(values_of(found[0])["CL"]) == pytest.approx(
        values_of(found[1])["CL"], abs=2e-3
    )


def test_values_below_the_limit_are_used_as_what_they_are() -> None:
    """30 people, levels below 4 mg/L censored (about a quarter). Beal's M3 finds CL 3; leaving
    the censored out, as if they had not been taken, finds too small a clearance."""
    text = bolus_text(sigma=0.02)
    limited = read_dynamics(text.replace("proportional", "limit = 4.0\nproportional"))
    rows = [
        {**row, "CENS": int(row["DV"] is not None and row["DV"] < 4.0)}
        for row in bolus_rows(30, 13, sigma=0.02)
    ]
    kept = [row for row in rows if not row["CENS"]]
    assert 0.15 < 1 - (len(kept) - 30) / (len(rows) - 30) < 0.5
    whole = estimate_formula_population(limited, people_of(limited, rows))
    assert whole.converged, whole.reason
    value, error = values_of(whole), errors_of(whole)
    assert abs(value["CL"] - 3.0) < 3 * error["CL"]
    assert abs(value["omega CL"] - 0.09) < 3 * error["omega CL"]
    bare = estimate_formula_population(limited, people_of(limited, kept))
    assert values_of(bare)["CL"] < value["CL"]


@pytest.mark.shared
def test_the_population_of_nonmem_s_people_is_found_and_its_sum_is_nonmem_s() -> None:
    """The first 150 people of run 001 (Le Louedec et al. 2021). At the numbers that NONMEM was
    given the sum of objectives is NONMEM's; begun elsewhere, the typical values that the people
    were simulated with are found again. (The residual error of the simulation is not told: it
    is found to be near 0.01, a fifth of the 0.05 that the individual fits were given.)"""
    folder = DATA.parent / "nonmem_map"
    if not folder.exists():
        pytest.skip("the shared data sets are not here")
    events = pl.read_parquet(folder / "run001_data.parquet").filter(pl.col("ID") <= 150)
    truth = pl.read_parquet(folder / "run001_map.parquet").filter(pl.col("ID") <= 150)
    given = nonmem_model(RUNS["001"])
    people = people_of(given, events.to_dicts())
    objective = PopulationObjective(given, free_parameters_of(given), people)
    there = float(objective.objectives(packed_parameters(given, objective.unknowns)).sum())
    assert there == pytest.approx(truth["OBJ"].sum(), abs=2e-3)
    start = read_dynamics(THEOPHYLLINE.replace("additive = 0.49", "proportional = 0.1"))
    found = estimate_formula_population(start, people_of(start, events.to_dicts()))
    assert found.converged, found.reason
    assert found.objective < there - 50
    value, error = values_of(found), errors_of(found)
    for name, wanted in {"CL": 4.0, "V": 70.0, "KA": 1.0}.items():
        assert abs(value[name] - wanted) < 3 * error[name], name
        assert error[name] < 0.1 * wanted, name
