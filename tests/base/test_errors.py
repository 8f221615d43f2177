from nanoward.base.errors import (
    InputError,
    IntegrityError,
    NanowardError,
    OutsideError,
    RefusedError,
    UsageError,
)


def test_every_kind_of_fault_has_its_exit_code() -> None:
    kinds = (UsageError, InputError, RefusedError, IntegrityError, OutsideError)
    assert [kind.exit_code for kind in kinds] == [2, 3, 4, 5, 6]
    assert NanowardError.exit_code == 70


def test_an_input_error_says_where_what_and_what_to_do() -> None:
    fault = InputError(
        "no date", file="data/samples.csv", line=7, column="taken", next_step="Fix"
    )
    assert str(fault) == (
        "INP-001: data/samples.csv:7: no date (column taken)\n  what to do: Fix"
    )
