"""Files of other programs become models."""

import pytest

from nanoward.base.errors import UsageError
from nanoward.flows.tuning.import_model import import_model
from nanoward.tuning import read_dynamics

STREAM = (
    "$PROB bolus\n$SUBS ADVAN1 TRANS2\n$PK\nCL = THETA(1)*EXP(ETA(1))\nV = THETA(2)\nS1 = V\n"
    "$ERROR\nY = F + EPS(1)\n$THETA 3 40\n$OMEGA 0.1\n$SIGMA 1\n"
)
EXT = (
    "TABLE NO. 1\nITERATION THETA1 THETA2 SIGMA(1,1) OMEGA(1,1) OBJ\n"
    "-1000000000 3.3 44 0.9 0.2 12.5\n"
)


def test_a_control_stream_with_results_and_numbers_for_a_model() -> None:
    found = import_model(("a.mod", STREAM), ("a.ext", EXT), None, name="mine")
    assert found.name == "mine"
    assert {one.name: one.typical for one in found.parameters} == {"CL": 3.3, "THETA2": 44.0}
    again = import_model(("p.txt", "parameter,value\nCL_pop,5\nomega_CL,0.5\n"), None, found)
    assert again.parameters[0].typical == 5.0
    assert again.parameters[0].variance == 0.25


def test_numbers_without_a_model_are_refused() -> None:
    with pytest.raises(UsageError, match="which model"):
        import_model(("p.txt", "parameter,value\nCL_pop,5\n"), None, None)


def test_what_was_read_is_a_model_that_can_be_written_and_read() -> None:
    from nanoward.tuning import model_text

    found = import_model(("a.mod", STREAM), None, None)
    assert read_dynamics(model_text(found)).sha256 == found.sha256
