"""What the round asks besides is nothing in a programme without cases."""

from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.flows.council.round_checks import ROUND_CHECKS, RoundSoFar
from nanoward.flows.steps.step_outcome import Materials, Outcome


def test_a_calm_programme_is_calm() -> None:
    known = RoundSoFar(materials=Materials(tables={}, sources={}), day=TODAY, tables={})
    assert [check(bay().desk.ports, known) for check in ROUND_CHECKS] == [Outcome()] * 4
