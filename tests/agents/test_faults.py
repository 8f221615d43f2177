import pytest

from nanoward.agents.faults import FAULTS, fault


def test_every_fault_is_an_error_with_advice() -> None:
    for code, advice in FAULTS.items():
        told = fault(code, "what", "where", "file")
        assert (told.severity, told.next_step, told.file) == ("error", advice, "file")


def test_a_code_without_advice_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        fault("AGT-000", "what")
