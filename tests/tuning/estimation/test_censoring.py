"""Values below a limit: derivatives by differences, and the same fit as the compiled kernel."""

import numpy as np
import polars as pl
import pytest

from nanoward.tuning import MODELS, fit_histories, fit_person, histories, people, read_dynamics
from nanoward.tuning.estimation.censoring import below_limit, minus_two_log_below

CLOSED = """
name = "c"
quantity = ""
unit = "mg/L"
compartments = 1
absorption = "none"
"""
FORMULAS = (
    'name = "c"\n[parameters.CL]\ntypical = 3.0\nvariance = 0.1\n'
    "[parameters.V]\ntypical = 40.0\nvariance = 0.1\n"
    '[compartments.body]\nderivative = "-CL / V * body"\n'
    '[outputs.level]\nvalue = "body / V"\nadditive = 0.02\nproportional = 0.01\n'
)


def test_derivatives_are_those_of_differences() -> None:
    f, limit, h = np.array([0.4, 2.0, 6.0]), np.array([1.0, 1.0, 1.0]), 1e-5

    def variance(at: np.ndarray) -> np.ndarray:
        return 0.02 + 0.05 * at**2

    value, slope, bend = below_limit(limit, f, variance(f), 0.1 * f, 0.1)
    low, high = (minus_two_log_below(limit, f + s, variance(f + s)) for s in (-h, h))
    np.testing.assert_allclose(slope, (high - low) / (2 * h), rtol=1e-6)
    np.testing.assert_allclose(bend, (high - 2 * value + low) / h**2, rtol=2e-3)
    far = minus_two_log_below(np.array([-40.0]), np.zeros(1), np.ones(1))
    np.testing.assert_allclose(far, 2 * (800 + np.log(40) + 0.5 * np.log(2 * np.pi)), rtol=1e-5)


@pytest.mark.hazard("H-221")
def test_both_engines_find_the_same_person_below_the_limit() -> None:
    from nanoward.tuning import model_of

    assert MODELS
    closed = model_of(
        {
            "name": "c", "quantity": "", "unit": "mg/L", "compartments": 1,
            "absorption": "none",
            "parameters": {"CL": {"typical": 3.0, "unit": "L/h", "variance": 0.1},
                           "V": {"typical": 40.0, "unit": "L", "variance": 0.1}},
            "residual": {"additive": 0.02, "proportional": 0.01},
        }
    )  # fmt: skip
    rows = [
        {"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 400.0, "DV": None, "CENS": 0},
        {"ID": "a", "TIME": 2.0, "EVID": 0, "AMT": 0.0, "DV": 7.0, "CENS": 0},
        {"ID": "a", "TIME": 24.0, "EVID": 0, "AMT": 0.0, "DV": 0.9, "CENS": 1},
    ]
    table = pl.DataFrame(rows, infer_schema_length=None)
    model = read_dynamics(FORMULAS)
    one = people(table, closed)[0][0]
    assert one.is_censored.tolist() == [False, True]
    first, second = fit_person(closed, one), fit_histories(model, histories(table, model)[0])[0]
    np.testing.assert_allclose(first.eta, second.eta, atol=1e-5)
    plain = people(table.with_columns(pl.lit(0).alias("CENS")), closed)[0][0]
    assert abs(fit_person(closed, plain).eta - first.eta).max() > 0.01
