import base64
import hashlib
import json
import struct
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nanoward.adapters.signers.known import KnownSignatures
from nanoward.adapters.signers.webauthn import RelyingParty, webauthn_verifies

PARTY = RelyingParty(domain="ward.example", origin="https://ward.example")
KEY = ec.generate_private_key(ec.SECP256R1())


def public_of(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion(
    message: bytes,
    *,
    key: ec.EllipticCurvePrivateKey = KEY,
    domain: str = PARTY.domain,
    flags: int = 0x05,
    **client: Any,
) -> str:
    """What an authenticator gives, made as the standard says."""
    told = {
        "type": "webauthn.get",
        "challenge": packed(hashlib.sha256(message).digest()),
        "origin": PARTY.origin,
        **client,
    }
    raw = json.dumps(told).encode()
    data = struct.pack(">32sBI", hashlib.sha256(domain.encode()).digest(), flags, 7)
    sign = key.sign(data + hashlib.sha256(raw).digest(), ec.ECDSA(SHA256()))
    parts = {"authenticatorData": data, "clientDataJSON": raw, "signature": sign}
    return json.dumps({name: packed(part) for name, part in parts.items()})


def test_a_passkey_signs_an_order() -> None:
    assert webauthn_verifies(PARTY, public_of(KEY), b"order", assertion(b"order"))


@pytest.mark.hazard("H-23")
@pytest.mark.parametrize(
    "signature",
    [
        assertion(b"another order"),
        assertion(b"order", flags=0x01),
        assertion(b"order", flags=0x04),
        assertion(b"order", domain="evil.example"),
        assertion(b"order", origin="https://evil.example"),
        assertion(b"order", type="webauthn.create"),
        assertion(b"order", key=ec.generate_private_key(ec.SECP256R1())),
        "",
        "{}",
        "[]",
        json.dumps({"authenticatorData": "", "clientDataJSON": "W10", "signature": ""}),
        json.dumps({"authenticatorData": 3, "clientDataJSON": 3, "signature": 3}),
    ],
)
def test_an_assertion_that_is_not_for_this_order_does_not_verify(signature: str) -> None:
    assert not webauthn_verifies(PARTY, public_of(KEY), b"order", signature)


def test_only_p256_keys_count() -> None:
    other = ec.generate_private_key(ec.SECP384R1())
    assert not webauthn_verifies(
        PARTY, public_of(other), b"order", assertion(b"order", key=other)
    )
    rsa_key = rsa.generate_private_key(65537, 2048)
    assert not webauthn_verifies(PARTY, public_of(rsa_key), b"order", assertion(b"order"))
    assert not webauthn_verifies(PARTY, "zz", b"order", assertion(b"order"))


def test_schemes_that_are_not_known_never_verify() -> None:
    good = {"public": public_of(KEY), "message": b"order", "signature": assertion(b"order")}
    assert KnownSignatures(PARTY).verifies(scheme="webauthn", **good)
    assert not KnownSignatures().verifies(scheme="webauthn", **good)
    assert not KnownSignatures(PARTY).verifies(scheme="none", **good)
