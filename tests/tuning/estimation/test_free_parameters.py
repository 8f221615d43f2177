"""What is estimated, and the coordinates in which it is searched for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populations import bolus_text

from nanoward.tuning import BadModelError, read_dynamics
from nanoward.tuning.estimation.free_parameters import (
    estimates,
    free_parameters_of,
    model_at,
    packed_parameters,
    spread_to,
    with_free_columns,
)

MIXED = """
name = "mixed"
[parameters.CL]
typical = 3.0
variance = 0.1
occasion_variance = 0.05
covariates = "(WT / 70) ^ POWER"
[parameters.V]
typical = 40.0
variance = 0.2
[parameters.KA]
typical = 1.0
variance = 0.3
[parameters.F]
typical = 0.7
variance = 0.2
distribution = "logit"
[parameters.POWER]
typical = 0.75
distribution = "normal"
[covariates.WT]
[compartments.depot]
derivative = "-KA * depot"
bioavailability = "F"
[compartments.body]
derivative = "KA * depot - CL / V * body"
[outputs.level]
value = "body / V"
additive = 0.1
proportional = 0.02
[[correlations]]
a = "CL"
b = "V"
covariance = 0.05
"""


def test_everything_that_is_a_number_is_estimated_and_has_a_name() -> None:
    names = free_parameters_of(read_dynamics(MIXED)).names
    assert names == (
        "CL", "V", "KA", "F", "POWER", "omega CL", "omega V,CL", "omega V", "omega KA",
        "omega F", "occasion CL", "level additive", "level proportional",
    )  # fmt: skip


def test_what_is_kept_is_not_estimated_and_a_block_is_kept_as_a_whole() -> None:
    model = read_dynamics(MIXED)
    found = free_parameters_of(
        model, ["POWER", "omega V,CL", "level additive", "occasion CL"]
    ).names
    assert found == ("CL", "V", "KA", "F", "omega KA", "omega F", "level proportional")
    with pytest.raises(BadModelError, match="nothing to be kept is called 'omega Q'"):
        free_parameters_of(model, ["omega Q"])
    with pytest.raises(BadModelError, match="nothing is left"):
        free_parameters_of(model, free_parameters_of(model).names)


@settings(max_examples=25, deadline=None)
@given(moves=st.lists(st.floats(-1, 1), min_size=13, max_size=13))
def test_there_and_back_is_the_same_place_and_omega_stays_positive_definite(
    moves: list[float],
) -> None:
    model = read_dynamics(MIXED)
    unknowns = free_parameters_of(model)
    at = packed_parameters(model, unknowns) + np.array(moves)
    there = model_at(model, unknowns, at)
    np.testing.assert_allclose(packed_parameters(there, unknowns), at, atol=1e-9)
    assert np.linalg.eigvalsh(there.omega(2))[0] > 0


def test_estimates_are_in_the_order_of_their_names() -> None:
    model = read_dynamics(MIXED)
    unknowns = free_parameters_of(model)
    told = dict(zip(unknowns.names, estimates(model, unknowns), strict=True))
    assert told["omega V,CL"] == 0.05
    assert told["POWER"] == 0.75
    assert told["occasion CL"] == 0.05
    assert told["level proportional"] == 0.02


def test_the_opened_model_reads_its_numbers_from_columns() -> None:
    model = read_dynamics(MIXED)
    found = with_free_columns(model, free_parameters_of(model))
    names = [one.name for one in found.covariates]
    assert names == ["WT", "estimated_CL", "estimated_V", "estimated_KA", "estimated_F",
                     "estimated_POWER", "estimated_level_additive",
                     "estimated_level_proportional"]  # fmt: skip
    value = {one.name: one.value for one in found.parameters}
    assert value["CL"] == "estimated_CL * ((WT / 70) ^ POWER) * exp(eta)"
    assert value["POWER"] == "estimated_POWER + eta"
    assert found.outputs[0].additive == "estimated_level_additive"


def test_an_error_by_first_order_is_that_of_a_logarithm() -> None:
    found = spread_to(np.exp, np.array([np.log(3.0)]), np.array([[0.04]]))
    np.testing.assert_allclose(found, [[9 * 0.04]], rtol=1e-6)


def test_a_typical_value_within_a_formula_is_opened_too() -> None:
    text = bolus_text().replace(
        '[parameters.V]\ntypical = 40.0\nunit = "L"\nvariance = 0.09',
        '[parameters.V]\ntypical = 3.7\nvariance = 0.09\nvalue = "exp(typical + eta)"',
    )
    model = read_dynamics(text)
    value = {
        one.name: one.value
        for one in with_free_columns(model, free_parameters_of(model)).parameters
    }
    assert value["V"] == "exp(estimated_V + eta)"
