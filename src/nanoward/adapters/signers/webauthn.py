"""Passkeys: assertions of WebAuthn level 2 (section 7.2), ES256, with user verification.

The challenge is the SHA-256 of the message, so that a signature is bound to one order.
"""

import base64
import hashlib
import json
import struct
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

USER_PRESENT, USER_VERIFIED, COPYABLE = 0x01, 0x04, 0x08
HEAD = struct.Struct(">32sBI")  # hash of the relying party, flags, counter


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """For whom passkeys sign: domain and the origin of its page."""

    domain: str
    origin: str


def webauthn_verifies(party: RelyingParty, public: str, message: bytes, signature: str) -> bool:
    """Whether an assertion is good; never raises.

    public     hexadecimal SubjectPublicKeyInfo (DER) of a P-256 key
    signature  JSON with authenticatorData, clientDataJSON and signature, each base64url
    """
    try:
        told = json.loads(signature)
        data, client, sign = (
            _unpacked(told[name])
            for name in ("authenticatorData", "clientDataJSON", "signature")
        )
        key = load_der_public_key(bytes.fromhex(public))
        if not _is_sound(party, data, json.loads(client), message):
            return False
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            return False
        key.verify(sign, data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError, TypeError):
        return False
    return True


def said_by_device(data: bytes) -> tuple[int, bool]:
    """What authenticator data say, unverified: the counter, and whether the key stays there.

    ValueError where they are too short. A key stays on its device where backup eligibility is 0
    (WebAuthn level 3, section 6.1.3).
    """
    if len(data) < HEAD.size:
        raise ValueError("authenticator data are too short")
    _, flags, counter = HEAD.unpack(data[: HEAD.size])
    return counter, not flags & COPYABLE


def _is_sound(party: RelyingParty, data: bytes, client: Any, message: bytes) -> bool:
    if not isinstance(client, dict) or len(data) < HEAD.size:
        return False
    domain, flags, _ = HEAD.unpack(data[: HEAD.size])
    challenge = base64.urlsafe_b64encode(hashlib.sha256(message).digest()).rstrip(b"=").decode()
    return (
        client.get("type") == "webauthn.get"
        and client.get("challenge") == challenge
        and client.get("origin") == party.origin
        and domain == hashlib.sha256(party.domain.encode()).digest()
        and bool(flags & USER_PRESENT)
        and bool(flags & USER_VERIFIED)
    )


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
