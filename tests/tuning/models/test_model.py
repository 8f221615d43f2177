"""A model is data: checked, hashed, compared."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning import (
    BadModelError,
    Correlation,
    CovariateEffect,
    Model,
    Parameter,
    Residual,
)
from nanoward.tuning.models.compartment_formulas import typical_values

ALLOMETRY = CovariateEffect(
    parameter="CL", covariate="WT", form="power", coefficient=0.75, reference=70.0
)


def test_allometry_by_hand(oral: Model) -> None:
    heavy = typical_values(replace(oral, covariates=(ALLOMETRY,)), (1120.0,))  # 16 times 70
    assert heavy["CL"] == 32.0  # 4 * 16 ** 0.75 = 4 * 8
    assert heavy["V"] == 70.0


def test_a_factor_multiplies_only_where_the_covariate_is_one(oral: Model) -> None:
    women = CovariateEffect(parameter="CL", covariate="SEX", form="factor", coefficient=0.75)
    model = replace(oral, covariates=(women,))
    assert typical_values(model, (1.0,))["CL"] == 3.0
    assert typical_values(model, (0.0,))["CL"] == typical_values(model, None)["CL"] == 4.0


def test_any_change_changes_the_hash(oral: Model) -> None:
    other = replace(oral, residual=Residual(proportional=0.0500001))
    assert oral.sha256 == replace(oral).sha256 != other.sha256
    assert len(oral.sha256) == 64


@given(st.floats(-0.19, 0.19))
def test_omega_is_symmetric_and_holds_the_covariance(covariance: float) -> None:
    part = Parameter(name="CL", typical=4.0, unit="L/h", variance=0.2)
    model = Model(
        name="iv",
        quantity="",
        unit="mg/L",
        compartments=1,
        absorption="none",
        parameters=(part, replace(part, name="V")),
        residual=Residual(additive=1.0),
        correlations=(Correlation(a="V", b="CL", covariance=covariance),),
    )
    np.testing.assert_array_equal(model.omega, [[0.2, covariance], [covariance, 0.2]])


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"compartments": 3}, "compartments"),
        ({"absorption": "zero-order"}, "absorption"),
        ({"compartments": 2}, "V1"),
        ({"absorption": "none"}, "KA"),
        ({"residual": Residual()}, "residual"),
        ({"residual": Residual(additive=-1.0, proportional=0.1)}, "residual"),
        ({"covariates": (replace(ALLOMETRY, parameter="Q"),)}, "Q"),
        ({"covariates": (replace(ALLOMETRY, reference=0.0),)}, "reference"),
        ({"correlations": (Correlation(a="CL", b="V", covariance=0.3),)}, "positive definite"),
        ({"correlations": (Correlation(a="CL", b="F", covariance=0.0),)}, "correlations"),
    ],
)
def test_what_is_no_model_is_refused_and_names_the_key(
    oral: Model, change: dict[str, object], key: str
) -> None:
    with pytest.raises(BadModelError, match=key):
        replace(oral, **change)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"typical": 0.0}, "CL.typical"),
        ({"typical": float("nan")}, "CL.typical"),
        ({"variance": -0.1}, "CL.variance"),
    ],
)
def test_numbers_outside_their_range_are_refused(
    oral: Model, change: dict[str, float], key: str
) -> None:
    first, *rest = oral.parameters
    with pytest.raises(BadModelError, match=key):
        replace(oral, parameters=(replace(first, **change), *rest))


def test_a_model_in_which_nobody_differs_is_refused(oral: Model) -> None:
    same = tuple(replace(one, variance=0.0) for one in oral.parameters)
    with pytest.raises(BadModelError, match="nothing differs"):
        replace(oral, parameters=same)
