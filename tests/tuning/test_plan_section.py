"""A plan's section as values: what is written is what is used, and faults name their key."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning import (
    MODELS,
    BadModelError,
    BadTargetError,
    Correlation,
    CovariateEffect,
    Model,
    Parameter,
    Residual,
    formulas_of,
    model_of,
    model_text,
    question_of,
)

TEXT = """
held_back = 0.25
[model]
name = "iv"
quantity = "cp"
unit = "mg/L"
compartments = 1
absorption = "none"
residual = {proportional = 0.05}
[model.parameters]
CL = {typical = 4, unit = "L/h", variance = 0.2, citation = "a paper"}
V = {typical = 70, unit = "L"}
[[model.covariates]]
parameter = "CL"
covariate = "WT"
form = "power"
coefficient = 0.75
reference = 70
[target]
measure = "auc"
value = 400
low = 300
high = 500
unit = "mg h/L"
interval = 24
lowest = 100
highest = 5000
step = 50
"""


def _section() -> dict[str, Any]:
    return tomllib.loads(TEXT)


def test_a_section_is_read_as_it_is_written() -> None:
    found = question_of(_section())
    assert found.held_back == 0.25
    written = found.model.written
    assert written is not None
    assert written.parameter("CL") == Parameter(
        name="CL", typical=4.0, unit="L/h", variance=0.2, citation="a paper"
    )
    assert found.model.random == written.random == ("CL",)
    assert written.covariates[0].multiplier(70.0) == 1.0
    assert found.target is not None
    assert found.target.doses()[:2].tolist() == [100.0, 150.0]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("model",), None, "tuning.model is missing"),
        (("model",), "warfarin-9cpt", "warfarin-9cpt"),
        (("model",), 7, "model is 7"),
        (("colour",), 1, "tuning.colour"),
        (("held_back",), 1.0, "held_back"),
        (("held_back",), "much", "held_back"),
        (("draws",), 10, "draws"),
        (("model", "unit"), None, "model.unit is missing"),
        (("model", "unit"), 3, "model.unit"),
        (("model", "residual"), {"proportion": 0.1}, "residual.proportion"),
        (("model", "parameters", "CL", "typical"), "four", "parameters.typical"),
        (("model", "parameters", "CL"), 4, "parameters.CL"),
        (("model", "parameters", "V"), None, "lacks V"),
        (("model", "covariates"), {"WT": 1}, "covariates"),
        (("model", "compartments"), True, "compartments"),
    ],
)
def test_a_fault_names_its_key(path: tuple[str, ...], value: Any, told: str) -> None:
    section = _section()
    place = section
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(BadModelError, match=told):
        question_of(section)


def test_a_fault_in_the_target_is_the_targets() -> None:
    section = _section()
    del section["target"]["step"]
    with pytest.raises(BadTargetError, match="step is missing"):
        question_of(section)


@given(
    st.floats(1e-6, 1e6),
    st.floats(1e-6, 10.0),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_a_model_written_as_text_reads_back_to_the_same(
    typical: float, variance: float, words: str
) -> None:
    part = Parameter(name="CL", typical=typical, unit="L/h", variance=variance, citation=words)
    effect = CovariateEffect(parameter="V", covariate="SEX", form="factor", coefficient=0.75)
    model = Model(
        name="any",
        quantity="",
        unit="mg/L",
        compartments=1,
        absorption="none",
        parameters=(part, Parameter(name="V", typical=2.0, unit="L", variance=variance)),
        residual=Residual(additive=typical),
        covariates=(effect,),
        correlations=(Correlation(a="CL", b="V", covariance=variance / 2),),
        citation=words,
    )
    again = model_of(tomllib.loads(model_text(formulas_of(model))))
    assert again.written == model
    assert again.sha256 == model.sha256


def test_models_of_the_library_read_back_too() -> None:
    for model in MODELS.values():
        assert model_of(tomllib.loads(model_text(formulas_of(model)))).sha256 == model.sha256
