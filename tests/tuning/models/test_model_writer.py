"""Models written as text and read again are the same models."""

import pytest
from tests.tuning.estimation.test_free_parameters import MIXED

from nanoward.tuning import read_dynamics
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.models.model_writer import dynamics_text


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_model_of_the_library_is_written_and_read_as_the_same(name: str) -> None:
    model = read_dynamics(TEXTS[name])
    again = read_dynamics(dynamics_text(model))
    assert again == model
    assert again.sha256 == model.sha256


def test_correlations_and_occasions_are_written() -> None:
    model = read_dynamics(MIXED)
    assert read_dynamics(dynamics_text(model)) == model
