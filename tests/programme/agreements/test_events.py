"""Spellings of events: what must never cost anything is known by any of its names."""

import pytest

from nanoward.programme.agreements.events import (
    REASONS,
    canonical,
    canonical_all,
    is_protected,
    leaving_reasons,
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Withdrawal", ("withdraw",)), ("own_wish", ("withdraw",)), ("exit", REASONS),
     ("death", ("medical",)), ("AE", ("adverse event report",)), ("damage", ("damage",))],
)  # fmt: skip
def test_spellings(said: str, meant: tuple[str, ...]) -> None:
    assert canonical(said) == meant


def test_what_is_protected_and_where_it_leads() -> None:
    assert is_protected("failed test")
    assert not is_protected("damage")
    assert leaving_reasons(("failed test",)) == {"medical", "psych"}
    assert leaving_reasons(canonical_all(("exit", "completion"))) == {*REASONS, "complete"}
    assert leaving_reasons(("complaint",)) == frozenset()
