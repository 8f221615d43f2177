"""Two signed statements that cannot both be true."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.tools.contradiction_forgeries import claim, signed, true_proof

from nanoward.audit.claims.contradiction import (
    NoContradictionError,
    contradictions,
    contradicts,
    proof_text,
    read_proof,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def test_another_value_or_limit_contradicts_and_a_repeat_or_correction_does_not() -> None:
    one = claim(1.0)
    assert contradicts(one, claim(2.0))
    assert contradicts(one, claim(1.0, claim="x", limit=0.1))
    assert not contradicts(one, claim(1.0, claim="x", nonce="cd" * 16))
    assert not contradicts(one, claim(2.0, supersedes="c1"))
    assert not contradicts(one, claim(2.0, item="S2"))
    assert not contradicts(one, claim(2.0, method="AAS"))
    (found,) = contradictions([one, claim(1.0, claim="x"), claim(3.0), claim(4.0)])
    assert (found.first.value, found.second.value) == (1.0, 3.0)


@pytest.mark.hazard("H-369")
def test_a_proof_holds_only_for_its_key_and_its_words() -> None:
    proof = true_proof(KEY)
    assert read_proof(proof).second.value == 2.0
    table = json.loads(proof)
    for change in ({"key": "ab" * 32}, {"statements": table["statements"][:1]},
                   {"format": "x"}, {"extra": 1}):  # fmt: skip
        with pytest.raises(NoContradictionError):
            read_proof(json.dumps(table | change))
    for text in ("", "{}", true_proof(KEY, value=1.0), true_proof(KEY, item="S2")):
        with pytest.raises(NoContradictionError):
            read_proof(text)


@pytest.mark.hazard("H-369")
def test_a_proof_of_which_somebody_else_signed_one_half_shows_nothing() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
    public = KEY.public_key().public_bytes_raw().hex()
    first, second = claim(), claim(value=2.0, claim="c2")
    mine, theirs = (signed(second, one) for one in (KEY, other))
    assert read_proof(proof_text(public, signed(first, KEY), mine)).second.value == 2.0
    with pytest.raises(NoContradictionError, match="signed by its key"):
        read_proof(proof_text(public, signed(first, KEY), theirs))
