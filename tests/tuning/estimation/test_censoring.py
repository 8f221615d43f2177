"""Values beyond a limit or between two: by integration, by differences, however written."""

import numpy as np
import polars as pl
import pytest
from closed_form_oracle import between_limits
from scipy import integrate, optimize, stats

from nanoward.tuning import (
    Dynamics,
    fit_histories,
    histories,
    load_subjects,
    model_of,
    read_dynamics,
)
from nanoward.tuning.estimation.censoring import minus_two_log_between
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.estimation.posterior_sampling import log_posterior

INF = np.inf
LIMITS = [(-INF, 1.0), (1.0, INF), (0.0, 1.0), (0.9, 1.0), (3.0, 7.0), (-INF, 30.0)]
FORMULAS = (
    'name = "c"\n[parameters.CL]\ntypical = 3.0\nvariance = 0.1\n'
    "[parameters.V]\ntypical = 40.0\nvariance = 0.1\n"
    '[compartments.body]\nderivative = "-CL / V * body"\n'
    '[outputs.level]\nvalue = "body / V"\nadditive = 0.02\nproportional = 0.01\n'
)
LOGGED = FORMULAS.replace("additive = 0.02\nproportional = 0.01", "log = 0.04")
MARKS = {  # CENS, DV, LIMIT of the last row: what is known of it
    "below": ((1, 0.9, None), (-INF, 0.9)),
    "above": ((-1, 2.4, None), (2.4, INF)),
    "between": ((1, 2.5, 2.1), (2.1, 2.5)),
    "between zero and": ((1, 0.9, 0.0), (0.0, 0.9)),
    "from, up to": ((-1, 2.1, 2.5), (2.1, 2.5)),
}


def closed() -> Dynamics:
    return model_of(
        {
            "name": "c", "quantity": "", "unit": "mg/L", "compartments": 1,
            "absorption": "none",
            "parameters": {"CL": {"typical": 3.0, "unit": "L/h", "variance": 0.1},
                           "V": {"typical": 40.0, "unit": "L", "variance": 0.1}},
            "residual": {"additive": 0.02, "proportional": 0.01},
        }
    )  # fmt: skip


def table(mark: tuple[int, float, float | None]) -> pl.DataFrame:
    cens, value, limit = mark
    rows = [
        {"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 400.0, "DV": None, "CENS": 0, "LIMIT": None},
        {"ID": "a", "TIME": 2.0, "EVID": 0, "AMT": 0.0, "DV": 7.0, "CENS": 0, "LIMIT": None},
        {"ID": "a", "TIME": 24.0, "EVID": 0, "AMT": 0.0, "DV": value, "CENS": cens,
         "LIMIT": limit},
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def minus_two_log(eta: np.ndarray, bounds: tuple[float, float], *, log: bool) -> float:
    """-2 ln posterior, by quadrature of the normal density over what the last value may be."""
    cl, v = 3.0 * np.exp(eta[0]), 40.0 * np.exp(eta[1])
    early, late = (400.0 / v * np.exp(-cl / v * t) for t in (2.0, 24.0))
    if log:
        y, f, g, h = np.log(7.0), np.log(early), 0.04, 0.04
        late = np.log(late)
        bounds = tuple(np.log(one) if one > 0 else -INF for one in bounds)  # type: ignore[assignment]
    else:
        y, f, g, h = 7.0, early, 0.02 + 0.01 * early**2, 0.02 + 0.01 * late**2
    spread = np.sqrt(h)
    low, high = bounds
    low = min(late, high) - 12 * spread if low == -INF else low
    high = max(late, low) + 12 * spread if high == INF else high
    share, _ = integrate.quad(
        lambda x: stats.norm.pdf(x, late, spread), low, high, epsabs=1e-14, epsrel=1e-11
    )
    return float((y - f) ** 2 / g + np.log(g) - 2 * np.log(share) + eta @ eta / 0.1)


def test_derivatives_are_those_of_differences() -> None:
    limits, h = np.array(LIMITS), 1e-5
    f = np.array([0.4, 2.0, 6.0, 0.7, 2.0, 28.0])

    def variance(at: np.ndarray) -> np.ndarray:
        return 0.02 + 0.05 * at**2

    value, slope, bend = between_limits(limits, f, variance(f), 0.1 * f, 0.1)
    low, high = (minus_two_log_between(limits, f + s, variance(f + s)) for s in (-h, h))
    np.testing.assert_allclose(slope, (high - low) / (2 * h), rtol=1e-6)
    np.testing.assert_allclose(bend, (high - 2 * value + low) / h**2, rtol=2e-3, atol=2e-4)


def test_the_probability_is_the_normal_curves_far_out_too() -> None:
    limits = np.array([*LIMITS, (-INF, -40.0), (40.0, INF), (8.0, 9.0)])
    found = minus_two_log_between(limits, np.zeros(len(limits)), np.ones(len(limits)))
    for (low, high), one in zip(limits[:6], found[:6], strict=True):
        share, _ = integrate.quad(stats.norm.pdf, max(low, -40), min(high, 40), epsabs=1e-15)
        assert one == pytest.approx(-2 * np.log(share), rel=1e-9, abs=1e-12)
    far = -2 * stats.norm.logcdf(-40.0)
    np.testing.assert_allclose(found[6:8], [far, far], rtol=1e-5)
    inside = -2 * np.log(stats.norm.sf(8.0) - stats.norm.sf(9.0))
    assert found[8] == pytest.approx(inside, rel=1e-9)


@pytest.mark.hazard("H-221")
@pytest.mark.hazard("H-260")
@pytest.mark.parametrize("known", MARKS)
def test_both_ways_of_writing_and_an_integral_find_the_same_person(known: str) -> None:
    mark, bounds = MARKS[known]
    model, plain = read_dynamics(FORMULAS), closed()
    one, other = load_subjects(table(mark), plain)[0][0], histories(table(mark), model)[0][0]
    assert not one.exclusion_reason
    assert not other.exclusion_reason
    first, second = fit_histories(plain, [one])[0], fit_histories(model, [other])[0]
    wanted = optimize.minimize(
        lambda eta: minus_two_log(eta, bounds, log=False), np.zeros(2), method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12},
    )  # fmt: skip
    np.testing.assert_allclose(first.eta, wanted.x, atol=2e-6)
    np.testing.assert_allclose(second.eta, wanted.x, atol=2e-6)
    apart = np.array([[0.0, 0.0], [0.3, -0.2]])
    at = [minus_two_log(eta, bounds, log=False) for eta in apart]
    for engine, someone in ((plain, one), (model, other)):
        told = -2.0 * log_posterior(engine, someone, apart)
        assert told[1] - told[0] == pytest.approx(at[1] - at[0], rel=1e-7)


@pytest.mark.parametrize("known", MARKS)
def test_of_an_output_on_the_logarithmic_scale_limits_are_logarithms_too(known: str) -> None:
    mark, bounds = MARKS[known]
    model = read_dynamics(LOGGED)
    one = histories(table(mark), model)[0][0]
    apart = np.array([[0.0, 0.0], [0.3, -0.2]])
    told = predictions_at(model, one, apart).minus_two_log
    at = [minus_two_log(eta, bounds, log=True) for eta in apart]
    assert told[1] - told[0] == pytest.approx(at[1] - at[0], rel=1e-7)
