"""Formulas put together: what is linear, what is computed when."""

import numpy as np
import pytest
from families import FAMILIES

from nanoward.tuning import BadModelError, read_dynamics
from nanoward.tuning.models.compiled_model import assembled, assembly_of
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.models.model_files import Source


def test_linear_models_are_found_and_others_are_integrated() -> None:
    linear = {
        name: assembled(read_dynamics(one.text)).facts[4] for name, one in FAMILIES.items()
    }
    assert linear == {name: int(name != "saturable elimination") for name in FAMILIES}
    assert assembled(read_dynamics(TEXTS["warfarin-pca"])).facts[4] == 0


def test_states_that_act_on_each_other_are_one_block() -> None:
    program = assembled(read_dynamics(FAMILIES["two compartments"].text))
    assert program.blocks.tolist() == [[0, -1, -1], [1, 2, -1]]


def test_what_depends_on_parameters_alone_is_computed_once_per_record() -> None:
    program = assembled(read_dynamics(FAMILIES["additive error"].text))
    slopes = program.spans[1, 1] - program.spans[1, 0]
    assert slopes <= 5  # CL / V and -KA are not among them


def test_the_same_model_is_assembled_once() -> None:
    model = read_dynamics(FAMILIES["log error"].text)
    assert assembled(model) is assembled(read_dynamics(FAMILIES["log error"].text))
    assert set(assembly_of(model, Source()).parameters) == {"CL", "V", "KA"}


def test_parameters_may_be_any_formula_of_their_eta() -> None:
    text = FAMILIES["additive error"].text.replace(
        "[parameters.KA]\ntypical = 1.0",
        '[parameters.KA]\nvalue = "typical + 0.1 * eta + CL / 100"\ntypical = 1.0',
    )
    made = assembly_of(read_dynamics(text), Source())
    assert made.graph.inputs(made.parameters["KA"]) == {"eta:KA", "eta:CL"}


def test_no_derivative_that_cannot_be_taken_passes() -> None:
    text = FAMILIES["additive error"].text.replace("-KA * depot", "-lgamma(depot)")
    with pytest.raises(BadModelError, match="lgamma"):
        read_dynamics(text)


def test_jacobians_of_stiff_models_are_tapes() -> None:
    program = assembled(read_dynamics(FAMILIES["saturable elimination"].text))
    assert program.spans[2, 1] > program.spans[2, 0]
    assert np.sum(program.jacobian >= 0) == 3
