import pickle

import pytest

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


def every_error() -> list[type[NanowardError]]:
    """All subclasses in all modules of the house."""
    import importlib
    import pkgutil

    import nanoward

    for one in pkgutil.walk_packages(nanoward.__path__, "nanoward."):
        if not one.name.startswith("nanoward.testing.conformance"):
            importlib.import_module(one.name)
    found: list[type[NanowardError]] = []
    rest: list[type[NanowardError]] = [NanowardError]
    while rest:
        kind = rest.pop()
        found.append(kind)
        rest += kind.__subclasses__()
    return sorted(set(found), key=lambda one: f"{one.__module__}.{one.__qualname__}")


@pytest.mark.hazard("H-107")
def test_every_error_comes_back_from_a_worker_as_it_was() -> None:
    kinds = every_error()
    assert len(kinds) > 90
    for kind in kinds:
        made = kind.__new__(kind)
        made.args = ("what is wrong",)
        made.__dict__.update(message="what is wrong", next_step="do this", extra=(1, 2))
        again = pickle.loads(pickle.dumps(made))
        assert type(again) is kind
        assert (str(again), again.args) == (str(made), made.args)
        assert (again.code, again.exit_code, again.extra) == (kind.code, kind.exit_code, (1, 2))
