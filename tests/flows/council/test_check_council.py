"""A programme without council matters hears nothing of them."""

from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.council.check_council import check_council
from nanoward.flows.steps.step_outcome import Outcome


def test_nothing_where_there_is_nothing() -> None:
    assert check_council(bay().desk.ports, TODAY) == Outcome()
