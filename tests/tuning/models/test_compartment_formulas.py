"""What is written as compartments, as formulas: the same model, the same name."""

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning import MODELS, CovariateEffect, Model, Residual, formulas_of
from nanoward.tuning.models.compartment_formulas import neutral, typical_values, written_of

POWER = CovariateEffect(
    parameter="CL", covariate="WT", form="power", coefficient=-0.25, reference=70.0
)
FACTOR = CovariateEffect(parameter="CL", covariate="SEX", form="factor", coefficient=0.8)


def test_the_formulas_of_one_compartment_after_a_depot(oral: Model) -> None:
    found = formulas_of(oral)
    assert [(one.name, one.derivative, one.number) for one in found.compartments] == [
        ("depot", "-KA * depot", 1), ("central", "KA * depot -CL / V * central", 2)
    ]  # fmt: skip
    assert found.outputs[0].value == "central / V"
    assert found.random == oral.random
    assert (found.omega() == oral.omega).all()


def test_a_model_keeps_its_name_and_loses_it_with_its_first_change(oral: Model) -> None:
    found = formulas_of(oral)
    assert found.sha256 == oral.sha256
    assert found.written == oral
    assert found.table["compartments"] == 1
    changed = replace(found, citation="another")
    assert changed.written is None
    assert changed.sha256 not in (oral.sha256, found.sha256)
    assert pickle.loads(pickle.dumps(found)).written == oral


def test_each_effect_has_a_column_and_a_value_that_changes_nothing(oral: Model) -> None:
    model = replace(oral, covariates=(POWER, FACTOR))
    found = formulas_of(model)
    assert found.parameters[0].covariates == "(effect_1 / 70.0)^(-0.25) * 0.8^effect_2"
    assert [one.missing for one in found.covariates] == [neutral(POWER), neutral(FACTOR)]
    assert typical_values(model, (70.0, 0.0)) == typical_values(model, None)
    assert typical_values(model, (70.0, 1.0))["CL"] == pytest.approx(3.2)


@given(st.floats(0.1, 100.0), st.floats(0.01, 1.0))
def test_numbers_go_to_formulas_and_back(typical: float, variance: float) -> None:
    written = MODELS["warfarin-1cpt"]
    first = replace(written.parameters[0], typical=typical, variance=variance)
    model = replace(
        written,
        parameters=(first, *written.parameters[1:]),
        residual=Residual(additive=variance),
    )
    assert written_of(formulas_of(model), written) == replace(
        model, residual=replace(model.residual, citation=written.residual.citation)
    )


def test_units_that_are_none_are_shown_and_not_worked_with(oral: Model) -> None:
    found = formulas_of(replace(oral, unit="spoons"))
    assert found.outputs[0].unit == ""
    assert formulas_of(oral).outputs[0].unit == "mg/L"
    assert formulas_of(oral).compartments[0].unit == "mg/L.L"
