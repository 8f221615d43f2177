import json
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import (
    ENTRY_TYPES,
    KINDS,
    ConsentSigned,
    ConsentWithdrawn,
    body_of,
    entry_of,
    kind_of,
)
from nanoward.base.entries.books import TransactionPosted
from nanoward.base.entries.codec import BadEntryError, Entry
from nanoward.clearance.consent.consent_state import consent_of

STRATEGIES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def strategy_for(hint: Any) -> st.SearchStrategy[Any]:
    if hint in STRATEGIES:
        return STRATEGIES[hint]
    inner = next(one for one in hint.__args__ if one is not type(None) and one is not ...)
    if getattr(hint, "__origin__", None) is tuple:
        return st.lists(strategy_for(inner)).map(tuple)
    return st.none() | strategy_for(inner)


BALANCED = st.integers().map(lambda minor: (f"a EUR {minor}", f"b EUR {-minor}"))
ENTRIES = st.sampled_from(ENTRY_TYPES).flatmap(
    lambda kind: st.builds(
        kind,
        **{name: strategy_for(hint) for name, hint in get_type_hints(kind).items()}
        | ({"postings": BALANCED} if kind is TransactionPosted else {}),
    )
)


@given(ENTRIES)
def test_every_entry_comes_back_from_json_as_it_was(entry: Entry) -> None:
    body = json.loads(json.dumps(body_of(entry)))
    assert entry_of(kind_of(entry), body, KINDS) == entry


@pytest.mark.parametrize("kind", ENTRY_TYPES, ids=kind_of)
def test_entries_are_frozen_and_say_what_they_mean(kind: Any) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__.endswith(".")
    assert fields(kind)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("clearance.Invented", {}),
        ("clearance.ConsentWithdrawn", {"participant": "P"}),
        ("clearance.ConsentWithdrawn", {"participant": "P", "withdrawn": "2026-01-01", "x": 1}),
        ("clearance.ConsentWithdrawn", {"participant": 7, "withdrawn": "2026-01-01"}),
    ],
)
def test_a_body_that_does_not_fit_its_kind_is_refused(kind: str, body: dict[str, Any]) -> None:
    with pytest.raises(BadEntryError):
        entry_of(kind, body, KINDS)


def test_a_body_older_than_a_field_is_read_with_the_default_of_the_field() -> None:
    """As ledgers hold them that were written before these kinds grew."""
    signed = entry_of(
        "clearance.ConsentSigned",
        {
            "participant": "P",
            "document_sha256": "a" * 64,
            "version": "1.0",
            "signed": "2026-01-01",
        },
        KINDS,
    )
    left = entry_of(
        "clearance.ConsentWithdrawn", {"participant": "P", "withdrawn": "2026-02-01"}, KINDS
    )
    assert isinstance(signed, ConsentSigned)
    assert isinstance(left, ConsentWithdrawn)
    assert (signed.at, signed.uses, signed.key) == (None, (), "")
    assert (left.uses, left.channel) == ((), "")
    state = consent_of("P", [signed, left])
    assert state.status(date(2026, 2, 2)) == "withdrawn"
    assert len(state.history) == 2


def test_what_json_cannot_hold_is_no_entry() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        body_of(KINDS["clearance.ConsentWithdrawn"](participant=b"P", withdrawn=None))  # type: ignore[call-arg]
