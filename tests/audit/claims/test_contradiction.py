"""Two signed statements that cannot both be true."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.tools.contradiction_forgeries import claim, true_proof

from nanoward.audit.claims.contradiction import (
    NoContradictionError,
    contradictions,
    contradicts,
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
