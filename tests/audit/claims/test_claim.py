"""Claims as canonical JSON: nothing is lost, nothing is guessed."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.contradiction_forgeries import claim

from nanoward.audit.claims.claim import BadClaimError, read_claim
from nanoward.base.canonical import canonical_json

numbers = st.floats(-1e9, 1e9, width=32)
values = st.one_of(
    st.none(), st.booleans(), st.text(max_size=9), numbers,
    st.lists(numbers, min_size=1, max_size=4).map(tuple),
)  # fmt: skip


@settings(max_examples=30)
@given(value=values, uncertainty=st.one_of(st.just(math.nan), st.floats(0, 1e6)))
def test_a_claim_read_again_states_the_same(value: object, uncertainty: float) -> None:
    made = claim(value, uncertainty=uncertainty)
    again = read_claim(made.payload())
    assert again.payload() == made.payload()
    assert again.sha256 == made.sha256


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"}, {"nonce": "ab"}, {"nonce": "zz" * 16}, {"made": "2026-11-02"},
        {"expires": "soon"}, {"value": [1, "a"]}, {"value": []}, {"value": {}},
        {"uncertainty": -1}, {"limit": True}, {"item": ""}, {"unit": None}, {"more": 1},
    ],
    ids=lambda one: f"{next(iter(one))}",
)  # fmt: skip
def test_what_is_missing_or_odd_is_named(change: dict[str, object]) -> None:
    table = json.loads(claim().payload()) | change
    with pytest.raises(BadClaimError):
        read_claim(canonical_json(table).encode())


def test_json_that_is_not_canonical_is_refused() -> None:
    spaced = json.dumps(json.loads(claim().payload()), indent=1)
    with pytest.raises(BadClaimError, match="canonical"):
        read_claim(spaced.encode())
