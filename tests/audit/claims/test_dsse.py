"""DSSE envelopes: what is signed, and what is no envelope."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.tools.contradiction_forgeries import claim, signed

from nanoward.audit.claims.dsse import BadDsseError, pre_authentication, read_dsse

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def test_the_pre_authentication_encoding_is_that_of_the_specification() -> None:
    told = pre_authentication("http://example.com/HelloWorld", b"hello world")
    assert told == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_an_envelope_read_again_is_the_same_and_its_signature_holds() -> None:
    made = signed(claim(), KEY)
    again = read_dsse(made.text())
    assert again == made
    assert again.is_signed_by(PUBLIC)
    assert not again.is_signed_by("ab" * 32)
    assert not again.is_signed_by("no key")


@pytest.mark.parametrize(
    "change",
    [
        {"payload": "%%%"}, {"extra": 1}, {"signatures": {}}, {"payloadType": 7},
        {"signatures": [{"keyid": "x"}]}, {"signatures": [{"sig": "%"}]},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_anything_else_is_refused_with_a_reason(change: dict[str, object]) -> None:
    table = json.loads(signed(claim(), KEY).text())
    with pytest.raises(BadDsseError):
        read_dsse(json.dumps(table | change))


def test_text_that_is_no_json_or_too_long_is_refused() -> None:
    for text in ("", "{", "[1]", "x" * 1_000_001):
        with pytest.raises(BadDsseError):
            read_dsse(text)
